/*
 * Segments: the named parts of the network, as the user maps them.
 *
 *	{ "segments": [ { "name": "office", "prefixes": ["10.1.0.0/16"],
 *	                  "vlans": [10] } ] }
 *
 * An address belongs to the segment of its longest prefix. One that no prefix
 * holds belongs to the segment of its VLAN, if it is private: a global address
 * on a VLAN is somebody whom the router lets through. A map is immutable once
 * read and may be shared by threads.
 */
#ifndef REPORT_SEGMENT_H
#define REPORT_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/address.h"
#include "capture/error.h"
#include "classify/json.h"

struct segment {
	char *name;
	struct prefix *prefixes;
	size_t prefix_count;
	uint16_t *vlans;
	size_t vlan_count;
};

struct segment_map;

/* NULL on failure, with err naming file, line and word. */
struct segment_map *segment_map_read(const char *path, struct error *err);

/* From the "segments" list of a document. */
struct segment_map *segment_map_from(const struct json *list,
                                     const struct json_document *document,
                                     struct error *err);

/* Accepts NULL. */
void segment_map_free(struct segment_map *map);

size_t segment_map_count(const struct segment_map *map);
const struct segment *segment_map_at(const struct segment_map *map,
                                     size_t index);

/* Which segment an address on a VLAN belongs to; false if none. */
bool segment_map_find(const struct segment_map *map,
                      const struct address *address, uint16_t vlan,
                      uint32_t *index);

/* Write the list that segment_map_from() reads. */
void segment_map_write(const struct segment_map *map, struct json_scope parent,
                       const char *key);

/*
 * Addresses that do not leave an organisation: RFC 1918, RFC 6598, RFC 3927,
 * RFC 4193, link-local and loopback.
 */
bool address_is_private(const struct address *address);

/* The length of the prefix that is set aside for such addresses around this
 * one, as struct prefix has it; 0 if there is none. */
uint8_t address_private_len(const struct address *address);

#endif
