#include "report/report.h"

#include <stdlib.h>

#include "capture/parallel.h"
#include "report/census.h"
#include "report/exemption.h"
#include "report/report_parts.h"

const char *report_segment_name(const struct report *report, uint32_t index)
{
	return index == ATLAS_OUTSIDE ? "outside"
	                              : atlas_at(report->atlas, index)->name;
}

static struct observation observe(const struct ledger *ledger)
{
	struct observation observation = { .complete = true };

	for (size_t i = 0; i < ledger->source_count; i++) {
		const struct source_stats *stats = &ledger->sources[i];

		observation.frames += stats->frames;
		observation.bytes += stats->bytes;
		observation.cut += stats->cut;
		observation.out_of_order += stats->out_of_order;
		observation.received += stats->received;
		observation.dropped += stats->dropped;
		observation.if_dropped += stats->if_dropped;
		observation.complete &= !*stats->failure;
		span_add(&observation.span, stats->first_ns, stats->last_ns);
		for (unsigned k = 0; k < DECODED_KINDS; k++)
			observation.outcomes[k] += stats->outcomes[k];
	}
	for (size_t i = 0; i < ledger->paths.count; i++) {
		const struct path *path = ledger->paths.records[i];

		for (unsigned m = 0; m < MANNER_COUNT; m++)
			sums_merge(&observation.traffic, &path->by_manner[m]);
	}
	observation.seconds =
		(observation.span.last_ns - observation.span.first_ns) /
		1000000000;
	return observation;
}

static void ask_sensor(struct report *report)
{
	const struct sensor_facts facts = census_sensor(report);
	const struct facts asked = { .subject = SUBJECT_SENSOR,
		                     .sensor = &facts };

	signature_match(report->set, &asked, &report->sensor);
}

static bool take_stock(struct report *report)
{
	struct error ignored = { "" };

	if (!inventory_take(report))
		return false;
	report->exemptions =
		exemptions_create(report, (1u << MODEL_COUNT) - 1, 0, &ignored);
	return report->exemptions;
}

/* What is derived from parts, and knows nothing of each other. */
static bool (*const derivations[])(struct report *report) = { report_price,
	                                                      take_stock };

enum { DERIVATIONS = sizeof(derivations) / sizeof(derivations[0]) };

struct deriving {
	struct report *report;
	bool derived[DERIVATIONS];
};

static void derive(void *self, size_t index)
{
	struct deriving *deriving = self;

	deriving->derived[index] = derivations[index](deriving->report);
}

static bool build(struct report *report)
{
	struct deriving deriving = { .report = report };

	if (!report_build_parts(report))
		return false;
	report_pairs_find_paths(report);
	parallel_do(DERIVATIONS, derive, &deriving);
	for (size_t i = 0; i < DERIVATIONS; i++)
		if (!deriving.derived[i])
			return false;
	return guide_answer(report);
}

struct report *report_create(const struct ledger *ledger,
                             const struct signature_set *set, struct error *err)
{
	return report_create_costed(ledger, set, &(struct costing){ 0 }, err);
}

struct report *report_create_costed(const struct ledger *ledger,
                                    const struct signature_set *set,
                                    const struct costing *costing,
                                    struct error *err)
{
	struct report *report = calloc(1, sizeof(*report));

	if (!report) {
		fail(err, "out of memory for a report");
		return NULL;
	}
	report->ledger = ledger;
	report->set = set;
	report->costing = *costing;
	report->thresholds = *signature_thresholds(set);
	report->observation = observe(ledger);
	ask_sensor(report);
	report->atlas =
		atlas_create(ledger,
	                     (size_t)report->thresholds.discovered_prefixes,
	                     err);
	if (!report->atlas || !build(report)) {
		if (report->atlas)
			fail(err, "out of memory for a report");
		report_free(report);
		return NULL;
	}
	return report;
}

void report_free(struct report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->segment_count; i++) {
		part_release(&report->segments[i].part);
		report_hosts_release(&report->segments[i]);
		free(report->segments[i].peers);
		guide_answers_release(&report->segments[i].guide);
	}
	for (size_t i = 0; i < report->path_count; i++) {
		part_release(&report->paths[i].part);
		free(report->paths[i].notes);
		guide_answers_release(&report->paths[i].guide);
	}
	guide_answers_release(&report->guide);
	exemptions_free(report->exemptions);
	inventory_release(report);
	free(report->segments);
	free(report->paths);
	free(report->pairs);
	atlas_free(report->atlas);
	free(report);
}

static enum verdict worse(enum verdict worst, const struct report_part *part,
                          enum model model)
{
	enum verdict verdict = part->judgements[model].verdict;

	return verdict > worst ? verdict : worst;
}

enum verdict report_worst_of(const struct report *report, enum model model)
{
	enum verdict worst = VERDICT_READY;

	for (size_t i = 0; i < report->segment_count; i++)
		worst = worse(worst, &report->segments[i].part, model);
	for (size_t i = 0; i < report->path_count; i++)
		worst = worse(worst, &report->paths[i].part, model);
	return worst;
}

enum verdict report_worst(const struct report *report)
{
	enum verdict worst = VERDICT_READY;

	for (enum model model = 0; model < MODEL_COUNT; model++)
		if (report_worst_of(report, model) > worst)
			worst = report_worst_of(report, model);
	return worst;
}
