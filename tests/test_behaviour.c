#include <criterion/criterion.h>
#include <string.h>

#include "classify/behaviour.h"
#include "tests/packet_maker.h"

static const uint64_t MS = 1000000;

static struct behaviour_pools pools;

static void begin(void)
{
	behaviour_pools_init(&pools);
}

static void end(void)
{
	behaviour_pools_release(&pools);
}

TestSuite(behaviour, .init = begin, .fini = end);

/* A conversation that is fed packet by packet, with a clock of its own. */
struct talk {
	struct flow flow;
	struct behaviour_state state;
	uint64_t now_ns;
	uint32_t id;
};

static struct talk talk_of(uint8_t transport)
{
	struct talk talk = { .now_ns = 1000 * MS };

	talk.flow.key.transport = transport;
	talk.flow.key.family = FAMILY_IPV4;
	return talk;
}

static void say(struct talk *talk, enum direction direction, uint32_t len,
                uint64_t after_us)
{
	struct packet packet = make_packet(talk->flow.key.transport, "10.0.0.1",
	                                   40000, "10.0.0.2", 5000);

	talk->now_ns += after_us * 1000;
	packet.time_ns = talk->now_ns;
	packet.payload_len = len;
	packet.ip_len = len + 28;
	packet.fragment_id = ++talk->id;
	talk->flow.packets[direction]++;
	talk->flow.bytes[direction] += packet.ip_len;
	behaviour_add(&talk->state, &pools, &talk->flow, direction, &packet);
}

/* A number from 0 to below, the same in every run. */
static uint32_t noise(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

static bool shows(const struct talk *talk, enum behaviour behaviour)
{
	return behaviour_of(&talk->state, &talk->flow) & behaviour;
}

Test(behaviour, a_call_is_isochronous)
{
	struct talk talk = talk_of(TRANSPORT_UDP);
	uint32_t seed = 1;

	for (unsigned i = 0; i < 100; i++) {
		say(&talk, TO_SERVER, 172, 6000 + noise(&seed, 2000));
		say(&talk, TO_CLIENT, 172, 13000 + noise(&seed, 2000));
	}
	cr_expect(shows(&talk, BEHAVIOUR_ISOCHRONOUS));
	cr_expect(shows(&talk, BEHAVIOUR_INTERACTIVE));
}

Test(behaviour, one_direction_is_enough_for_an_isochronous_stream)
{
	struct talk talk = talk_of(TRANSPORT_UDP);

	for (unsigned i = 0; i < 30; i++)
		say(&talk, TO_CLIENT, 300, 40000);
	cr_expect(shows(&talk, BEHAVIOUR_ISOCHRONOUS));
}

Test(behaviour, video_frames_of_several_packets_are_one_tick)
{
	struct rhythm rhythm = { 0 };
	uint64_t now_ns = MS;

	for (unsigned frame = 0; frame < 40; frame++) {
		for (unsigned i = 0; i < 5; i++)
			rhythm_add(&rhythm, now_ns + i * 100000, 900);
		now_ns += 33 * MS;
	}
	cr_expect_eq(rhythm.ticks, 40);
	cr_expect(rhythm_beat(&rhythm).steady);
}

Test(behaviour, a_download_is_not_isochronous)
{
	static const struct {
		const char *name;
		uint8_t transport;
		uint32_t len;
		uint32_t pause_us;
	} cases[] = {
		{ "a backup at full speed", TRANSPORT_TCP, 1448, 12 },
		{ "a backup on a slow line", TRANSPORT_TCP, 1448, 12000 },
		{ "a paced video download", TRANSPORT_UDP, 1252, 5000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct talk talk = talk_of(cases[i].transport);

		for (unsigned n = 0; n < 400; n++) {
			say(&talk, TO_CLIENT, cases[i].len, cases[i].pause_us);
			if (n % 2)
				say(&talk, TO_SERVER, 0, 10);
		}
		cr_expect_not(shows(&talk, BEHAVIOUR_ISOCHRONOUS), "%s",
		              cases[i].name);
		cr_expect_not(shows(&talk, BEHAVIOUR_INTERACTIVE), "%s",
		              cases[i].name);
	}
}

/* Arrivals without a rhythm: a person typing, many users behind one flow. */
Test(behaviour, random_arrivals_are_not_isochronous)
{
	struct talk talk = talk_of(TRANSPORT_UDP);
	uint32_t seed = 7;

	for (unsigned i = 0; i < 300; i++) {
		/* Roughly exponential: a product of two uniform numbers. */
		uint32_t pause = noise(&seed, 400) * noise(&seed, 400);

		say(&talk, TO_SERVER, 100, pause + 1000);
	}
	cr_expect_not(shows(&talk, BEHAVIOUR_ISOCHRONOUS));
}

Test(behaviour, a_game_is_interactive)
{
	struct talk talk = talk_of(TRANSPORT_UDP);
	uint32_t seed = 3;

	for (unsigned i = 0; i < 60; i++) {
		say(&talk, TO_SERVER, 40 + noise(&seed, 60), 9000);
		if (i % 3)
			say(&talk, TO_CLIENT, 100 + noise(&seed, 400), 7000);
		else
			say(&talk, TO_SERVER, 40, 8000);
	}
	cr_expect(shows(&talk, BEHAVIOUR_INTERACTIVE));
	cr_expect_not(shows(&talk, BEHAVIOUR_LOCKSTEP));
}

Test(behaviour, requests_and_answers_in_turn_are_lockstep_and_no_game)
{
	struct talk talk = talk_of(TRANSPORT_UDP);

	for (unsigned i = 0; i < 60; i++) {
		say(&talk, TO_SERVER, 60, 200);
		say(&talk, TO_CLIENT, 90, 20000);
	}
	cr_expect(shows(&talk, BEHAVIOUR_LOCKSTEP));
	cr_expect_not(shows(&talk, BEHAVIOUR_INTERACTIVE));
	cr_expect_not(shows(&talk, BEHAVIOUR_ISOCHRONOUS));
}

Test(behaviour, a_resolver_shows_no_behaviour)
{
	struct talk talk = talk_of(TRANSPORT_UDP);

	for (unsigned i = 0; i < 4; i++) {
		say(&talk, TO_SERVER, 40, 1000);
		say(&talk, TO_CLIENT, 120, 8000);
	}
	cr_expect_eq(behaviour_of(&talk.state, &talk.flow), 0);
}

Test(behaviour, what_comes_every_minute_is_periodic_and_nothing_else)
{
	static const uint32_t seconds[] = { 1, 5, 64, 600 };

	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		struct talk talk = talk_of(TRANSPORT_UDP);

		for (unsigned n = 0; n < 8; n++) {
			say(&talk, TO_SERVER, 48,
			    (uint64_t)seconds[i] * 1000000);
			say(&talk, TO_CLIENT, 48, 3000);
		}
		cr_expect(shows(&talk, BEHAVIOUR_PERIODIC), "%u s", seconds[i]);
		cr_expect_not(shows(&talk, BEHAVIOUR_ISOCHRONOUS));
	}
}

Test(behaviour, a_call_is_not_periodic)
{
	struct talk talk = talk_of(TRANSPORT_UDP);

	for (unsigned i = 0; i < 100; i++)
		say(&talk, TO_SERVER, 172, 20000);
	cr_expect_not(shows(&talk, BEHAVIOUR_PERIODIC));
}

/* A segment of a TCP conversation at an absolute time. */
static void segment(struct talk *talk, enum direction direction, uint32_t seq,
                    uint32_t len, uint32_t ack, uint64_t at_ms)
{
	struct packet packet =
		make_tcp("10.0.0.1", 40000, "10.0.0.2", 443, TCP_ACK);

	packet.time_ns = at_ms * MS;
	packet.tcp_seq = seq;
	packet.tcp_ack = ack;
	packet.payload_len = len;
	packet.ip_len = len + 40;
	packet.fragment_id = ++talk->id;
	talk->flow.packets[direction]++;
	behaviour_add(&talk->state, &pools, &talk->flow, direction, &packet);
}

Test(behaviour, a_full_segment_sent_again_and_again_is_a_black_hole)
{
	struct talk talk = talk_of(TRANSPORT_TCP);

	segment(&talk, TO_SERVER, 1000, 100, 5000, 1);
	segment(&talk, TO_CLIENT, 5000, 0, 1100, 2);
	for (unsigned i = 0; i < 5; i++)
		segment(&talk, TO_CLIENT, 5000, 1448, 1100, 10 + i * 300);
	cr_expect(shows(&talk, BEHAVIOUR_BLACK_HOLE));
}

Test(behaviour, a_lost_segment_that_arrives_in_the_end_is_no_black_hole)
{
	struct talk talk = talk_of(TRANSPORT_TCP);

	segment(&talk, TO_SERVER, 1000, 100, 5000, 1);
	for (unsigned i = 0; i < 5; i++)
		segment(&talk, TO_CLIENT, 5000, 1448, 1100, 10 + i * 300);
	segment(&talk, TO_SERVER, 1100, 0, 6448, 2000);
	cr_expect_not(shows(&talk, BEHAVIOUR_BLACK_HOLE));
}

Test(behaviour, small_segments_sent_again_are_a_dead_host_and_no_black_hole)
{
	struct talk talk = talk_of(TRANSPORT_TCP);

	segment(&talk, TO_SERVER, 1000, 100, 5000, 1);
	segment(&talk, TO_CLIENT, 5000, 10, 1100, 2);
	for (unsigned i = 0; i < 5; i++)
		segment(&talk, TO_SERVER, 1100, 100, 5010, 10 + i * 300);
	cr_expect_not(shows(&talk, BEHAVIOUR_BLACK_HOLE));
}

Test(behaviour, overtaken_segments_are_reordering_and_repeated_ones_are_not)
{
	struct talk overtaken = talk_of(TRANSPORT_TCP);
	struct talk repeated = talk_of(TRANSPORT_TCP);

	for (uint32_t i = 0; i < 10; i++) {
		uint32_t seq = 1000 + i * 200;

		segment(&overtaken, TO_SERVER, seq + 100, 100, 1, i * 50);
		segment(&overtaken, TO_SERVER, seq, 100, 1, i * 50 + 1);
		segment(&repeated, TO_SERVER, seq, 100, 1, i * 50);
		segment(&repeated, TO_SERVER, seq, 100, 1, i * 50 + 20);
	}
	cr_expect(shows(&overtaken, BEHAVIOUR_REORDERED));
	cr_expect_not(shows(&repeated, BEHAVIOUR_REORDERED));
}

Test(behaviour, acknowledgements_of_data_never_seen_are_a_one_way_mirror)
{
	struct talk talk = talk_of(TRANSPORT_TCP);
	struct talk silent = talk_of(TRANSPORT_TCP);

	for (uint32_t i = 0; i < 6; i++) {
		segment(&talk, TO_SERVER, 1000 + i, 1, 5000 + i * 1000, i);
		segment(&silent, TO_SERVER, 1000, 1, 5000, i * 500);
	}
	cr_expect(shows(&talk, BEHAVIOUR_ONE_WAY));
	cr_expect_not(shows(&silent, BEHAVIOUR_ONE_WAY),
	              "nobody answers a scan");
}

Test(behaviour, the_same_datagram_twice_is_a_doubled_mirror)
{
	struct talk talk = talk_of(TRANSPORT_UDP);
	struct talk single = talk_of(TRANSPORT_UDP);

	for (unsigned i = 0; i < 10; i++) {
		say(&talk, TO_SERVER, 100, 10000);
		talk.id--; /* the next has the same identification */
		say(&talk, TO_SERVER, 100, 300);
		say(&single, TO_SERVER, 100, 300);
	}
	cr_expect(shows(&talk, BEHAVIOUR_DUPLICATED));
	cr_expect_not(shows(&single, BEHAVIOUR_DUPLICATED));
}

Test(behaviour, a_datagram_that_no_link_carries_was_captured_too_early)
{
	struct talk talk = talk_of(TRANSPORT_TCP);
	struct talk jumbo = talk_of(TRANSPORT_TCP);

	say(&talk, TO_SERVER, 30000, 1);
	say(&jumbo, TO_SERVER, 8960, 1);
	cr_expect(shows(&talk, BEHAVIOUR_OFFLOADED));
	cr_expect_not(shows(&jumbo, BEHAVIOUR_OFFLOADED));
}

Test(behaviour, every_behaviour_has_a_name)
{
	unsigned bit = 1;

	for (; behaviour_name(bit); bit <<= 1)
		cr_expect(strlen(behaviour_name(bit)) > 0);
	cr_expect_eq(bit >> 1, BEHAVIOUR_OFFLOADED);
}

Test(behaviour, what_a_flow_does_not_need_is_not_taken)
{
	struct talk once = talk_of(TRANSPORT_UDP);
	struct talk twice = talk_of(TRANSPORT_UDP);

	say(&once, TO_SERVER, 100, 1000);
	say(&once, TO_CLIENT, 100, 1000);
	cr_expect_null(once.state.rhythm[TO_SERVER]);
	cr_expect_null(once.state.rhythm[TO_CLIENT]);
	cr_expect_null(once.state.stream);
	say(&twice, TO_SERVER, 100, 1000);
	say(&twice, TO_SERVER, 200, 50000);
	cr_assert_not_null(twice.state.rhythm[TO_SERVER]);
	cr_expect_null(twice.state.rhythm[TO_CLIENT]);
	cr_expect_eq(twice.state.rhythm[TO_SERVER]->payloads, 2);
	cr_expect_eq(twice.state.rhythm[TO_SERVER]->bytes, 300);
	cr_expect_eq(rhythm_mean_ms(twice.state.rhythm[TO_SERVER]), 50);
	behaviour_fetch(&twice.state);
	behaviour_end(&once.state, &pools);
	behaviour_end(&twice.state, &pools);
}
