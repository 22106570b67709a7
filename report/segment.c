#include "report/segment_parts.h"

#include <stdlib.h>
#include <string.h>

/* A prefix of the map and whose it is, in the order of the search. */
struct row {
	struct prefix prefix;
	uint32_t segment;
};

struct segment_map {
	struct segment *segments;
	size_t count;
	struct row *rows; /* longest first, then by address */
	size_t row_count;
	/* Where in rows each prefix length begins; 0 is longest. */
	size_t starts[130];
	bool by_vlan[VLAN_MAX + 1];
	uint32_t vlan_segment[VLAN_MAX + 1];
};

static uint8_t private_ipv6_len(const uint8_t *b)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if ((b[0] & 0xfe) == 0xfc)
		return 7;
	if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80)
		return 10;
	return memcmp(b, loopback, sizeof(loopback)) == 0 ? 128 : 0;
}

static uint8_t private_ipv4_len(const uint8_t *b)
{
	if (b[0] == 10 || b[0] == 127)
		return IPV4_PREFIX_OFFSET + 8;
	if (b[0] == 100 && (b[1] & 0xc0) == 64)
		return IPV4_PREFIX_OFFSET + 10;
	if (b[0] == 172 && (b[1] & 0xf0) == 16)
		return IPV4_PREFIX_OFFSET + 12;
	if ((b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254))
		return IPV4_PREFIX_OFFSET + 16;
	return 0;
}

uint8_t address_private_len(const struct address *address)
{
	return address_is_ipv4(address) ? private_ipv4_len(&address->bytes[12])
	                                : private_ipv6_len(address->bytes);
}

bool address_is_private(const struct address *address)
{
	return address_private_len(address);
}

static void segment_release(struct segment *segment)
{
	free(segment->name);
	free(segment->prefixes);
	free(segment->vlans);
}

void segment_map_free(struct segment_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->count; i++)
		segment_release(&map->segments[i]);
	free(map->segments);
	free(map->rows);
	free(map);
}

static int by_length_then_address(const void *a, const void *b)
{
	const struct row *left = a;
	const struct row *right = b;

	if (left->prefix.len != right->prefix.len)
		return left->prefix.len > right->prefix.len ? -1 : 1;
	return address_compare(&left->prefix.address, &right->prefix.address);
}

/* Rows in search order, and where each length begins. */
static bool index_prefixes(struct segment_map *map, struct error *err)
{
	size_t count = 0;

	for (size_t i = 0; i < map->count; i++)
		count += map->segments[i].prefix_count;
	map->rows = calloc(count + 1, sizeof(*map->rows));
	if (!map->rows)
		return fail(err, "out of memory for segments");
	for (uint32_t i = 0; i < map->count; i++)
		for (size_t p = 0; p < map->segments[i].prefix_count; p++)
			map->rows[map->row_count++] =
				(struct row){ map->segments[i].prefixes[p], i };
	qsort(map->rows, count, sizeof(*map->rows), by_length_then_address);
	for (size_t len = 0, at = 0; len <= 129; len++) {
		while (at < count && map->rows[at].prefix.len > 128 - (int)len)
			at++;
		map->starts[len] = at;
	}
	return true;
}

static bool same_prefix(const struct row *a, const struct row *b)
{
	return by_length_then_address(a, b) == 0;
}

static bool check_clashes(struct segment_map *map,
                          const struct json_document *document,
                          const struct json *list, struct error *err)
{
	char text[ADDRESS_TEXT];

	for (size_t i = 1; i < map->row_count; i++)
		if (same_prefix(&map->rows[i - 1], &map->rows[i]))
			return json_complain(
				err, document, list,
				"%s is in both '%s' and '%s'",
				prefix_text(text, &map->rows[i].prefix),
				map->segments[map->rows[i - 1].segment].name,
				map->segments[map->rows[i].segment].name);
	for (uint32_t i = 0; i < map->count; i++) {
		const struct segment *segment = &map->segments[i];

		for (size_t v = 0; v < segment->vlan_count; v++) {
			uint16_t vlan = segment->vlans[v];

			if (map->by_vlan[vlan])
				return json_complain(
					err, document, list,
					"VLAN %u is in both '%s' and '%s'",
					vlan,
					map->segments[map->vlan_segment[vlan]]
						.name,
					segment->name);
			map->by_vlan[vlan] = true;
			map->vlan_segment[vlan] = i;
		}
	}
	return true;
}

static bool name_is_new(const struct segment_map *map)
{
	for (size_t i = 0; i + 1 < map->count; i++)
		if (strcmp(map->segments[i].name,
		           map->segments[map->count - 1].name) == 0)
			return false;
	return true;
}

static bool read_list(struct segment_map *map, const struct json *list,
                      const struct json_document *document, struct error *err)
{
	if (!json_is_array(list))
		return json_complain(err, document,
		                     list ? list : json_root(document),
		                     "needs \"segments\": a list of segments");
	map->segments = calloc(json_count(list) + 1, sizeof(*map->segments));
	if (!map->segments)
		return fail(err, "out of memory for segments");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		if (!segment_read(&map->segments[map->count++], object,
		                  document, err))
			return false;
		if (!name_is_new(map))
			return json_complain(
				err, document, object, "a second segment '%s'",
				map->segments[map->count - 1].name);
	}
	return index_prefixes(map, err) &&
	       check_clashes(map, document, list, err);
}

struct segment_map *segment_map_from(const struct json *list,
                                     const struct json_document *document,
                                     struct error *err)
{
	struct segment_map *map = calloc(1, sizeof(*map));

	if (!map) {
		fail(err, "out of memory for segments");
		return NULL;
	}
	if (!read_list(map, list, document, err)) {
		segment_map_free(map);
		return NULL;
	}
	return map;
}

/* The list of a file that holds nothing else; NULL with err set. */
static const struct json *only_list(const struct json_document *document,
                                    struct error *err)
{
	const struct json *root = json_root(document);
	const struct json *list = NULL;

	for (const struct json *member = json_is_object(root) ? json_first(root)
	                                                      : NULL;
	     member; member = json_next(member)) {
		if (strcmp(json_key(member), "segments") != 0) {
			json_complain(err, document, member,
			              "no key '%s' here, only \"segments\"",
			              json_key(member));
			return NULL;
		}
		if (list) {
			json_complain(err, document, member,
			              "a second 'segments'");
			return NULL;
		}
		list = member;
	}
	if (!list)
		json_complain(err, document, root,
		              "needs one object: { \"segments\": [...] }");
	return list;
}

struct segment_map *segment_map_read(const char *path, struct error *err)
{
	struct json_document *document = json_read_file(path, err);
	const struct json *list = document ? only_list(document, err) : NULL;
	struct segment_map *map =
		list ? segment_map_from(list, document, err) : NULL;

	json_free(document);
	return map;
}

size_t segment_map_count(const struct segment_map *map)
{
	return map->count;
}

const struct segment *segment_map_at(const struct segment_map *map,
                                     size_t index)
{
	return &map->segments[index];
}

static const struct row *row_find(const struct segment_map *map, size_t start,
                                  size_t end, const struct row *wanted)
{
	return bsearch(wanted, map->rows + start, end - start, sizeof(*wanted),
	               by_length_then_address);
}

bool segment_map_find(const struct segment_map *map,
                      const struct address *address, uint16_t vlan,
                      uint32_t *index)
{
	/* ::/0 is all of IPv6: IPv4, which lies in it mapped, is not meant. */
	size_t last = address_is_ipv4(address) ? 128 - IPV4_PREFIX_OFFSET : 128;

	for (size_t len = 0; len <= last; len++) {
		size_t start = map->starts[len];
		size_t end = map->starts[len + 1];
		struct row wanted = { .segment = 0 };
		const struct row *row;

		if (start == end)
			continue;
		wanted.prefix = prefix_around(address, (uint8_t)(128 - len));
		row = row_find(map, start, end, &wanted);
		if (row) {
			*index = row->segment;
			return true;
		}
	}
	if (vlan > VLAN_MAX || !map->by_vlan[vlan] ||
	    !address_is_private(address))
		return false;
	*index = map->vlan_segment[vlan];
	return true;
}

void segment_map_write(const struct segment_map *map, struct json_scope parent,
                       const char *key)
{
	struct json_scope list = json_add_array(parent, key);
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < map->count; i++) {
		const struct segment *segment = &map->segments[i];
		struct json_scope object = json_add_object(list, NULL);
		struct json_scope prefixes;
		struct json_scope vlans;

		json_add_string(object, "name", segment->name);
		prefixes = json_add_array(object, "prefixes");
		for (size_t p = 0; p < segment->prefix_count; p++)
			json_add_string(prefixes, NULL,
			                prefix_text(text,
			                            &segment->prefixes[p]));
		vlans = json_add_array(object, "vlans");
		for (size_t v = 0; v < segment->vlan_count; v++)
			json_add_u64(vlans, NULL, segment->vlans[v]);
	}
}
