#include "report/audit.h"

#include <stdlib.h>

#include "capture/fragments.h"
#include "capture/shards.h"
#include "report/accountant.h"

struct worker {
	struct accountant *accountant;
	struct classifier *classifier;
	struct flow_table *flows;
};

struct audit {
	struct audit_options options;
	struct accounting accounting;
	struct fragments *fragments;
	struct shards *shards;
	uint64_t clock_ns;
	struct worker workers[SHARDS_MAX];
};

static void worker_packet(void *self, const struct packet *packet,
                          uint64_t clock_ns)
{
	struct worker *worker = self;

	flow_table_packet(worker->flows, packet, clock_ns);
}

static bool worker_init(struct worker *worker, const struct audit *audit,
                        struct error *err)
{
	struct flow_limits limits = flow_limits_default;
	/* Half of the budget is for flows: the record, nDPI's state while a
	 * flow is young, and what the stages keep. */
	const uint64_t flow_bytes = 1536;

	limits.flows = (size_t)(audit->options.memory / 2 /
	                        audit->options.workers / flow_bytes) +
	               1;
	worker->accountant = accountant_create(&audit->accounting, err);
	if (!worker->accountant)
		return false;
	worker->classifier =
		classifier_create(audit->options.set,
	                          accountant_listener(worker->accountant), err);
	if (!worker->classifier)
		return false;
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
}

static bool workers_start(struct audit *audit, struct error *err)
{
	struct shard_listener listeners[SHARDS_MAX];

	for (unsigned i = 0; i < audit->options.workers; i++) {
		if (!worker_init(&audit->workers[i], audit, err))
			return false;
		listeners[i] = (struct shard_listener){ &audit->workers[i],
			                                worker_packet };
	}
	audit->shards = shards_create(listeners, audit->options.workers, err);
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
	audit->accounting = (struct accounting){
		.map = options->map,
		.geo = options->geo,
		.set = options->set,
		.flow_log = options->flow_log,
		.memory = options->memory / 2 / options->workers,
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

static void take_frame(struct audit *audit, const struct frame *frame)
{
	struct packet packets[DECODE_MAX_PACKETS];
	struct decode_result result = packet_decode(packets, frame);

	source_count(audit->options.source, frame, result.outcome);
	if (frame->time_ns > audit->clock_ns)
		audit->clock_ns = frame->time_ns;
	for (size_t i = 0; i < result.count; i++) {
		fragments_resolve(audit->fragments, &packets[i]);
		shards_packet(audit->shards, &packets[i], audit->clock_ns);
	}
}

enum source_event audit_step(struct audit *audit)
{
	struct frame frame;
	enum source_event event = source_next(audit->options.source, &frame);

	if (event == SOURCE_FRAME)
		take_frame(audit, &frame);
	return event;
}

/* The ledgers of all workers in one, with what the reader counted. */
static struct ledger *gather(struct audit *audit, struct error *err)
{
	const struct source_stats *stats;
	size_t count = source_stats(audit->options.source, &stats);
	struct ledger *ledger =
		ledger_create(audit->options.map, audit->options.memory, err);

	if (!ledger)
		return NULL;
	for (unsigned i = 0; i < audit->options.workers; i++) {
		struct worker *worker = &audit->workers[i];

		if (!ledger_merge(ledger, accountant_ledger(worker->accountant),
		                  true, err)) {
			ledger_free(ledger);
			return NULL;
		}
		ledger->counters.evicted_flows +=
			flow_table_evicted(worker->flows);
	}
	ledger->counters.fragment_orphans +=
		fragments_orphans(audit->fragments);
	if (!ledger_set_sources(ledger, stats, count, err)) {
		ledger_free(ledger);
		return NULL;
	}
	return ledger;
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
	struct ledger *ledger = NULL;
	struct accounting accounting = audit->accounting;
	struct interim interim;

	accounting.memory = audit->options.memory / 2;
	interim.accountant = accountant_create(&accounting, err);
	if (!interim.accountant)
		return NULL;
	shards_wait(audit->shards);
	for (unsigned i = 0; i < audit->options.workers; i++) {
		interim.classifier = audit->workers[i].classifier;
		flow_table_each(audit->workers[i].flows, &interim, enter_live);
	}
	ledger = gather(audit, err);
	if (ledger &&
	    !ledger_merge(ledger, accountant_ledger(interim.accountant), true,
	                  err)) {
		ledger_free(ledger);
		ledger = NULL;
	}
	accountant_free(interim.accountant);
	return ledger;
}

struct ledger *audit_finish(struct audit *audit, struct error *err)
{
	shards_wait(audit->shards);
	for (unsigned i = 0; i < audit->options.workers; i++)
		flow_table_flush(audit->workers[i].flows);
	return gather(audit, err);
}

size_t audit_live_flows(struct audit *audit)
{
	size_t count = 0;

	shards_wait(audit->shards);
	for (unsigned i = 0; i < audit->options.workers; i++)
		count += flow_table_count(audit->workers[i].flows);
	return count;
}
