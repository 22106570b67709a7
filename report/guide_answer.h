/*
 * Answers to the guide: what each of its statements comes to in the network
 * that was observed, with the figures that speak for and against it.
 *
 * Trouble that was seen is a fact; that something is absent, or stays as it
 * is, can only be said after watching long enough.
 */
#ifndef REPORT_GUIDE_ANSWER_H
#define REPORT_GUIDE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "capture/error.h"
#include "classify/guide.h"

struct report;
struct signature_set;

enum guide_verdict {
	GUIDE_RECOMMENDED,
	GUIDE_RECOMMENDED_WITH_EXEMPTIONS,
	GUIDE_NOT_RECOMMENDED,
	GUIDE_ALREADY_IN_USE,
	GUIDE_NOT_OBSERVED,
	GUIDE_INSUFFICIENT_EVIDENCE,
	GUIDE_VERDICT_COUNT
};

/* "recommended-with-exemptions" */
const char *guide_verdict_name(enum guide_verdict verdict);

struct guide_answer {
	const struct guide_row *row; /* borrowed from the signature set */
	enum guide_verdict verdict;
	struct text_list pro;    /* sentences with figures */
	struct text_list contra; /* likewise */
};

/* In the order of the guide; statements that cannot apply have none. */
struct guide_answers {
	struct guide_answer *answers;
	size_t count;
};

/*
 * Whether this program can answer every row of a set, and the set has a row
 * for every answer. False with err naming the row.
 */
bool guide_check(const struct signature_set *set, struct error *err);

/* Answer for the report, its segments and its paths, all of which must be
 * finished. Places without traffic get no answers. False when out of memory. */
bool guide_answer(struct report *report);

void guide_answers_release(struct guide_answers *answers);

/* NULL if there is none to a row of that id. */
const struct guide_answer *
guide_answer_find(const struct guide_answers *answers, const char *id);

#endif
