#include "report/report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "classify/facts.h"
#include "report/verdict.h"

/* The worst counts, and how many packets it is about. */
static void note_impact(struct report_finding *finding, enum model model,
                        enum impact impact, uint64_t packets)
{
	if (impact < finding->impact[model])
		return;
	if (impact > finding->impact[model])
		finding->affected[model] = 0;
	finding->impact[model] = impact;
	finding->affected[model] += packets;
}

struct finding_builder *finding_builder_get(struct table *table,
                                            struct report_part *part,
                                            const struct signature *signature)
{
	struct finding_builder_key key = { .part = part };
	struct finding_builder *builder;

	snprintf(key.id, sizeof(key.id), "%s", signature->id);
	builder = table_add(table, &key);
	if (builder && !builder->finding.signature) {
		builder->finding.signature = signature;
		part->finding_count++;
	}
	return builder;
}

struct application_builder *
application_builder_get(struct table *table, struct report_part *part,
                        const char name[static LEDGER_NAME])
{
	struct application_builder_key key = { .part = part };
	size_t before = table->count;
	struct application_builder *builder;

	memcpy(key.name, name, LEDGER_NAME);
	builder = table_add(table, &key);
	part->application_count += table->count - before;
	return builder;
}

void finding_builder_add(struct finding_builder *builder,
                         const struct finding *finding, enum manner manner,
                         enum relation relation)
{
	struct report_finding *into = &builder->finding;

	for (enum model model = 0; model < MODEL_COUNT; model++) {
		enum impact knowledge =
			into->signature->impact[impact_column_of(model)];
		enum impact impact =
			coverage_impact(coverage_of(model, manner, relation),
		                        knowledge);

		note_impact(into, model, impact, finding->sums.packets);
	}
	finding_merge(&into->total, finding, 0);
}

void finding_builder_add_host(struct finding_builder *builder,
                              const struct report_host *host)
{
	struct report_finding *into = &builder->finding;
	const struct host *total = host->total;
	enum family family =
		address_is_ipv4(&host->address) ? FAMILY_IPV4 : FAMILY_IPV6;

	/* A host's nature is no packet that a policy selects: what is known
	 * counts as it stands. */
	for (enum model model = 0; model < MODEL_COUNT; model++) {
		enum impact impact =
			into->signature->impact[impact_column_of(model)];

		note_impact(into, model, impact,
		            total->packets[0] + total->packets[1]);
	}
	into->host_count++;
	sums_add(&into->total.sums, 0, total->packets[0] + total->packets[1],
	         total->bytes[0] + total->bytes[1]);
	span_add(&into->total.span, total->span.first_ns, total->span.last_ns);
	host_set_add(&into->total.hosts, &host->address, family);
}

struct host_facts report_host_facts(const struct report_host *host)
{
	return (struct host_facts){
		.behaviours = host->behaviours,
		.roles = host->roles,
		.system = host->system,
		.macs = host->macs,
		.mac_count = host->mac_count,
		.lease_seconds = host->lease_seconds,
	};
}

/* One break outweighs all that the other models do to the rest. */
static unsigned gravity(const struct report_finding *finding)
{
	unsigned sum = 0;

	for (enum model model = 0; model < MODEL_COUNT; model++) {
		switch (finding->impact[model]) {
		case IMPACT_BREAKS: sum += 100; break;
		case IMPACT_NEEDS_EXEMPTION: sum += 10; break;
		case IMPACT_DEGRADES: sum += 1; break;
		case IMPACT_IN_CLEAR:
		case IMPACT_PROTECTED:
		case IMPACT_OUT_OF_SCOPE:
		case IMPACT_COUNT: break;
		}
	}
	return sum;
}

static int worst_first(const void *a, const void *b)
{
	const struct report_finding *left = a;
	const struct report_finding *right = b;
	unsigned left_gravity = gravity(left);
	unsigned right_gravity = gravity(right);

	if (left_gravity != right_gravity)
		return left_gravity > right_gravity ? -1 : 1;
	if (left->total.sums.packets != right->total.sums.packets)
		return left->total.sums.packets > right->total.sums.packets ? -1
		                                                            : 1;
	return strcmp(left->signature->id, right->signature->id);
}

static int most_bytes_first(const void *a, const void *b)
{
	const struct report_application *left = a;
	const struct report_application *right = b;

	if (left->sums.bytes != right->sums.bytes)
		return left->sums.bytes > right->sums.bytes ? -1 : 1;
	return strcmp(left->name, right->name);
}

bool part_make_room(struct report_part *part)
{
	part->findings =
		calloc(part->finding_count + 1, sizeof(*part->findings));
	part->applications = calloc(part->application_count + 1,
	                            sizeof(*part->applications));
	part->finding_count = 0;
	part->application_count = 0;
	return part->findings && part->applications;
}

void findings_hand_out(const struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct finding_builder *builder = table->records[i];
		struct report_part *part = builder->key.part;

		part->findings[part->finding_count++] = builder->finding;
	}
}

void applications_hand_out(const struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct application_builder *builder = table->records[i];
		struct report_part *part = builder->key.part;
		struct report_application *application =
			&part->applications[part->application_count++];

		memcpy(application->name, builder->key.name, LEDGER_NAME);
		application->sums = builder->sums;
	}
}

void part_sort(struct report_part *part)
{
	qsort(part->findings, part->finding_count, sizeof(*part->findings),
	      worst_first);
	qsort(part->applications, part->application_count,
	      sizeof(*part->applications), most_bytes_first);
}

void part_release(struct report_part *part)
{
	path_release(&part->total);
	free(part->findings);
	free(part->applications);
	free(part->costs);
	load_release(&part->load);
	for (enum model model = 0; model < MODEL_COUNT; model++)
		judgement_release(&part->judgements[model]);
	*part = (struct report_part){ 0 };
}

static int by_ends(const void *a, const void *b)
{
	const struct report_path *left = a;
	const struct report_path *right = b;

	for (unsigned i = 0; i < 2; i++)
		if (left->ends[i] != right->ends[i])
			return left->ends[i] < right->ends[i] ? -1 : 1;
	return 0;
}

struct report_path *report_path_find(const struct report *report, uint32_t one,
                                     uint32_t other)
{
	const struct report_path wanted = {
		.ends = { one < other ? one : other, one < other ? other : one }
	};

	return report->path_count
	               ? bsearch(&wanted, report->paths, report->path_count,
	                         sizeof(wanted), by_ends)
	               : NULL;
}

size_t report_part_count(const struct report *report)
{
	return report->segment_count + report->path_count;
}

struct report_part *report_part_at(struct report *report, size_t index)
{
	return index < report->segment_count
	               ? &report->segments[index].part
	               : &report->paths[index - report->segment_count].part;
}

static int peer_order(const void *a, const void *b)
{
	const struct report_peer *left = a;
	const struct report_peer *right = b;

	if (left->sums.bytes != right->sums.bytes)
		return left->sums.bytes > right->sums.bytes ? -1 : 1;
	if (left->as_number != right->as_number)
		return left->as_number < right->as_number ? -1 : 1;
	return strcmp(left->organization, right->organization)
	               ? strcmp(left->organization, right->organization)
	               : strcmp(left->country, right->country);
}

/* The pieces of a discovered segment share peers: find one by its name. */
static struct report_peer *peer_get(struct report_segment *segment,
                                    const struct peer_key *key)
{
	struct report_peer *larger;

	for (size_t i = 0; i < segment->peer_count; i++) {
		struct report_peer *peer = &segment->peers[i];

		if (peer->as_number == key->as_number &&
		    strcmp(peer->organization, key->organization) == 0 &&
		    strcmp(peer->country, key->country) == 0)
			return peer;
	}
	larger = realloc(segment->peers,
	                 (segment->peer_count + 1) * sizeof(*larger));
	if (!larger)
		return NULL;
	segment->peers = larger;
	larger += segment->peer_count++;
	*larger = (struct report_peer){ .as_number = key->as_number };
	memcpy(larger->organization, key->organization, LEDGER_NAME);
	memcpy(larger->country, key->country, sizeof(key->country));
	return larger;
}

bool report_add_peers(struct report *report)
{
	const struct ledger *ledger = report->ledger;

	for (size_t i = 0; i < ledger->peers.count; i++) {
		const struct peer *peer = ledger->peers.records[i];
		uint32_t index = atlas_find(report->atlas, &peer->key.place);
		struct report_peer *into;

		if (index == ATLAS_OUTSIDE)
			continue;
		into = peer_get(&report->segments[index], &peer->key);
		if (!into)
			return false;
		sums_merge(&into->sums, &peer->sums);
	}
	for (size_t i = 0; i < report->segment_count; i++) {
		struct report_segment *segment = &report->segments[i];

		if (segment->peer_count)
			qsort(segment->peers, segment->peer_count,
			      sizeof(*segment->peers), peer_order);
	}
	return true;
}
