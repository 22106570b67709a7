#include "report/discovery.h"

#include <stdlib.h>
#include <string.h>

#include "classify/facts.h"

enum { IPV4_DEFAULT = IPV4_PREFIX_OFFSET + 24, IPV6_DEFAULT = 64 };

void discovery_release(struct discovery *discovery)
{
	for (size_t i = 0; i < discovery->count; i++)
		free(discovery->found[i].homes);
	free(discovery->found);
	*discovery = (struct discovery){ 0 };
}

/* The index of the first prefix that begins behind an address. */
static size_t index_behind(const struct discovery *discovery,
                           const struct address *address)
{
	size_t low = 0;
	size_t high = discovery->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct prefix *prefix = &discovery->found[middle].prefix;

		if (address_compare(&prefix->address, address) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct found *discovery_find(const struct discovery *discovery,
                             const struct address *address)
{
	size_t behind = index_behind(discovery, address);
	struct found *found = behind ? &discovery->found[behind - 1] : NULL;

	return found && prefix_holds(&found->prefix, address) ? found : NULL;
}

/* Whether some prefix holds this one, or the other way round. */
static bool overlaps(const struct discovery *discovery,
                     const struct prefix *prefix)
{
	size_t behind = index_behind(discovery, &prefix->address);

	return discovery_find(discovery, &prefix->address) ||
	       (behind < discovery->count &&
	        prefix_holds(prefix, &discovery->found[behind].prefix.address));
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
	case BASIS_JOINED:
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

static int by_prefix_address(const void *a, const void *b)
{
	const struct found *left = a;
	const struct found *right = b;

	return address_compare(&left->prefix.address, &right->prefix.address);
}

/* Prefixes of one length are the same or apart: those that are new, in the
 * order of their addresses, go in at once. */
static bool found_add_alike(struct discovery *discovery,
                            const struct prefix *prefixes, size_t count,
                            enum basis basis)
{
	size_t before = discovery->count;
	size_t now = before;
	struct found *larger =
		realloc(discovery->found, (before + count) * sizeof(*larger));

	if (!larger)
		return false;
	discovery->found = larger;
	for (size_t i = 0; i < count; i++) {
		if (overlaps(discovery, &prefixes[i]) ||
		    (now > before &&
		     address_compare(&larger[now - 1].prefix.address,
		                     &prefixes[i].address) == 0))
			continue;
		larger[now++] =
			(struct found){ .prefix = prefixes[i], .basis = basis };
	}
	discovery->count = now;
	qsort(larger, now, sizeof(*larger), by_prefix_address);
	return true;
}

/* The ledger's pieces cannot be cut any further. */
static struct prefix at_finest(struct prefix prefix)
{
	uint8_t finest = address_is_ipv4(&prefix.address) ? PIECE_IPV4_LEN
	                                                  : PIECE_IPV6_LEN;

	return prefix.len > finest ? prefix_around(&prefix.address, finest)
	                           : prefix;
}

/* Add a list of prefixes, the widest first, so that order does not matter. */
static bool found_add_all(struct discovery *discovery, struct prefix *prefixes,
                          size_t count, enum basis basis)
{
	size_t start = 0;

	for (size_t i = 0; i < count; i++)
		prefixes[i] = at_finest(prefixes[i]);
	if (count)
		qsort(prefixes, count, sizeof(*prefixes), widest_first);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && prefixes[i].len == prefixes[start].len)
			continue;
		if (!found_add_alike(discovery, &prefixes[start], i - start,
		                     basis))
			return false;
		start = i;
	}
	return true;
}

static bool find_by_evidence(struct discovery *discovery,
                             const struct ledger *ledger, enum basis basis,
                             struct prefix *prefixes)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];

		if (evidence_prefix(&sums->key, basis, &prefixes[count]))
			count++;
	}
	return found_add_all(discovery, prefixes, count, basis);
}

static bool find_assumed(struct discovery *discovery,
                         const struct ledger *ledger, struct prefix *prefixes)
{
	size_t count = 0;

	for (size_t i = 0; i < ledger->paths.count * 2; i++) {
		const struct path *path = ledger->paths.records[i / 2];
		const struct place *place = &path->key.place[i % 2];

		if (place->kind == PLACE_PIECE &&
		    !discovery_find(discovery, &place->address))
			prefixes[count++] =
				prefix_around(&place->address,
			                      address_is_ipv4(&place->address)
			                              ? IPV4_DEFAULT
			                              : IPV6_DEFAULT);
	}
	return found_add_all(discovery, prefixes, count, BASIS_ASSUMED);
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
static bool find_homes(struct discovery *discovery, const struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];
		struct found *found =
			sums->key.kind == EVIDENCE_BINDING
				? discovery_find(discovery,
		                                 &sums->key.prefix.address)
				: NULL;

		if (found && !found_add_home(found, sums->key.vlan))
			return false;
	}
	for (size_t i = 0; i < discovery->count; i++)
		found_drop_strays(&discovery->found[i]);
	return true;
}

bool discovery_make(struct discovery *discovery, const struct ledger *ledger,
                    size_t most)
{
	static const enum basis order[] = { BASIS_DHCP, BASIS_ROUTER, BASIS_ARP,
		                            BASIS_BROADCAST };
	size_t room = ledger->evidence.count + ledger->paths.count * 2 + 1;
	struct prefix *prefixes = calloc(room, sizeof(*prefixes));
	bool made = prefixes;

	*discovery = (struct discovery){ 0 };
	for (size_t i = 0; made && i < sizeof(order) / sizeof(order[0]); i++)
		made = find_by_evidence(discovery, ledger, order[i], prefixes);
	made = made && find_assumed(discovery, ledger, prefixes);
	free(prefixes);
	return made && discovery_join(discovery, ledger, most) &&
	       find_homes(discovery, ledger);
}
