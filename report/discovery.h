/*
 * Discovery: the prefixes of a network that nobody mapped, from what a ledger
 * holds: what DHCP servers and routers announced, what ARP spans, whose
 * broadcast address was used, else /24 and /64; and the VLANs that their
 * addresses live on. Where these are too many to look through, neighbours
 * with little traffic are joined.
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

/* No more than most prefixes, where joining can do that; 0: any number. False
 * when out of memory; release in any case. */
bool discovery_make(struct discovery *discovery, const struct ledger *ledger,
                    size_t most);
void discovery_release(struct discovery *discovery);

/* The prefix that holds an address; NULL if none does. */
struct found *discovery_find(const struct discovery *discovery,
                             const struct address *address);

/*
 * Join prefixes that nothing announced until at most so many are left: first
 * those whose common prefix has the fewest packets. What was announced stays
 * as it is, and so does everything around it. False when out of memory.
 */
bool discovery_join(struct discovery *discovery, const struct ledger *ledger,
                    size_t most);

#endif
