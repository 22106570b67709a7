/*
 * Places: where an end of a flow is, as fine as a ledger keeps it.
 *
 * With a map of segments a place is a segment or the outside. Without one,
 * what the segments are is known only when all the traffic has been seen:
 * until then a place is a small piece of a private prefix, and pieces are put
 * together at the end. Link-local addresses and frames without IP belong to a
 * VLAN, and through it to the segment that lives there.
 */
#ifndef REPORT_PLACE_H
#define REPORT_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/flow.h"
#include "report/segment.h"

enum place_kind {
	PLACE_OUTSIDE,
	PLACE_SEGMENT, /* by its index in the map */
	PLACE_PIECE,   /* of a private prefix, on a VLAN */
	PLACE_LINK,    /* a VLAN */
};

/* IPv4 pieces are /28, IPv6 pieces /64: links are hardly ever smaller. */
enum { PIECE_IPV4_LEN = IPV4_PREFIX_OFFSET + 28, PIECE_IPV6_LEN = 64 };

/* Without padding, since it is hashed and compared as bytes. */
struct place {
	struct address address; /* of a piece; zero otherwise */
	uint32_t segment;
	uint16_t vlan;
	uint8_t kind; /* enum place_kind */
	uint8_t len;  /* of a piece's prefix */
};

/* map may be NULL: then pieces. */
struct place place_of(const struct segment_map *map,
                      const struct address *address, enum family family,
                      uint16_t vlan);

/* "outside", "segment:office", "piece:10:192.168.1.0/28", "link:10" */
enum { PLACE_TEXT = 320 };
const char *place_text(char text[static PLACE_TEXT], const struct place *place,
                       const struct segment_map *map);
bool place_parse(struct place *place, const char *text,
                 const struct segment_map *map);

/* An order that does not depend on the order of a map's segments. */
int place_compare(const struct place *a, const struct place *b,
                  const struct segment_map *map);

/*
 * A number that agrees with place_compare() as far as it goes: the smaller one
 * comes first, and of the same one nothing is said.
 */
uint64_t place_rank(const struct place *place);

#endif
