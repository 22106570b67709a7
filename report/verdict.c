#include "report/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_READY: return "ready";
	case VERDICT_READY_WITH_EXEMPTIONS: return "ready-with-exemptions";
	case VERDICT_INSUFFICIENT_EVIDENCE: return "insufficient-evidence";
	case VERDICT_NOT_READY: return "not-ready";
	case VERDICT_COUNT: break;
	}
	return "";
}

bool verdict_from_name(enum verdict *verdict, const char *name)
{
	for (*verdict = 0; *verdict < VERDICT_COUNT; (*verdict)++)
		if (strcmp(verdict_name(*verdict), name) == 0)
			return true;
	return false;
}

/* False when out of memory. */
__attribute__((format(printf, 5, 6))) static bool
reason_add(struct judgement *judgement, enum impact impact,
           const struct signature *signature, uint64_t packets,
           const char *format, ...)
{
	struct reason *larger =
		realloc(judgement->reasons,
	                (judgement->count + 1) * sizeof(*larger));
	struct reason reason = { impact, signature, packets, NULL };
	va_list arguments;
	int len;

	if (!larger)
		return false;
	judgement->reasons = larger;
	va_start(arguments, format);
	len = vasprintf(&reason.text, format, arguments);
	va_end(arguments);
	if (len < 0)
		return false;
	larger[judgement->count++] = reason;
	return true;
}

void judgement_release(struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->count; i++)
		free(judgement->reasons[i].text);
	free(judgement->reasons);
}

/* What happens to a kind of traffic, whose name may be a plural, in words for a
 * list of reasons. */
static const char *impact_phrase(enum impact impact)
{
	switch (impact) {
	case IMPACT_BREAKS: return "breaks";
	case IMPACT_NEEDS_EXEMPTION: return "needs an exemption";
	case IMPACT_DEGRADES: return "degrades";
	case IMPACT_OUT_OF_SCOPE:
	case IMPACT_PROTECTED:
	case IMPACT_IN_CLEAR:
	case IMPACT_COUNT: break;
	}
	return impact_name(impact);
}

static bool add_findings(struct judgement *judgement,
                         const struct report_part *part, enum model model,
                         const struct thresholds *thresholds)
{
	for (size_t i = 0; i < part->finding_count; i++) {
		const struct report_finding *finding = &part->findings[i];
		enum impact impact = finding->impact[model];

		if (impact < IMPACT_DEGRADES ||
		    finding->affected[model] < thresholds->finding_packets)
			continue;
		if (!reason_add(judgement, impact, finding->signature,
		                finding->affected[model], "%s: %s",
		                impact_phrase(impact),
		                finding->signature->name))
			return false;
	}
	return true;
}

/*
 * Why coverage alone drops what it drops. Groups, broadcasts and errors have
 * signatures of their own, down to those that catch what no other does, and
 * they know better; NULL leaves it to them.
 */
static const char *drop_phrase(enum manner manner, enum relation relation)
{
	switch (manner) {
	case MANNER_UNICAST:
		if (relation == RELATION_OUTSIDE)
			return "traffic with the outside: peers there have no "
			       "policy to negotiate with";
		return "traffic within the segment would be sent into the "
		       "tunnel";
	case MANNER_LINK_LOCAL:
		return "link-local unicast: associations are for global "
		       "addresses";
	case MANNER_ERROR_INSIDE:
	case MANNER_ERROR_OUTSIDE:
	case MANNER_GROUP_LINK:
	case MANNER_GROUP_ROUTED:
	case MANNER_LIMITED_BROADCAST:
	case MANNER_DIRECTED_BROADCAST:
	case MANNER_LAYER2:
	case MANNER_COUNT: break;
	}
	return NULL;
}

static bool add_drops(struct judgement *judgement,
                      const struct covered_sums *covered, enum model model)
{
	for (enum manner m = 0; m < MANNER_COUNT; m++) {
		for (enum relation r = 0; r < RELATION_COUNT; r++) {
			uint64_t packets = covered->sums[m][r].packets;

			if (!packets || !drop_phrase(m, r) ||
			    coverage_of(model, m, r) != COVERAGE_DROP)
				continue;
			if (!reason_add(judgement, IMPACT_NEEDS_EXEMPTION, NULL,
			                packets, "%s", drop_phrase(m, r)))
				return false;
		}
	}
	return true;
}

static bool add_observation(struct judgement *judgement, const char *text)
{
	return reason_add(judgement, IMPACT_PROTECTED, NULL, 0, "%s", text);
}

static bool is_lossy(const struct observation *observation,
                     const struct thresholds *thresholds)
{
	uint64_t bad = observation->dropped + observation->if_dropped;

	for (unsigned i = 0; i < DECODED_KINDS; i++)
		if (i != DECODED_OK)
			bad += observation->outcomes[i];
	return bad * 1000 > (observation->frames + observation->dropped) *
	                            thresholds->loss_permille;
}

/* What keeps an observation from proving that something is absent. */
static bool add_doubts(struct judgement *judgement, uint64_t packets,
                       const struct observation *observation,
                       const struct thresholds *thresholds)
{
	bool added = true;

	if (observation->seconds < thresholds->ready_seconds)
		added = reason_add(judgement, IMPACT_PROTECTED, NULL, 0,
		                   "observed for %llu s, %llu s are needed to "
		                   "show that something is absent",
		                   (unsigned long long)observation->seconds,
		                   (unsigned long long)
		                           thresholds->ready_seconds);
	if (added && packets < thresholds->ready_packets)
		added = reason_add(judgement, IMPACT_PROTECTED, NULL, packets,
		                   "only %llu packets that this policy would "
		                   "touch",
		                   (unsigned long long)packets);
	if (added && is_lossy(observation, thresholds))
		added = add_observation(judgement,
		                        "packets were dropped or could not be "
		                        "decoded: what is not listed may have "
		                        "been missed");
	if (added && !observation->complete)
		added = add_observation(
			judgement, "a source could not be read to its end");
	return added;
}

/* Packets that come to a model's policy at all, selected or not. */
static uint64_t reached(const struct covered_sums *covered, enum model model)
{
	uint64_t packets = 0;

	for (enum manner m = 0; m < MANNER_COUNT; m++)
		for (enum relation r = 0; r < RELATION_COUNT; r++)
			if (m != MANNER_LAYER2 &&
			    coverage_of(model, m, r) != COVERAGE_UNREACHED)
				packets += covered->sums[m][r].packets;
	return packets;
}

static int worst_first(const void *a, const void *b)
{
	const struct reason *left = a;
	const struct reason *right = b;

	if (left->impact != right->impact)
		return (int)right->impact - (int)left->impact;
	if (!left->signature != !right->signature)
		return left->signature ? -1 : 1;
	if (left->packets != right->packets)
		return left->packets > right->packets ? -1 : 1;
	return strcmp(left->text, right->text);
}

static enum verdict decide(const struct judgement *judgement,
                           size_t doubts_from, uint64_t packets)
{
	enum impact worst = IMPACT_OUT_OF_SCOPE;

	for (size_t i = 0; i < doubts_from; i++)
		if (judgement->reasons[i].impact > worst)
			worst = judgement->reasons[i].impact;
	if (worst == IMPACT_BREAKS)
		return VERDICT_NOT_READY;
	if (worst == IMPACT_NEEDS_EXEMPTION)
		return VERDICT_READY_WITH_EXEMPTIONS;
	if (!packets || judgement->count > doubts_from)
		return VERDICT_INSUFFICIENT_EVIDENCE;
	return VERDICT_READY;
}

static bool judge(struct judgement *judgement, const struct report_part *part,
                  const struct covered_sums *covered, enum model model,
                  const struct observation *observation,
                  const struct thresholds *thresholds)
{
	uint64_t packets = reached(covered, model);
	size_t doubts_from;
	bool judged = add_findings(judgement, part, model, thresholds) &&
	              add_drops(judgement, covered, model);

	doubts_from = judgement->count;
	if (judged && !packets)
		judged =
			add_observation(judgement,
		                        "no traffic here comes to this policy");
	else if (judged)
		judged =
			add_doubts(judgement, packets, observation, thresholds);
	judgement->verdict = decide(judgement, doubts_from, packets);
	if (judgement->count)
		qsort(judgement->reasons, judgement->count,
		      sizeof(*judgement->reasons), worst_first);
	return judged;
}

bool verdict_judge(struct report_part *part, const struct covered_sums *covered,
                   const struct observation *observation,
                   const struct thresholds *thresholds)
{
	for (enum model model = 0; model < MODEL_COUNT; model++)
		if (!judge(&part->judgements[model], part, covered, model,
		           observation, thresholds))
			return false;
	return true;
}
