/*
 * Blocks: frames on their way from the reader to the shards. The inside of
 * shards.c.
 *
 * A block is room for bytes, and parcels that say where in it frames lie: each
 * shard has a row of them. A group is what one thread has decoded of it and
 * not yet passed on.
 */
#ifndef CAPTURE_BLOCK_H
#define CAPTURE_BLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/arrival.h"
#include "capture/decode.h"
#include "capture/shards.h"

enum {
	BLOCK_PARCELS = 512, /* of all shards together, */
	ROW_LEAST = 64,      /* but for each at least so many */
	BLOCK_BYTES = 64 * 1024,
	BLOCK_COMPLETED = 64, /* packets that differ from their frames */
	GROUP = 64, /* decoded at a time: they stay in the first cache */
	/*
	 * How far ahead of the one being filled parcels are fetched. A shard
	 * on another processor has read them last: to write to one means to
	 * take it away there first, and meanwhile not a single later write is
	 * done. Where the two processors share no cache that took the reader
	 * as long as everything else.
	 */
	PARCELS_AHEAD = 16,
	/* How far ahead of the one it decodes a shard fetches frames, which
	 * the reader's processor still has. */
	FRAMES_AHEAD = 8,
};

/* A packet on its way: the frame to find it in. A cache line. */
struct parcel {
	const uint8_t *bytes;
	uint64_t time_ns;
	uint64_t number;
	uint64_t clock_ns;
	uint64_t hash;
	uint32_t captured;
	uint32_t len;
	uint32_t source_index;
	int link_type;
	uint16_t completed; /* index of the packet itself, or BLOCK_NONE */
	uint8_t which;      /* of the frame's packets */
};

struct block {
	struct parcel *rows; /* by shard; borrowed */
	size_t row_len;
	size_t longest; /* row, by its parcels */
	size_t completed_count;
	uint16_t counts[SHARDS_MAX]; /* parcels, by shard */
	void (*work)(void *self); /* to be done behind the packets, or NULL */
	atomic_size_t pending;    /* shards that have not been through it */
	struct packet completed[BLOCK_COMPLETED];
	uint8_t room[BLOCK_BYTES];
};

/* Packets that one thread has decoded and not yet passed on. */
struct group {
	size_t count;
	struct arrival arrivals[GROUP];
	struct packet packets[GROUP + DECODE_MAX_PACKETS];
};

enum { BLOCK_NONE = UINT16_MAX /* no packet */ };

/* How many parcels to have room for. */
size_t block_parcels(size_t shards);

/* rows is room for block_parcels(), the caller's. */
void block_init(struct block *block, struct parcel *rows, size_t shards);

void block_clear(struct block *block, size_t shards);

bool block_is_empty(const struct block *block);

/* Whether there is room for the packets of one more frame. */
bool block_has_room(const struct block *block);

/* Add one of a frame's packets for a shard: as it is by now, or as the frame
 * has it where the arrival has no packet. */
void block_add(struct block *block, size_t shard, const struct frame *frame,
               size_t which, const struct arrival *arrival);

/* Decode a shard's packets and pass them on, a group at a time. */
void block_deliver(const struct block *block, size_t shard,
                   const struct shard_listener *listener);

void group_deliver(struct group *group, const struct shard_listener *listener);

#endif
