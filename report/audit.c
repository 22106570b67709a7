#include "report/audit.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/random.h>

#include "capture/fragments.h"
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
 * ledgers are there together; when a report is made flows are gone, but a
 * ledger takes twice its size once more.
 */
enum {
	FLOW_PERCENT = 50,
	LEDGER_PERCENT = 25,
	/* Beside its record: nDPI's state while it is young, what it does over
	 * time. */
	FLOW_EXTRA = 640,
};

static const uint64_t OWN_BYTES = 14 << 20;
static const uint64_t WORKER_BYTES = 6 << 20;

struct audit {
	struct audit_options options;
	struct accounting accounting;
	struct fragments *fragments;
	struct shards *shards;
	uint64_t clock_ns;
	uint64_t seed;
	bool lent; /* the source has the room of the block being filled */
	bool took; /* and has put a frame into it */
	struct worker workers[SHARDS_MAX];
};

static void worker_arrived(void *self, const struct arrival *arrivals,
                           size_t count)
{
	struct worker *worker = self;

	flow_table_arrived(worker->flows, arrivals, count);
}

static void worker_flush(void *self)
{
	struct worker *worker = self;

	flow_table_flush(worker->flows);
}

/* So many parts of a hundred of what traffic may take, which is at least a
 * quarter of a budget. */
static uint64_t share(const struct audit *audit, unsigned percent)
{
	uint64_t memory = audit->options.memory;
	uint64_t own = OWN_BYTES + WORKER_BYTES * audit->options.workers;

	return (own < memory / 4 * 3 ? memory - own : memory / 4) / 100 *
	       percent;
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
	                          accountant_listener(worker->accountant), err);
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

static bool workers_start(struct audit *audit, struct error *err)
{
	struct shard_listener listeners[SHARDS_MAX];

	for (unsigned i = 0; i < audit->options.workers; i++) {
		if (!worker_init(&audit->workers[i], audit, err))
			return false;
		listeners[i] = (struct shard_listener){ &audit->workers[i],
			                                worker_arrived };
	}
	audit->shards = shards_create(listeners, audit->options.workers,
	                              audit->seed, err);
	return audit->shards;
}

struct audit *audit_create(const struct audit_options *options,
                           struct error *err)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (!audit) {
		fail(err, "out of memory for an audit");
		return NULL;
	}
	audit->options = *options;
	/* Without a secret an attacker could fill one probe sequence. */
	if (getrandom(&audit->seed, sizeof(audit->seed), 0) < 0)
		audit->seed = (uint64_t)(uintptr_t)audit;
	audit->accounting = (struct accounting){
		.map = options->map,
		.geo = options->geo,
		.set = options->set,
		.flow_log = options->flow_log,
		.memory = share(audit, LEDGER_PERCENT) / options->workers,
	};
	audit->fragments = fragments_create(err);
	if (!audit->fragments || !workers_start(audit, err)) {
		audit_free(audit);
		return NULL;
	}
	return audit;
}

void audit_free(struct audit *audit)
{
	if (!audit)
		return;
	shards_free(audit->shards);
	/* Flows that were never ended would only be logged again. */
	for (unsigned i = 0; i < audit->options.workers; i++)
		worker_release(&audit->workers[i]);
	fragments_free(audit->fragments);
	free(audit);
}

static void push(struct audit *audit)
{
	shards_push(audit->shards);
	audit->lent = false;
}

/* A frame that does not fit into an empty room needs a larger one. */
static void lend(struct audit *audit, bool large)
{
	size_t len;
	uint8_t *room = shards_room(audit->shards, large, &len);

	source_lend(audit->options.source, room, len);
	audit->lent = true;
	audit->took = false;
}

/* A block for the frame to come. */
static struct packet *prepare(struct audit *audit)
{
	struct packet *slots = shards_slots(audit->shards);

	if (!slots) {
		push(audit);
		slots = shards_slots(audit->shards);
	}
	if (!audit->lent)
		lend(audit, false);
	return slots;
}

static void take_frame(struct audit *audit, const struct frame *frame,
                       struct packet *packets)
{
	struct decode_result result = packet_decode(packets, frame);

	audit->took = true;
	source_count(audit->options.source, frame, result.outcome);
	if (frame->time_ns > audit->clock_ns)
		audit->clock_ns = frame->time_ns;
	for (size_t i = 0; i < result.count; i++)
		fragments_resolve(audit->fragments, &packets[i]);
	shards_add(audit->shards, frame, result.count, audit->clock_ns);
}

enum source_event audit_step(struct audit *audit)
{
	struct packet *slots = prepare(audit);
	struct frame frame;
	enum source_event event = source_next(audit->options.source, &frame);

	switch (event) {
	case SOURCE_FRAME: take_frame(audit, &frame, slots); break;
	case SOURCE_FULL:
		if (audit->took)
			push(audit);
		else
			lend(audit, true);
		break;
	case SOURCE_IDLE:
		push(audit);
		shards_hurry(audit->shards);
		break;
	case SOURCE_END: break;
	}
	return event;
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
	}
	counters->fragment_orphans += fragments_orphans(audit->fragments);
}

/* Those of no ledger yet, and what the reader knows of its sources. */
static bool add_counters(struct audit *audit, struct ledger *ledger,
                         const struct ledger_counters *counters,
                         struct error *err)
{
	const struct source_stats *stats;
	size_t count = source_stats(audit->options.source, &stats);

	ledger->counters.evicted_flows += counters->evicted_flows;
	ledger->counters.evicted_established += counters->evicted_established;
	ledger->counters.dpi_calls += counters->dpi_calls;
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

struct ledger *audit_interim(struct audit *audit, struct error *err)
{
	struct ledger *ledger;
	struct ledger_counters counters = { 0 };
	struct accounting accounting = audit->accounting;
	struct interim interim;

	accounting.memory = share(audit, LEDGER_PERCENT);
	interim.accountant = accountant_create(&accounting, err);
	if (!interim.accountant)
		return NULL;
	shards_wait(audit->shards);
	audit->lent = false;
	for (unsigned i = 0; i < audit->options.workers; i++) {
		interim.classifier = audit->workers[i].classifier;
		flow_table_each(audit->workers[i].flows, &interim, enter_live);
	}
	ledger = accountant_give_ledger(interim.accountant);
	ledger_limit(ledger, share(audit, LEDGER_PERCENT));
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

/* The second and further ledgers into the first, each gone once it is in. */
static struct ledger *add_up(struct audit *audit, struct ledger **ledgers,
                             const struct ledger_counters *counters,
                             struct error *err)
{
	struct ledger *ledger = ledgers[0];
	bool added = true;

	ledger_limit(ledger, share(audit, LEDGER_PERCENT));
	for (unsigned i = 1; i < audit->options.workers; i++) {
		added = added && ledger_merge(ledger, ledgers[i], true, err);
		ledger_free(ledgers[i]);
	}
	return added && add_counters(audit, ledger, counters, err)
	               ? ledger
	               : ledger_give_up(ledger);
}

struct ledger *audit_finish(struct audit *audit, struct error *err)
{
	struct ledger_counters counters = { 0 };
	struct ledger *ledgers[SHARDS_MAX] = { NULL };

	shards_run(audit->shards, worker_flush);
	shards_free(audit->shards);
	audit->shards = NULL;
	count_tables(audit, &counters);
	/* Adding up needs room, and reports do: flows are done with. */
	for (unsigned i = 0; i < audit->options.workers; i++) {
		ledgers[i] =
			accountant_give_ledger(audit->workers[i].accountant);
		worker_release(&audit->workers[i]);
	}
	malloc_trim(0);
	return add_up(audit, ledgers, &counters, err);
}

size_t audit_live_flows(struct audit *audit)
{
	size_t count = 0;

	shards_wait(audit->shards);
	audit->lent = false;
	for (unsigned i = 0; i < audit->options.workers; i++)
		count += flow_table_count(audit->workers[i].flows);
	return count;
}
