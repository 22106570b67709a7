/*
 * The store of a flow table: where flows lie, how they are found by their
 * keys, and in which order they grow old. Knows nothing of packets. Only
 * flow_table.c includes this.
 */
#ifndef CAPTURE_FLOW_STORE_H
#define CAPTURE_FLOW_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/flow.h"
#include "capture/slots.h"

/* Where a flow is in its life: how long it may be idle and how soon it is
 * evicted follow from that. */
enum stage { STAGE_ATTEMPT, STAGE_ESTABLISHED, STAGE_CLOSED, STAGE_COUNT };

/* A flow, with its listener's part behind it. Links are numbers of entries,
 * from 1; 0 is none. Every packet looks at the stage, so that it has to lie
 * before the flow: what few do is behind. */
struct entry {
	uint64_t queued_ns; /* clock when it came into its line */
	uint32_t older;
	uint32_t newer;
	uint32_t hash;
	uint8_t stage; /* enum stage; STAGE_COUNT: not in use */
	struct flow flow;
};

/*
 * Entries of one stage, roughly in the order of their latest packets. A
 * packet does not move its flow, which would touch two more of them: one that
 * turns out to have had packets when it has become the oldest moves then.
 */
struct line {
	uint32_t oldest;
	uint32_t newest;
	size_t count;
};

enum { CHUNK_SHIFT = 9, CHUNK_FLOWS = 1 << CHUNK_SHIFT };

struct flow_store {
	size_t stride; /* bytes from one entry to the next */
	size_t extension_len[FLOW_EXTENSIONS];
	uint8_t **chunks;
	size_t chunk_count;
	struct slots slots;
	size_t count;
	uint32_t free; /* chained by newer */
	struct line lines[STAGE_COUNT];
};

/* What an entry takes, with its share of slots. */
size_t flow_store_entry_bytes(const size_t extension_len[FLOW_EXTENSIONS]);

/* False when out of memory. */
bool flow_store_init(struct flow_store *store,
                     const size_t extension_len[FLOW_EXTENSIONS]);
void flow_store_release(struct flow_store *store);

static inline struct entry *entry_at(const struct flow_store *store,
                                     uint32_t link)
{
	uint8_t *chunk = store->chunks[(link - 1) >> CHUNK_SHIFT];
	size_t index = (link - 1) & (CHUNK_FLOWS - 1);

	return (struct entry *)(void *)(chunk + index * store->stride);
}

/* 0 if there is none. */
uint32_t flow_store_find(const struct flow_store *store,
                         const struct flow_key *key, uint32_t hash);

/* The entry of a hash, most likely; NULL if it is not in its own slot. */
static inline const struct entry *
flow_store_guess(const struct flow_store *store, uint32_t hash)
{
	const struct slot *slot =
		&store->slots.at[slots_home(&store->slots, hash)];

	return slot->link && slot->hash == hash ? entry_at(store, slot->link)
	                                        : NULL;
}

/* Have the processor fetch what flow_store_find() will look at first, and
 * then what it will find. */
static inline void flow_store_fetch_slot(const struct flow_store *store,
                                         uint32_t hash)
{
	__builtin_prefetch(&store->slots.at[slots_home(&store->slots, hash)]);
}

void flow_store_fetch_entry(const struct flow_store *store, uint32_t hash);

/*
 * An entry that has its key, its hash and its extensions' places, all else
 * zero; it is in the line of attempts. There must be none of that key. 0 when
 * out of memory.
 */
uint32_t flow_store_add(struct flow_store *store, const struct flow_key *key,
                        uint32_t hash, uint64_t clock_ns);
void flow_store_remove(struct flow_store *store, uint32_t link);

/*
 * Remove everything, each entry's memory as soon as it has been visited: what
 * visitors make of flows may take the room that the flows had. In about the
 * order of their beginnings.
 */
void flow_store_empty(struct flow_store *store, void *self,
                      void (*visit)(void *self, struct flow *flow));

/* To the new end of a stage's line. */
void flow_store_move(struct flow_store *store, uint32_t link, enum stage stage,
                     uint64_t clock_ns);

#endif
