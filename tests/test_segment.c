#include <unistd.h>

#include "report/segment.h"
#include "tests/chain.h"
#include "tests/json_maker.h"

static struct error err;

static struct segment_map *read_valid(const char *list)
{
	struct segment_map *map = map_from_text(list, &err);

	cr_assert_not_null(map, "%s", err.text);
	return map;
}

/* The name of the segment that an address on a VLAN is in. */
static const char *find(const struct segment_map *map, const char *address,
                        uint16_t vlan)
{
	struct address at = make_address(address);
	uint32_t index;

	return segment_map_find(map, &at, vlan, &index)
	               ? segment_map_at(map, index)->name
	               : "outside";
}

Test(segment, the_longest_prefix_wins_in_both_families)
{
	static const struct {
		const char *address;
		const char *segment;
	} cases[] = {
		{ "10.9.9.9", "site" },          { "10.1.9.9", "office" },
		{ "10.1.2.9", "printers" },      { "10.1.2.3", "server" },
		{ "11.0.0.1", "outside" },       { "fd00:9::1", "site" },
		{ "fd00:1:0:5::1", "office" },   { "fd00:1::9", "printers" },
		{ "fd00:1::3", "server" },       { "fc00::1", "outside" },
		{ "203.0.113.7", "dmz" },        { "203.0.113.128", "outside" },
		{ "::ffff:10.1.2.3", "server" }, { "2001:db8::1", "outside" },
	};
	struct segment_map *map = read_valid(
		"[{\"name\":\"office\",\"prefixes\":[\"10.1.0.0/16\","
		"\"fd00:1::/32\"]},"
		"{\"name\":\"server\",\"prefixes\":[\"10.1.2.3\","
		"\"fd00:1::3\"]},"
		"{\"name\":\"site\",\"prefixes\":[\"10.0.0.0/8\","
		"\"fd00::/16\"]},"
		"{\"name\":\"dmz\",\"prefixes\":[\"203.0.113.0/25\"]},"
		"{\"name\":\"printers\",\"prefixes\":[\"fd00:1::/64\","
		"\"10.1.2.0/24\"]}]");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(find(map, cases[i].address, 0),
		                 cases[i].segment, "%s", cases[i].address);
	segment_map_free(map);
}

Test(segment, a_prefix_of_everything_is_everything_of_its_family)
{
	struct segment_map *map =
		read_valid("[{\"name\":\"six\",\"prefixes\":[\"::/0\"]}]");

	cr_expect_str_eq(find(map, "2001:db8::1", 0), "six");
	cr_expect_str_eq(find(map, "10.0.0.1", 0), "outside");
	segment_map_free(map);
	map = read_valid("[{\"name\":\"four\",\"prefixes\":[\"0.0.0.0/0\"]}]");
	cr_expect_str_eq(find(map, "10.0.0.1", 0), "four");
	cr_expect_str_eq(find(map, "8.8.8.8", 0), "four");
	cr_expect_str_eq(find(map, "2001:db8::1", 0), "outside");
	segment_map_free(map);
}

Test(segment, a_vlan_has_the_private_addresses_that_no_prefix_holds)
{
	static const struct {
		const char *address;
		uint16_t vlan;
		const char *segment;
	} cases[] = {
		{ "10.0.0.1", 20, "voice" },
		{ "fe80::1", 20, "voice" },
		{ "fd12::1", 20, "voice" },
		{ "169.254.1.1", 21, "voice" },
		{ "100.64.0.1", 20, "voice" },
		{ "10.0.0.1", 0, "outside" },
		{ "10.0.0.1", 22, "outside" },
		{ "8.8.8.8", 20, "outside" },
		{ "192.0.2.1", 20, "outside" },
		{ "10.7.0.1", 20, "lab" },
		{ "10.0.0.1", 4095, "outside" },
		{ "10.0.0.1", 65535, "outside" },
	};
	struct segment_map *map = read_valid(
		"[{\"name\":\"voice\",\"vlans\":[20,21]},"
		"{\"name\":\"lab\",\"prefixes\":[\"10.7.0.0/16\"]}]");

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(find(map, cases[i].address, cases[i].vlan),
		                 cases[i].segment, "%s on VLAN %u",
		                 cases[i].address, cases[i].vlan);
	segment_map_free(map);
}

Test(segment, private_addresses_do_not_leave_an_organisation)
{
	static const struct {
		const char *address;
		bool private;
	} cases[] = {
		{ "10.0.0.0", true },
		{ "10.255.255.255", true },
		{ "11.0.0.0", false },
		{ "172.15.255.255", false },
		{ "172.16.0.0", true },
		{ "172.31.255.255", true },
		{ "172.32.0.0", false },
		{ "192.168.0.0", true },
		{ "192.167.255.255", false },
		{ "192.169.0.0", false },
		{ "100.63.255.255", false },
		{ "100.64.0.0", true },
		{ "100.127.255.255", true },
		{ "100.128.0.0", false },
		{ "169.254.0.0", true },
		{ "169.253.0.0", false },
		{ "127.0.0.1", true },
		{ "128.0.0.1", false },
		{ "fc00::", true },
		{ "fdff::", true },
		{ "fe00::", false },
		{ "fe80::", true },
		{ "febf::", true },
		{ "fec0::", false },
		{ "::1", true },
		{ "2001:db8::", false },
		{ "::2", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address address = make_address(cases[i].address);

		cr_expect_eq(address_is_private(&address), cases[i].private,
		             "%s", cases[i].address);
	}
}

Test(segment, a_map_writes_what_it_reads)
{
	static const char list[] =
		"[{\"name\":\"a \\\"b\\\"\",\"prefixes\":[\"10.0.0.0/8\","
		"\"fd00::/64\"],\"vlans\":[1,4094]},"
		"{\"name\":\"c\",\"prefixes\":[],\"vlans\":[7]}]";
	struct segment_map *map = read_valid(list);
	struct json_maker maker;
	char *text;

	segment_map_write(map, json_maker_start(&maker, 0), NULL);
	text = json_maker_end(&maker);
	cr_expect_str_eq(text, list);
	free(text);
	segment_map_free(map);
}

/* A file of that text, read as a map. */
static struct segment_map *read_file(const char *text)
{
	char path[] = "/tmp/segments-XXXXXX";
	int fd = mkstemp(path);
	struct segment_map *map;
	char *name;

	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	err.text[0] = '\0';
	map = segment_map_read(path, &err);
	unlink(path);
	name = strstr(err.text, path);
	if (name == err.text)
		memmove(err.text, err.text + strlen(path),
		        strlen(err.text + strlen(path)) + 1);
	return map;
}

#define NAMED "{\"segments\": [\n {\"name\": \"a\",\n  "

static const struct {
	const char *text;
	const char *complaint; /* behind the file's name */
} complaints[] = {
	{ "", ":1: ends in the middle of a value" },
	{ "[]", ":1: needs one object: { \"segments\": [...] }" },
	{ "{}", ":1: needs one object: { \"segments\": [...] }" },
	{ "{\n\"segment\": []}",
	  ":2: no key 'segment' here, only \"segments\"" },
	{ "{\"segments\": [],\n\"vlans\": []}",
	  ":2: no key 'vlans' here, only \"segments\"" },
	{ "{\"segments\": [],\n\"segments\": []}", ":2: a second 'segments'" },
	{ "{\"segments\":\n{}}", ":1: needs \"segments\": a list of segments" },
	{ "{\"segments\": [\n3]}", ":2: a segment must be an object" },
	{ "{\"segments\": [\n{}]}", ":2: a segment without a name" },
	{ "{\"segments\": [\n{\"name\": \"a\"}]}",
	  ":2: segment 'a' has neither prefixes nor vlans" },
	{ "{\"segments\": [\n{\"name\":\n5}]}",
	  ":2: a segment's name must be a text" },
	{ "{\"segments\": [\n{\"name\": \"\"}]}",
	  ":2: a segment's name must be a text" },
	{ "{\"segments\": [\n{\"name\": \"link-vlan-7\"}]}",
	  ":2: 'link-vlan-7' is a name for what belongs to no segment; "
	  "choose another" },
	{ "{\"segments\": [\n{\"name\": \"outside\"}]}",
	  ":2: 'outside' is what no segment holds; choose another "
	  "name" },
	{ NAMED "\"prefix\": []}]}", ":3: a segment has no key 'prefix'" },
	{ NAMED "\"name\": \"b\"}]}", ":3: a second 'name'" },
	{ NAMED "\"prefixes\": \"10.0.0.0/8\"}]}",
	  ":3: prefixes must be a list" },
	{ NAMED "\"prefixes\": [\n\"10.0.0.1/8\"]}]}",
	  ":4: '10.0.0.1/8' is no prefix" },
	{ NAMED "\"prefixes\": [\n10]}]}", ":4: '...' is no prefix" },
	{ NAMED "\"vlans\": 5}]}", ":3: vlans must be a list" },
	{ NAMED "\"vlans\": [\n0]}]}",
	  ":4: a VLAN is a number from 1 to 4094" },
	{ NAMED "\"vlans\": [4095]}]}",
	  ":3: a VLAN is a number from 1 to 4094" },
	{ NAMED "\"vlans\": [\"x\"]}]}",
	  ":3: a VLAN is a number from 1 to 4094" },
	{ NAMED "\"vlans\": [1]},\n{\"name\": \"a\", \"vlans\": [2]}]}",
	  ":4: a second segment 'a'" },
	{ NAMED "\"vlans\": [7]},\n{\"name\": \"b\", \"vlans\": [7]}]}",
	  ":1: VLAN 7 is in both 'a' and 'b'" },
	{ NAMED "\"prefixes\": [\"10.0.0.0/8\"]},\n{\"name\": \"b\", "
	        "\"prefixes\": [\"10.0.0.0/8\"]}]}",
	  ":1: 10.0.0.0/8 is in both 'a' and 'b'" },
};

Test(segment, complaints_name_the_line_and_the_word)
{
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]);
	     i++) {
		struct segment_map *map = read_file(complaints[i].text);

		cr_expect_null(map, "%s", complaints[i].text);
		cr_expect_str_eq(err.text, complaints[i].complaint);
		segment_map_free(map);
	}
}

Test(segment, a_file_of_segments_is_read_with_its_comments)
{
	struct segment_map *map =
		read_file("// ours\n{\"segments\": [ /* one */\n"
	                  "{\"name\": \"a\", \"vlans\": [5]} ]}");

	cr_assert_not_null(map, "%s", err.text);
	cr_expect_eq(segment_map_count(map), 1);
	segment_map_free(map);
}

Test(segment, a_file_that_is_not_there_is_named)
{
	cr_expect_null(segment_map_read("/nowhere/map.json", &err));
	cr_expect_str_eq(err.text,
	                 "/nowhere/map.json: No such file or directory");
}

/* Names stand in reports behind a word of ours, and all must come back. */
Test(segment, a_name_has_room_wherever_it_is_stored)
{
	char text[400];
	struct segment_map *map;

	snprintf(text, sizeof(text), "[{\"name\":\"%0255d\",\"vlans\":[1]}]",
	         0);
	map = read_valid(text);
	segment_map_free(map);
	snprintf(text, sizeof(text), "[{\"name\":\"%0256d\",\"vlans\":[1]}]",
	         0);
	cr_expect_null(map_from_text(text, &err));
	cr_expect_str_eq(err.text,
	                 "test.json:1: a segment's name has at most 255 bytes");
}

Test(segment, an_empty_list_is_a_map_of_nothing)
{
	struct segment_map *map = read_valid("[]");

	cr_expect_eq(segment_map_count(map), 0);
	cr_expect_str_eq(find(map, "10.0.0.1", 0), "outside");
	segment_map_free(map);
}
