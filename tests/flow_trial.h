/*
 * Trials of a flow table: a table, what its listener was told, and a clock.
 */
#ifndef TESTS_FLOW_TRIAL_H
#define TESTS_FLOW_TRIAL_H

#include <criterion/criterion.h>
#include <stdio.h>

#include "capture/flow_table.h"
#include "capture/hash.h"
#include "tests/packet_maker.h"

enum { LOG_MAX = 64 };

static const uint64_t second = 1000000000;
static const uint64_t start = UINT64_C(1700000000) * 1000000000;

/* What a listener was told: "b" begin, ">" and "<" packets, "e" end, each
 * with the server's port. */
struct witness {
	char log[2048];
	struct flow ended[LOG_MAX];
	size_t ended_count;
	size_t begun;
	size_t finished;
	uint64_t digest; /* of all that ended, in any order */
};

static struct error err;

static inline void note(struct witness *witness, const char *what,
                        const struct flow *flow)
{
	size_t used = strlen(witness->log);

	if (used < sizeof(witness->log) - 32)
		snprintf(witness->log + used, 32, "%s%s%d", used ? " " : "",
		         what, flow_server_port(flow));
}

static inline void on_begin(void *self, struct flow *flow,
                            const struct packet *packet)
{
	struct witness *witness = self;

	cr_expect_eq(flow->packets[TO_SERVER] + flow->packets[TO_CLIENT], 0);
	cr_expect_null(flow->extension[0]);
	cr_expect_eq(flow->first_ns, packet->time_ns);
	flow->extension[0] = witness;
	witness->begun++;
	note(witness, "b", flow);
}

static inline void on_packet(void *self, struct flow *flow,
                             enum direction direction,
                             const struct packet *packet)
{
	(void)packet;
	cr_expect_eq(flow->extension[0], self);
	note(self, direction == TO_SERVER ? ">" : "<", flow);
}

static inline void on_end(void *self, struct flow *flow)
{
	struct witness *witness = self;
	struct flow plain = *flow;

	cr_expect_eq(flow->extension[0], self);
	plain.extension[0] = NULL;
	if (witness->ended_count < LOG_MAX)
		witness->ended[witness->ended_count++] = plain;
	witness->digest += hash_bytes(0, &plain, sizeof(plain));
	witness->finished++;
	note(witness, "e", flow);
}

static inline struct flow_listener listener_of(struct witness *witness)
{
	return (struct flow_listener){ .self = witness,
		                       .begin = on_begin,
		                       .packet = on_packet,
		                       .end = on_end };
}

/* A table, who listens to it, and how much time has passed. */
struct trial {
	struct witness witness;
	struct flow_listener listener;
	struct flow_table *table;
	uint64_t clock_ns;
};

static inline void trial_start(struct trial *trial,
                               const struct flow_limits *limits)
{
	memset(trial, 0, sizeof(*trial));
	trial->listener = listener_of(&trial->witness);
	trial->table = flow_table_create(limits, &trial->listener, &err);
	trial->clock_ns = start;
	cr_assert_not_null(trial->table, "%s", err.text);
}

static inline void trial_end(struct trial *trial)
{
	flow_table_flush(trial->table);
	cr_expect_eq(flow_table_count(trial->table), 0);
	cr_expect_eq(trial->witness.begun, trial->witness.finished);
	flow_table_free(trial->table);
}

static inline void feed(struct trial *trial, struct packet packet)
{
	packet.time_ns = trial->clock_ns;
	flow_table_packet(trial->table, &packet, trial->clock_ns);
}

static inline struct packet syn(uint16_t client_port)
{
	return make_tcp("10.0.0.1", client_port, "10.0.0.2", 443, TCP_SYN);
}

static inline struct packet datagram(uint16_t port)
{
	return make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", port);
}

static inline struct packet datagram_reply(uint16_t port)
{
	struct packet packet = datagram(port);

	return make_reply(&packet);
}

#endif
