/*
 * Cipher suites: what each adds to a packet, as "suites" in signature files.
 *
 * ESP carries an initialisation vector, pads to the cipher's block and ends in
 * an integrity value; AH carries the last alone, and before it a vector where
 * the algorithm needs one (RFC 4543). A suite of a later folder replaces an
 * earlier one of the same id.
 */
#ifndef CLASSIFY_SUITE_H
#define CLASSIFY_SUITE_H

#include <stdint.h>

#include "classify/record.h"

enum suite_protocol { SUITE_ESP, SUITE_AH, SUITE_PROTOCOL_COUNT };

/* "esp", "ah" */
const char *suite_protocol_name(enum suite_protocol protocol);

/* Ledgers tell lengths of IP headers apart up to the longest block. */
enum { SUITES_MAX = 64, SUITE_BLOCK_MAX = 16, SUITE_PART_MAX = 64 };

struct suite {
	char *id;
	char *name;
	enum suite_protocol protocol;
	uint64_t iv;     /* bytes of initialisation vector */
	uint64_t block;  /* that payload and trailer are a multiple of */
	uint64_t icv;    /* bytes of integrity value */
	bool is_default; /* "default": in reports unless others are asked for */
	char *status;    /* of RFC 8221, "MUST" */
	struct text_list references;
	size_t folder; /* which of the folders it came from */
};

struct suite_set {
	struct suite suites[SUITES_MAX];
	size_t count;
};

/* Add a list of suites. False with err naming file, line and word. */
bool suite_set_read(struct suite_set *set, const struct json *list,
                    size_t folder, const struct json_document *document,
                    struct error *err);

/* Frees what it points to. */
void suite_set_release(struct suite_set *set);

/* The index of a suite, -1 if there is none of that id. */
int suite_find(const struct suite_set *set, const char *id);

/*
 * Bits of the suites that a text names: "all", or ids with commas between
 * them; NULL for the default ones. False with err naming the word.
 */
bool suite_choose(const struct suite_set *set, const char *text,
                  uint64_t *chosen, struct error *err);

#endif
