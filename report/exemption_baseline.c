#include <string.h>

#include "report/exemption_parts.h"

const char *baseline_name(unsigned bit)
{
	switch (bit) {
	case BASELINE_ND: return "neighbour discovery";
	case BASELINE_PMTUD: return "path MTU discovery";
	case BASELINE_DHCP: return "DHCP";
	case BASELINE_IKE: return "IKE";
	case BASELINE_ESP: return "ESP";
	default: return NULL;
	}
}

/*
 * Between any two addresses, since before them there may be no address to
 * speak of. What answers goes the other way with the ports swapped; where
 * both ports are the same, one way names both.
 */
static const struct {
	enum baseline baseline;
	enum family family;
	uint8_t transport;
	uint16_t first; /* port, or type and code of ICMP */
	uint16_t count; /* of ICMP types from there on */
	uint16_t client_port;
	bool answered;
} rows[] = {
	{ BASELINE_ND, FAMILY_IPV6, TRANSPORT_ICMPV6, 133 << 8, 5, 0, false },
	{ BASELINE_PMTUD, FAMILY_IPV4, TRANSPORT_ICMP, 3 << 8 | 4, 1, 0,
	  false },
	{ BASELINE_PMTUD, FAMILY_IPV6, TRANSPORT_ICMPV6, 2 << 8, 1, 0, false },
	{ BASELINE_DHCP, FAMILY_IPV4, TRANSPORT_UDP, 67, 1, 68, true },
	{ BASELINE_DHCP, FAMILY_IPV6, TRANSPORT_UDP, 547, 1, 546, true },
	{ BASELINE_IKE, FAMILY_IPV4, TRANSPORT_UDP, 500, 1, 500, false },
	{ BASELINE_IKE, FAMILY_IPV4, TRANSPORT_UDP, 4500, 1, 4500, false },
	{ BASELINE_IKE, FAMILY_IPV6, TRANSPORT_UDP, 500, 1, 500, false },
	{ BASELINE_IKE, FAMILY_IPV6, TRANSPORT_UDP, 4500, 1, 4500, false },
	{ BASELINE_ESP, FAMILY_IPV4, TRANSPORT_ESP, 0, 0, 0, false },
	{ BASELINE_ESP, FAMILY_IPV6, TRANSPORT_ESP, 0, 0, 0, false },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static bool add_row(struct exemptions *exemptions, size_t row, unsigned models)
{
	static const uint8_t zero[16];
	const struct prefix all = {
		.address = rows[row].family == FAMILY_IPV4
		                   ? address_from_ipv4(zero)
		                   : address_from_ipv6(zero),
		.len = rows[row].family == FAMILY_IPV4 ? IPV4_PREFIX_OFFSET : 0,
	};
	struct exemption *rule = exemption_append(exemptions);

	if (!rule)
		return false;
	rule->ends[0] = rule->ends[1] = ATLAS_OUTSIDE;
	rule->role = EXEMPTABLE_SERVICE;
	rule->family = rows[row].family;
	rule->transport = rows[row].transport;
	rule->directions = EXEMPTION_TO_SERVICE;
	if (rows[row].answered)
		rule->directions |= EXEMPTION_FROM_SERVICE;
	rule->models = models;
	rule->baseline = rows[row].baseline;
	rule->client_port = rows[row].client_port;
	for (unsigned i = 0; i < rows[row].count; i++)
		if (!port_list_add(&rule->ports,
		                   (uint16_t)(rows[row].first + (i << 8))))
			return false;
	return prefix_list_add(&rule->clients, &all) &&
	       prefix_list_add(&rule->servers, &all);
}

bool exemptions_add_baselines(struct exemptions *exemptions, unsigned baselines,
                              unsigned models)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (baselines & rows[i].baseline &&
		    !add_row(exemptions, i, models))
			return false;
	return true;
}

static bool holds(const struct port_list *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++)
		if (port >= ports->range[i].first &&
		    port <= ports->range[i].last)
			return true;
	return !ports->count;
}

static bool exempts(const struct exemption *rule, const struct atom *atom)
{
	const struct atom_key *key = &atom->key;

	if (rule->family != (enum family)key->family ||
	    rule->transport != key->transport)
		return false;
	if (exemption_is_icmp(rule))
		return holds(&rule->ports,
		             (uint16_t)((unsigned)key->icmp_type << 8 |
		                        key->icmp_code));
	if (!rule->client_port)
		return true;
	return (holds(&rule->ports, key->port) &&
	        atom->client_port == rule->client_port) ||
	       (rule->directions & EXEMPTION_FROM_SERVICE &&
	        key->port == rule->client_port &&
	        atom->client_port == rule->ports.range[0].first);
}

struct exemption *baseline_of(const struct exemptions *exemptions,
                              const struct atom *atom)
{
	for (size_t i = 0; i < exemptions->count; i++)
		if (exemptions->rules[i].baseline &&
		    exempts(&exemptions->rules[i], atom))
			return &exemptions->rules[i];
	return NULL;
}
