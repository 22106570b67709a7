#include <criterion/criterion.h>
#include <stdlib.h>

#include "capture/hash.h"
#include "capture/shards.h"
#include "tests/packet_maker.h"

enum { FLOWS = 97, PACKETS = 40000, SEED = 5 };

/* What one shard saw: by flow, how many, and that they came in order. */
struct witness {
	size_t count;
	uint64_t seen[FLOWS];
	uint64_t digest;
	size_t out_of_order;
	size_t worked;
};

static struct error err;

/* A packet's flow is its source port; frame numbers rise within it. */
static void witness(void *self, const struct arrival *arrivals, size_t count)
{
	struct witness *witness = self;

	for (size_t i = 0; i < count; i++) {
		const struct packet *packet = arrivals[i].packet;
		unsigned flow = packet->source_port % FLOWS;

		witness->out_of_order +=
			packet->frame_number <= witness->seen[flow];
		witness->seen[flow] = packet->frame_number;
		witness->count++;
		witness->digest +=
			hash_bytes(packet->frame_number ^ arrivals[i].clock_ns,
		                   packet->ip, packet->ip_captured);
		cr_expect_eq(arrivals[i].hash, flow_hash(packet, SEED));
	}
}

static struct shards *start(struct witness *witnesses, size_t count)
{
	struct shard_listener listeners[SHARDS_MAX];
	struct shards *shards;

	for (size_t i = 0; i < count; i++)
		listeners[i] = (struct shard_listener){ .self = &witnesses[i],
			                                .arrived = witness };
	shards = shards_create(listeners, count, SEED, &err);
	cr_assert_not_null(shards, "%s", err.text);
	return shards;
}

/* Into the block's room, as a source would. */
static void queue(struct shards *shards, struct packet packet,
                  uint64_t clock_ns)
{
	static size_t used; /* of the block's room */
	struct packet *slots = shards_slots(shards);
	uint8_t *room;
	size_t len;

	room = shards_room(shards, &len);
	if (!slots || packet.ip_captured > len - used) {
		shards_push(shards);
		slots = shards_slots(shards);
		room = shards_room(shards, &len);
		used = 0;
	}
	*slots = packet;
	if (packet.ip)
		slots->ip = memcpy(room + used, packet.ip, packet.ip_captured);
	used += packet.ip_captured;
	shards_add(shards, 1, clock_ns);
}

/* The reader's buffer is used again for every packet. */
static void feed(struct shards *shards, size_t count)
{
	uint8_t buffer[1500];

	for (uint64_t i = 1; i <= count; i++) {
		struct packet packet =
			make_packet(TRANSPORT_UDP, "10.0.0.1",
		                    (uint16_t)(1 + i % FLOWS), "10.0.0.2", 53);
		uint32_t len = 28 + (uint32_t)(hash_mix(i) % 1400);

		memset(buffer, (int)i, len);
		packet.ip = buffer;
		packet.ip_captured = len;
		packet.frame_number = i;
		queue(shards, packet, i * 3);
	}
}

Test(shards, however_many_share_the_work_they_see_the_same_packets_in_order)
{
	static const size_t counts[] = { 1, 2, 4 };
	uint64_t digest = 0;

	for (size_t n = 0; n < 3; n++) {
		struct witness *seen = calloc(counts[n], sizeof(*seen));
		struct shards *shards = start(seen, counts[n]);
		struct witness all = { 0 };

		feed(shards, PACKETS);
		shards_free(shards);
		for (size_t i = 0; i < counts[n]; i++) {
			all.count += seen[i].count;
			all.digest += seen[i].digest;
			all.out_of_order += seen[i].out_of_order;
			cr_expect_gt(seen[i].count, 0);
		}
		if (n == 0)
			digest = all.digest;
		cr_expect_eq(all.count, PACKETS, "%zu", counts[n]);
		cr_expect_eq(all.digest, digest, "%zu", counts[n]);
		cr_expect_eq(all.out_of_order, 0, "%zu", counts[n]);
		free(seen);
	}
}

Test(shards, a_flow_its_answers_and_its_errors_reach_one_listener)
{
	struct witness seen[4] = { 0 };
	struct shards *shards = start(seen, 4);
	struct packet query =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 53);
	struct packet answer = make_reply(&query);
	struct packet error = make_icmp_error(&query, "10.0.0.254", 3, 4);
	size_t listeners = 0;

	queue(shards, query, 1);
	queue(shards, answer, 2);
	queue(shards, error, 3);
	shards_wait(shards);
	for (size_t i = 0; i < 4; i++) {
		cr_expect(seen[i].count == 0 || seen[i].count == 3);
		listeners += seen[i].count > 0;
	}
	cr_expect_eq(listeners, 1);
	shards_free(shards);
}

Test(shards, whoever_waits_sees_everything_so_far)
{
	struct witness seen[3] = { 0 };
	struct shards *shards = start(seen, 3);

	shards_wait(shards); /* for nothing */
	for (size_t round = 1; round <= 50; round++) {
		size_t total = 0;

		feed(shards, 777);
		shards_wait(shards);
		for (size_t i = 0; i < 3; i++)
			total += seen[i].count;
		cr_expect_eq(total, round * 777);
	}
	shards_free(shards);
}

Test(shards, a_packet_without_bytes_is_a_packet)
{
	struct witness seen[2] = { 0 };
	struct shards *shards = start(seen, 2);

	queue(shards, make_frame(0x88cc, 1, 2), 1);
	shards_free(shards);
	shards_free(NULL);
	cr_expect_eq(seen[0].count + seen[1].count, 1);
}

static void meet(void *self)
{
	struct witness *witness = self;

	witness->worked = witness->count;
}

Test(shards, work_is_done_by_every_thread_behind_all_packets)
{
	for (size_t count = 1; count <= 3; count++) {
		struct witness seen[3] = { 0 };
		struct shards *shards = start(seen, count);
		size_t worked = 0;

		feed(shards, 5000);
		shards_run(shards, meet);
		for (size_t i = 0; i < count; i++)
			worked += seen[i].worked;
		cr_expect_eq(worked, 5000, "%zu", count);
		feed(shards, 5);
		shards_run(shards, meet);
		worked = 0;
		for (size_t i = 0; i < count; i++)
			worked += seen[i].worked;
		cr_expect_eq(worked, 5005, "%zu", count);
		shards_free(shards);
	}
}
