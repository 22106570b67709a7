#include <criterion/criterion.h>
#include <stdlib.h>

#include "capture/hash.h"
#include "capture/shards.h"
#include "tests/packet_maker.h"

enum { FLOWS = 97, PACKETS = 40000 };

/* What one shard saw: by flow, how many, and that they came in order. */
struct witness {
	size_t count;
	uint64_t seen[FLOWS];
	uint64_t digest;
	size_t out_of_order;
	uint32_t captured; /* of the latest packet */
	uint32_t payload_captured;
	ptrdiff_t payload_at;
};

static struct error err;

/* A packet's flow is its source port; frame numbers rise within it. */
static void witness(void *self, const struct packet *packet, uint64_t clock_ns)
{
	struct witness *witness = self;
	unsigned flow = packet->source_port % FLOWS;
	const uint8_t *bytes = packet->ip ? packet->ip : packet->payload;

	witness->out_of_order += packet->frame_number <= witness->seen[flow];
	witness->seen[flow] = packet->frame_number;
	witness->count++;
	witness->captured =
		packet->ip ? packet->ip_captured : packet->payload_captured;
	witness->payload_captured = packet->payload_captured;
	witness->payload_at = packet->payload ? packet->payload - bytes : -1;
	witness->digest +=
		hash_bytes(packet->frame_number ^ clock_ns, bytes,
	                   witness->captured) +
		hash_bytes(1, packet->payload, packet->payload_captured);
}

static struct shards *start(struct witness *witnesses, size_t count)
{
	struct shard_listener listeners[SHARDS_MAX];
	struct shards *shards;

	for (size_t i = 0; i < count; i++)
		listeners[i] = (struct shard_listener){ .self = &witnesses[i],
			                                .packet = witness };
	shards = shards_create(listeners, count, &err);
	cr_assert_not_null(shards, "%s", err.text);
	return shards;
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
		packet.payload = buffer + 28;
		packet.payload_captured = len - 28;
		packet.frame_number = i;
		shards_packet(shards, &packet, i * 3);
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

	shards_packet(shards, &query, 1);
	shards_packet(shards, &answer, 2);
	shards_packet(shards, &error, 3);
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

/* A packet of a frame that was captured whole, however long it is. */
static struct packet huge(const uint8_t *bytes, uint32_t len, uint32_t header)
{
	struct packet packet =
		make_packet(TRANSPORT_TCP, "10.0.0.1", 1, "10.0.0.2", 2);

	packet.ip = bytes;
	packet.ip_captured = len;
	packet.ip_len = len;
	packet.payload = bytes + header;
	packet.payload_captured = len - header;
	packet.payload_len = len - header;
	packet.frame_number = 1;
	return packet;
}

Test(shards, a_frame_larger_than_a_batch_is_cut_alike_with_and_without_threads)
{
	enum { LEN = 256 * 1024 };
	static const struct {
		uint32_t len;
		uint32_t header;
		uint32_t captured;
		uint32_t payload_captured;
		ptrdiff_t payload_at;
	} cases[] = {
		{ SHARDS_PACKET_BYTES - 1, 40, SHARDS_PACKET_BYTES - 1,
		  SHARDS_PACKET_BYTES - 41, 40 },
		{ SHARDS_PACKET_BYTES, 40, SHARDS_PACKET_BYTES,
		  SHARDS_PACKET_BYTES - 40, 40 },
		{ SHARDS_PACKET_BYTES + 1, 40, SHARDS_PACKET_BYTES,
		  SHARDS_PACKET_BYTES - 40, 40 },
		{ LEN, 40, SHARDS_PACKET_BYTES, SHARDS_PACKET_BYTES - 40, 40 },
		{ LEN, LEN - 8, SHARDS_PACKET_BYTES, 0, SHARDS_PACKET_BYTES },
		{ LEN, 0, SHARDS_PACKET_BYTES, SHARDS_PACKET_BYTES, 0 },
	};
	uint8_t *bytes = calloc(1, LEN);

	for (size_t count = 1; count <= 2; count++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			struct witness seen[2] = { 0 };
			struct shards *shards = start(seen, count);
			struct packet packet =
				huge(bytes, cases[i].len, cases[i].header);
			const struct witness *one;

			shards_packet(shards, &packet, 1);
			shards_packet(shards, &packet, 2);
			shards_wait(shards);
			one = &seen[seen[0].count ? 0 : 1];
			cr_expect_eq(one->count, 2, "%zu: %zu", count, i);
			cr_expect_eq(one->captured, cases[i].captured,
			             "%zu: %zu", count, i);
			cr_expect_eq(one->payload_captured,
			             cases[i].payload_captured, "%zu: %zu",
			             count, i);
			cr_expect_eq(one->payload_at, cases[i].payload_at,
			             "%zu: %zu", count, i);
			shards_free(shards);
		}
	}
	free(bytes);
}

Test(shards, a_frame_without_ip_is_cut_as_well)
{
	enum { LEN = 200 * 1024 };
	uint8_t *bytes = calloc(1, LEN);
	struct packet frame = make_frame(0x88cc, 1, 2);

	frame.payload = bytes;
	frame.payload_captured = LEN;
	frame.payload_len = LEN;
	for (size_t count = 1; count <= 2; count++) {
		struct witness seen[2] = { 0 };
		struct shards *shards = start(seen, count);

		shards_packet(shards, &frame, 1);
		shards_free(shards);
		cr_expect_eq(seen[0].count + seen[1].count, 1);
		cr_expect_eq(seen[0].captured + seen[1].captured,
		             SHARDS_PACKET_BYTES);
	}
	free(bytes);
}

Test(shards, a_packet_without_bytes_is_a_packet)
{
	struct witness seen[2] = { 0 };
	struct shards *shards = start(seen, 2);
	struct packet packet = make_frame(0x88cc, 1, 2);

	shards_packet(shards, &packet, 1);
	shards_free(shards);
	shards_free(NULL);
	cr_expect_eq(seen[0].count + seen[1].count, 1);
}
