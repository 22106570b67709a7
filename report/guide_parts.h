/*
 * The inside of guide_answer.c: what the functions that answer one row each
 * are given, and what they answer with. Only guide_*.c include this.
 */
#ifndef REPORT_GUIDE_PARTS_H
#define REPORT_GUIDE_PARTS_H

#include <inttypes.h>
#include <stdatomic.h>

#include "report/exemption.h"
#include "report/report.h"

/* Pairs of hosts of a path, sorted into what the guide asks about. */
struct guide_pairs {
	uint64_t pairs;
	uint64_t open_bytes; /* of flows that IPsec would protect */
	uint64_t open_pairs; /* with such bytes */
	uint64_t inside;     /* both hosts are in segments */
	uint64_t dynamic[3]; /* of those, by how many ends are dynamic */
	uint64_t unknown;    /* ... without a dynamic end, not watched enough */
	uint64_t present;    /* ... both ends were there nearly always */
	uint64_t recurring;  /* ... came back often or on several days */
	uint64_t suitable;   /* ... all of that, open and not incapable */
	uint64_t incapable;  /* ... with an end that is suspected incapable */
	uint64_t controllers; /* both are domain controllers */
	uint64_t members;     /* one is */
	uint64_t databases;   /* a web server and a database server */
	uint64_t open_databases;
	const struct pair *best; /* most open bytes of the suitable */
};

/* Hosts of a segment, likewise. */
struct guide_hosts {
	uint64_t hosts;
	uint64_t by_class[ADDRESS_CLASS_COUNT];
	uint64_t by_capability[CAPABILITY_COUNT];
	uint64_t serving; /* with a service */
	uint64_t services;
	uint64_t unanswered; /* flows that they began in vain */
	uint64_t exposed;    /* hosts with bytes that lie open */
	uint64_t members;    /* talk with a domain controller */
	uint64_t controllers;
	uint64_t gateways;
	uint64_t servers;      /* stay, and have clients */
	uint64_t open_servers; /* of those, with bytes that lie open */
	uint64_t
		infrastructure; /* servers of names, tickets, addresses, time */
	uint64_t server_outside; /* pairs of open servers with the outside */
	uint64_t server_unfit;   /* ... with hosts that may lack IPsec */
	size_t rules;            /* that policies of hosts would need here */
};

struct guide_evaluator;

struct guide_work {
	struct report *report;
	struct guide_pairs *paths;    /* as the report's */
	struct guide_hosts *segments; /* likewise */
	/* Who answers each row of the guide. */
	const struct guide_evaluator **evaluators;
	uint64_t needed_seconds;
	bool is_watched;    /* long and well enough to call something absent */
	atomic_bool failed; /* out of memory */
};

/* One row, asked of one place. */
struct guide_question {
	struct guide_work *work;
	const struct guide_row *row;
	const struct report_part *part; /* NULL for the report */
	size_t index;                   /* of segment or path */
	struct guide_answer *answer;
	bool is_void; /* the statement cannot apply here */
};

typedef void guide_evaluate(struct guide_question *question);

struct guide_evaluator {
	const char *id;
	enum guide_scope scope;
	guide_evaluate *evaluate;
};

/* The index-th evaluator of each file, NULL past the last. */
const struct guide_evaluator *guide_need(size_t index);
const struct guide_evaluator *guide_cost(size_t index);
const struct guide_evaluator *guide_use(size_t index);
const struct guide_evaluator *guide_limit(size_t index);
const struct guide_evaluator *guide_wireless(size_t index);

/* Fill in the pairs and hosts of all paths and segments. */
bool guide_count(struct guide_work *work);

/* Sentences for and against. */
void guide_pro(struct guide_question *question, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void guide_contra(struct guide_question *question, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What holds however short the observation. */
void guide_settle(struct guide_question *question, enum guide_verdict verdict);

/* What needs absence or stability: not watched enough, it is unproven. */
void guide_settle_watched(struct guide_question *question,
                          enum guide_verdict verdict);

/* Of a list of signatures or bits of categories, how many fired here, and
 * what the worst of them means for hosts with policies for their segments. */
struct guide_seen {
	size_t kinds;
	enum impact worst;
};

typedef void guide_say(struct guide_question *question, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* say, if given, is told the few with most packets. */
struct guide_seen guide_look(struct guide_question *question,
                             unsigned categories, const struct text_list *ids,
                             guide_say *say);

/* The same for what the row is about, for its use, and against it, said so. */
struct guide_seen guide_subject(struct guide_question *question);
bool guide_in_use(struct guide_question *question);
bool guide_objections(struct guide_question *question);

static inline const struct guide_pairs *
guide_pairs_of(const struct guide_question *question)
{
	return &question->work->paths[question->index];
}

/* Of a path. */
static inline bool guide_is_with_outside(const struct guide_question *question)
{
	const struct report_path *path =
		&question->work->report->paths[question->index];

	return path->ends[0] == ATLAS_OUTSIDE || path->ends[1] == ATLAS_OUTSIDE;
}

static inline const struct guide_hosts *
guide_hosts_of(const struct guide_question *question)
{
	return &question->work->segments[question->index];
}

#endif
