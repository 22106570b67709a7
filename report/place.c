#include "report/place.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "classify/facts.h"
#include "classify/number.h"

static struct place place_new(enum place_kind kind)
{
	struct place place;

	memset(&place, 0, sizeof(place));
	place.kind = (uint8_t)kind;
	return place;
}

static struct place place_on_link(uint16_t vlan)
{
	struct place place = place_new(PLACE_LINK);

	place.vlan = vlan;
	return place;
}

static struct place place_piece(const struct address *address, uint16_t vlan)
{
	uint8_t len =
		address_is_ipv4(address) ? PIECE_IPV4_LEN : PIECE_IPV6_LEN;
	struct place place = place_new(PLACE_PIECE);

	place.address = prefix_around(address, len).address;
	place.vlan = vlan;
	place.len = len;
	return place;
}

struct place place_of(const struct segment_map *map,
                      const struct address *address, enum family family,
                      uint16_t vlan)
{
	struct place place = place_new(PLACE_SEGMENT);

	if (family == FAMILY_LAYER2)
		return place_on_link(vlan);
	if (map && segment_map_find(map, address, vlan, &place.segment))
		return place;
	if (address_is_link_local(address) || address_is_unspecified(address))
		return place_on_link(vlan);
	if (!map && address_is_private(address))
		return place_piece(address, vlan);
	return place_new(PLACE_OUTSIDE);
}

/* A ledger has it for each end of each of its records: no printf here. */
const char *place_text(char text[static PLACE_TEXT], const struct place *place,
                       const struct segment_map *map)
{
	const struct prefix prefix = { place->address, place->len };
	char *at;

	switch ((enum place_kind)place->kind) {
	case PLACE_OUTSIDE: return strcpy(text, "outside");
	case PLACE_SEGMENT:
		at = stpcpy(text, "segment:");
		*at = '\0';
		strncat(at, segment_map_at(map, place->segment)->name,
		        PLACE_TEXT - 1 - (size_t)(at - text));
		break;
	case PLACE_PIECE:
		at = number_put(stpcpy(text, "piece:"), place->vlan);
		*at++ = ':';
		prefix_text(at, &prefix);
		break;
	case PLACE_LINK:
		*number_put(stpcpy(text, "link:"), place->vlan) = '\0';
		break;
	}
	return text;
}

static bool parse_vlan(const char **text, char stop, uint16_t *vlan)
{
	char *end;
	unsigned long number = strtoul(*text, &end, 10);

	if (!isdigit((unsigned char)**text) || *end != stop ||
	    number > UINT16_MAX)
		return false;
	*vlan = (uint16_t)number;
	*text = end + (stop != '\0');
	return true;
}

static bool parse_segment(struct place *place, const char *name,
                          const struct segment_map *map)
{
	for (uint32_t i = 0; map && i < segment_map_count(map); i++) {
		if (strcmp(segment_map_at(map, i)->name, name) == 0) {
			place->segment = i;
			return true;
		}
	}
	return false;
}

static bool parse_piece(struct place *place, const char *text)
{
	struct prefix prefix;

	if (!parse_vlan(&text, ':', &place->vlan) ||
	    !prefix_parse(&prefix, text))
		return false;
	place->address = prefix.address;
	place->len = prefix.len;
	return true;
}

/* The rest of text behind a prefix, NULL if it has another. */
static const char *after(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

bool place_parse(struct place *place, const char *text,
                 const struct segment_map *map)
{
	const char *rest;

	*place = place_new(PLACE_OUTSIDE);
	if (strcmp(text, "outside") == 0)
		return true;
	if ((rest = after(text, "segment:"))) {
		place->kind = PLACE_SEGMENT;
		return parse_segment(place, rest, map);
	}
	if ((rest = after(text, "piece:"))) {
		place->kind = PLACE_PIECE;
		return parse_piece(place, rest);
	}
	if ((rest = after(text, "link:"))) {
		place->kind = PLACE_LINK;
		return parse_vlan(&rest, '\0', &place->vlan);
	}
	return false;
}

int place_compare(const struct place *a, const struct place *b,
                  const struct segment_map *map)
{
	int order;

	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (a->kind == PLACE_SEGMENT)
		return strcmp(segment_map_at(map, a->segment)->name,
		              segment_map_at(map, b->segment)->name);
	if (a->vlan != b->vlan)
		return (int)a->vlan - (int)b->vlan;
	order = address_compare(&a->address, &b->address);
	return order ? order : (int)a->len - (int)b->len;
}

/* 50 bits of an address: where the first ten bytes are zeroes, as an IPv4
 * address has them, the last six, which are less than any other's first. */
static uint64_t address_rank(const struct address *address)
{
	static const uint8_t zeroes[10];
	bool low = memcmp(address->bytes, zeroes, sizeof(zeroes)) == 0;
	const uint8_t *from =
		low ? address->bytes + sizeof(zeroes) : address->bytes;
	uint64_t rank = 0;

	for (unsigned i = 0; i < 6; i++)
		rank = rank << 8 | from[i];
	return low ? rank : UINT64_C(1) << 48 | rank;
}

uint64_t place_rank(const struct place *place)
{
	uint64_t rank = (uint64_t)place->kind << 62;

	/* Segments are ordered by their names. */
	if (place->kind == PLACE_SEGMENT)
		return rank;
	return rank | (uint64_t)(place->vlan & 0xfff) << 50 |
	       address_rank(&place->address);
}
