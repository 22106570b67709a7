/*
 * Discovery: the prefixes of a network that nobody mapped, from what a ledger
 * holds: what DHCP servers and routers announced, what ARP spans, whose
 * broadcast address was used, else /24 and /64; and the VLANs that their
 * addresses live on.
 *
 * A pure function of the ledger, whatever the order of its records.
 */
#ifndef REPORT_DISCOVERY_H
#define REPORT_DISCOVERY_H

#include "report/atlas.h"

/* A VLAN and how many of a prefix's addresses answer there. */
struct home {
	uint16_t vlan;
	size_t addresses;
};

/* A discovered prefix and the VLANs on which its addresses live. */
struct found {
	struct prefix prefix;
	enum basis basis;
	uint32_t segment; /* the atlas's, set by it */
	struct home *homes;
	size_t home_count;
};

/* Disjoint prefixes in the order of their addresses. */
struct discovery {
	struct found *found;
	size_t count;
};

/* False when out of memory; release in any case. */
bool discovery_make(struct discovery *discovery, const struct ledger *ledger);
void discovery_release(struct discovery *discovery);

/* The prefix that holds an address; NULL if none does. */
struct found *discovery_find(const struct discovery *discovery,
                             const struct address *address);

#endif
