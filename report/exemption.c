#include "report/exemption.h"

#include <stdlib.h>
#include <string.h>

#include "report/exemption_parts.h"

bool exemption_is_icmp(const struct exemption *rule)
{
	return transport_is_icmp(rule->transport);
}

uint8_t icmp_answer(uint8_t transport, uint8_t type)
{
	if (transport == TRANSPORT_ICMPV6)
		return type == 128 || type == 139 ? (uint8_t)(type + 1) : type;
	if (type == 8)
		return 0;
	return type == 13 || type == 15 || type == 17 ? (uint8_t)(type + 1)
	                                              : type;
}

struct exemption *exemption_append(struct exemptions *exemptions)
{
	size_t count = exemptions->count;
	struct exemption *larger = exemptions->rules;

	if ((count & (count - 1)) == 0)
		larger = realloc(larger,
		                 (count ? count * 2 : 1) * sizeof(*larger));
	if (!larger)
		return NULL;
	exemptions->rules = larger;
	exemptions->count++;
	larger += count;
	*larger = (struct exemption){ 0 };
	return larger;
}

void exemption_release(struct exemption *rule)
{
	free(rule->clients.prefix);
	free(rule->servers.prefix);
	free(rule->ports.range);
	free(rule->signatures);
	*rule = (struct exemption){ 0 };
}

bool exemption_add_evidence(struct exemption *rule, const struct atom *atom)
{
	sums_merge(&rule->sums, &atom->sums);
	span_add(&rule->span, atom->span.first_ns, atom->span.last_ns);
	if (atom->clients.count > rule->client_count)
		rule->client_count = atom->clients.count;
	rule->more_clients |= atom->more_clients;
	for (size_t i = 0; i < atom->signature_count; i++)
		if (!signature_list_add(&rule->signatures,
		                        &rule->signature_count,
		                        atom->signatures[i]))
			return false;
	return true;
}

void exemptions_free(struct exemptions *exemptions)
{
	if (!exemptions)
		return;
	for (size_t i = 0; i < exemptions->count; i++)
		exemption_release(&exemptions->rules[i]);
	free(exemptions->rules);
	free(exemptions->balances);
	free(exemptions->segment_balances);
	free(exemptions);
}

static int list_order(const struct prefix_list *a, const struct prefix_list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		int order = address_compare(&a->prefix[i].address,
		                            &b->prefix[i].address);

		if (order)
			return order;
		if (a->prefix[i].len != b->prefix[i].len)
			return (int)a->prefix[i].len - (int)b->prefix[i].len;
	}
	return (a->count > b->count) - (a->count < b->count);
}

/* Alike but for their ports. */
static int but_for_ports(const struct exemption *a, const struct exemption *b)
{
	const uint32_t keys[][2] = {
		{ !a->baseline, !b->baseline },
		{ a->baseline, b->baseline },
		{ a->ends[0], b->ends[0] },
		{ a->ends[1], b->ends[1] },
		{ a->role, b->role },
		{ a->family, b->family },
		{ a->transport, b->transport },
		{ a->directions, b->directions },
		{ a->models, b->models },
	};
	int order;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i][0] != keys[i][1])
			return keys[i][0] < keys[i][1] ? -1 : 1;
	order = list_order(&a->servers, &b->servers);
	return order ? order : list_order(&a->clients, &b->clients);
}

static int rule_order(const void *a, const void *b)
{
	const struct exemption *left = a;
	const struct exemption *right = b;
	int order = but_for_ports(left, right);

	if (order || !left->ports.count || !right->ports.count)
		return order;
	return (int)left->ports.range[0].first -
	       (int)right->ports.range[0].first;
}

static bool join(struct exemption *into, const struct exemption *from)
{
	sums_merge(&into->sums, &from->sums);
	span_add(&into->span, from->span.first_ns, from->span.last_ns);
	if (from->client_count > into->client_count)
		into->client_count = from->client_count;
	into->more_clients |= from->more_clients;
	for (size_t i = 0; i < from->signature_count; i++)
		if (!signature_list_add(&into->signatures,
		                        &into->signature_count,
		                        from->signatures[i]))
			return false;
	return port_list_add_all(&into->ports, &from->ports);
}

/* Several ports of the same servers for the same clients are one rule. */
static bool join_ports(struct exemptions *exemptions)
{
	struct exemption *rules = exemptions->rules;
	size_t kept = 0;

	if (!exemptions->count)
		return true;
	qsort(rules, exemptions->count, sizeof(*rules), rule_order);
	for (size_t i = 1; i < exemptions->count; i++) {
		if (rules[i].baseline ||
		    but_for_ports(&rules[kept], &rules[i]) != 0) {
			struct exemption next = rules[i];

			rules[i] = (struct exemption){ 0 };
			rules[++kept] = next;
			continue;
		}
		if (!join(&rules[kept], &rules[i]))
			return false;
		exemption_release(&rules[i]);
	}
	exemptions->count = kept + 1;
	return true;
}

static bool is_scanner(const struct report *report, uint32_t segment,
                       const struct address *address)
{
	const struct report_host *host =
		report_host_in(report, segment, address);

	return host && host->behaviours & HOST_SCANNER;
}

/* Doors that only scanners tried, and that stayed closed. */
static bool is_scanned(const struct atom *atom, const struct report *report)
{
	if (atom->key.role != EXEMPTABLE_SERVICE || atom->packets[1])
		return false;
	for (size_t i = 0; i < atom->clients.count; i++)
		if (!is_scanner(report, atom->key.ends[0],
		                &atom->clients.prefix[i].address))
			return false;
	return true;
}

/* Without a port there is nothing to write a rule for: a later fragment. */
static bool is_portless(const struct atom *atom)
{
	switch (atom->key.transport) {
	case TRANSPORT_TCP:
	case TRANSPORT_UDP:
	case TRANSPORT_SCTP:
	case TRANSPORT_UDPLITE: return !atom->key.port;
	default: return false;
	}
}

/* Atoms that rules are made for, behind those that need none. */
static bool select_atoms(struct exemptions *exemptions,
                         const struct table *atoms, struct atom **selected,
                         size_t *count, const struct report *report)
{
	for (size_t i = 0; i < atoms->count; i++) {
		struct atom *atom = atoms->records[i];
		struct exemption *baseline = baseline_of(exemptions, atom);

		if (baseline) {
			if (!exemption_add_evidence(baseline, atom))
				return false;
		} else if (!atom->models) {
			continue;
		} else if (is_portless(atom)) {
			exemptions->portless++;
		} else if (is_scanned(atom, report)) {
			exemptions->scanned++;
		} else {
			selected[(*count)++] = atom;
		}
	}
	return true;
}

static bool derive(struct exemptions *exemptions, const struct table *atoms,
                   const struct report *report, unsigned models)
{
	struct atom **selected = calloc(atoms->count + 1, sizeof(*selected));
	size_t count = 0;
	bool derived;

	if (!selected)
		return false;
	for (size_t i = 0; i < atoms->count; i++) {
		struct atom *atom = atoms->records[i];

		atom->models = atom_models(atom, report, models);
		balances_add(exemptions, atom, report);
	}
	derived = select_atoms(exemptions, atoms, selected, &count, report) &&
	          exemptions_gather(exemptions, selected, count, report) &&
	          join_ports(exemptions);
	free(selected);
	return derived;
}

struct exemptions *exemptions_create(const struct report *report,
                                     unsigned models, unsigned baselines,
                                     struct error *err)
{
	struct exemptions *exemptions = calloc(1, sizeof(*exemptions));
	struct table atoms = { 0 };
	bool created =
		exemptions && balances_begin(exemptions, report) &&
		atoms_collect(&atoms, report) &&
		exemptions_add_baselines(exemptions, baselines, models) &&
		derive(exemptions, &atoms, report, models);

	atoms_release(&atoms);
	if (created)
		return exemptions;
	exemptions_free(exemptions);
	fail(err, "out of memory for exemptions");
	return NULL;
}
