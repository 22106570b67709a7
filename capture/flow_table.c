#include "capture/flow_table.h"

#include <stdlib.h>

#include "capture/flow_store.h"
#include "capture/flow_update.h"
#include "capture/hash.h"

const struct flow_limits flow_limits_default = {
	.idle_ns = UINT64_C(300) * 1000000000,
	.closed_ns = UINT64_C(10) * 1000000000,
	.flows = 1u << 20,
};

enum {
	ATTEMPTS_SHARE = 8, /* one flow in so many may be an attempt */
	ENOUGH_PACKETS = 4, /* an attempt has fewer */
	CHANCES = 16,       /* looks for an idle flow before a busy one goes */
	CROWD_SHARE = 16,   /* a crowd lasts until one in so many flows began
	                       without an attempt's going for it */
	SWEEP_LIMIT = 16,
	/* How many arrivals behind the one whose slot is asked for the one is
	 * whose flow is, what its flow points to, and that is looked at. */
	FLOW_BEHIND = 8,
	REST_BEHIND = 14,
	TAKE_BEHIND = 18,
};

struct flow_table {
	struct flow_limits limits;
	const struct flow_listener *listener;
	struct flow_store store;
	struct flow_evictions evicted;
	size_t crowd; /* flows that have to begin until it is over; 0: none */
};

struct flow_table *flow_table_create(const struct flow_limits *limits,
                                     const struct flow_listener *listener,
                                     struct error *err)
{
	struct flow_table *table = calloc(1, sizeof(*table));

	if (!table ||
	    !flow_store_init(&table->store, listener->extension_len)) {
		free(table);
		fail(err, "out of memory for the flow table");
		return NULL;
	}
	table->limits = *limits;
	table->listener = listener;
	return table;
}

void flow_table_free(struct flow_table *table)
{
	if (!table)
		return;
	flow_store_release(&table->store);
	free(table);
}

size_t flow_table_flow_bytes(const struct flow_listener *listener)
{
	return flow_store_entry_bytes(listener->extension_len);
}

static void flow_end(struct flow_table *table, uint32_t link)
{
	table->listener->end(table->listener->self,
	                     &entry_at(&table->store, link)->flow);
	flow_store_remove(&table->store, link);
}

static uint64_t idle_limit(const struct flow_table *table, bool closed)
{
	return closed ? table->limits.closed_ns : table->limits.idle_ns;
}

static bool is_over(const struct flow_table *table, const struct flow *flow,
                    uint64_t clock_ns)
{
	return clock_ns - flow->clock_ns > idle_limit(table, flow->closed);
}

/* The oldest of a line, if it is over; one that only looks old is put where
 * it belongs. Whether there is more to look at. */
static bool line_sweep(struct flow_table *table, enum stage stage,
                       uint64_t clock_ns)
{
	struct flow_store *store = &table->store;
	uint32_t oldest = store->lines[stage].oldest;
	const struct entry *entry;

	if (!oldest)
		return false;
	entry = entry_at(store, oldest);
	if (clock_ns - entry->queued_ns <=
	    idle_limit(table, stage == STAGE_CLOSED))
		return false;
	if (is_over(table, &entry->flow, clock_ns))
		flow_end(table, oldest);
	else
		flow_store_move(store, oldest, stage, entry->flow.clock_ns);
	return true;
}

static void sweep(struct flow_table *table, uint64_t clock_ns, size_t most)
{
	for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
		for (size_t i = 0; i < most; i++)
			if (!line_sweep(table, stage, clock_ns))
				break;
}

void flow_table_sweep(struct flow_table *table, uint64_t clock_ns)
{
	sweep(table, clock_ns, SIZE_MAX);
}

void flow_table_flush(struct flow_table *table)
{
	flow_store_empty(&table->store, table->listener->self,
	                 table->listener->end);
}

/* Which flows are to go first. */
static enum stage victims(const struct flow_table *table)
{
	const struct line *lines = table->store.lines;

	if (lines[STAGE_ATTEMPT].count > table->limits.flows / ATTEMPTS_SHARE)
		return STAGE_ATTEMPT;
	if (lines[STAGE_CLOSED].count)
		return STAGE_CLOSED;
	return lines[STAGE_ESTABLISHED].count ? STAGE_ESTABLISHED
	                                      : STAGE_ATTEMPT;
}

static void evict(struct flow_table *table)
{
	struct flow_store *store = &table->store;
	enum stage stage = victims(table);

	for (unsigned i = 0; i < CHANCES; i++) {
		uint32_t oldest = store->lines[stage].oldest;
		const struct entry *entry = entry_at(store, oldest);

		if (entry->flow.clock_ns <= entry->queued_ns)
			break;
		flow_store_move(store, oldest, stage, entry->flow.clock_ns);
	}
	table->evicted.flows++;
	table->evicted.established += stage == STAGE_ESTABLISHED;
	if (stage == STAGE_ATTEMPT)
		table->crowd = table->limits.flows / CROWD_SHARE + 1;
	flow_end(table, store->lines[stage].oldest);
}

/* The entry of a flow that this packet continues, 0 if it begins one. */
static uint32_t find_current(struct flow_table *table,
                             const struct flow_key *key, uint32_t hash,
                             const struct packet *packet, uint64_t clock_ns)
{
	uint32_t link = flow_store_find(&table->store, key, hash);

	if (!link)
		return 0;

	const struct flow *flow = &entry_at(&table->store, link)->flow;
	bool reopened = flow->closed && packet->tcp_flags & TCP_SYN &&
	                !(packet->tcp_flags & TCP_ACK);

	if (!reopened && !is_over(table, flow, clock_ns))
		return link;
	flow_end(table, link);
	return 0;
}

/* 0 when there is neither memory nor another flow that could go. */
static uint32_t begin(struct flow_table *table, const struct flow_key *key,
                      uint32_t hash, bool swapped, const struct packet *packet,
                      uint64_t clock_ns)
{
	struct flow_store *store = &table->store;
	uint32_t link;

	if (table->crowd)
		table->crowd--;
	if (store->count >= table->limits.flows) {
		if (!store->count)
			return 0;
		evict(table);
	}
	link = flow_store_add(store, key, hash, clock_ns);
	if (!link && store->count) {
		evict(table);
		link = flow_store_add(store, key, hash, clock_ns);
	}
	if (!link)
		return 0;

	struct flow *flow = &entry_at(store, link)->flow;

	flow_begin(flow, swapped, packet);
	flow->crowded = table->crowd > 0;
	table->listener->begin(table->listener->self, flow, packet);
	return link;
}

/* Pings between two hosts have the same ends: their details tell them apart. */
static uint32_t slot_hash(uint64_t hash, uint64_t detail)
{
	return (uint32_t)(detail ? hash_mix(hash ^ detail) : hash);
}

/* The entry of a flow that goes on; NULL if there is none. */
static struct entry *find_live(const struct flow_table *table,
                               const struct flow_key *key, uint64_t hash,
                               uint64_t clock_ns)
{
	uint32_t link = flow_store_find(&table->store, key,
	                                slot_hash(hash, key->detail));
	struct entry *entry = link ? entry_at(&table->store, link) : NULL;

	return entry && !is_over(table, &entry->flow, clock_ns) ? entry : NULL;
}

bool flow_table_holds(const struct flow_table *table,
                      const struct arrival *arrival)
{
	bool swapped;
	struct flow_key key = flow_key_of(arrival->packet, &swapped);

	return find_live(table, &key, arrival->hash, arrival->clock_ns);
}

/* An ICMP error is the quoted flow's fate. */
void flow_table_quoted(struct flow_table *table, const struct packet *packet,
                       uint64_t clock_ns)
{
	unsigned error = icmp_error_of(packet);
	struct flow_key key;
	struct entry *entry;
	bool swapped;

	if (!error || !packet->quote.present)
		return;
	key = flow_key_of_quote(packet, &swapped);
	entry = find_live(table, &key,
	                  flow_hash_of_quote(packet, table->limits.seed),
	                  clock_ns);
	if (entry)
		entry->flow.icmp_errors |= (uint8_t)error;
}

/* A handshake that nobody finished and a question or two are attempts. */
static enum stage stage_of(const struct flow *flow)
{
	if (flow->closed)
		return STAGE_CLOSED;
	if (flow_packets(flow) < ENOUGH_PACKETS)
		return STAGE_ATTEMPT;
	return flow->key.transport != TRANSPORT_TCP ||
	                       flow->tcp_flags[TO_SERVER] & TCP_ACK
	               ? STAGE_ESTABLISHED
	               : STAGE_ATTEMPT;
}

static void take(struct flow_table *table, const struct arrival *arrival)
{
	const struct packet *packet = arrival->packet;
	uint64_t clock_ns = arrival->clock_ns;
	bool swapped;
	struct flow_key key = flow_key_of(packet, &swapped);
	uint32_t hash = slot_hash(arrival->hash, key.detail);
	uint32_t link = find_current(table, &key, hash, packet, clock_ns);

	if (!link)
		link = begin(table, &key, hash, swapped, packet, clock_ns);
	if (!link) {
		table->evicted.flows++;
		return;
	}

	struct entry *entry = entry_at(&table->store, link);
	struct flow *flow = &entry->flow;
	enum direction direction =
		swapped == flow->client ? TO_SERVER : TO_CLIENT;

	flow_add(flow, direction, packet);
	flow->clock_ns = clock_ns;
	table->listener->packet(table->listener->self, flow, direction, packet);
	flow->tcp_flags[direction] |= packet->tcp_flags;
	if (packet->transport == TRANSPORT_TCP && flow_is_done(flow, packet))
		flow->closed = true;
	if (entry->stage != stage_of(flow))
		flow_store_move(&table->store, link, stage_of(flow), clock_ns);
	flow_table_quoted(table, packet, clock_ns);
}

void flow_table_packet(struct flow_table *table, const struct packet *packet,
                       uint64_t clock_ns)
{
	const struct arrival arrival = {
		.packet = packet,
		.clock_ns = clock_ns,
		.hash = flow_hash(packet, table->limits.seed),
	};

	flow_table_arrived(table, &arrival, 1);
}

/* What the listener keeps of the flow that an arrival is of, most likely. */
static void fetch_rest(const struct flow_table *table, uint32_t hash)
{
	const struct flow_listener *listener = table->listener;
	const struct entry *entry =
		listener->fetch ? flow_store_guess(&table->store, hash) : NULL;

	if (entry)
		listener->fetch(listener->self, &entry->flow);
}

/*
 * Memory takes as long as a hundred instructions: what an arrival needs is
 * asked for in three steps, each when what the one before asked for is there.
 * It is found by the hash of flows that have ports, which nearly all do.
 */
void flow_table_arrived(struct flow_table *table,
                        const struct arrival *arrivals, size_t count)
{
	const struct flow_store *store = &table->store;

	for (size_t i = 0; i < count + TAKE_BEHIND; i++) {
		if (i < count)
			flow_store_fetch_slot(store,
			                      slot_hash(arrivals[i].hash, 0));
		if (i >= FLOW_BEHIND && i - FLOW_BEHIND < count)
			flow_store_fetch_entry(
				store,
				slot_hash(arrivals[i - FLOW_BEHIND].hash, 0));
		if (i >= REST_BEHIND && i - REST_BEHIND < count)
			fetch_rest(table,
			           slot_hash(arrivals[i - REST_BEHIND].hash,
			                     0));
		if (i >= TAKE_BEHIND)
			take(table, &arrivals[i - TAKE_BEHIND]);
	}
	/* Pay for expiry a little at a time. */
	if (count)
		sweep(table, arrivals[count - 1].clock_ns, count + SWEEP_LIMIT);
}

void flow_table_each(const struct flow_table *table, void *self,
                     void (*visit)(void *self, const struct flow *flow))
{
	const struct flow_store *store = &table->store;

	for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
		for (uint32_t link = store->lines[stage].oldest; link;
		     link = entry_at(store, link)->newer)
			visit(self, &entry_at(store, link)->flow);
}

size_t flow_table_count(const struct flow_table *table)
{
	return table->store.count;
}

struct flow_evictions flow_table_evicted(const struct flow_table *table)
{
	return table->evicted;
}
