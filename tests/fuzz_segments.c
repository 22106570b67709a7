/*
 * Any text as a segment map. Of what is accepted, the segment found for an
 * address is that of the longest prefix that holds it, as a slow search has
 * it, and what is written of the map reads back as the same map. Texts that
 * say little start from a map of both families.
 */
#include "report/segment.h"
#include "tests/json_maker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                               unsigned seed);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct segment_map *read_map(const char *text, size_t len)
{
	struct error err = { "" };
	struct json_document *document =
		json_read_text(text, len, "fuzz", &err);
	struct segment_map *map =
		document ? segment_map_from(json_root(document), document, &err)
			 : NULL;

	require(map || strncmp(err.text, "fuzz:", 5) == 0);
	json_free(document);
	return map;
}

/* The caller frees it. */
static char *write_map(const struct segment_map *map)
{
	struct json_maker maker;

	segment_map_write(map, json_maker_start(&maker, 3), NULL);
	return json_maker_end(&maker);
}

static bool is_of_family(const struct prefix *prefix,
                         const struct address *address)
{
	return !address_is_ipv4(address) || prefix->len >= IPV4_PREFIX_OFFSET;
}

/* Every prefix of the map, one by one; the longest that holds it. */
static int longest_prefix(const struct segment_map *map,
                          const struct address *address)
{
	int longest = -1;
	int found = -1;

	for (size_t i = 0; i < segment_map_count(map); i++) {
		const struct segment *segment = segment_map_at(map, i);

		for (size_t p = 0; p < segment->prefix_count; p++) {
			const struct prefix *prefix = &segment->prefixes[p];

			if (prefix->len <= longest ||
			    !is_of_family(prefix, address) ||
			    !prefix_holds(prefix, address))
				continue;
			longest = prefix->len;
			found = (int)i;
		}
	}
	return found;
}

static void check_address(const struct segment_map *map, struct address address)
{
	int want = longest_prefix(map, &address);
	uint32_t index = 0;
	bool found = segment_map_find(map, &address, 0, &index);

	require(found == (want >= 0) && (!found || index == (uint32_t)want));
}

/* The first and the last address of a prefix, and their neighbours. */
static void check_edges(const struct segment_map *map,
                        const struct prefix *prefix)
{
	struct address address = prefix->address;

	check_address(map, address);
	address.bytes[15] ^= 1;
	check_address(map, address);
	for (unsigned bit = prefix->len; bit < 128; bit++)
		address.bytes[bit / 8] |= (uint8_t)(0x80u >> bit % 8);
	check_address(map, address);
	if (prefix->len) {
		unsigned last = prefix->len - 1u;

		address.bytes[last / 8] ^= (uint8_t)(0x80u >> last % 8);
		check_address(map, address);
	}
}

static void check_map(const struct segment_map *map)
{
	char *text = write_map(map);
	struct segment_map *again = read_map(text, strlen(text));
	char *same;

	require(again);
	same = write_map(again);
	require(strcmp(text, same) == 0);
	free(text);
	free(same);
	segment_map_free(again);
	for (size_t i = 0; i < segment_map_count(map); i++) {
		const struct segment *segment = segment_map_at(map, i);

		require(segment->name && *segment->name);
		for (size_t p = 0; p < segment->prefix_count; p++)
			check_edges(map, &segment->prefixes[p]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment_map *map = read_map((const char *)data, size);

	if (map)
		check_map(map);
	segment_map_free(map);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                               unsigned seed)
{
	static const char map[] =
		"[{\"name\":\"a\",\"prefixes\":[\"10.0.0.0/8\",\"fd00::/16\","
		"\"10.1.2.3\"],\"vlans\":[1,20]},"
		"{\"name\":\"b\",\"prefixes\":[\"10.1.0.0/16\",\"::/0\"]},"
		"{\"name\":\"c\",\"prefixes\":[\"0.0.0.0/0\",\"fd00:1::/64\"]},"
		"{\"name\":\"d\",\"vlans\":[7]}]";

	(void)seed;
	if (size < sizeof(map) / 4 && most >= sizeof(map)) {
		memcpy(data, map, sizeof(map) - 1);
		size = sizeof(map) - 1;
	}
	return LLVMFuzzerMutate(data, size, most);
}
