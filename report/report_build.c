#include <stdlib.h>

#include "report/census.h"
#include "report/report_parts.h"
#include "report/verdict.h"

struct part_key {
	uint32_t end[2];
};

/* A segment or path while it is put together. */
struct builder {
	struct part_key key; /* how it is found */
	struct report_part part;
	struct covered_sums covered;
};

struct work {
	struct report *report;
	struct table segments; /* struct builder */
	struct table paths;
	struct table findings; /* struct finding_builder, of all of these */
	struct table applications;
};

static struct builder *builder_get(struct table *table, uint32_t a, uint32_t b)
{
	struct part_key key = { { a, b } };

	return table_add(table, &key);
}

static void builder_release(void *record)
{
	struct builder *builder = record;

	part_release(&builder->part);
}

/* The parts that a path of the ledger belongs to: its report path, and the
 * segments at its ends. */
struct destination {
	struct builder *builders[3];
	size_t count;
	enum relation relation;
};

static bool destination_of(struct work *work, const struct path_key *key,
                           struct destination *destination)
{
	uint32_t a = atlas_find(work->report->atlas, &key->place[0]);
	uint32_t b = atlas_find(work->report->atlas, &key->place[1]);

	/* The outside sorts last, so that paths read "office - outside". */
	if (a > b) {
		uint32_t swap = a;

		a = b;
		b = swap;
	}
	destination->count = 0;
	destination->relation = atlas_relation(a, b);
	destination->builders[destination->count++] =
		builder_get(&work->paths, a, b);
	if (a != ATLAS_OUTSIDE)
		destination->builders[destination->count++] =
			builder_get(&work->segments, a, a);
	if (b != a && b != ATLAS_OUTSIDE)
		destination->builders[destination->count++] =
			builder_get(&work->segments, b, b);
	for (size_t i = 0; i < destination->count; i++)
		if (!destination->builders[i])
			return false;
	return true;
}

static bool add_path(struct work *work, const struct path *path)
{
	struct destination destination;

	if (!destination_of(work, &path->key, &destination))
		return false;
	for (size_t i = 0; i < destination.count; i++) {
		struct builder *builder = destination.builders[i];

		path_merge(&builder->part.total, path);
		for (unsigned m = 0; m < MANNER_COUNT; m++) {
			sums_merge(&builder->part.sums, &path->by_manner[m]);
			sums_merge(
				&builder->covered.sums[m][destination.relation],
				&path->by_manner[m]);
		}
	}
	return true;
}

static bool add_finding(struct work *work, const struct finding *finding)
{
	struct destination destination;
	enum manner manner = (enum manner)finding->key.manner;
	const struct signature *signature =
		ledger_signature(work->report->ledger, finding->key.signature);

	if (!destination_of(work, &finding->key.path, &destination))
		return false;
	for (size_t i = 0; i < destination.count; i++) {
		struct finding_builder *builder =
			finding_builder_get(&work->findings,
		                            &destination.builders[i]->part,
		                            signature);

		if (!builder)
			return false;
		finding_builder_add(builder, finding, manner,
		                    destination.relation);
	}
	return true;
}

/* Signatures that are about hosts fire in the segment where the host is. */
static bool add_host_findings(struct work *work, uint32_t segment,
                              const struct report_host *host)
{
	const struct signature_set *set = work->report->set;
	const struct host_facts facts = report_host_facts(host);
	const struct facts asked = { .subject = SUBJECT_HOST, .host = &facts };
	struct builder *builder =
		builder_get(&work->segments, segment, segment);
	struct signature_hits hits;

	if (!builder)
		return false;
	signature_match(set, &asked, &hits);
	for (size_t i = 0; i < hits.count; i++) {
		struct finding_builder *finding =
			finding_builder_get(&work->findings, &builder->part,
		                            signature_at(set, hits.index[i]));

		if (!finding)
			return false;
		finding_builder_add_host(finding, host);
	}
	return true;
}

static bool add_hosts_findings(struct work *work)
{
	struct report *report = work->report;

	for (uint32_t s = 0; s < report->segment_count; s++)
		for (size_t h = 0; h < report->segments[s].host_count; h++)
			if (!add_host_findings(work, s,
			                       &report->segments[s].hosts[h]))
				return false;
	return true;
}

static bool add_application(struct work *work,
                            const struct application_sums *application)
{
	struct destination destination;

	if (!destination_of(work, &application->key.path, &destination))
		return false;
	for (size_t i = 0; i < destination.count; i++) {
		struct application_builder *builder =
			application_builder_get(&work->applications,
		                                &destination.builders[i]->part,
		                                application->key.name);

		if (!builder)
			return false;
		sums_merge(&builder->sums, &application->sums);
	}
	return true;
}

static bool add_all(struct work *work)
{
	const struct ledger *ledger = work->report->ledger;

	for (size_t i = 0; i < ledger->paths.count; i++)
		if (!add_path(work, ledger->paths.records[i]))
			return false;
	for (size_t i = 0; i < ledger->findings.count; i++)
		if (!add_finding(work, ledger->findings.records[i]))
			return false;
	for (size_t i = 0; i < ledger->applications.count; i++)
		if (!add_application(work, ledger->applications.records[i]))
			return false;
	return true;
}

static bool make_room(const struct table *builders)
{
	for (size_t i = 0; i < builders->count; i++) {
		struct builder *builder = builders->records[i];

		if (!part_make_room(&builder->part))
			return false;
	}
	return true;
}

/* Segments that nothing was seen of have a part as well. */
static bool hand_out(struct work *work)
{
	for (uint32_t i = 0; i < work->report->segment_count; i++)
		if (!builder_get(&work->segments, i, i))
			return false;
	if (!make_room(&work->segments) || !make_room(&work->paths))
		return false;
	findings_hand_out(&work->findings);
	applications_hand_out(&work->applications);
	return true;
}

static bool finish(struct report_part *part, struct builder *builder,
                   const struct report *report)
{
	*part = builder->part;
	builder->part = (struct report_part){ 0 };
	part_sort(part);
	return verdict_judge(part, &builder->covered, &report->observation,
	                     &report->thresholds);
}

static int by_part_key(const void *a, const void *b)
{
	const struct part_key *left = *(void *const *)a;
	const struct part_key *right = *(void *const *)b;

	for (unsigned i = 0; i < 2; i++)
		if (left->end[i] != right->end[i])
			return left->end[i] < right->end[i] ? -1 : 1;
	return 0;
}

/* Segments in the order of the atlas, seen or not, with their hosts. */
static bool begin_segments(struct work *work)
{
	struct report *report = work->report;
	size_t count = atlas_count(report->atlas);

	report->segments = calloc(count + 1, sizeof(*report->segments));
	if (!report->segments)
		return false;
	report->segment_count = count;
	for (uint32_t i = 0; i < count; i++)
		report->segments[i].segment = atlas_at(report->atlas, i);
	return report_add_hosts(report) && report_add_pairs(report) &&
	       report_add_peers(report) && census_take(report);
}

static bool finish_segments(struct work *work)
{
	struct report *report = work->report;

	for (uint32_t i = 0; i < report->segment_count; i++) {
		struct builder *builder = builder_get(&work->segments, i, i);

		if (!builder ||
		    !finish(&report->segments[i].part, builder, report))
			return false;
	}
	return true;
}

static bool finish_paths(struct work *work)
{
	struct report *report = work->report;
	struct table *table = &work->paths;

	report->paths = calloc(table->count + 1, sizeof(*report->paths));
	if (!report->paths)
		return false;
	table_sort(table, by_part_key);
	for (size_t i = 0; i < table->count; i++) {
		struct builder *builder = table->records[i];
		struct report_path *path = &report->paths[i];

		report->path_count++;
		path->ends[0] = builder->key.end[0];
		path->ends[1] = builder->key.end[1];
		if (!finish(&path->part, builder, report))
			return false;
	}
	return true;
}

static void work_release(struct work *work)
{
	table_release(&work->segments, builder_release);
	table_release(&work->paths, builder_release);
	table_release(&work->findings, NULL);
	table_release(&work->applications, NULL);
}

bool report_build_parts(struct report *report)
{
	struct work work = { .report = report };
	bool built;

	table_init(&work.segments, sizeof(struct part_key),
	           sizeof(struct builder), SIZE_MAX);
	table_init(&work.paths, sizeof(struct part_key), sizeof(struct builder),
	           SIZE_MAX);
	table_init(&work.findings, sizeof(struct finding_builder_key),
	           sizeof(struct finding_builder), SIZE_MAX);
	table_init(&work.applications, sizeof(struct application_builder_key),
	           sizeof(struct application_builder), SIZE_MAX);
	built = begin_segments(&work) && add_all(&work) &&
	        add_hosts_findings(&work) && hand_out(&work) &&
	        finish_segments(&work) && finish_paths(&work);
	work_release(&work);
	return built;
}
