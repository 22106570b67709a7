#include "capture/block.h"

#include <string.h>

#include "capture/cache.h"

static size_t row_len(size_t shards)
{
	size_t len = BLOCK_PARCELS / shards;

	return len > ROW_LEAST ? len : ROW_LEAST;
}

size_t block_parcels(size_t shards)
{
	return shards * row_len(shards) + PARCELS_AHEAD;
}

void block_init(struct block *block, struct parcel *rows, size_t shards)
{
	block->rows = rows;
	block->row_len = row_len(shards);
	atomic_init(&block->pending, 0);
	block_clear(block, shards);
}

void block_clear(struct block *block, size_t shards)
{
	block->longest = 0;
	block->completed_count = 0;
	block->work = NULL;
	memset(block->counts, 0, shards * sizeof(block->counts[0]));
}

bool block_is_empty(const struct block *block)
{
	return !block->longest;
}

bool block_has_room(const struct block *block)
{
	return block->longest + DECODE_MAX_PACKETS <= block->row_len &&
	       block->completed_count + DECODE_MAX_PACKETS <= BLOCK_COMPLETED;
}

/* Only what was said of a fragment elsewhere is not in its frame. */
static uint16_t keep_completed(struct block *block, const struct packet *packet)
{
	if (!packet || !packet->fragmented)
		return BLOCK_NONE;
	block->completed[block->completed_count] = *packet;
	return (uint16_t)block->completed_count++;
}

void block_add(struct block *block, size_t shard, const struct frame *frame,
               size_t which, const struct arrival *arrival)
{
	size_t count = block->counts[shard]++;
	struct parcel *parcel = &block->rows[shard * block->row_len + count];

	__builtin_prefetch(parcel + PARCELS_AHEAD, 1);
	if (block->longest == count)
		block->longest++;
	*parcel = (struct parcel){
		.bytes = frame->bytes,
		.time_ns = frame->time_ns,
		.number = frame->number,
		.clock_ns = arrival->clock_ns,
		.hash = arrival->hash,
		.captured = frame->captured,
		.len = frame->len,
		.source_index = frame->source_index,
		.link_type = frame->link_type,
		.completed = keep_completed(block, arrival->packet),
		.which = (uint8_t)which,
	};
}

void group_deliver(struct group *group, const struct shard_listener *listener)
{
	if (group->count)
		listener->arrived(listener->self, group->arrivals,
		                  group->count);
	group->count = 0;
}

/* The packet of a parcel, behind those that are in the group. */
static const struct packet *unpack(struct group *group,
                                   const struct block *block,
                                   const struct parcel *parcel)
{
	struct packet *packets = &group->packets[group->count];
	struct packet several[DECODE_MAX_PACKETS];
	const struct frame frame = {
		.bytes = parcel->bytes,
		.captured = parcel->captured,
		.len = parcel->len,
		.link_type = parcel->link_type,
		.time_ns = parcel->time_ns,
		.number = parcel->number,
		.source_index = parcel->source_index,
	};

	if (parcel->completed != BLOCK_NONE)
		return &block->completed[parcel->completed];
	if (parcel->which == 0) {
		packet_decode(packets, &frame);
		return packets;
	}
	packet_decode(several, &frame);
	*packets = several[parcel->which];
	return packets;
}

/* Have the processor fetch the headers of a parcel's frame. */
static void fetch_frame(const struct parcel *parcel)
{
	__builtin_prefetch(parcel->bytes);
	__builtin_prefetch(parcel->bytes + CACHE_LINE);
}

void block_deliver(const struct block *block, size_t shard,
                   const struct shard_listener *listener)
{
	const struct parcel *row = &block->rows[shard * block->row_len];
	size_t count = block->counts[shard];
	struct group group;

	group.count = 0;
	for (size_t i = 0; i < count + FRAMES_AHEAD; i++) {
		const struct parcel *parcel;

		if (i < count)
			fetch_frame(&row[i]);
		if (i < FRAMES_AHEAD)
			continue;
		parcel = &row[i - FRAMES_AHEAD];
		group.arrivals[group.count] = (struct arrival){
			.packet = unpack(&group, block, parcel),
			.clock_ns = parcel->clock_ns,
			.hash = parcel->hash,
		};
		if (++group.count == GROUP)
			group_deliver(&group, listener);
	}
	group_deliver(&group, listener);
	if (block->work)
		block->work(listener->self);
}
