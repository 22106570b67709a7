/*
 * Hints: the least that an alternative of a signature asks for, so that most
 * are turned away without being looked at. The inside of the signature index.
 */
#ifndef CLASSIFY_SIGNATURE_HINT_H
#define CLASSIFY_SIGNATURE_HINT_H

#include "classify/signature_parts.h"

struct hint {
	uint32_t traits;    /* bits of enum trait, all of which it takes */
	uint8_t transport;  /* or HINT_ANY_TRANSPORT */
	uint8_t directions; /* as in a pattern; 0: no byte is known */
	uint8_t offset;     /* of a byte in the head of one of them */
	uint8_t byte;
};

enum { HINT_ANY_TRANSPORT = 0xff /* a number that is reserved */ };

struct hint hint_of(const struct alternative *alternative);

/* Bits of enum trait that a flow has. */
uint32_t traits_of(const struct facts *facts);

/* The byte of a pattern that tells most. False if none is asked for whole. */
bool hint_find_byte(const struct pattern *pattern, struct hint *hint);

static inline bool hint_has_byte(const struct hint *hint,
                                 const struct flow_head *head)
{
	return head->captured > hint->offset &&
	       head->bytes[hint->offset] == hint->byte;
}

static inline bool hint_allows(const struct hint *hint, const struct flow *flow,
                               uint32_t traits)
{
	if (hint->traits & ~traits || (hint->transport != HINT_ANY_TRANSPORT &&
	                               hint->transport != flow->key.transport))
		return false;
	return !hint->directions ||
	       (hint->directions & 1 &&
	        hint_has_byte(hint, &flow->head[TO_SERVER])) ||
	       (hint->directions & 2 &&
	        hint_has_byte(hint, &flow->head[TO_CLIENT]));
}

#endif
