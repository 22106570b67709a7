#include "report/atlas.h"
#include "tests/chain.h"
#include "tests/ledger_maker.h"

static struct error err;

static struct atlas *atlas_of(const struct ledger *ledger)
{
	struct atlas *atlas = atlas_create(ledger, 0, &err);

	cr_assert_not_null(atlas, "%s", err.text);
	return atlas;
}

/* As many prefixes as there are, but no more than most if that can be. */
static struct atlas *atlas_joined(const struct ledger *ledger, size_t most)
{
	struct atlas *atlas = atlas_create(ledger, most, &err);

	cr_assert_not_null(atlas, "%s", err.text);
	return atlas;
}

static void talk(struct ledger *ledger, const char *a, const char *b,
                 uint16_t vlan)
{
	make_traffic(ledger, a, b, vlan, MANNER_UNICAST, 1);
}

static void show(struct ledger *ledger, enum evidence_kind kind,
                 const char *prefix, uint16_t vlan)
{
	struct evidence evidence = { .kind = kind, .vlan = vlan };

	cr_assert(prefix_parse(&evidence.prefix, prefix), "%s", prefix);
	ledger_evidence(ledger, &evidence);
}

/* ARP or neighbour discovery answered for count addresses from this one on. */
static void settle(struct ledger *ledger, const char *first, unsigned count,
                   uint16_t vlan)
{
	struct evidence evidence = { .kind = EVIDENCE_BINDING,
		                     .vlan = vlan,
		                     .prefix = { make_address(first), 128 } };

	for (unsigned i = 0; i < count; i++) {
		ledger_evidence(ledger, &evidence);
		evidence.prefix.address.bytes[15]++;
	}
}

static const char *name_of(const struct atlas *atlas,
                           const struct ledger *ledger, const char *address,
                           uint16_t vlan)
{
	struct place place = make_place(ledger, address, vlan);
	uint32_t index = atlas_find(atlas, &place);

	return index == ATLAS_OUTSIDE ? "outside"
	                              : atlas_at(atlas, index)->name;
}

static enum basis basis_of(const struct atlas *atlas,
                           const struct ledger *ledger, const char *address)
{
	struct place place = make_place(ledger, address, 0);

	return atlas_at(atlas, atlas_find(atlas, &place))->prefixes[0].basis;
}

Test(atlas, without_a_word_from_anybody_a_segment_is_a_24_or_a_64)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.2.3", "10.1.2.200", 0);
	talk(ledger, "10.1.3.3", "8.8.8.8", 0);
	talk(ledger, "fd00:1::1", "fd00:1:0:1::1", 0);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 4);
	cr_expect_str_eq(name_of(atlas, ledger, "10.1.2.3", 0), "10.1.2.0/24");
	cr_expect_str_eq(name_of(atlas, ledger, "10.1.2.200", 0),
	                 "10.1.2.0/24");
	cr_expect_str_eq(name_of(atlas, ledger, "10.1.3.3", 0), "10.1.3.0/24");
	cr_expect_str_eq(name_of(atlas, ledger, "fd00:1::1", 0), "fd00:1::/64");
	cr_expect_str_eq(name_of(atlas, ledger, "fd00:1:0:1::1", 0),
	                 "fd00:1:0:1::/64");
	cr_expect_str_eq(name_of(atlas, ledger, "8.8.8.8", 0), "outside");
	cr_expect_eq(basis_of(atlas, ledger, "10.1.2.3"), BASIS_ASSUMED);
	cr_expect(atlas_at(atlas, 0)->discovered);
	atlas_free(atlas);
	ledger_free(ledger);
}

static const struct {
	enum evidence_kind kind;
	const char *prefix;
	const char *address; /* somebody in it */
	const char *name;
	enum basis basis;
} words[] = {
	{ EVIDENCE_DHCP_MASK, "10.1.0.0/22", "10.1.3.9", "10.1.0.0/22",
	  BASIS_DHCP },
	{ EVIDENCE_DHCP_MASK, "10.1.0.32/27", "10.1.0.40", "10.1.0.32/27",
	  BASIS_DHCP },
	{ EVIDENCE_ROUTER_PREFIX, "fd00:5::/60", "fd00:5:0:9::1", "fd00:5::/60",
	  BASIS_ROUTER },
	{ EVIDENCE_ARP, "10.1.0.0/23", "10.1.1.9", "10.1.0.0/23", BASIS_ARP },
	{ EVIDENCE_BROADCAST, "10.1.0.127/32", "10.1.0.9", "10.1.0.0/25",
	  BASIS_BROADCAST },
	{ EVIDENCE_BROADCAST, "10.1.0.255/32", "10.1.0.9", "10.1.0.0/24",
	  BASIS_BROADCAST },
	/* Two neighbours do not show that a /24 is none. */
	{ EVIDENCE_ARP, "10.1.0.8/30", "10.1.0.9", "10.1.0.0/24",
	  BASIS_ASSUMED },
	/* No broadcast address ends in a zero bit. */
	{ EVIDENCE_BROADCAST, "10.1.0.8/32", "10.1.0.9", "10.1.0.0/24",
	  BASIS_ASSUMED },
	/* Pieces of a ledger are not cut any further. */
	{ EVIDENCE_DHCP_MASK, "10.1.0.0/30", "10.1.0.9", "10.1.0.0/28",
	  BASIS_DHCP },
	/* Somebody else's network is no segment of ours. */
	{ EVIDENCE_DHCP_MASK, "0.0.0.0/0", "10.1.0.9", "10.1.0.0/24",
	  BASIS_ASSUMED },
	{ EVIDENCE_DHCP_MASK, "8.0.0.0/6", "10.1.0.9", "10.1.0.0/24",
	  BASIS_ASSUMED },
};

Test(atlas, what_the_network_says_of_itself_is_believed)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ledger *ledger = make_ledger(NULL);
		struct atlas *atlas;

		talk(ledger, words[i].address, "8.8.8.8", 0);
		show(ledger, words[i].kind, words[i].prefix, 0);
		atlas = atlas_of(ledger);
		cr_expect_str_eq(name_of(atlas, ledger, words[i].address, 0),
		                 words[i].name);
		cr_expect_eq(basis_of(atlas, ledger, words[i].address),
		             words[i].basis, "%s of %s",
		             evidence_kind_name(words[i].kind),
		             words[i].prefix);
		atlas_free(atlas);
		ledger_free(ledger);
	}
}

Test(atlas, a_dhcp_server_s_word_counts_more_than_a_neighbour_s)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	show(ledger, EVIDENCE_ARP, "10.1.0.0/16", 0);
	show(ledger, EVIDENCE_BROADCAST, "10.1.0.31/32", 0);
	show(ledger, EVIDENCE_DHCP_MASK, "10.1.0.0/23", 0);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 1);
	cr_expect_str_eq(atlas_at(atlas, 0)->name, "10.1.0.0/23");
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, prefixes_that_live_on_one_tagged_vlan_are_one_segment)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "fd00:1::1", 20);
	talk(ledger, "10.2.0.1", "10.1.0.1", 20);
	settle(ledger, "10.1.0.1", 5, 20);
	settle(ledger, "fd00:1::1", 5, 20);
	settle(ledger, "10.2.0.1", 5, 30);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 2);
	cr_expect_str_eq(name_of(atlas, ledger, "10.1.0.1", 20), "vlan-20");
	cr_expect_str_eq(name_of(atlas, ledger, "fd00:1::1", 20), "vlan-20");
	/* Routed there, but at home elsewhere. */
	cr_expect_str_eq(name_of(atlas, ledger, "10.2.0.1", 20), "vlan-30");
	cr_expect_eq(atlas_at(atlas, 0)->prefix_count, 2);
	cr_expect_eq(atlas_at(atlas, 0)->vlan_count, 1);
	cr_expect_eq(atlas_at(atlas, 0)->vlans[0], 20);
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, untagged_prefixes_stay_apart)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "10.2.0.1", 0);
	settle(ledger, "10.1.0.1", 5, 0);
	settle(ledger, "10.2.0.1", 5, 0);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 2);
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, a_router_s_stray_arp_answer_does_not_split_a_segment)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "10.2.0.1", 20);
	settle(ledger, "10.1.0.1", 8, 20);
	settle(ledger, "10.1.0.1", 1, 30); /* the router's other side */
	settle(ledger, "10.2.0.1", 8, 30);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 2);
	cr_expect_str_eq(name_of(atlas, ledger, "10.1.0.1", 20), "vlan-20");
	cr_expect_eq(atlas_at(atlas, 0)->vlan_count, 1);
	cr_expect_str_eq(name_of(atlas, ledger, "10.2.0.1", 20), "vlan-30");
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, a_prefix_that_is_at_home_on_two_vlans_goes_by_its_own_name)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "10.1.0.9", 20);
	settle(ledger, "10.1.0.1", 8, 20);
	settle(ledger, "10.1.0.20", 8, 30);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 1);
	cr_expect_str_eq(atlas_at(atlas, 0)->name, "10.1.0.0/24");
	cr_expect_eq(atlas_at(atlas, 0)->vlan_count, 2);
	atlas_free(atlas);
	ledger_free(ledger);
}

/* Whichever of the two has the lower address. */
Test(atlas, who_lives_elsewhere_too_does_not_join_the_segment_of_a_vlan)
{
	static const char *const both[] = { "10.1.0.1", "10.3.0.1" };

	for (size_t i = 0; i < 2; i++) {
		struct ledger *ledger = make_ledger(NULL);
		struct atlas *atlas;

		talk(ledger, both[i], "10.2.0.1", 20);
		settle(ledger, both[i], 8, 20);
		settle(ledger, both[i], 8, 0);
		settle(ledger, "10.2.0.1", 8, 20);
		atlas = atlas_of(ledger);
		cr_expect_eq(atlas_count(atlas), 2);
		cr_expect_str_eq(name_of(atlas, ledger, "10.2.0.1", 20),
		                 "vlan-20");
		cr_expect_str_eq(name_of(atlas, ledger, both[i], 20),
		                 i ? "10.3.0.0/24" : "10.1.0.0/24");
		atlas_free(atlas);
		ledger_free(ledger);
	}
}

/* The link-local place of a VLAN. */
static const char *link_name(const struct atlas *atlas,
                             const struct ledger *ledger, uint16_t vlan)
{
	return name_of(atlas, ledger, "fe80::1", vlan);
}

Test(atlas, a_link_belongs_to_the_segment_that_lives_there)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "10.2.0.1", 20);
	settle(ledger, "10.1.0.1", 8, 20);
	settle(ledger, "10.2.0.1", 8, 30);
	talk(ledger, "fe80::1", "fe80::2", 20);
	talk(ledger, "fe80::1", "fe80::2", 30);
	talk(ledger, "fe80::1", "fe80::2", 40);
	talk(ledger, "0.0.0.0", "0.0.0.0", 0);
	atlas = atlas_of(ledger);
	cr_expect_str_eq(link_name(atlas, ledger, 20), "vlan-20");
	cr_expect_str_eq(link_name(atlas, ledger, 30), "vlan-30");
	/* Nobody with an address was seen there. */
	cr_expect_str_eq(link_name(atlas, ledger, 40), "link-vlan-40");
	cr_expect_str_eq(link_name(atlas, ledger, 0), "link");
	cr_expect(atlas_at(atlas, 2)->link_only);
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, the_only_segment_has_every_link)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "10.1.0.2", 0);
	talk(ledger, "fe80::1", "fe80::2", 0);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 1);
	cr_expect_str_eq(link_name(atlas, ledger, 0), "10.1.0.0/24");
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, an_untagged_link_goes_to_whom_nearly_all_its_addresses_belong)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	talk(ledger, "10.1.0.1", "10.2.0.1", 0);
	talk(ledger, "fe80::1", "fe80::2", 0);
	settle(ledger, "10.1.0.1", 9, 0);
	settle(ledger, "10.2.0.1", 2, 0);
	atlas = atlas_of(ledger);
	cr_expect_str_eq(link_name(atlas, ledger, 0), "10.1.0.0/24");
	atlas_free(atlas);
	settle(ledger, "10.2.0.1", 9, 0);
	atlas = atlas_of(ledger);
	cr_expect_str_eq(link_name(atlas, ledger, 0), "link");
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, a_map_has_the_only_word)
{
	struct segment_map *map = map_from_text(
		"[{\"name\":\"office\",\"prefixes\":[\"10.1.0.0/16\"],"
		"\"vlans\":[20]},{\"name\":\"lab\",\"vlans\":[30]}]",
		&err);
	struct ledger *ledger = make_ledger(map);
	struct atlas *atlas;

	show(ledger, EVIDENCE_DHCP_MASK, "10.1.0.0/24", 0);
	talk(ledger, "fe80::1", "fe80::2", 20);
	atlas = atlas_of(ledger);
	cr_expect_eq(atlas_count(atlas), 2);
	cr_expect_not(atlas_at(atlas, 0)->discovered);
	cr_expect_str_eq(name_of(atlas, ledger, "10.1.9.9", 0), "office");
	cr_expect_str_eq(name_of(atlas, ledger, "10.9.9.9", 30), "lab");
	cr_expect_str_eq(name_of(atlas, ledger, "10.9.9.9", 0), "outside");
	cr_expect_str_eq(link_name(atlas, ledger, 20), "office");
	atlas_free(atlas);
	ledger_free(ledger);
	segment_map_free(map);
}

/* What was seen, in one order or the other. */
static struct ledger *seen_in_order(bool backwards)
{
	struct ledger *ledger = make_ledger(NULL);

	for (unsigned i = 0; i < 12; i++) {
		unsigned at = backwards ? 11 - i : i;
		uint16_t vlan = (uint16_t)(at + 1);
		char address[ADDRESS_TEXT];

		snprintf(address, sizeof(address), "10.1.%u.1", at);
		talk(ledger, address, "8.8.8.8", vlan);
		snprintf(address, sizeof(address), "10.9.0.%u", at * 16 + 1);
		talk(ledger, address, "8.8.8.8", vlan);
		settle(ledger, address, 2, vlan);
		snprintf(address, sizeof(address), "10.1.%u.0/%u", at & 14,
		         at % 2 ? 23u : 24u);
		if (at % 3 == 0)
			show(ledger, EVIDENCE_DHCP_MASK, address, vlan);
	}
	return ledger;
}

static bool same_segment(const struct atlas_segment *a,
                         const struct atlas_segment *b)
{
	return strcmp(a->name, b->name) == 0 &&
	       a->prefix_count == b->prefix_count &&
	       a->vlan_count == b->vlan_count &&
	       (!a->vlan_count ||
	        memcmp(a->vlans, b->vlans, a->vlan_count * sizeof(*a->vlans)) ==
	                0);
}

/* Twelve VLANs share one prefix: none may be forgotten for coming last. */
Test(atlas, segments_do_not_depend_on_the_order_in_which_things_were_seen)
{
	struct ledger *ledgers[] = { seen_in_order(false),
		                     seen_in_order(true) };
	struct atlas *atlases[] = { atlas_of(ledgers[0]),
		                    atlas_of(ledgers[1]) };

	cr_assert_eq(atlas_count(atlases[0]), atlas_count(atlases[1]));
	for (size_t i = 0; i < atlas_count(atlases[0]); i++)
		cr_expect(same_segment(atlas_at(atlases[0], i),
		                       atlas_at(atlases[1], i)),
		          "%s and %s", atlas_at(atlases[0], i)->name,
		          atlas_at(atlases[1], i)->name);
	for (size_t i = 0; i < 2; i++) {
		atlas_free(atlases[i]);
		ledger_free(ledgers[i]);
	}
}

Test(atlas, ends_of_a_path_are_related_by_their_segments)
{
	cr_expect_eq(atlas_relation(3, 3), RELATION_WITHIN);
	cr_expect_eq(atlas_relation(3, 4), RELATION_BETWEEN);
	cr_expect_eq(atlas_relation(3, ATLAS_OUTSIDE), RELATION_OUTSIDE);
	cr_expect_eq(atlas_relation(ATLAS_OUTSIDE, 3), RELATION_OUTSIDE);
	cr_expect_eq(atlas_relation(ATLAS_OUTSIDE, ATLAS_OUTSIDE),
	             RELATION_TRANSIT);
}

Test(atlas, an_empty_ledger_has_no_segments)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas = atlas_of(ledger);

	cr_expect_eq(atlas_count(atlas), 0);
	for (enum basis b = 0; b < BASIS_COUNT; b++)
		cr_expect_str_not_empty(basis_name(b));
	atlas_free(atlas);
	ledger_free(ledger);
}

/* The names of all segments, each with a blank behind it. */
static const char *names_of(const struct atlas *atlas)
{
	static char names[4096];

	names[0] = '\0';
	for (size_t i = 0; i < atlas_count(atlas); i++) {
		strcat(names, atlas_at(atlas, i)->name);
		strcat(names, " ");
	}
	return names;
}

/* Packets from an address to another one beside it. */
static void chat(struct ledger *ledger, const char *address, uint64_t packets)
{
	make_traffic(ledger, address, address, 0, MANNER_UNICAST, packets);
}

Test(atlas, neighbours_with_the_least_traffic_are_joined)
{
	static const struct {
		size_t most;
		const char *names;
	} rows[] = {
		{ 0, "10.1.0.0/24 10.1.1.0/24 10.1.2.0/24 10.1.7.0/24 "
		     "192.168.5.0/24 192.168.6.0/24 fd00:0:0:1::/64 "
		     "fd00:0:0:2::/64 " },
		{ 8, "10.1.0.0/24 10.1.1.0/24 10.1.2.0/24 10.1.7.0/24 "
		     "192.168.5.0/24 192.168.6.0/24 fd00:0:0:1::/64 "
		     "fd00:0:0:2::/64 " },
		{ 7, "10.1.0.0/24 10.1.1.0/24 10.1.2.0/24 10.1.7.0/24 "
		     "192.168.5.0/24 192.168.6.0/24 fd00::/62 " },
		{ 6, "10.1.0.0/24 10.1.1.0/24 10.1.2.0/24 10.1.7.0/24 "
		     "192.168.4.0/22 fd00::/62 " },
		{ 5, "10.1.0.0/23 10.1.2.0/24 10.1.7.0/24 192.168.4.0/22 "
		     "fd00::/62 " },
		{ 4, "10.1.0.0/22 10.1.7.0/24 192.168.4.0/22 fd00::/62 " },
		/* Private blocks, and families, stay apart. */
		{ 1, "10.1.0.0/21 192.168.4.0/22 fd00::/62 " },
	};
	struct ledger *ledger = make_ledger(NULL);

	chat(ledger, "10.1.0.1", 50);
	chat(ledger, "10.1.1.1", 1);
	chat(ledger, "10.1.2.1", 1);
	chat(ledger, "10.1.7.1", 1);
	chat(ledger, "192.168.5.1", 20);
	chat(ledger, "192.168.6.1", 20);
	chat(ledger, "fd00:0:0:1::1", 1);
	chat(ledger, "fd00:0:0:2::1", 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct atlas *atlas = atlas_joined(ledger, rows[i].most);

		cr_expect_str_eq(names_of(atlas), rows[i].names,
		                 "at most %zu: %s", rows[i].most,
		                 names_of(atlas));
		atlas_free(atlas);
	}
	ledger_free(ledger);
}

Test(atlas, a_joined_prefix_says_so_and_holds_what_it_was_made_of)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	chat(ledger, "10.1.0.1", 1);
	chat(ledger, "10.1.3.1", 1);
	chat(ledger, "10.9.0.1", 9);
	atlas = atlas_joined(ledger, 2);
	cr_expect_str_eq(names_of(atlas), "10.1.0.0/22 10.9.0.0/24 ");
	cr_expect_eq(basis_of(atlas, ledger, "10.1.0.1"), BASIS_JOINED);
	cr_expect_eq(basis_of(atlas, ledger, "10.1.3.1"), BASIS_JOINED);
	cr_expect_eq(basis_of(atlas, ledger, "10.9.0.1"), BASIS_ASSUMED);
	atlas_free(atlas);
	ledger_free(ledger);
}

Test(atlas, what_was_announced_is_not_joined_nor_is_anything_around_it)
{
	struct ledger *ledger = make_ledger(NULL);
	struct atlas *atlas;

	show(ledger, EVIDENCE_DHCP_MASK, "10.1.2.0/24", 0);
	chat(ledger, "10.1.2.1", 1);
	chat(ledger, "10.1.3.1", 1);
	chat(ledger, "10.1.8.1", 1);
	chat(ledger, "10.1.9.1", 1);
	atlas = atlas_joined(ledger, 1);
	cr_expect_str_eq(names_of(atlas),
	                 "10.1.2.0/24 10.1.3.0/24 10.1.8.0/23 ");
	atlas_free(atlas);
	ledger_free(ledger);
}
