#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "capture/hash.h"
#include "capture/shards.h"
#include "capture/source.h"
#include "tests/datagram_maker.h"
#include "tests/thread_limit.h"

enum { FLOWS = 97, PACKETS = 40000, SEED = 5 };

/* What one shard saw: by flow, how many, and that they came in order. */
struct witness {
	size_t count;
	uint64_t seen[FLOWS];
	uint64_t digest;
	size_t out_of_order;
	size_t worked;
	atomic_int callers; /* at this moment */
	int most_callers;
};

static struct error err;

/* A packet's flow is its source port; frame numbers rise within it. */
static void witness(void *self, const struct arrival *arrivals, size_t count)
{
	struct witness *witness = self;
	int callers = atomic_fetch_add(&witness->callers, 1) + 1;

	if (callers > witness->most_callers)
		witness->most_callers = callers;
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
	atomic_fetch_sub(&witness->callers, 1);
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

/* As a source and an audit would: into the block's room, and decoded. ports,
 * if not 0, is what somebody knows of a fragment. */
static void queue(struct shards *shards, const void *bytes, uint32_t len,
                  uint64_t number, uint16_t ports)
{
	static size_t used; /* of the block's room */
	struct packet *slots = shards_slots(shards);
	struct frame frame = { .captured = len,
		               .len = len,
		               .link_type = LINK_RAW_IPV4,
		               .number = number };
	size_t room_len;
	uint8_t *room = shards_room(shards, false, &room_len);
	struct decode_result result;

	if (!slots || len > room_len - used) {
		shards_push(shards);
		slots = shards_slots(shards);
		room = shards_room(shards, false, &room_len);
		used = 0;
	}
	frame.bytes = memcpy(room + used, bytes, len);
	used += len;
	result = packet_decode(slots, &frame);
	cr_assert_eq(result.outcome, DECODED_OK);
	if (ports) {
		slots->has_ports = true;
		slots->source_port = ports;
		slots->target_port = ports;
	}
	shards_add(shards, &frame, result.count, number * 3);
}

static void queue_shape(struct shards *shards, const struct packet *shape,
                        size_t payload, uint64_t number)
{
	static const uint8_t zeroes[MADE_MAX];
	struct made made;

	make_datagram(&made, shape, zeroes, payload);
	queue(shards, made.bytes, made.len, number, 0);
}

static void feed(struct shards *shards, size_t count)
{
	for (uint64_t i = 1; i <= count; i++) {
		struct packet shape =
			make_packet(TRANSPORT_UDP, "10.0.0.1",
		                    (uint16_t)(1 + i % FLOWS), "10.0.0.2", 53);

		queue_shape(shards, &shape, hash_mix(i) % 1400, i);
	}
}

Test(shards, however_many_share_the_work_they_see_the_same_packets_in_order)
{
	static const size_t counts[] = { 1, 2, 4, 8 };
	uint64_t digest = 0;

	for (size_t n = 0; n < sizeof(counts) / sizeof(counts[0]); n++) {
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
			cr_expect_eq(seen[i].most_callers, 1, "%zu", counts[n]);
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
	struct made quoted;
	struct made error = { .len = 0 };
	size_t listeners = 0;

	queue_shape(shards, &query, 0, 1);
	queue_shape(shards, &answer, 0, 2);
	/* Fragmentation needed, by a router. */
	make_datagram(&quoted, &query, NULL, 0);
	made_put_uint(&error, 0x45000000 | (20 + 8 + quoted.len), 4);
	made_put_uint(&error, 0, 4);
	made_put_uint(&error, 0x40010000, 4);
	made_put_uint(&error, 0x0a0000fe, 4);
	made_put_uint(&error, 0x0a000001, 4);
	made_put_uint(&error, 0x03040000, 4);
	made_put_uint(&error, 576, 4);
	made_put(&error, quoted.bytes, quoted.len);
	queue(shards, error.bytes, error.len, 3, 0);
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

/* A later fragment has no ports but those that its first told. */
Test(shards, what_was_said_of_a_fragment_comes_with_it)
{
	static const uint8_t fragment[28] = { 0x45, 0, 0,  28, 0, 7,  0,
		                              3,    9, 17, 0,  0, 10, 0,
		                              0,    1, 10, 0,  0, 2 };

	for (size_t count = 1; count <= 2; count++) {
		struct witness seen[2] = { 0 };
		struct shards *shards = start(seen, count);

		for (uint64_t i = 1; i <= 300; i++)
			queue(shards, fragment, sizeof(fragment), i, 33);
		shards_wait(shards);
		cr_expect_eq(seen[0].count + seen[1].count, 300);
		cr_expect_eq(seen[0].seen[33] + seen[1].seen[33], 300);
		cr_expect_eq(seen[0].out_of_order + seen[1].out_of_order, 0);
		shards_free(shards);
		shards_free(NULL);
	}
}

/* One room for all blocks, which wait for it. */
Test(shards, large_room_is_large_and_comes_back)
{
	for (size_t count = 1; count <= 2; count++) {
		struct witness seen[2] = { 0 };
		struct shards *shards = start(seen, count);
		size_t len;

		for (uint8_t i = 0; i < 50; i++) {
			uint8_t *room = shards_room(shards, true, &len);

			cr_assert_eq(len, SOURCE_ROOM);
			memset(room, i, len);
			shards_push(shards);
			feed(shards, 10);
		}
		shards_free(shards);
		cr_expect_eq(seen[0].count + seen[1].count, 500);
	}
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

Test(shards, without_threads_there_is_a_sentence)
{
	struct witness seen[2] = { 0 };
	const struct shard_listener listeners[] = {
		{ .self = &seen[0], .arrived = witness },
		{ .self = &seen[1], .arrived = witness },
	};

	deny_threads();
	cr_expect_null(shards_create(listeners, 2, SEED, &err));
	allow_threads();
	cr_expect_str_eq(err.text, "cannot start a worker thread");
}
