#include "report/atlas.h"

#include <stdlib.h>
#include <string.h>

#include "classify/facts.h"
#include "report/discovery.h"

enum { VLANS = 4096 };

struct atlas {
	const struct segment_map *map;
	struct atlas_segment *segments;
	size_t count;
	struct discovery discovery;
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
	case BASIS_JOINED: return "joined: assumed ones with little traffic";
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
	free(atlas->segments);
	discovery_release(&atlas->discovery);
	free(atlas);
}

static struct atlas_segment *segment_add(struct atlas *atlas)
{
	/* Doubling at powers of two saves a member for the room. */
	size_t count = atlas->count;
	struct atlas_segment *larger = atlas->segments;

	if ((count & (count - 1)) == 0)
		larger = realloc(larger,
		                 (count ? count * 2 : 1) * sizeof(*larger));
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

/* What shares one tagged VLAN is one segment; the rest go by their prefix,
 * which no other has. by_vlan has the numbers of segments, from 1 on. */
static struct atlas_segment *
segment_for(struct atlas *atlas, const struct found *found, uint32_t *by_vlan)
{
	uint16_t vlan = found->home_count == 1 ? found->homes[0].vlan : 0;
	struct atlas_segment *segment;
	char name[ADDRESS_TEXT];

	if (vlan && by_vlan[vlan])
		return &atlas->segments[by_vlan[vlan] - 1];
	segment = segment_add(atlas);
	if (!segment)
		return NULL;
	by_vlan[vlan] = (uint32_t)atlas->count;
	if (vlan)
		snprintf(name, sizeof(name), "vlan-%u", vlan);
	else
		prefix_text(name, &found->prefix);
	snprintf(segment->name, sizeof(segment->name), "%s", name);
	return segment;
}

static bool add_found(struct atlas *atlas, struct found *found,
                      uint32_t *by_vlan)
{
	struct atlas_segment *segment = segment_for(atlas, found, by_vlan);

	if (!segment)
		return false;
	for (size_t i = 0; i < found->home_count; i++)
		if (found->homes[i].vlan &&
		    !segment_add_vlan(segment, found->homes[i].vlan))
			return false;
	found->segment = (uint32_t)(segment - atlas->segments);
	return segment_add_prefix(segment, &found->prefix, found->basis);
}

static uint32_t find_by_address(const struct atlas *atlas,
                                const struct address *address, uint16_t vlan)
{
	const struct found *found;
	uint32_t index;

	if (atlas->map)
		return segment_map_find(atlas->map, address, vlan, &index)
		               ? index
		               : ATLAS_OUTSIDE;
	found = discovery_find(&atlas->discovery, address);
	return found ? found->segment : ATLAS_OUTSIDE;
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

static bool add_discovered(struct atlas *atlas, const struct ledger *ledger,
                           size_t most_prefixes)
{
	uint32_t *by_vlan = calloc(UINT16_MAX + 1, sizeof(*by_vlan));
	bool added = by_vlan &&
	             discovery_make(&atlas->discovery, ledger, most_prefixes);

	for (size_t i = 0; added && i < atlas->discovery.count; i++)
		added = add_found(atlas, &atlas->discovery.found[i], by_vlan);
	free(by_vlan);
	return added;
}

struct atlas *atlas_create(const struct ledger *ledger, size_t most_prefixes,
                           struct error *err)
{
	struct atlas *atlas = calloc(1, sizeof(*atlas));
	bool made;

	if (!atlas) {
		fail(err, "out of memory for segments");
		return NULL;
	}
	atlas->map = ledger->map;
	memset(atlas->link_segment, 0xff, sizeof(atlas->link_segment));
	made = atlas->map ? add_mapped(atlas)
	                  : add_discovered(atlas, ledger, most_prefixes);
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

uint32_t atlas_find_address(const struct atlas *atlas,
                            const struct address *address, uint16_t vlan)
{
	uint32_t index = find_by_address(atlas, address, vlan);

	if (index == ATLAS_OUTSIDE && address_is_link_local(address))
		return atlas->link_segment[vlan % VLANS];
	return index;
}

enum relation atlas_relation(uint32_t a, uint32_t b)
{
	if (a == ATLAS_OUTSIDE || b == ATLAS_OUTSIDE)
		return a == b ? RELATION_TRANSIT : RELATION_OUTSIDE;
	return a == b ? RELATION_WITHIN : RELATION_BETWEEN;
}
