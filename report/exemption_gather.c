#include <stdlib.h>
#include <string.h>

#include "classify/facts.h"
#include "report/exemption_parts.h"

/* What of an address a policy can be widened to. */
enum kind { KIND_UNSPECIFIED, KIND_LINK_LOCAL, KIND_OTHER, KIND_COUNT };

static enum kind kind_of(const struct address *address)
{
	if (address_is_unspecified(address))
		return KIND_UNSPECIFIED;
	return address_is_link_local(address) ? KIND_LINK_LOCAL : KIND_OTHER;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* What atoms of one rule have in common. */
static int group_order(const struct atom *a, const struct atom *b)
{
	const uint64_t keys[][2] = {
		{ a->key.ends[0], b->key.ends[0] },
		{ a->key.ends[1], b->key.ends[1] },
		{ a->key.role, b->key.role },
		{ a->key.family, b->key.family },
		{ a->key.transport, b->key.transport },
		{ a->key.port, b->key.port },
		{ a->key.icmp_type, b->key.icmp_type },
		{ a->key.icmp_code, b->key.icmp_code },
		{ atom_directions(a), atom_directions(b) },
		{ a->models, b->models },
	};
	int order = 0;

	for (size_t i = 0; !order && i < sizeof(keys) / sizeof(keys[0]); i++)
		order = compare(keys[i][0], keys[i][1]);
	return order;
}

static int atom_order(const void *a, const void *b)
{
	const struct atom *left = *(struct atom *const *)a;
	const struct atom *right = *(struct atom *const *)b;
	int order = group_order(left, right);

	if (!order)
		order = address_compare(&left->key.address,
		                        &right->key.address);
	return order ? order : compare(left->key.manner, right->key.manner);
}

/* The clients of a group of atoms, and whether there are too many of a kind
 * to name them. */
struct clientele {
	struct prefix_list clients;
	size_t count[KIND_COUNT];
	bool more;
};

static bool clientele_of(struct clientele *clientele, struct atom **atoms,
                         size_t count)
{
	*clientele = (struct clientele){ 0 };
	for (size_t i = 0; i < count; i++) {
		if (!prefix_list_add_all(&clientele->clients,
		                         &atoms[i]->clients))
			return false;
		clientele->more |= atoms[i]->more_clients;
	}
	for (size_t i = 0; i < clientele->clients.count; i++)
		clientele->count[kind_of(
			&clientele->clients.prefix[i].address)]++;
	return true;
}

static bool is_many(const struct clientele *clientele, enum kind kind)
{
	return kind != KIND_UNSPECIFIED && clientele->count[kind] &&
	       (clientele->more ||
	        clientele->count[kind] > EXEMPTION_FEW_CLIENTS);
}

static struct prefix everything(enum family family)
{
	static const uint8_t zero[16];

	return family == FAMILY_IPV4
	               ? (struct prefix){ address_from_ipv4(zero),
		                          IPV4_PREFIX_OFFSET }
	               : (struct prefix){ address_from_ipv6(zero), 0 };
}

static bool is_seen_in(const struct prefix *prefix,
                       const struct clientele *clientele)
{
	for (size_t i = 0; i < clientele->clients.count; i++)
		if (prefix_holds(prefix, &clientele->clients.prefix[i].address))
			return true;
	return false;
}

/* The segment's prefixes that clients were seen in, as far as all were kept.
 * A segment known by its VLAN alone has none: then it stays at those seen. */
static bool widen_to_segment(struct prefix_list *into,
                             const struct clientele *clientele,
                             const struct atom *atom,
                             const struct report *report, bool *widened)
{
	enum family family = (enum family)atom->key.family;
	const struct atlas_segment *segment;

	*widened = true;
	if (atom->key.ends[0] == ATLAS_OUTSIDE) {
		const struct prefix all = everything(family);

		return prefix_list_add(into, &all);
	}
	segment = atlas_at(report->atlas, atom->key.ends[0]);
	*widened = false;
	for (size_t i = 0; i < segment->prefix_count; i++) {
		const struct prefix *prefix = &segment->prefixes[i].prefix;

		if (address_is_ipv4(&prefix->address) !=
		            (family == FAMILY_IPV4) ||
		    (!clientele->more && !is_seen_in(prefix, clientele)))
			continue;
		*widened = true;
		if (!prefix_list_add(into, prefix))
			return false;
	}
	return true;
}

static struct prefix link_local(enum family family)
{
	static const uint8_t ipv4[4] = { 169, 254 };
	static const uint8_t ipv6[16] = { 0xfe, 0x80 };

	return family == FAMILY_IPV4
	               ? (struct prefix){ address_from_ipv4(ipv4),
		                          IPV4_PREFIX_OFFSET + 16 }
	               : (struct prefix){ address_from_ipv6(ipv6), 10 };
}

/* Whoever of the clients no prefix of the list holds, one by one. */
static bool add_rest(struct prefix_list *into,
                     const struct clientele *clientele)
{
	const struct prefix_list wide = *into;
	struct prefix_list all = { 0 };
	bool added = prefix_list_add_all(&all, &wide);

	for (size_t i = 0; added && i < clientele->clients.count; i++) {
		const struct prefix *one = &clientele->clients.prefix[i];
		bool held = false;

		for (size_t w = 0; w < wide.count; w++)
			held |= prefix_holds(&wide.prefix[w], &one->address);
		added = held || prefix_list_add(&all, one);
	}
	free(wide.prefix);
	*into = all;
	return added;
}

static bool widen(struct prefix_list *into, const struct clientele *clientele,
                  const struct atom *atom, const struct report *report)
{
	const struct prefix link = link_local((enum family)atom->key.family);
	bool widened;

	if (is_many(clientele, KIND_LINK_LOCAL) &&
	    !prefix_list_add(into, &link))
		return false;
	if (is_many(clientele, KIND_OTHER) &&
	    !widen_to_segment(into, clientele, atom, report, &widened))
		return false;
	return add_rest(into, clientele);
}

static bool fill(struct exemption *rule, const struct atom *atom)
{
	const struct atom_key *key = &atom->key;

	rule->ends[0] = key->ends[0];
	rule->ends[1] = key->ends[1];
	rule->role = (enum exemptable_role)key->role;
	rule->family = (enum family)key->family;
	rule->transport = key->transport;
	rule->directions = atom_directions(atom);
	rule->models = atom->models;
	if (exemption_is_icmp(rule))
		return port_list_add(&rule->ports,
		                     (uint16_t)((unsigned)key->icmp_type << 8 |
		                                key->icmp_code));
	return !key->port || port_list_add(&rule->ports, key->port);
}

static bool add_service(struct exemption *rule, const struct atom *atom)
{
	const struct prefix one = prefix_around(&atom->key.address, 128);

	return prefix_list_add(&rule->servers, &one) &&
	       exemption_add_evidence(rule, atom);
}

/* One rule for all services that have these very clients. */
static bool add_exactly(struct exemptions *exemptions, size_t from,
                        const struct atom *atom)
{
	struct exemption *rule;

	for (size_t i = from; i < exemptions->count; i++)
		if (prefix_list_equal(&exemptions->rules[i].clients,
		                      &atom->clients))
			return add_service(&exemptions->rules[i], atom);
	rule = exemption_append(exemptions);
	return rule && fill(rule, atom) &&
	       prefix_list_add_all(&rule->clients, &atom->clients) &&
	       add_service(rule, atom);
}

static bool gather_group(struct exemptions *exemptions, struct atom **atoms,
                         size_t count, const struct report *report)
{
	const size_t from = exemptions->count;
	struct clientele clientele;
	struct exemption *rule = NULL;
	bool gathered = clientele_of(&clientele, atoms, count);

	if (gathered && (is_many(&clientele, KIND_OTHER) ||
	                 is_many(&clientele, KIND_LINK_LOCAL))) {
		rule = exemption_append(exemptions);
		gathered = rule && fill(rule, atoms[0]) &&
		           widen(&rule->clients, &clientele, atoms[0], report);
	}
	for (size_t i = 0; gathered && i < count; i++)
		gathered = rule ? add_service(rule, atoms[i])
		                : add_exactly(exemptions, from, atoms[i]);
	free(clientele.clients.prefix);
	return gathered;
}

bool exemptions_gather(struct exemptions *exemptions, struct atom **atoms,
                       size_t count, const struct report *report)
{
	size_t first = 0;

	if (count)
		qsort(atoms, count, sizeof(*atoms), atom_order);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && group_order(atoms[first], atoms[i]) == 0)
			continue;
		if (!gather_group(exemptions, &atoms[first], i - first, report))
			return false;
		first = i;
	}
	return true;
}
