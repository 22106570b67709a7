#include "report/atlas.h"

#include <stdlib.h>
#include <string.h>

#include "classify/facts.h"

enum {
	VLANS = 4096,
	IPV4_DEFAULT = IPV4_PREFIX_OFFSET + 24,
	IPV6_DEFAULT = 64
};

/* A VLAN and how many of a prefix's addresses answer there. */
struct home {
	uint16_t vlan;
	size_t addresses;
};

/* A discovered prefix and the VLANs on which its addresses live. */
struct found {
	struct prefix prefix;
	enum basis basis;
	struct home *homes;
	size_t home_count;
};

struct atlas {
	const struct segment_map *map;
	struct atlas_segment *segments;
	size_t count;
	struct found *found;
	size_t found_count;
	uint32_t link_segment[VLANS]; /* of a VLAN; ATLAS_OUTSIDE: none yet */
};

const char *basis_name(enum basis basis)
{
	switch (basis) {
	case BASIS_MAP: return "segment map";
	case BASIS_DHCP: return "mask granted by DHCP";
	case BASIS_ROUTER: return "prefix announced by a router";
	case BASIS_ARP: return "span of ARP requests";
	case BASIS_BROADCAST: return "directed broadcast";
	case BASIS_ASSUMED: return "assumed: nothing announced a prefix";
	case BASIS_LINK: return "frames without an address of their own";
	case BASIS_COUNT: break;
	}
	return "";
}

void atlas_free(struct atlas *atlas)
{
	if (!atlas)
		return;
	for (size_t i = 0; i < atlas->count; i++) {
		free(atlas->segments[i].prefixes);
		free(atlas->segments[i].vlans);
	}
	for (size_t i = 0; i < atlas->found_count; i++)
		free(atlas->found[i].homes);
	free(atlas->segments);
	free(atlas->found);
	free(atlas);
}

static struct atlas_segment *segment_add(struct atlas *atlas)
{
	struct atlas_segment *larger =
		realloc(atlas->segments, (atlas->count + 1) * sizeof(*larger));

	if (!larger)
		return NULL;
	atlas->segments = larger;
	larger += atlas->count++;
	*larger = (struct atlas_segment){ .discovered = true };
	return larger;
}

static bool segment_add_prefix(struct atlas_segment *segment,
                               const struct prefix *prefix, enum basis basis)
{
	struct atlas_prefix *larger =
		realloc(segment->prefixes,
	                (segment->prefix_count + 1) * sizeof(*larger));

	if (!larger)
		return false;
	segment->prefixes = larger;
	larger[segment->prefix_count++] =
		(struct atlas_prefix){ *prefix, basis };
	return true;
}

static int by_number(const void *a, const void *b)
{
	return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

static bool segment_add_vlan(struct atlas_segment *segment, uint16_t vlan)
{
	uint16_t *larger;

	for (size_t i = 0; i < segment->vlan_count; i++)
		if (segment->vlans[i] == vlan)
			return true;
	larger = realloc(segment->vlans,
	                 (segment->vlan_count + 1) * sizeof(*larger));
	if (!larger)
		return false;
	segment->vlans = larger;
	larger[segment->vlan_count++] = vlan;
	qsort(larger, segment->vlan_count, sizeof(*larger), by_number);
	return true;
}

static bool add_mapped(struct atlas *atlas)
{
	for (size_t i = 0; i < segment_map_count(atlas->map); i++) {
		const struct segment *mapped = segment_map_at(atlas->map, i);
		struct atlas_segment *segment = segment_add(atlas);

		if (!segment)
			return false;
		segment->discovered = false;
		snprintf(segment->name, sizeof(segment->name), "%s",
		         mapped->name);
		for (size_t p = 0; p < mapped->prefix_count; p++)
			if (!segment_add_prefix(segment, &mapped->prefixes[p],
			                        BASIS_MAP))
				return false;
		for (size_t v = 0; v < mapped->vlan_count; v++)
			if (!segment_add_vlan(segment, mapped->vlans[v]))
				return false;
	}
	return true;
}

static bool overlaps(const struct prefix *a, const struct prefix *b)
{
	return prefix_holds(a, &b->address) || prefix_holds(b, &a->address);
}

static bool found_add(struct atlas *atlas, struct prefix prefix,
                      enum basis basis)
{
	uint8_t finest = address_is_ipv4(&prefix.address) ? PIECE_IPV4_LEN
	                                                  : PIECE_IPV6_LEN;
	struct found *larger;

	/* The ledger's pieces cannot be cut any further. */
	if (prefix.len > finest)
		prefix = prefix_around(&prefix.address, finest);
	for (size_t i = 0; i < atlas->found_count; i++)
		if (overlaps(&atlas->found[i].prefix, &prefix))
			return true;
	larger = realloc(atlas->found,
	                 (atlas->found_count + 1) * sizeof(*larger));
	if (!larger)
		return false;
	atlas->found = larger;
	larger[atlas->found_count++] =
		(struct found){ .prefix = prefix, .basis = basis };
	return true;
}

/*
 * The prefix that a broadcast address is the last of. Its trailing one bits
 * are the widest that it can be; where there are eight or more it is most
 * likely a /24.
 */
static struct prefix broadcast_prefix(const struct address *address)
{
	uint8_t ones = 0;

	while (ones < 8 && address->bytes[15] & 1u << ones)
		ones++;
	return prefix_around(address, (uint8_t)(128 - ones));
}

/* The prefix that a piece of evidence speaks for, if it is for a basis. */
static bool evidence_prefix(const struct evidence_key *key, enum basis basis,
                            struct prefix *prefix)
{
	*prefix = key->prefix;
	if (!address_is_private(&prefix->address) ||
	    address_is_link_local(&prefix->address))
		return false;
	switch (basis) {
	case BASIS_DHCP: return key->kind == EVIDENCE_DHCP_MASK;
	case BASIS_ROUTER: return key->kind == EVIDENCE_ROUTER_PREFIX;
	case BASIS_ARP:
		/* Two neighbours of a /24 do not show that it is none less. */
		return key->kind == EVIDENCE_ARP && prefix->len < IPV4_DEFAULT;
	case BASIS_BROADCAST:
		if (key->kind != EVIDENCE_BROADCAST ||
		    !(prefix->address.bytes[15] & 1))
			return false;
		*prefix = broadcast_prefix(&prefix->address);
		return prefix->len <= PIECE_IPV4_LEN;
	case BASIS_MAP:
	case BASIS_ASSUMED:
	case BASIS_LINK:
	case BASIS_COUNT: break;
	}
	return false;
}

static int widest_first(const void *a, const void *b)
{
	const struct prefix *left = a;
	const struct prefix *right = b;

	if (left->len != right->len)
		return (int)left->len - (int)right->len;
	return address_compare(&left->address, &right->address);
}

/* Add a list of prefixes, the widest first, so that order does not matter. */
static bool found_add_all(struct atlas *atlas, struct prefix *prefixes,
                          size_t count, enum basis basis)
{
	if (count)
		qsort(prefixes, count, sizeof(*prefixes), widest_first);
	for (size_t i = 0; i < count; i++)
		if (!found_add(atlas, prefixes[i], basis))
			return false;
	return true;
}

static bool find_by_evidence(struct atlas *atlas, const struct ledger *ledger,
                             enum basis basis, struct prefix *prefixes)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];

		if (evidence_prefix(&sums->key, basis, &prefixes[count]))
			count++;
	}
	return found_add_all(atlas, prefixes, count, basis);
}

static bool find_assumed(struct atlas *atlas, const struct ledger *ledger,
                         struct prefix *prefixes)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->paths.count * 2; i++) {
		const struct path *path = ledger->paths.records[i / 2];
		const struct place *place = &path->key.place[i % 2];
		bool covered = place->kind != PLACE_PIECE;

		for (size_t f = 0; !covered && f < atlas->found_count; f++)
			covered = prefix_holds(&atlas->found[f].prefix,
			                       &place->address);
		if (!covered)
			prefixes[count++] =
				prefix_around(&place->address,
			                      address_is_ipv4(&place->address)
			                              ? IPV4_DEFAULT
			                              : IPV6_DEFAULT);
	}
	return found_add_all(atlas, prefixes, count, BASIS_ASSUMED);
}

static struct found *found_holding(const struct atlas *atlas,
                                   const struct address *address)
{
	for (size_t i = 0; i < atlas->found_count; i++)
		if (prefix_holds(&atlas->found[i].prefix, address))
			return &atlas->found[i];
	return NULL;
}

static bool found_add_home(struct found *found, uint16_t vlan)
{
	struct home *larger;

	for (size_t i = 0; i < found->home_count; i++) {
		if (found->homes[i].vlan == vlan) {
			found->homes[i].addresses++;
			return true;
		}
	}
	larger = realloc(found->homes,
	                 (found->home_count + 1) * sizeof(*larger));
	if (!larger)
		return false;
	found->homes = larger;
	larger[found->home_count++] = (struct home){ vlan, 1 };
	return true;
}

static int by_addresses(const void *a, const void *b)
{
	const struct home *left = a;
	const struct home *right = b;

	if (left->addresses != right->addresses)
		return left->addresses > right->addresses ? -1 : 1;
	return (int)left->vlan - (int)right->vlan;
}

/*
 * Routers answer ARP for an address of theirs on any side (RFC 1122 section
 * 3.3.4.2, the weak host model): a VLAN with a small part of the addresses is
 * no home.
 */
static void found_drop_strays(struct found *found)
{
	enum { STRAY_PART = 4 };

	if (!found->home_count)
		return;
	qsort(found->homes, found->home_count, sizeof(*found->homes),
	      by_addresses);
	while (found->home_count > 1 &&
	       found->homes[found->home_count - 1].addresses * STRAY_PART <=
	               found->homes[0].addresses)
		found->home_count--;
}

/*
 * An address lives on the VLAN where ARP or neighbour discovery answers for
 * it; packets to it are seen on others too, once routed.
 */
static bool find_homes(struct atlas *atlas, const struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];
		struct found *found =
			sums->key.kind == EVIDENCE_BINDING
				? found_holding(atlas,
		                                &sums->key.prefix.address)
				: NULL;

		if (found && !found_add_home(found, sums->key.vlan))
			return false;
	}
	for (size_t i = 0; i < atlas->found_count; i++)
		found_drop_strays(&atlas->found[i]);
	return true;
}

static int by_prefix(const void *a, const void *b)
{
	const struct found *left = a;
	const struct found *right = b;
	int order =
		address_compare(&left->prefix.address, &right->prefix.address);

	return order ? order : (int)left->prefix.len - (int)right->prefix.len;
}

static bool find_prefixes(struct atlas *atlas, const struct ledger *ledger)
{
	static const enum basis order[] = { BASIS_DHCP, BASIS_ROUTER, BASIS_ARP,
		                            BASIS_BROADCAST };
	size_t room = ledger->evidence.count + ledger->paths.count * 2 + 1;
	struct prefix *prefixes = calloc(room, sizeof(*prefixes));
	bool found = prefixes;

	for (size_t i = 0; found && i < sizeof(order) / sizeof(order[0]); i++)
		found = find_by_evidence(atlas, ledger, order[i], prefixes);
	found = found && find_assumed(atlas, ledger, prefixes);
	free(prefixes);
	if (!found || !find_homes(atlas, ledger))
		return false;
	if (atlas->found_count)
		qsort(atlas->found, atlas->found_count, sizeof(*atlas->found),
		      by_prefix);
	return true;
}

static struct atlas_segment *segment_of_vlan(struct atlas *atlas, uint16_t vlan)
{
	for (size_t i = 0; i < atlas->count; i++)
		if (atlas->segments[i].vlan_count == 1 &&
		    atlas->segments[i].vlans[0] == vlan)
			return &atlas->segments[i];
	return NULL;
}

/* What shares one tagged VLAN is one segment; the rest go by their prefix. */
static bool add_found(struct atlas *atlas, const struct found *found)
{
	uint16_t vlan = found->home_count == 1 ? found->homes[0].vlan : 0;
	struct atlas_segment *segment =
		vlan ? segment_of_vlan(atlas, vlan) : NULL;

	if (!segment)
		segment = segment_add(atlas);
	if (!segment)
		return false;
	if (vlan)
		snprintf(segment->name, sizeof(segment->name), "vlan-%u", vlan);
	else
		prefix_text(segment->name, &found->prefix);
	for (size_t i = 0; i < found->home_count; i++)
		if (found->homes[i].vlan &&
		    !segment_add_vlan(segment, found->homes[i].vlan))
			return false;
	return segment_add_prefix(segment, &found->prefix, found->basis);
}

static uint32_t find_by_address(const struct atlas *atlas,
                                const struct address *address, uint16_t vlan)
{
	uint32_t index;

	if (atlas->map)
		return segment_map_find(atlas->map, address, vlan, &index)
		               ? index
		               : ATLAS_OUTSIDE;
	for (size_t i = 0; i < atlas->count; i++) {
		const struct atlas_segment *segment = &atlas->segments[i];

		for (size_t p = 0; p < segment->prefix_count; p++)
			if (prefix_holds(&segment->prefixes[p].prefix, address))
				return (uint32_t)i;
	}
	return ATLAS_OUTSIDE;
}

/* The segment that most of a VLAN's addresses are in; ATLAS_OUTSIDE if none
 * or if several share it. */
static uint32_t home_by_addresses(const struct atlas *atlas,
                                  const struct ledger *ledger, uint16_t vlan)
{
	size_t *addresses = calloc(atlas->count + 1, sizeof(*addresses));
	uint32_t home = 0;
	bool shared = false;

	for (size_t i = 0; addresses && i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];
		uint32_t index =
			sums->key.vlan == vlan
				? find_by_address(atlas,
		                                  &sums->key.prefix.address,
		                                  vlan)
				: ATLAS_OUTSIDE;

		if (index != ATLAS_OUTSIDE)
			addresses[index]++;
	}
	for (uint32_t i = 1; addresses && i < atlas->count; i++)
		if (addresses[i] > addresses[home])
			home = i;
	for (uint32_t i = 0; addresses && i < atlas->count; i++)
		shared |= i != home && addresses[i] * 4 > addresses[home];
	if (!addresses || shared || !addresses[home])
		home = ATLAS_OUTSIDE;
	free(addresses);
	return home;
}

/* The one segment that lives on a VLAN, or ATLAS_OUTSIDE. */
static uint32_t home_of(const struct atlas *atlas, const struct ledger *ledger,
                        uint16_t vlan)
{
	uint32_t home = ATLAS_OUTSIDE;
	size_t count = 0;

	for (uint32_t i = 0; i < atlas->count; i++) {
		for (size_t v = 0; v < atlas->segments[i].vlan_count; v++) {
			if (atlas->segments[i].vlans[v] == vlan) {
				home = i;
				count++;
			}
		}
	}
	if (count == 1)
		return home;
	home = home_by_addresses(atlas, ledger, vlan);
	if (home == ATLAS_OUTSIDE && atlas->count == 1)
		home = 0;
	return home;
}

static bool add_link(struct atlas *atlas, const struct ledger *ledger,
                     uint16_t vlan)
{
	uint32_t home = home_of(atlas, ledger, vlan);
	struct atlas_segment *segment;

	if (home != ATLAS_OUTSIDE) {
		atlas->link_segment[vlan] = home;
		return true;
	}
	segment = segment_add(atlas);
	if (!segment)
		return false;
	segment->link_only = true;
	if (vlan)
		snprintf(segment->name, sizeof(segment->name), "link-vlan-%u",
		         vlan);
	else
		snprintf(segment->name, sizeof(segment->name), "link");
	atlas->link_segment[vlan] = (uint32_t)(atlas->count - 1);
	return !vlan || segment_add_vlan(segment, vlan);
}

/* Links in the order of their VLANs, whatever order they were seen in. */
static bool add_links(struct atlas *atlas, const struct ledger *ledger)
{
	bool seen[VLANS] = { false };

	for (size_t i = 0; i < ledger->paths.count * 2; i++) {
		const struct path *path = ledger->paths.records[i / 2];
		const struct place *place = &path->key.place[i % 2];

		if (place->kind == PLACE_LINK)
			seen[place->vlan % VLANS] = true;
	}
	for (unsigned vlan = 0; vlan < VLANS; vlan++)
		if (seen[vlan] && !add_link(atlas, ledger, (uint16_t)vlan))
			return false;
	return true;
}

static bool add_discovered(struct atlas *atlas, const struct ledger *ledger)
{
	if (!find_prefixes(atlas, ledger))
		return false;
	for (size_t i = 0; i < atlas->found_count; i++)
		if (!add_found(atlas, &atlas->found[i]))
			return false;
	return true;
}

struct atlas *atlas_create(const struct ledger *ledger, struct error *err)
{
	struct atlas *atlas = calloc(1, sizeof(*atlas));
	bool made;

	if (!atlas) {
		fail(err, "out of memory for segments");
		return NULL;
	}
	atlas->map = ledger->map;
	memset(atlas->link_segment, 0xff, sizeof(atlas->link_segment));
	made = atlas->map ? add_mapped(atlas) : add_discovered(atlas, ledger);
	if (!made || !add_links(atlas, ledger)) {
		atlas_free(atlas);
		fail(err, "out of memory for segments");
		return NULL;
	}
	return atlas;
}

size_t atlas_count(const struct atlas *atlas)
{
	return atlas->count;
}

const struct atlas_segment *atlas_at(const struct atlas *atlas, size_t index)
{
	return &atlas->segments[index];
}

uint32_t atlas_find(const struct atlas *atlas, const struct place *place)
{
	switch ((enum place_kind)place->kind) {
	case PLACE_OUTSIDE: break;
	case PLACE_SEGMENT: return place->segment;
	case PLACE_PIECE:
		return find_by_address(atlas, &place->address, place->vlan);
	case PLACE_LINK: return atlas->link_segment[place->vlan % VLANS];
	}
	return ATLAS_OUTSIDE;
}

enum relation atlas_relation(uint32_t a, uint32_t b)
{
	if (a == ATLAS_OUTSIDE || b == ATLAS_OUTSIDE)
		return a == b ? RELATION_TRANSIT : RELATION_OUTSIDE;
	return a == b ? RELATION_WITHIN : RELATION_BETWEEN;
}
