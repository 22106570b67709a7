/*
 * Verdicts: from findings, coverage and the quality of an observation to one
 * word for each deployment model, with reasons.
 *
 * Trouble that was seen is a fact however short the observation; that there
 * is none can only be said after watching long enough.
 */
#ifndef REPORT_VERDICT_H
#define REPORT_VERDICT_H

#include "report/report.h"

/* The traffic that a part has in one manner and relation. */
struct covered_sums {
	struct sums sums[MANNER_COUNT][RELATION_COUNT];
};

/*
 * Judge a part under every model. False when out of memory; what was set so
 * far is released with the part.
 */
bool verdict_judge(struct report_part *part, const struct covered_sums *covered,
                   const struct observation *observation,
                   const struct thresholds *thresholds);

/* Frees its reasons. */
void judgement_release(struct judgement *judgement);

#endif
