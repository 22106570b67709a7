#include "report/audit.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/random.h>

#include "capture/intake.h"
#include "capture/parallel.h"
#include "capture/shards.h"
#include "report/accountant.h"

struct worker {
	struct accountant *accountant;
	struct classifier *classifier;
	struct flow_table *flows;
};

/*
 * How the budget is shared out. The program itself, its signatures, nDPI and
 * the blocks of frames take some of it whatever the traffic is. Flows and
 * ledgers are there together. When the last report is made flows are gone,
 * but a ledger takes twice its size once more; one in between is made of a
 * copy, while everything else stays.
 */
enum {
	FLOW_PERCENT = 45,
	LEDGER_PERCENT = 28,
	LEDGER_LIVE_PERCENT = 12,
	/* Beside its record: nDPI's state while it is young, what it does over
	 * time. */
	FLOW_EXTRA = 640,
	/*
	 * What is larger than this goes back to the system as soon as it is
	 * freed, so that a report has the room that flows had. malloc() would
	 * raise its limit when such a thing is freed first, and malloc_trim()
	 * halts every thread for each free page that it finds.
	 */
	MAPPED_BYTES = 128 * 1024,
	/*
	 * What is smaller comes from heaps, which grow by a part of the memory
	 * that there may be: each time one grows or shrinks, whoever needs a
	 * new page waits.
	 */
	HEAP_SHARE = 64,
	HEAP_MOST = 8 << 20,
};

static const uint64_t OWN_BYTES = 14 << 20;
static const uint64_t WORKER_BYTES = 6 << 20;

struct audit {
	struct audit_options options;
	struct accounting accounting;
	struct intake *intake;
	uint64_t seed;
	struct ledger *merged[SHARDS_MAX]; /* workers', that are in another */
	struct parallel *releasing;        /* workers, once all is over, */
	struct parallel *forgetting;       /* and merged ledgers */
	struct worker workers[SHARDS_MAX];
};

/* So many parts of a hundred of what traffic may take, which is at least a
 * quarter of a budget. */
static uint64_t share(const struct audit *audit, unsigned percent)
{
	uint64_t memory = audit->options.memory;
	uint64_t own = OWN_BYTES + WORKER_BYTES * audit->options.workers;

	return (own < memory / 4 * 3 ? memory - own : memory / 4) / 100 *
	       percent;
}

/* What a ledger of all workers may take. */
static uint64_t ledger_share(const struct audit *audit)
{
	return share(audit, audit->options.live ? LEDGER_LIVE_PERCENT
	                                        : LEDGER_PERCENT);
}

/* Several workers know the same paths, so that what they have together is
 * more than what will be left of it. */
static uint64_t worker_ledger_share(const struct audit *audit)
{
	unsigned workers = audit->options.workers;

	return workers == 1 ? ledger_share(audit)
	                    : ledger_share(audit) * 3 / 2 / workers;
}

/* How many flows one worker has room for. */
static size_t flow_limit(const struct audit *audit,
                         const struct flow_listener *listener)
{
	uint64_t room = share(audit, FLOW_PERCENT);

	return (size_t)(room / audit->options.workers /
	                (flow_table_flow_bytes(listener) + FLOW_EXTRA)) +
	       1;
}

static bool worker_init(struct worker *worker, const struct audit *audit,
                        struct error *err)
{
	struct flow_limits limits = flow_limits_default;

	worker->accountant = accountant_create(&audit->accounting, err);
	if (!worker->accountant)
		return false;
	worker->classifier =
		classifier_create(audit->options.set,
	                          accountant_listener(worker->accountant),
	                          audit->options.dpis, err);
	if (!worker->classifier)
		return false;
	limits.flows =
		flow_limit(audit, classifier_listener(worker->classifier));
	limits.seed = audit->seed;
	worker->flows =
		flow_table_create(&limits,
	                          classifier_listener(worker->classifier), err);
	return worker->flows;
}

static void worker_release(struct worker *worker)
{
	if (worker->flows)
		flow_table_flush(worker->flows);
	flow_table_free(worker->flows);
	classifier_free(worker->classifier);
	accountant_free(worker->accountant);
	*worker = (struct worker){ 0 };
}

static void release_one(void *self, size_t index)
{
	struct audit *audit = self;

	worker_release(&audit->workers[index]);
}

/* Flows are done with, and a report needs their room; but it need not wait. */
static void workers_release(struct audit *audit)
{
	size_t count = audit->options.workers;

	audit->releasing = parallel_begin(count, release_one, audit);
	for (size_t i = 0; !audit->releasing && i < count; i++)
		release_one(audit, i);
}

static bool workers_start(struct audit *audit, struct error *err)
{
	struct flow_table *tables[SHARDS_MAX];

	for (unsigned i = 0; i < audit->options.workers; i++) {
		if (!worker_init(&audit->workers[i], audit, err))
			return false;
		tables[i] = audit->workers[i].flows;
	}
	audit->intake = intake_create(audit->options.sources,
	                              audit->options.source_count, tables,
	                              audit->options.workers, audit->seed, err);
	return audit->intake;
}

static void tune_malloc(uint64_t memory)
{
	uint64_t growth = memory / HEAP_SHARE;

	mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
	mallopt(M_TOP_PAD, (int)(growth < HEAP_MOST ? growth : HEAP_MOST));
}

struct audit *audit_create(const struct audit_options *options,
                           struct error *err)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (!audit) {
		fail(err, "out of memory for an audit");
		return NULL;
	}
	tune_malloc(options->memory);
	audit->options = *options;
	/* Without a secret an attacker could fill one probe sequence. */
	if (getrandom(&audit->seed, sizeof(audit->seed), 0) < 0)
		audit->seed = (uint64_t)(uintptr_t)audit;
	audit->accounting = (struct accounting){
		.map = options->map,
		.geo = options->geo,
		.set = options->set,
		.flow_log = options->flow_log,
		.memory = worker_ledger_share(audit),
	};
	if (!workers_start(audit, err)) {
		audit_free(audit);
		return NULL;
	}
	return audit;
}

void audit_free(struct audit *audit)
{
	if (!audit)
		return;
	intake_free(audit->intake);
	parallel_end(audit->releasing);
	parallel_end(audit->forgetting);
	for (unsigned i = 0; i < audit->options.workers; i++)
		ledger_free(audit->merged[i]);
	/* Flows that were never ended would only be logged again. */
	for (unsigned i = 0; i < audit->options.workers; i++)
		worker_release(&audit->workers[i]);
	free(audit);
}

enum source_event audit_step(struct audit *audit)
{
	return intake_step(audit->intake);
}

/* What the flow tables and all that works beside them counted. */
static void count_tables(const struct audit *audit,
                         struct ledger_counters *counters)
{
	for (unsigned i = 0; i < audit->options.workers; i++) {
		const struct worker *worker = &audit->workers[i];
		struct flow_evictions evicted =
			flow_table_evicted(worker->flows);

		counters->evicted_flows += evicted.flows;
		counters->evicted_established += evicted.established;
		counters->dpi_calls += classifier_dpi_calls(worker->classifier);
		counters->dpi_skipped +=
			classifier_dpi_skipped(worker->classifier);
	}
	counters->fragment_orphans += intake_fragment_orphans(audit->intake);
}

/* Those of no ledger yet, and what the reader knows of its sources. */
static bool add_counters(struct audit *audit, struct ledger *ledger,
                         const struct ledger_counters *counters,
                         struct error *err)
{
	const struct source_stats *stats;
	size_t count = intake_stats(audit->intake, &stats);

	ledger->counters.evicted_flows += counters->evicted_flows;
	ledger->counters.evicted_established += counters->evicted_established;
	ledger->counters.dpi_calls += counters->dpi_calls;
	ledger->counters.dpi_skipped += counters->dpi_skipped;
	ledger->counters.fragment_orphans += counters->fragment_orphans;
	return ledger_set_sources(ledger, stats, count, err);
}

static struct ledger *ledger_give_up(struct ledger *ledger)
{
	ledger_free(ledger);
	return NULL;
}

/* Enters the flows that go on into a ledger of their own. */
struct interim {
	struct accountant *accountant;
	struct classifier *classifier;
};

static void enter_live(void *self, const struct flow *flow)
{
	struct interim *interim = self;
	struct classified classified;

	classifier_peek(interim->classifier, flow, &classified);
	accountant_enter(interim->accountant, &classified);
}

/* While workers rest. */
static struct ledger *interim_ledger(struct audit *audit, struct error *err)
{
	struct ledger *ledger;
	struct ledger_counters counters = { 0 };
	struct accounting accounting = audit->accounting;
	struct interim interim;

	accounting.memory = ledger_share(audit);
	interim.accountant = accountant_create(&accounting, err);
	if (!interim.accountant)
		return NULL;
	for (unsigned i = 0; i < audit->options.workers; i++) {
		interim.classifier = audit->workers[i].classifier;
		flow_table_each(audit->workers[i].flows, &interim, enter_live);
	}
	ledger = accountant_give_ledger(interim.accountant);
	ledger_limit(ledger, ledger_share(audit));
	accountant_free(interim.accountant);
	for (unsigned i = 0; i < audit->options.workers; i++)
		if (!ledger_merge(ledger,
		                  accountant_ledger(
					  audit->workers[i].accountant),
		                  true, err))
			return ledger_give_up(ledger);
	count_tables(audit, &counters);
	return add_counters(audit, ledger, &counters, err)
	               ? ledger
	               : ledger_give_up(ledger);
}

struct ledger *audit_interim(struct audit *audit, struct error *err)
{
	struct ledger *ledger;

	intake_pause(audit->intake);
	ledger = interim_ledger(audit, err);
	intake_resume(audit->intake);
	return ledger;
}

static void forget_one(void *self, size_t index)
{
	struct audit *audit = self;

	ledger_free(audit->merged[index]);
	audit->merged[index] = NULL;
}

/* The second and further ledgers into the first. A report need not wait until
 * they are gone. */
static struct ledger *add_up(struct audit *audit, struct ledger **ledgers,
                             const struct ledger_counters *counters,
                             struct error *err)
{
	struct ledger *ledger = ledgers[0];
	bool added = true;

	ledger_limit(ledger, ledger_share(audit));
	for (unsigned i = 1; i < audit->options.workers; i++) {
		added = added && ledger_merge(ledger, ledgers[i], true, err);
		audit->merged[i - 1] = ledgers[i];
	}
	audit->forgetting =
		parallel_begin(audit->options.workers - 1, forget_one, audit);
	return added && add_counters(audit, ledger, counters, err)
	               ? ledger
	               : ledger_give_up(ledger);
}

struct ledger *audit_finish(struct audit *audit, struct error *err)
{
	struct ledger_counters counters = { 0 };
	struct ledger *ledgers[SHARDS_MAX] = { NULL };

	intake_flush(audit->intake);
	count_tables(audit, &counters);
	for (unsigned i = 0; i < audit->options.workers; i++)
		ledgers[i] =
			accountant_give_ledger(audit->workers[i].accountant);
	workers_release(audit);
	return add_up(audit, ledgers, &counters, err);
}

void audit_pause(struct audit *audit)
{
	intake_pause(audit->intake);
}

void audit_resume(struct audit *audit)
{
	intake_resume(audit->intake);
}

size_t audit_sources(struct audit *audit, const struct source_stats **stats)
{
	return intake_stats(audit->intake, stats);
}

size_t audit_live_flows(const struct audit *audit)
{
	size_t count = 0;

	for (unsigned i = 0; i < audit->options.workers; i++)
		count += flow_table_count(audit->workers[i].flows);
	return count;
}
