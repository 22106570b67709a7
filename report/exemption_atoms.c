#include <stdlib.h>
#include <string.h>

#include "report/exemption_parts.h"

static bool add_clients(struct atom *atom, const struct client_set *clients)
{
	for (uint32_t i = 0; i < clients->count; i++) {
		struct prefix one = prefix_around(&clients->address[i], 128);

		if (!prefix_list_add(&atom->clients, &one))
			return false;
	}
	atom->more_clients |= clients->more;
	return true;
}

static bool add_signatures(struct atom *atom, const struct ledger *ledger,
                           const struct exemptable *from)
{
	for (uint32_t i = 0; i < from->signature_count; i++)
		if (!signature_list_add(&atom->signatures,
		                        &atom->signature_count,
		                        ledger_signature(ledger,
		                                         from->signatures[i])))
			return false;
	return true;
}

static struct atom_key key_of(const struct exemptable *from,
                              const struct atlas *atlas)
{
	struct atom_key key;

	memset(&key, 0, sizeof(key));
	key.ends[0] = atlas_find(atlas, &from->key.client);
	key.ends[1] = atlas_find(atlas, &from->key.server);
	key.address = from->key.address;
	key.port = from->key.port;
	key.transport = from->key.transport;
	key.family = from->key.family;
	key.role = from->key.role;
	key.manner = from->key.manner;
	key.icmp_type = from->key.icmp_type;
	key.icmp_code = from->key.icmp_code;
	return key;
}

static void add_port(struct atom *atom, uint32_t port)
{
	if (!atom->client_port)
		atom->client_port = port;
	else if (port && atom->client_port != port)
		atom->client_port = EXEMPTABLE_ANY_PORT;
}

bool atoms_collect(struct table *atoms, const struct report *report)
{
	const struct table *from = &report->ledger->exemptables;

	table_init(atoms, sizeof(struct atom_key), sizeof(struct atom),
	           SIZE_MAX);
	for (size_t i = 0; i < from->count; i++) {
		const struct exemptable *exemptable = from->records[i];
		struct atom_key key = key_of(exemptable, report->atlas);
		struct atom *atom = table_add(atoms, &key);

		if (!atom || !add_clients(atom, &exemptable->clients) ||
		    !add_signatures(atom, report->ledger, exemptable))
			return false;
		sums_merge(&atom->sums, &exemptable->sums);
		span_add(&atom->span, exemptable->span.first_ns,
		         exemptable->span.last_ns);
		atom->worthy_bytes += exemptable->worthy_bytes;
		atom->packets[0] += exemptable->packets[0];
		atom->packets[1] += exemptable->packets[1];
		add_port(atom, exemptable->client_port);
	}
	return true;
}

static void atom_release(void *record)
{
	struct atom *atom = record;

	free(atom->clients.prefix);
	free(atom->signatures);
}

void atoms_release(struct table *atoms)
{
	table_release(atoms, atom_release);
}

static bool has_remedy(const struct signature *signature, const char *id)
{
	for (size_t i = 0; i < signature->remedies.count; i++)
		if (strcmp(signature->remedies.text[i], id) == 0)
			return true;
	return false;
}

static bool is_curable(const struct signature *signature, enum impact impact)
{
	return impact == IMPACT_NEEDS_EXEMPTION ||
	       (impact == IMPACT_BREAKS &&
	        (has_remedy(signature, "bypass") ||
	         has_remedy(signature, "dc-exempt")));
}

static enum coverage coverage_of_atom(const struct atom *atom, enum model model)
{
	return coverage_of(model, (enum manner)atom->key.manner,
	                   atlas_relation(atom->key.ends[0],
	                                  atom->key.ends[1]));
}

bool atom_is_protectable(const struct atom *atom, enum model model)
{
	return coverage_of_atom(atom, model) == COVERAGE_PROTECT;
}

static bool is_found_in(const struct report_finding *finding,
                        const struct address *address)
{
	const struct host_set *hosts = &finding->total.hosts;

	for (uint32_t i = 0; i < hosts->count; i++)
		if (address_compare(&hosts->address[i], address) == 0)
			return true;
	return false;
}

/*
 * What is known of the host that serves: some hosts, as domain controllers,
 * have to be reached in clear whatever they serve. That a host calls others
 * in vain says nothing about what it serves.
 */
static bool host_needs(const struct atom *atom, const struct report *report,
                       enum model model)
{
	const struct report_part *part;

	if (atom->key.role != EXEMPTABLE_SERVICE ||
	    atom->key.ends[1] == ATLAS_OUTSIDE)
		return false;
	part = &report->segments[atom->key.ends[1]].part;
	for (size_t i = 0; i < part->finding_count; i++) {
		const struct report_finding *finding = &part->findings[i];
		const struct signature *signature = finding->signature;

		if (!finding->host_count ||
		    !(has_remedy(signature, "dc-exempt") ||
		      signature->category == CATEGORY_HOST_CAPABILITY))
			continue;
		if (is_curable(signature,
		               signature->impact[impact_column_of(model)]) &&
		    is_found_in(finding, &atom->key.address))
			return true;
	}
	return false;
}

static bool needs(const struct atom *atom, const struct report *report,
                  enum model model)
{
	enum coverage coverage = coverage_of_atom(atom, model);

	if (coverage != COVERAGE_PROTECT && coverage != COVERAGE_DROP)
		return false;
	for (size_t i = 0; i < atom->signature_count; i++) {
		const struct signature *signature = atom->signatures[i];
		enum impact impact = coverage_impact(
			coverage, signature->impact[impact_column_of(model)]);

		if (is_curable(signature, impact))
			return true;
	}
	return host_needs(atom, report, model);
}

unsigned atom_models(const struct atom *atom, const struct report *report,
                     unsigned models)
{
	unsigned needed = 0;

	for (enum model model = 0; model < MODEL_COUNT; model++)
		if (models & 1u << model && needs(atom, report, model))
			needed |= 1u << model;
	return needed;
}

unsigned atom_directions(const struct atom *atom)
{
	unsigned directions = 0;

	/* Nothing comes from a group, and errors only from their senders. */
	if (atom->key.role == EXEMPTABLE_GROUP)
		return EXEMPTION_TO_SERVICE;
	if (atom->key.role == EXEMPTABLE_ERROR)
		return EXEMPTION_FROM_SERVICE;
	if (atom->packets[0])
		directions |= EXEMPTION_TO_SERVICE;
	if (atom->packets[1])
		directions |= EXEMPTION_FROM_SERVICE;
	/* A mirror may show one half of TCP, which has always two. */
	if (atom->key.transport == TRANSPORT_TCP)
		directions = EXEMPTION_TO_SERVICE | EXEMPTION_FROM_SERVICE;
	return directions;
}
