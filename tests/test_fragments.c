#include <criterion/criterion.h>

#include "capture/fragments.h"
#include "tests/packet_maker.h"

static const uint64_t second = 1000000000;

static struct error err;
static struct fragments *fragments;

static void setup(void)
{
	fragments = fragments_create(&err);
	cr_assert_not_null(fragments, "%s", err.text);
}

static void teardown(void)
{
	fragments_free(fragments);
}

TestSuite(fragments, .init = setup, .fini = teardown);

static struct packet first_of(uint32_t id)
{
	struct packet first =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 2049);

	first.time_ns = 100 * second;
	first.fragmented = true;
	first.fragment_id = id;
	return first;
}

/* The next piece of what first began, as a decoder has it. */
static struct packet later_of(const struct packet *first)
{
	struct packet later = *first;

	later.later_fragment = true;
	later.has_ports = false;
	later.source_port = 0;
	later.target_port = 0;
	later.icmp_type = 0;
	later.icmp_code = 0;
	later.icmp_id = 0;
	return later;
}

Test(fragments, later_ones_get_the_ports_of_their_first)
{
	struct packet first = first_of(7);
	struct packet later = later_of(&first);

	fragments_resolve(fragments, &first);
	for (int n = 0; n < 3; n++) {
		struct packet piece = later;

		fragments_resolve(fragments, &piece);
		cr_expect(piece.has_ports);
		cr_expect_eq(piece.source_port, 40000);
		cr_expect_eq(piece.target_port, 2049);
		cr_expect(piece.later_fragment);
	}
	cr_expect_eq(fragments_orphans(fragments), 0);
}

Test(fragments, pieces_of_a_large_ping_stay_with_the_ping)
{
	struct packet first = make_icmp("10.0.0.1", "10.0.0.2", 8, 99);
	struct packet later;
	bool swapped;
	struct flow_key want;
	struct flow_key got;

	first.fragmented = true;
	later = later_of(&first);
	fragments_resolve(fragments, &first);
	fragments_resolve(fragments, &later);
	want = flow_key_of(&first, &swapped);
	got = flow_key_of(&later, &swapped);
	cr_expect_eq(memcmp(&want, &got, sizeof(want)), 0);
	cr_expect_not(later.has_ports);
	cr_expect_eq(fragments_orphans(fragments), 0);
}

Test(fragments, whatever_differs_makes_another_datagram)
{
	struct packet first = first_of(7);
	struct packet other[6];

	fragments_resolve(fragments, &first);
	for (size_t i = 0; i < 6; i++)
		other[i] = later_of(&first);
	other[0].fragment_id = 8;
	other[1].source = make_address("10.0.0.3");
	other[2].target = make_address("10.0.0.3");
	other[3].transport = TRANSPORT_TCP;
	other[4].vlan = 3;
	other[5].vni = 3;
	for (size_t i = 0; i < 6; i++) {
		fragments_resolve(fragments, &other[i]);
		cr_expect_not(other[i].has_ports, "%zu", i);
		cr_expect_eq(fragments_orphans(fragments), i + 1);
	}
}

Test(fragments, one_before_its_first_keeps_no_ports_and_is_counted)
{
	struct packet first = first_of(7);
	struct packet later = later_of(&first);

	fragments_resolve(fragments, &later);
	cr_expect_not(later.has_ports);
	cr_expect_eq(fragments_orphans(fragments), 1);
}

Test(fragments, after_thirty_seconds_an_identification_is_used_again)
{
	struct packet first = first_of(7);
	struct packet soon = later_of(&first);
	struct packet late = later_of(&first);
	struct packet early = later_of(&first);

	fragments_resolve(fragments, &first);
	soon.time_ns += 30 * second;
	late.time_ns += 30 * second + 1;
	early.time_ns -= 30 * second + 1;
	fragments_resolve(fragments, &soon);
	fragments_resolve(fragments, &late);
	fragments_resolve(fragments, &early);
	cr_expect(soon.has_ports);
	cr_expect_not(late.has_ports);
	cr_expect_not(early.has_ports);
}

Test(fragments, a_newer_datagram_of_the_same_identification_wins)
{
	struct packet first = first_of(7);
	struct packet newer = first_of(7);
	struct packet later = later_of(&first);

	newer.source_port = 40001;
	fragments_resolve(fragments, &first);
	fragments_resolve(fragments, &newer);
	fragments_resolve(fragments, &later);
	cr_expect_eq(later.source_port, 40001);
}

Test(fragments, with_ipv6_the_identification_is_enough)
{
	struct packet first = make_packet(TRANSPORT_UDP, "2001:db8::1", 40000,
	                                  "2001:db8::2", 53);
	struct packet later;

	first.fragmented = true;
	first.fragment_id = 0x12345678;
	later = later_of(&first);
	later.transport = TRANSPORT_DSTOPTS;
	fragments_resolve(fragments, &first);
	fragments_resolve(fragments, &later);
	cr_expect_eq(later.transport, TRANSPORT_UDP);
	cr_expect_eq(later.target_port, 53);
}

Test(fragments, whole_datagrams_pass_untouched)
{
	struct packet whole =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 1, "10.0.0.2", 2);
	struct packet before = whole;

	fragments_resolve(fragments, &whole);
	cr_expect_eq(memcmp(&whole, &before, sizeof(whole)), 0);
}

/* The memory is bounded: an old datagram may be forgotten, none is mixed up. */
Test(fragments, many_datagrams_at_once_are_never_mixed_up)
{
	enum { DATAGRAMS = 20000 };
	size_t found = 0;

	for (uint32_t id = 0; id < DATAGRAMS; id++) {
		struct packet first = first_of(id);

		first.source_port = (uint16_t)id;
		fragments_resolve(fragments, &first);
	}
	for (uint32_t id = 0; id < DATAGRAMS; id++) {
		struct packet first = first_of(id);
		struct packet later = later_of(&first);

		fragments_resolve(fragments, &later);
		if (later.has_ports)
			cr_expect_eq(later.source_port, (uint16_t)id);
		found += later.has_ports;
	}
	cr_expect_gt(found, 3000);
	cr_expect_eq(found + fragments_orphans(fragments), DATAGRAMS);
}
