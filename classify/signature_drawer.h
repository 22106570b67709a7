/*
 * Drawers: by which of its terms an alternative is filed in the signature
 * index, and under which keys. The inside of the signature index.
 */
#ifndef CLASSIFY_SIGNATURE_DRAWER_H
#define CLASSIFY_SIGNATURE_DRAWER_H

#include "classify/signature_parts.h"
#include "classify/term_rows.h"

enum { DRAWER_KEYS_MAX = 2 * FLOW_HEAD_LEN /* of one flow in one drawer */ };

struct range {
	uint64_t low;
	uint64_t high;
};

/*
 * A drawer holds the alternatives that have a term of some kind, by keys that
 * the term's values have. A flow has a few keys of that kind as well: only
 * what lies under those can hold. Keys share slots by their remainder: what
 * is in a slot by chance is asked and does not hold.
 */
struct drawer {
	term_holder *const *kinds; /* of terms */
	size_t kind_count;
	size_t slots;
	uint64_t widest; /* a value of more keys than this is no narrow one */
	/* The keys of a value; false if it has none. */
	bool (*keys_of_value)(const union term_value *value,
	                      struct range *keys);
	/* Each once, at most DRAWER_KEYS_MAX; returns how many. */
	size_t (*keys_of_flow)(const struct facts *facts, uint32_t *keys);
};

/* The narrower, the further up: an alternative goes into the first that has
 * room for one of its terms. */
extern const struct drawer drawers[];
enum { DRAWERS = 7 };

#endif
