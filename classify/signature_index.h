/*
 * Which alternatives of a signature set can hold for a flow at all.
 *
 * A flow has one transport, two ports and one or two applications, and nearly
 * every alternative asks for some of them: filed by the narrowest, only a few
 * are left to try, however many signatures there are. Only signature.c and
 * signature_match.c include this.
 */
#ifndef CLASSIFY_SIGNATURE_INDEX_H
#define CLASSIFY_SIGNATURE_INDEX_H

#include "classify/signature_parts.h"

struct signature_index;

/* An alternative and the entry that it belongs to. */
struct candidate {
	uint16_t entry;
	uint16_t alternative;
};

/* Entries must not move any more. NULL when out of memory. */
struct signature_index *signature_index_create(const struct entry *entries,
                                               size_t count);

/* Accepts NULL. */
void signature_index_free(struct signature_index *index);

/*
 * Call visit for every alternative that may hold; the same one may come more
 * than once.
 */
void signature_index_each(const struct signature_index *index,
                          const struct facts *facts, void *self,
                          void (*visit)(void *self,
                                        const struct candidate *candidate));

#endif
