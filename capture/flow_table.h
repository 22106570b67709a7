/*
 * The flow table: packets in, flows out.
 *
 * Whether a packet continues a flow depends on nothing but that flow and the
 * reader's clock, so the same packets make the same flows however many tables
 * share them. One table belongs to one thread at a time.
 */
#ifndef CAPTURE_FLOW_TABLE_H
#define CAPTURE_FLOW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/arrival.h"
#include "capture/error.h"
#include "capture/flow.h"

struct flow_table;

/* The shape of the next stage. Flows are borrowed for the call. */
struct flow_listener {
	void *self;
	/* What the table keeps of a flow for each of the stages behind it: so
	 * many bytes at flow->extension, zeroed before begin(). */
	size_t extension_len[FLOW_EXTENSIONS];
	/* Packets of a flow are near, most likely: have the processor fetch
	 * what they will touch beyond the flow and its extensions. May be
	 * NULL. */
	void (*fetch)(void *self, const struct flow *flow);
	/* The first packet of a flow; packet() follows for the same one. */
	void (*begin)(void *self, struct flow *flow,
	              const struct packet *packet);
	void (*packet)(void *self, struct flow *flow, enum direction direction,
	               const struct packet *packet);
	/* The flow is over: closed, idle, evicted or at the end of the input.
	 * The listener gives up whatever flow->extension points on to. */
	void (*end)(void *self, struct flow *flow);
};

/*
 * Eviction: a table that is full ends another flow for each that begins. The
 * first to go are attempts: flows that have not become conversations, such as
 * a SYN or one datagram to each of many addresses, once they are an eighth of
 * the table; then those that are closed; then the idlest. Which of them was
 * longest without a packet is told to within a sweep.
 */
struct flow_limits {
	uint64_t idle_ns;   /* a flow ends after this long without a packet */
	uint64_t closed_ns; /* a closed one after this long */
	size_t flows;       /* at most */
	uint64_t seed;      /* flow_hash()'s */
};

extern const struct flow_limits flow_limits_default;

/* What a flow takes in memory, with what its listener asks for. */
size_t flow_table_flow_bytes(const struct flow_listener *listener);

/* NULL when out of memory. The listener must outlive the table. */
struct flow_table *flow_table_create(const struct flow_limits *limits,
                                     const struct flow_listener *listener,
                                     struct error *err);

/* Accepts NULL. Does not end flows: flow_table_flush() does. */
void flow_table_free(struct flow_table *table);

/*
 * Account a packet. clock_ns is the latest packet time that the reader has
 * seen anywhere; it never goes back.
 */
void flow_table_packet(struct flow_table *table, const struct packet *packet,
                       uint64_t clock_ns);

/* The same for many, which is quicker: what the next ones need is fetched
 * from memory meanwhile. */
void flow_table_arrived(struct flow_table *table,
                        const struct arrival *arrivals, size_t count);

/* Whether an arrival would continue a flow of this table. */
bool flow_table_holds(const struct flow_table *table,
                      const struct arrival *arrival);

/* Note an ICMP error whose own flow is in another table at the flow that it
 * quotes, should that be in this one. */
void flow_table_quoted(struct flow_table *table, const struct packet *packet,
                       uint64_t clock_ns);

/* End what is idle at clock_ns. For memory alone: it changes no flow. */
void flow_table_sweep(struct flow_table *table, uint64_t clock_ns);

/* End every flow. */
void flow_table_flush(struct flow_table *table);

/* Look at every flow that has not ended, in no order. */
void flow_table_each(const struct flow_table *table, void *self,
                     void (*visit)(void *self, const struct flow *flow));

size_t flow_table_count(const struct flow_table *table);

/* Flows that were ended to make room, and of them those that were
 * conversations. */
struct flow_evictions {
	uint64_t flows;
	uint64_t established;
};

struct flow_evictions flow_table_evicted(const struct flow_table *table);

#endif
