/*
 * How the objects in signature files are read: the inside of a signature set.
 * Only signature*.c and signature_*.h include this.
 */
#ifndef CLASSIFY_SIGNATURE_PARTS_H
#define CLASSIFY_SIGNATURE_PARTS_H

#include "classify/signature.h"
#include "classify/term.h"

/* All terms of an alternative must hold. */
struct alternative {
	struct term *terms;
	size_t count;
	unsigned weight;
	enum subject subject; /* of all its terms */
};

struct entry {
	struct signature signature;
	struct alternative *alternatives; /* one must fire */
	size_t alternative_count;
	uint32_t unless; /* bits of categories, for catch-alls */
	size_t folder;   /* which of the folders it came from */
};

bool entry_read(struct entry *entry, const struct json *object,
                const struct term_names *names, const char *path,
                struct error *err);
void entry_release(struct entry *entry);

/* Whether all terms hold. The facts must be about its subject. */
bool alternative_fires(const struct alternative *alternative,
                       const struct facts *facts);

bool remedy_read(struct remedy *remedy, const struct json *object,
                 const struct json_document *document, struct error *err);
void remedy_release(struct remedy *remedy);

bool thresholds_read(struct thresholds *thresholds, const struct json *object,
                     const struct json_document *document, struct error *err);

#endif
