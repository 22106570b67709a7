#include "capture/block.h"

void block_clear(struct block *block, size_t shards)
{
	block->count = 0;
	block->completed_count = 0;
	block->work = NULL;
	for (size_t i = 0; i < shards; i++)
		block->chains[i] = (struct chain){ BLOCK_NONE, BLOCK_NONE };
}

bool block_has_room(const struct block *block)
{
	return block->count + DECODE_MAX_PACKETS <= BLOCK_PARCELS &&
	       block->completed_count + DECODE_MAX_PACKETS <= BLOCK_COMPLETED;
}

/* Only what was said of a fragment elsewhere is not in its frame. */
static uint16_t keep_completed(struct block *block, const struct packet *packet)
{
	if (!packet->fragmented)
		return BLOCK_NONE;
	block->completed[block->completed_count] = *packet;
	return (uint16_t)block->completed_count++;
}

static void chain_add(struct block *block, struct chain *chain, uint16_t index)
{
	block->parcels[index].next = BLOCK_NONE;
	if (chain->first == BLOCK_NONE)
		chain->first = index;
	else
		block->parcels[chain->last].next = index;
	chain->last = index;
}

void block_add(struct block *block, size_t shard, const struct frame *frame,
               size_t which, const struct packet *packet,
               const struct arrival *arrival)
{
	uint16_t index = (uint16_t)block->count++;

	__builtin_prefetch(&block->parcels[index + PARCELS_AHEAD], 1);
	block->parcels[index] = (struct parcel){
		.bytes = frame->bytes,
		.time_ns = frame->time_ns,
		.number = frame->number,
		.clock_ns = arrival->clock_ns,
		.hash = arrival->hash,
		.captured = frame->captured,
		.len = frame->len,
		.source_index = frame->source_index,
		.link_type = frame->link_type,
		.completed = keep_completed(block, packet),
		.which = (uint8_t)which,
	};
	chain_add(block, &block->chains[shard], index);
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

void block_deliver(const struct block *block, size_t shard,
                   const struct shard_listener *listener)
{
	struct group group;

	group.count = 0;
	for (uint16_t i = block->chains[shard].first; i != BLOCK_NONE;
	     i = block->parcels[i].next) {
		const struct parcel *parcel = &block->parcels[i];

		if (parcel->next != BLOCK_NONE)
			__builtin_prefetch(block->parcels[parcel->next].bytes);
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
