#include "capture/strays.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/packet_maker.h"

static struct error err;
static struct strays *strays;

static void setup(void)
{
	strays = strays_create(&err);
	cr_assert_not_null(strays, "%s", err.text);
}

static void teardown(void)
{
	strays_free(strays);
}

TestSuite(strays, .init = setup, .fini = teardown);

static bool put(uint64_t time_ns, uint16_t port)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.0.0.1", port, "10.0.0.2", 53);

	packet.time_ns = time_ns;
	return strays_put(strays, &packet, STRAY_HOME, 1);
}

/* The port of the one whose turn it is, 0 if it is nobody's. */
static unsigned take(uint64_t until_ns)
{
	struct stray *stray = strays_take(strays, until_ns);
	unsigned port = stray ? stray->packet.source_port : 0;

	if (stray)
		strays_give_back(strays, stray);
	return port;
}

Test(strays, their_turn_is_by_time_and_then_by_arrival)
{
	put(30, 1);
	put(10, 2);
	put(20, 3);
	put(10, 4);
	put(20, 5);
	cr_expect_eq(strays_count(strays), 5);
	cr_expect_eq(take(9), 0, "all are later");
	cr_expect_eq(take(20), 2);
	cr_expect_eq(take(20), 4);
	cr_expect_eq(take(20), 3);
	cr_expect_eq(take(20), 5);
	cr_expect_eq(take(20), 0, "one is later");
	cr_expect_eq(take(UINT64_MAX), 1);
	cr_expect_eq(strays_count(strays), 0);
}

Test(strays, there_is_room_for_so_many_and_again_once_one_is_given_back)
{
	struct stray *stray;

	for (unsigned i = 0; i < STRAYS_MAX; i++)
		cr_assert(put(STRAYS_MAX - i, (uint16_t)(i + 1)));
	cr_expect_not(put(1, 1));
	stray = strays_take(strays, UINT64_MAX);
	cr_expect_not(put(1, 1), "it is still looked at");
	strays_give_back(strays, stray);
	cr_expect(put(1, 7));
	cr_expect_eq(take(UINT64_MAX), 7);
	for (unsigned i = STRAYS_MAX - 1; i > 0; i--)
		cr_assert_eq(take(UINT64_MAX), i);
}

Test(strays, bytes_are_copied_as_far_as_a_common_frame_has_them)
{
	uint8_t frame[STRAY_BYTES + 500];
	struct packet packet =
		make_packet(TRANSPORT_GRE, "10.0.0.1", 0, "10.0.0.2", 0);
	const struct packet *kept;

	memset(frame, 'a', sizeof(frame));
	packet.ip = frame;
	packet.ip_captured = sizeof(frame);
	packet.payload = frame + 24;
	packet.payload_captured = sizeof(frame) - 24;
	packet.payload_len = sizeof(frame) - 24;
	cr_assert(strays_put(strays, &packet, STRAY_HOME, 1));
	memset(frame, 'b', sizeof(frame));
	kept = &strays_take(strays, UINT64_MAX)->packet;
	cr_expect_eq(kept->ip_captured, STRAY_BYTES);
	cr_expect_eq(kept->payload_captured, STRAY_BYTES - 24);
	cr_expect_eq(kept->payload_len, sizeof(frame) - 24);
	cr_expect_eq(kept->payload - kept->ip, 24);
	cr_expect_eq(kept->payload[kept->payload_captured - 1], 'a');
}

Test(strays, a_frame_without_a_datagram_keeps_its_payload)
{
	const uint8_t bytes[] = { 1, 2, 3 };
	struct packet packet = { .family = FAMILY_LAYER2,
		                 .payload = bytes,
		                 .payload_captured = sizeof(bytes) };
	const struct packet *kept;

	cr_assert(strays_put(strays, &packet, STRAY_HOME, 1));
	kept = &strays_take(strays, UINT64_MAX)->packet;
	cr_expect_eq(kept->payload_captured, 3);
	cr_expect_neq(kept->payload, bytes);
	cr_expect_eq(memcmp(kept->payload, bytes, 3), 0);
}
