/*
 * The atlas: which segments a report has, and which of them a place is in.
 *
 * With a map these are the map's segments. Without one they are discovered
 * from what a ledger holds: prefixes that DHCP servers and routers announced,
 * that ARP spans, whose broadcast address was used, else /24 and /64, joined
 * where they are too many; prefixes that live on one tagged VLAN are one
 * segment. A pure function of the ledger, so that a merged ledger gives the
 * segments that one run would have found.
 */
#ifndef REPORT_ATLAS_H
#define REPORT_ATLAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/ledger.h"

#define ATLAS_OUTSIDE UINT32_MAX

/* Why a prefix is a segment's. */
enum basis {
	BASIS_MAP,
	BASIS_DHCP,
	BASIS_ROUTER,
	BASIS_ARP,
	BASIS_BROADCAST,
	BASIS_ASSUMED, /* nothing said so: /24 or /64 */
	BASIS_JOINED,  /* several of those, that have little traffic */
	BASIS_LINK,    /* only frames and link-local addresses were seen */
	BASIS_COUNT
};

const char *basis_name(enum basis basis);

struct atlas_prefix {
	struct prefix prefix;
	enum basis basis;
};

struct atlas_segment {
	char name[256];
	bool discovered;
	bool link_only;
	struct atlas_prefix *prefixes;
	size_t prefix_count;
	uint16_t *vlans;
	size_t vlan_count;
};

struct atlas;

/*
 * The ledger is borrowed for the call. Where segments have to be discovered,
 * neighbours are joined until there are no more than so many prefixes. NULL
 * when out of memory.
 */
struct atlas *atlas_create(const struct ledger *ledger, size_t most_prefixes,
                           struct error *err);

/* Accepts NULL. */
void atlas_free(struct atlas *atlas);

size_t atlas_count(const struct atlas *atlas);
const struct atlas_segment *atlas_at(const struct atlas *atlas, size_t index);

/* The index of a place's segment, or ATLAS_OUTSIDE. */
uint32_t atlas_find(const struct atlas *atlas, const struct place *place);

/* The same for an address seen on a VLAN. */
uint32_t atlas_find_address(const struct atlas *atlas,
                            const struct address *address, uint16_t vlan);

enum relation atlas_relation(uint32_t a, uint32_t b);

#endif
