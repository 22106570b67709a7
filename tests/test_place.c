#include "report/place.h"
#include "tests/chain.h"

static struct error err;

static struct segment_map *sites(void)
{
	struct segment_map *map = map_from_text(
		"[{\"name\":\"office: 1\",\"prefixes\":[\"10.1.0.0/16\"]},"
		"{\"name\":\"lab\",\"vlans\":[30]}]",
		&err);

	cr_assert_not_null(map, "%s", err.text);
	return map;
}

struct place_case {
	const char *address;
	uint16_t vlan;
	const char *text;
};

static void expect_places(const struct segment_map *map,
                          const struct place_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct address address = make_address(cases[i].address);
		struct place place =
			place_of(map, &address,
		                 address_is_ipv4(&address) ? FAMILY_IPV4
		                                           : FAMILY_IPV6,
		                 cases[i].vlan);
		struct place back;
		char text[PLACE_TEXT];

		cr_expect_str_eq(place_text(text, &place, map), cases[i].text,
		                 "%s on VLAN %u is %s", cases[i].address,
		                 cases[i].vlan, text);
		cr_expect(place_parse(&back, cases[i].text, map));
		cr_expect_eq(memcmp(&back, &place, sizeof(place)), 0, "%s",
		             cases[i].text);
	}
}

Test(place, without_a_map_it_is_a_piece_of_a_private_prefix)
{
	static const struct place_case cases[] = {
		{ "192.168.1.77", 10, "piece:10:192.168.1.64/28" },
		{ "10.0.0.15", 0, "piece:0:10.0.0.0/28" },
		{ "fd00:1:2:3:4::5", 7, "piece:7:fd00:1:2:3::/64" },
		{ "fe80::1", 7, "link:7" },
		{ "169.254.9.9", 0, "link:0" },
		{ "0.0.0.0", 3, "link:3" },
		{ "::", 3, "link:3" },
		{ "8.8.8.8", 10, "outside" },
		{ "2001:db8::1", 10, "outside" },
	};

	expect_places(NULL, cases, sizeof(cases) / sizeof(cases[0]));
}

Test(place, with_a_map_it_is_a_segment)
{
	static const struct place_case cases[] = {
		{ "10.1.2.3", 0, "segment:office: 1" },
		{ "10.1.2.3", 30, "segment:office: 1" },
		{ "192.168.9.9", 30, "segment:lab" },
		{ "fe80::1", 30, "segment:lab" },
		{ "fe80::1", 31, "link:31" },
		{ "192.168.9.9", 0, "outside" },
		{ "8.8.8.8", 30, "outside" },
	};
	struct segment_map *map = sites();

	expect_places(map, cases, sizeof(cases) / sizeof(cases[0]));
	segment_map_free(map);
}

Test(place, frames_without_ip_belong_to_their_vlan)
{
	struct segment_map *map = sites();
	struct address address = { .bytes = { [15] = 9 } };
	struct place place = place_of(map, &address, FAMILY_LAYER2, 30);
	char text[PLACE_TEXT];

	cr_expect_str_eq(place_text(text, &place, map), "link:30");
	segment_map_free(map);
}

Test(place, other_texts_are_none)
{
	static const char *const texts[] = {
		"",
		"Outside",
		"outside ",
		"segment:",
		"segment:moon",
		"piece:",
		"piece:1",
		"piece:1:",
		"piece:x:10.0.0.0/28",
		"link:",
		"link:x",
		"link:70000",
		"link:-1",
		"link:1:2",
		"piece:1:10.0.0.1/28",
		"link: 1",
		"link:+1",
		"piece: 1:10.0.0.0/28",
		"link:1 ",
		"piece:70000:10.0.0.0/28",
	};
	struct segment_map *map = sites();
	struct place place;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_expect_not(place_parse(&place, texts[i], map), "'%s'",
		              texts[i]);
	cr_expect_not(place_parse(&place, "segment:lab", NULL));
	segment_map_free(map);
}

Test(place, order_does_not_depend_on_the_order_of_a_map)
{
	static const char *const texts[] = {
		"outside",
		"segment:lab",
		"segment:office: 1",
		"piece:0:10.0.0.0/28",
		"piece:0:10.0.0.16/28",
		"piece:5:10.0.0.0/28",
		"link:0",
		"link:9",
	};
	struct segment_map *map = sites();

	for (size_t a = 0; a < sizeof(texts) / sizeof(texts[0]); a++) {
		for (size_t b = 0; b < sizeof(texts) / sizeof(texts[0]); b++) {
			struct place left;
			struct place right;
			int order;

			cr_assert(place_parse(&left, texts[a], map));
			cr_assert(place_parse(&right, texts[b], map));
			order = place_compare(&left, &right, map);
			cr_expect_eq((order > 0) - (order < 0),
			             (a > b) - (a < b), "%s and %s", texts[a],
			             texts[b]);
		}
	}
	segment_map_free(map);
}

/* What a rank says of two places is what comparing them says. */
Test(place, ranks_agree_with_the_order_of_places)
{
	static const char *const addresses[] = {
		"10.1.0.1",   "10.1.255.1", "10.2.0.1",  "192.168.1.1",
		"172.16.0.9", "8.8.8.8",    "fd00::1",   "fd00:0:0:1::1",
		"fe80::1",    "2001:db8::", "fdff::1:1", "::1",
	};
	enum { COUNT = sizeof(addresses) / sizeof(addresses[0]), VLANS = 3 };
	struct place places[COUNT * VLANS];
	size_t told = 0;

	for (size_t i = 0; i < COUNT * VLANS; i++) {
		struct address address = make_address(addresses[i / VLANS]);

		places[i] = place_of(NULL, &address,
		                     address_is_ipv4(&address) ? FAMILY_IPV4
		                                               : FAMILY_IPV6,
		                     (uint16_t)(i % VLANS * 2000));
	}
	for (size_t a = 0; a < COUNT * VLANS; a++)
		for (size_t b = 0; b < COUNT * VLANS; b++) {
			uint64_t left = place_rank(&places[a]);
			uint64_t right = place_rank(&places[b]);
			int order = place_compare(&places[a], &places[b], NULL);

			told += left < right;
			cr_expect(left < right   ? order < 0
			          : left > right ? order > 0
			                         : true,
			          "%zu and %zu", a, b);
		}
	cr_expect_gt(told, 300);
}

Test(place, segments_have_one_rank_whatever_their_names)
{
	struct segment_map *map = sites();
	struct address office = make_address("10.1.0.1");
	struct address lab = make_address("10.99.0.1");
	struct place one = place_of(map, &office, FAMILY_IPV4, 5);
	struct place other = place_of(map, &lab, FAMILY_IPV4, 30);

	cr_assert_neq(one.segment, other.segment);
	cr_expect_eq(place_rank(&one), place_rank(&other));
	segment_map_free(map);
}
