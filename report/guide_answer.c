#include "report/guide_answer.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "capture/parallel.h"
#include "report/census.h"
#include "report/guide_parts.h"
#include "report/report_parts.h"

enum { SENTENCE = 256, FINDINGS_SAID = 3 };

const char *guide_verdict_name(enum guide_verdict verdict)
{
	switch (verdict) {
	case GUIDE_RECOMMENDED: return "recommended";
	case GUIDE_RECOMMENDED_WITH_EXEMPTIONS:
		return "recommended-with-exemptions";
	case GUIDE_NOT_RECOMMENDED: return "not-recommended";
	case GUIDE_ALREADY_IN_USE: return "already-in-use";
	case GUIDE_NOT_OBSERVED: return "not-observed";
	case GUIDE_INSUFFICIENT_EVIDENCE: return "insufficient-evidence";
	case GUIDE_VERDICT_COUNT: break;
	}
	return "";
}

static const struct guide_evaluator *evaluator_find(const char *id)
{
	static const struct guide_evaluator *(*const lists[])(size_t index) = {
		guide_need, guide_cost, guide_use, guide_limit, guide_wireless
	};

	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (size_t i = 0; lists[l](i); i++)
			if (strcmp(lists[l](i)->id, id) == 0)
				return lists[l](i);
	return NULL;
}

static bool has_rows(const struct guide *guide,
                     const struct guide_evaluator *(*list)(size_t index),
                     struct error *err)
{
	for (size_t i = 0; list(i); i++)
		if (!guide_find(guide, list(i)->id))
			return fail(err, "the guide has no row '%s'",
			            list(i)->id);
	return true;
}

bool guide_check(const struct signature_set *set, struct error *err)
{
	const struct guide *guide = signature_guide(set);

	for (size_t i = 0; i < guide->count; i++) {
		const struct guide_row *row = &guide->rows[i];
		const struct guide_evaluator *evaluator =
			evaluator_find(row->id);

		if (!evaluator)
			return fail(err,
			            "nothing answers row '%s' of the guide",
			            row->id);
		if (evaluator->scope != row->scope)
			return fail(err,
			            "row '%s' of the guide applies to %s, not "
			            "to %s",
			            row->id, guide_scope_name(evaluator->scope),
			            guide_scope_name(row->scope));
	}
	return has_rows(guide, guide_need, err) &&
	       has_rows(guide, guide_cost, err) &&
	       has_rows(guide, guide_use, err) &&
	       has_rows(guide, guide_limit, err) &&
	       has_rows(guide, guide_wireless, err);
}

__attribute__((format(printf, 3, 0))) static void
say(struct guide_question *question, struct text_list *list, const char *format,
    va_list args)
{
	char sentence[SENTENCE];

	vsnprintf(sentence, sizeof(sentence), format, args);
	if (!text_list_say(list, "%s", sentence))
		atomic_store(&question->work->failed, true);
}

void guide_pro(struct guide_question *question, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(question, &question->answer->pro, format, args);
	va_end(args);
}

void guide_contra(struct guide_question *question, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(question, &question->answer->contra, format, args);
	va_end(args);
}

void guide_settle(struct guide_question *question, enum guide_verdict verdict)
{
	question->answer->verdict = verdict;
}

void guide_settle_watched(struct guide_question *question,
                          enum guide_verdict verdict)
{
	const struct guide_work *work = question->work;
	uint64_t seconds = work->report->observation.seconds;

	question->answer->verdict = verdict;
	if (work->is_watched)
		return;
	question->answer->verdict = GUIDE_INSUFFICIENT_EVIDENCE;
	if (seconds < work->needed_seconds)
		guide_contra(question,
		             "watched for %" PRIu64 " s; %" PRIu64
		             " s would show what is absent and what stays",
		             seconds, work->needed_seconds);
	else
		guide_contra(question, "too many packets were lost, cut or "
		                       "unreadable to show what is absent");
}

static bool is_listed(const struct signature *signature, unsigned categories,
                      const struct text_list *ids)
{
	if (categories >> signature->category & 1)
		return true;
	for (size_t i = 0; i < ids->count; i++)
		if (strcmp(ids->text[i], signature->id) == 0)
			return true;
	return false;
}

/* The listed finding with most packets, of those with fewer than before. */
static const struct report_finding *
next_finding(const struct report_part *part, unsigned categories,
             const struct text_list *ids, const struct report_finding *before)
{
	const struct report_finding *best = NULL;

	for (size_t i = 0; i < part->finding_count; i++) {
		const struct report_finding *one = &part->findings[i];
		uint64_t packets = one->total.sums.packets;

		if (!is_listed(one->signature, categories, ids))
			continue;
		if (before &&
		    (packets > before->total.sums.packets ||
		     (packets == before->total.sums.packets && one <= before)))
			continue;
		if (!best || packets > best->total.sums.packets)
			best = one;
	}
	return best;
}

struct guide_seen guide_look(struct guide_question *question,
                             unsigned categories, const struct text_list *ids,
                             guide_say *say_it)
{
	const struct report_part *part = question->part;
	struct guide_seen seen = { 0, IMPACT_OUT_OF_SCOPE };
	const struct report_finding *at =
		next_finding(part, categories, ids, NULL);

	for (; at; at = next_finding(part, categories, ids, at)) {
		enum impact impact = at->impact[MODEL_HOST_SUBNET];

		if (impact > seen.worst)
			seen.worst = impact;
		if (seen.kinds++ < FINDINGS_SAID && say_it)
			say_it(question, "%s: %" PRIu64 " packets",
			       at->signature->name, at->total.sums.packets);
	}
	if (seen.kinds > FINDINGS_SAID && say_it)
		say_it(question, "and %zu more kinds like these",
		       seen.kinds - FINDINGS_SAID);
	return seen;
}

struct guide_seen guide_subject(struct guide_question *question)
{
	const struct guide_row *row = question->row;

	return guide_look(question, row->categories, &row->signatures,
	                  guide_pro);
}

bool guide_in_use(struct guide_question *question)
{
	return guide_look(question, 0, &question->row->in_use, guide_pro).kinds;
}

bool guide_objections(struct guide_question *question)
{
	return guide_look(question, 0, &question->row->against, guide_contra)
	        .kinds;
}

static void answer_release(struct guide_answer *answer)
{
	text_list_release(&answer->pro);
	text_list_release(&answer->contra);
}

void guide_answers_release(struct guide_answers *answers)
{
	for (size_t i = 0; i < answers->count; i++)
		answer_release(&answers->answers[i]);
	free(answers->answers);
	*answers = (struct guide_answers){ 0 };
}

const struct guide_answer *
guide_answer_find(const struct guide_answers *answers, const char *id)
{
	for (size_t i = 0; i < answers->count; i++)
		if (strcmp(answers->answers[i].row->id, id) == 0)
			return &answers->answers[i];
	return NULL;
}

static size_t rows_of(const struct guide *guide, enum guide_scope scope)
{
	size_t count = 0;

	for (size_t i = 0; i < guide->count; i++)
		count += guide->rows[i].scope == scope;
	return count;
}

/* Every row of a scope about one place. */
static void answer_all(struct guide_work *work, struct guide_answers *answers,
                       enum guide_scope scope, const struct report_part *part,
                       size_t index)
{
	const struct guide *guide = signature_guide(work->report->set);

	answers->answers =
		calloc(rows_of(guide, scope) + 1, sizeof(*answers->answers));
	if (!answers->answers) {
		atomic_store(&work->failed, true);
		return;
	}
	for (size_t i = 0; i < guide->count; i++) {
		const struct guide_row *row = &guide->rows[i];
		const struct guide_evaluator *evaluator =
			row->scope == scope ? work->evaluators[i] : NULL;
		struct guide_answer *answer = &answers->answers[answers->count];
		struct guide_question question = { .work = work,
			                           .row = row,
			                           .part = part,
			                           .index = index,
			                           .answer = answer };

		if (!evaluator)
			continue;
		answer->row = row;
		evaluator->evaluate(&question);
		if (question.is_void) {
			answer_release(answer);
			*answer = (struct guide_answer){ 0 };
		} else {
			answers->count++;
		}
	}
}

static bool find_evaluators(struct guide_work *work)
{
	const struct guide *guide = signature_guide(work->report->set);

	work->evaluators =
		calloc(guide->count + 1, sizeof(struct guide_evaluator *));
	if (!work->evaluators)
		return false;
	for (size_t i = 0; i < guide->count; i++)
		work->evaluators[i] = evaluator_find(guide->rows[i].id);
	return true;
}

/* Of the segments, and then the paths. */
static void answer_part(void *self, size_t index)
{
	struct guide_work *work = self;
	struct report *report = work->report;
	const struct report_part *part = report_part_at(report, index);
	size_t path = index - report->segment_count;

	if (!part->sums.packets)
		return;
	if (index < report->segment_count)
		answer_all(work, &report->segments[index].guide, GUIDE_SEGMENT,
		           part, index);
	else
		answer_all(work, &report->paths[path].guide, GUIDE_PATH, part,
		           path);
}

static bool answer_places(struct guide_work *work)
{
	struct report *report = work->report;

	answer_all(work, &report->guide, GUIDE_REPORT, NULL, 0);
	parallel_each(report_part_count(report), answer_part, work);
	return !atomic_load(&work->failed);
}

static bool sees_well(const struct report *report)
{
	const struct sensor_facts sensor = census_sensor(report);
	uint64_t lost = sensor.dropped_permille + sensor.undecoded_permille;

	return report->observation.complete &&
	       lost <= report->thresholds.loss_permille;
}

bool guide_answer(struct report *report)
{
	struct guide_work work = {
		.report = report,
		.needed_seconds = inventory_needed_seconds(report),
	};
	bool done;

	work.is_watched = report->observation.seconds >= work.needed_seconds &&
	                  sees_well(report);
	done = find_evaluators(&work) && guide_count(&work) &&
	       answer_places(&work);
	free(work.paths);
	free(work.segments);
	free(work.evaluators);
	return done;
}
