/*
 * Slots: the open addressing behind tables that keep their records elsewhere.
 *
 * A slot holds a link to a record and the record's hash, so that hardly ever a
 * wrong record is looked at, and growing looks at none. How records' keys
 * compare only their owner knows, who probes:
 *
 *	for (i = slots_home(slots, hash); slots->at[i].link;
 *	     i = slots_next(slots, i))
 *		if (slots->at[i].hash == hash && ...)
 *			break;
 *
 * Owners keep at least one slot free, and best half of them.
 */
#ifndef CAPTURE_SLOTS_H
#define CAPTURE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot {
	uint32_t link; /* 0: free */
	uint32_t hash;
};

/* All zero is one without slots. */
struct slots {
	struct slot *at;
	size_t count; /* 0 or a power of two */
};

/* Double them, or make the first. False when out of memory: nothing changed. */
bool slots_grow(struct slots *slots, size_t first);

void slots_release(struct slots *slots);

/* Make all of them free. */
void slots_clear(struct slots *slots);

/* Of a record that is not there yet. */
void slots_put(struct slots *slots, uint32_t link, uint32_t hash);

/* Those behind close up, so that probing needs no tombstones. */
void slots_remove(struct slots *slots, size_t hole);

/* Where a record of a hash is, unless others were there before; count must
 * not be 0. */
static inline size_t slots_home(const struct slots *slots, uint32_t hash)
{
	return hash & (slots->count - 1);
}

static inline size_t slots_next(const struct slots *slots, size_t index)
{
	return (index + 1) & (slots->count - 1);
}

#endif
