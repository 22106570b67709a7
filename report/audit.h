/*
 * An audit: every stage from sources to a ledger, plugged together.
 *
 * The calling thread reads and decodes; each worker has a flow table, a
 * classifier and an accountant of its own. Where an interface has as many
 * capture rings as there are workers, each worker's thread reads its own. One
 * audit belongs to one thread.
 */
#ifndef REPORT_AUDIT_H
#define REPORT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "capture/source.h"
#include "classify/dpi_stock.h"
#include "report/flow_log.h"
#include "report/ledger.h"

struct audit_options {
	struct source *const *sources; /* all are borrowed while it lives */
	size_t source_count;           /* 1, or workers: an interface's rings */
	const struct signature_set *set;
	struct dpi_stock *dpis; /* the workers' are taken from; or NULL */
	const struct segment_map *map; /* or NULL */
	const struct geo *geo;         /* or NULL */
	struct flow_log *flow_log;     /* or NULL */
	unsigned workers;              /* 1..SHARDS_MAX */
	bool live;                     /* reports are made in between */
	uint64_t memory;               /* bytes, of all workers together */
};

struct audit;

/* NULL on failure. */
struct audit *audit_create(const struct audit_options *options,
                           struct error *err);

/* Accepts NULL. */
void audit_free(struct audit *audit);

/* Take in one frame, or notice that none is there. Rings take in theirs by
 * themselves: then a tenth of a second passes. */
enum source_event audit_step(struct audit *audit);

/*
 * A ledger of all that was seen until now, which the caller frees; flows that
 * go on are entered as if they ended. NULL on failure.
 */
struct ledger *audit_interim(struct audit *audit, struct error *err);

/* End all flows; then a ledger of everything. Last call but audit_free(). */
struct ledger *audit_finish(struct audit *audit, struct error *err);

/* Have work rest, so that the caller may look at the sources' stats, and: */
void audit_pause(struct audit *audit);
void audit_resume(struct audit *audit);

/* The stats of every source so far, all rings of an interface as one;
 * borrowed until work is resumed. */
size_t audit_sources(struct audit *audit, const struct source_stats **stats);

/* Flows that have not ended. */
size_t audit_live_flows(const struct audit *audit);

#endif
