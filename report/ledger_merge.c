#include <stdlib.h>
#include <string.h>

#include "capture/parallel.h"
#include "report/exemptable.h"
#include "report/ledger_sources.h"

/*
 * Indices mean nothing outside their ledger: how those of the one that is
 * merged translate into those of the one that it is merged into.
 */
struct translation {
	struct ledger *into;
	const struct ledger *from;
	uint32_t *signatures;
	uint32_t *segments;
	uint32_t source_offset;
};

static struct place place_translate(const struct translation *t,
                                    struct place place)
{
	if (place.kind == PLACE_SEGMENT)
		place.segment = t->segments[place.segment];
	return place;
}

static struct path_key path_translate(const struct translation *t,
                                      const struct path_key *key)
{
	struct place a = place_translate(t, key->place[0]);
	struct place b = place_translate(t, key->place[1]);

	return path_key_of(&a, &b);
}

static void merge_path(const struct translation *t, const void *record)
{
	const struct path *from = record;
	struct path_key key = path_translate(t, &from->key);
	struct path *into = ledger_path(t->into, &key);

	if (into)
		path_merge(into, from);
}

static void merge_finding(const struct translation *t, const void *record)
{
	const struct finding *from = record;
	struct finding_key key = from->key;
	struct finding *into;

	key.path = path_translate(t, &key.path);
	key.signature = t->signatures[key.signature];
	into = ledger_finding(t->into, &key);
	if (into)
		finding_merge(into, from, t->source_offset);
}

static void merge_application(const struct translation *t, const void *record)
{
	const struct application_sums *from = record;
	struct path_key path = path_translate(t, &from->key.path);
	struct application_sums *into =
		ledger_application(t->into, &path, from->key.name);

	if (into)
		sums_merge(&into->sums, &from->sums);
}

static void merge_peer(const struct translation *t, const void *record)
{
	const struct peer *from = record;
	struct peer_key key = from->key;
	struct peer *into;

	key.place = place_translate(t, key.place);
	into = table_add(&t->into->peers, &key);
	if (into)
		sums_merge(&into->sums, &from->sums);
}

static void merge_host(const struct translation *t, const void *record)
{
	const struct host *from = record;
	struct place place = place_translate(t, from->key.place);
	struct host *into = ledger_host(t->into, &place, &from->key.address);

	if (into)
		host_merge(into, from);
}

static void merge_endpoint(const struct translation *t, const void *record)
{
	const struct endpoint *from = record;
	struct endpoint_key key = from->key;
	struct endpoint *into;

	key.place = place_translate(t, key.place);
	into = table_add(&t->into->endpoints, &key);
	if (!into)
		return;
	into->called += from->called;
	into->calling += from->calling;
	into->answered += from->answered;
	sketch_merge(&into->peers, &from->peers);
	sketch_merge(&into->networks, &from->networks);
	application_keep(into->application, from->application);
}

static void merge_pair(const struct translation *t, const void *record)
{
	const struct pair *from = record;
	struct pair_end ends[2] = { from->key.end[0], from->key.end[1] };
	struct pair *into;

	ends[0].place = place_translate(t, ends[0].place);
	ends[1].place = place_translate(t, ends[1].place);
	into = ledger_pair(t->into, &ends[0], &ends[1]);
	if (!into)
		return;
	sums_merge(&into->sums, &from->sums);
	span_add(&into->span, from->span.first_ns, from->span.last_ns);
	into->exposure += from->exposure;
	into->dscps |= from->dscps;
	if (from->peak > into->peak)
		into->peak = from->peak;
	activity_merge(&into->activity, &from->activity);
}

static void merge_call(const struct translation *t, const void *record)
{
	const struct call_sums *from = record;
	struct call_key key = from->key;
	struct call_sums *into;

	key.path = path_translate(t, &key.path);
	into = table_add(&t->into->calls, &key);
	if (!into)
		return;
	sums_merge(&into->sums, &from->sums);
	into->paces += from->paces;
	into->ns += from->ns;
}

static void merge_station(const struct translation *t, const void *record)
{
	const struct station *from = record;
	struct station *into = table_add(&t->into->stations, &from->key);

	if (into)
		sketch_merge(&into->addresses, &from->addresses);
}

static void merge_evidence(const struct translation *t, const void *record)
{
	const struct evidence_sums *from = record;
	struct evidence_sums *into = table_add(&t->into->evidence, &from->key);

	if (!into)
		return;
	into->count += from->count;
	if (from->seconds > into->seconds)
		into->seconds = from->seconds;
}

static void merge_link(const struct translation *t, const void *record)
{
	const struct link_sums *from = record;
	struct link_sums *into = table_add(&t->into->links, &from->key);

	if (into)
		sums_merge(&into->sums, &from->sums);
}

static void merge_exemptable(const struct translation *t, const void *record)
{
	const struct exemptable *from = record;
	struct exemptable_key key = from->key;
	struct exemptable *into;

	key.client = place_translate(t, key.client);
	key.server = place_translate(t, key.server);
	into = ledger_exemptable(t->into, &key);
	if (!into)
		return;
	exemptable_merge(into, from);
	for (uint32_t i = 0; i < from->signature_count; i++)
		exemptable_add_signature(into,
		                         t->signatures[from->signatures[i]],
		                         t->into);
}

static bool translate_signatures(struct translation *t, struct error *err)
{
	const struct table *fired = &t->from->fired;

	t->signatures = calloc(fired->count + 1, sizeof(*t->signatures));
	if (!t->signatures)
		return fail(err, "out of memory for merging");
	for (size_t i = 0; i < fired->count; i++) {
		const struct fired *one = fired->records[i];

		if (!ledger_fire(t->into, &one->signature, &t->signatures[i]))
			return fail(err, "out of memory for merging");
	}
	return true;
}

static bool same_segment(const struct segment *a, const struct segment *b)
{
	return a->prefix_count == b->prefix_count &&
	       a->vlan_count == b->vlan_count &&
	       (!a->prefix_count ||
	        memcmp(a->prefixes, b->prefixes,
	               a->prefix_count * sizeof(*a->prefixes)) == 0) &&
	       (!a->vlan_count ||
	        memcmp(a->vlans, b->vlans, a->vlan_count * sizeof(*a->vlans)) ==
	                0);
}

static bool translate_segment(const struct segment_map *into,
                              const struct segment *segment, uint32_t *index,
                              struct error *err)
{
	for (uint32_t i = 0; i < segment_map_count(into); i++) {
		const struct segment *known = segment_map_at(into, i);

		if (strcmp(known->name, segment->name) != 0)
			continue;
		*index = i;
		return same_segment(known, segment) ||
		       fail(err,
		            "the reports map segment '%s' differently; audit "
		            "both with one map",
		            segment->name);
	}
	return fail(err,
	            "the reports have different maps: only one has segment "
	            "'%s'; audit both with one map",
	            segment->name);
}

static bool translate_segments(struct translation *t, struct error *err)
{
	const struct segment_map *into = t->into->map;
	const struct segment_map *from = t->from->map;
	size_t count = from ? segment_map_count(from) : 0;

	if (!into != !from)
		return fail(err, "one report has mapped segments and the other "
		                 "discovered ones; audit both with one map");
	if (into && segment_map_count(into) != count)
		return fail(err,
		            "the reports have maps of %zu and %zu segments; "
		            "audit both with one map",
		            segment_map_count(into), count);
	t->segments = calloc(count + 1, sizeof(*t->segments));
	if (!t->segments)
		return fail(err, "out of memory for merging");
	for (size_t i = 0; i < count; i++)
		if (!translate_segment(into, segment_map_at(from, i),
		                       &t->segments[i], err))
			return false;
	return true;
}

static void merge_counters(struct ledger *into, const struct ledger *from)
{
	struct ledger_counters counters = ledger_counters_of(from);

	for (size_t i = 0; ledger_counter(i); i++)
		*counter_of(&into->counters, ledger_counter(i)) +=
			*counter_of(&counters, ledger_counter(i));
}

/* Tables that are merged, each for itself: in struct ledger, and how. */
static const struct {
	size_t offset;
	void (*merge)(const struct translation *t, const void *record);
} tables[] = {
	{ offsetof(struct ledger, paths), merge_path },
	{ offsetof(struct ledger, exemptables), merge_exemptable },
	{ offsetof(struct ledger, pairs), merge_pair },
	{ offsetof(struct ledger, hosts), merge_host },
	{ offsetof(struct ledger, findings), merge_finding },
	{ offsetof(struct ledger, applications), merge_application },
	{ offsetof(struct ledger, endpoints), merge_endpoint },
	{ offsetof(struct ledger, stations), merge_station },
	{ offsetof(struct ledger, evidence), merge_evidence },
	{ offsetof(struct ledger, peers), merge_peer },
	{ offsetof(struct ledger, calls), merge_call },
	{ offsetof(struct ledger, links), merge_link },
};

static void merge_table(void *self, size_t index)
{
	const struct translation *t = self;
	const struct table *table = ledger_table(t->from, tables[index].offset);

	for (size_t i = 0; i < table->count; i++)
		tables[index].merge(t, table->records[i]);
}

bool ledger_merge(struct ledger *into, const struct ledger *from, bool same_run,
                  struct error *err)
{
	struct translation t = {
		.into = into,
		.from = from,
		.source_offset = same_run ? 0 : (uint32_t)into->source_count,
	};
	bool merged = (same_run || ledger_sources_check(into, from, err)) &&
	              translate_segments(&t, err) &&
	              translate_signatures(&t, err) &&
	              (same_run || ledger_sources_append(into, from, err));

	if (merged) {
		parallel_each(sizeof(tables) / sizeof(tables[0]), merge_table,
		              &t);
		merge_counters(into, from);
	}
	if (merged && !same_run)
		merged = ledger_sources_sort(into, err);
	free(t.signatures);
	free(t.segments);
	return merged;
}
