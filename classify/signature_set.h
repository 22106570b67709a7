/*
 * What a signature set holds, and how it comes to hold it: the inside of a
 * signature set. Only signature.c, signature_read.c and signature_match.c
 * include this.
 */
#ifndef CLASSIFY_SIGNATURE_SET_H
#define CLASSIFY_SIGNATURE_SET_H

#include "classify/signature_parts.h"

struct aliases;
struct signature_index;

struct kept_remedy {
	struct remedy remedy;
	size_t folder; /* which of the folders it came from */
};

struct signature_set {
	struct entry *entries; /* by id, once it is finished */
	size_t count;
	struct kept_remedy *remedies;
	size_t remedy_count;
	struct signature_index *index;
	struct aliases *aliases;
	struct role_set roles;
	struct suite_set suites;
	struct note_set notes;
	struct guide guide;
	struct thresholds thresholds;
};

/* NULL with err when out of memory. */
struct signature_set *signature_set_create(struct error *err);

/*
 * Take over what was read. Within one folder an id may occur once, a later
 * folder replaces. False, with nothing taken, for a second one or when out of
 * memory.
 */
bool entry_keep(struct signature_set *set, struct entry *entry, size_t folder);
bool remedy_keep(struct signature_set *set, const struct remedy *remedy,
                 size_t folder);

/* The set if all of it was read and holds together; NULL and no set if not. */
struct signature_set *signature_set_finish(struct signature_set *set, bool read,
                                           struct error *err);

#endif
