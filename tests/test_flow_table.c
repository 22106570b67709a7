#include "tests/flow_trial.h"

Test(flow_table, a_flow_begins_has_packets_and_ends)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, datagram(53));
	feed(&t, datagram_reply(53));
	feed(&t, datagram(123));
	feed(&t, datagram(53));
	cr_expect_eq(flow_table_count(t.table), 2);
	flow_table_flush(t.table);
	cr_expect_str_eq(t.witness.log, "b53 >53 <53 b123 >123 >53 e53 e123");
	trial_end(&t);
}

Test(flow_table, the_client_is_who_asked_even_if_the_answer_came_first)
{
	static const struct {
		const char *why;
		uint8_t transport;
		uint16_t source_port;
		uint16_t target_port;
		uint8_t flags_or_type;
		bool source_is_client;
	} cases[] = {
		{ "a SYN", TRANSPORT_TCP, 443, 50000, TCP_SYN, true },
		{ "a SYN-ACK", TRANSPORT_TCP, 50000, 443, TCP_SYN | TCP_ACK,
		  false },
		{ "to a system port", TRANSPORT_TCP, 50000, 443, TCP_ACK,
		  true },
		{ "from a system port", TRANSPORT_TCP, 443, 50000, TCP_ACK,
		  false },
		{ "two system ports", TRANSPORT_TCP, 20, 21, TCP_ACK, true },
		{ "two high ports", TRANSPORT_TCP, 8080, 50000, TCP_ACK, true },
		{ "a query", TRANSPORT_UDP, 50000, 53, 0, true },
		{ "an answer", TRANSPORT_UDP, 53, 50000, 0, false },
		{ "no ports", TRANSPORT_ESP, 0, 0, 0, true },
		{ "an echo", TRANSPORT_ICMP, 0, 0, 8, true },
		{ "an echo reply", TRANSPORT_ICMP, 0, 0, 0, false },
		{ "a timestamp reply", TRANSPORT_ICMP, 0, 0, 14, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet p = make_packet(cases[i].transport, "10.0.0.1",
		                              cases[i].source_port, "10.0.0.2",
		                              cases[i].target_port);
		struct trial t = { .clock_ns = 0 };
		const struct flow *flow = &t.witness.ended[0];

		p.tcp_flags = cases[i].flags_or_type;
		p.icmp_type = cases[i].flags_or_type;
		trial_start(&t, &flow_limits_default);
		feed(&t, p);
		flow_table_flush(t.table);
		cr_expect_eq(address_compare(flow_client_address(flow),
		                             &p.source) == 0,
		             cases[i].source_is_client, "%s", cases[i].why);
		cr_expect_eq(flow->packets[TO_SERVER],
		             cases[i].source_is_client, "%s", cases[i].why);
		trial_end(&t);
	}
}

Test(flow_table, an_answer_to_a_group_leaves_the_sender_the_client)
{
	struct trial t;
	struct packet p =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 520, "224.0.0.9", 5200);

	trial_start(&t, &flow_limits_default);
	p.cast = CAST_MULTICAST;
	feed(&t, p);
	flow_table_flush(t.table);
	cr_expect_eq(flow_server_port(&t.witness.ended[0]), 5200);
	trial_end(&t);
}

Test(flow_table, an_idle_flow_is_over_by_the_readers_clock)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, datagram(53));
	t.clock_ns += 300 * second;
	feed(&t, datagram(53));
	cr_expect_str_eq(t.witness.log, "b53 >53 >53");
	t.clock_ns += 300 * second + 1;
	feed(&t, datagram(53));
	cr_expect_str_eq(t.witness.log, "b53 >53 >53 e53 b53 >53");
	trial_end(&t);
}

Test(flow_table, packets_of_others_end_what_is_idle)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, datagram(53));
	t.clock_ns += 301 * second;
	feed(&t, datagram(123));
	cr_expect_str_eq(t.witness.log, "b53 >53 b123 >123 e53");
	trial_end(&t);
}

static void close_by_reset(struct trial *t)
{
	struct packet reset = syn(1234);

	feed(t, syn(1234));
	reset.tcp_flags = TCP_RST;
	feed(t, make_reply(&reset));
}

Test(flow_table, a_closed_flow_is_over_sooner)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	close_by_reset(&t);
	t.clock_ns += 10 * second;
	flow_table_sweep(t.table, t.clock_ns);
	cr_expect_eq(flow_table_count(t.table), 1);
	flow_table_sweep(t.table, t.clock_ns + 1);
	cr_expect_eq(flow_table_count(t.table), 0);
	cr_expect(t.witness.ended[0].closed);
	trial_end(&t);
}

Test(flow_table, both_ends_must_be_done_before_tcp_is_closed)
{
	struct trial t;
	struct packet fin = syn(1234);

	trial_start(&t, &flow_limits_default);
	feed(&t, syn(1234));
	fin.tcp_flags = TCP_FIN | TCP_ACK;
	feed(&t, fin);
	flow_table_sweep(t.table, t.clock_ns + 11 * second);
	cr_expect_eq(flow_table_count(t.table), 1);
	feed(&t, make_reply(&fin));
	flow_table_sweep(t.table, t.clock_ns + 11 * second);
	cr_expect_eq(flow_table_count(t.table), 0);
	trial_end(&t);
}

Test(flow_table, retransmissions_stay_with_the_flow_that_closed)
{
	struct trial t;
	struct packet late = syn(1234);

	trial_start(&t, &flow_limits_default);
	close_by_reset(&t);
	late.tcp_flags = TCP_ACK;
	feed(&t, late);
	cr_expect_str_eq(t.witness.log, "b443 >443 <443 >443");
	trial_end(&t);
}

Test(flow_table, a_syn_after_the_close_begins_another_flow)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	close_by_reset(&t);
	feed(&t, syn(1234));
	cr_expect_str_eq(t.witness.log, "b443 >443 <443 e443 b443 >443");
	cr_expect_not(t.witness.ended[1].closed);
	trial_end(&t);
}

Test(flow_table, a_syn_again_is_a_retransmission)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, syn(1234));
	feed(&t, syn(1234));
	cr_expect_str_eq(t.witness.log, "b443 >443 >443");
	trial_end(&t);
}

static const struct flow_limits few = {
	.idle_ns = UINT64_C(300000000000),
	.closed_ns = UINT64_C(10000000000),
	.flows = 8,
};

/* So many packets of one flow, which makes it a conversation. */
static void converse(struct trial *trial, uint16_t port)
{
	for (size_t i = 0; i < 4; i++)
		feed(trial, i % 2 ? datagram_reply(port) : datagram(port));
	trial->clock_ns += second;
}

/* What ended, in order. */
static void expect_ended(const struct trial *trial, const uint16_t *ports,
                         size_t count)
{
	cr_assert_eq(trial->witness.ended_count, count);
	for (size_t i = 0; i < count; i++)
		cr_expect_eq(flow_server_port(&trial->witness.ended[i]),
		             ports[i], "%zu", i);
}

Test(flow_table, at_the_limit_the_idlest_flow_is_evicted_and_counted)
{
	static const uint16_t gone[] = { 2, 3 };
	struct trial t;

	trial_start(&t, &few);
	for (uint16_t port = 1; port <= 8; port++)
		converse(&t, port);
	feed(&t, datagram(1));
	cr_expect_eq(flow_table_evicted(t.table).flows, 0);
	converse(&t, 9);
	converse(&t, 10);
	cr_expect_eq(flow_table_evicted(t.table).flows, 2);
	cr_expect_eq(flow_table_evicted(t.table).established, 2);
	cr_expect_eq(flow_table_count(t.table), 8);
	expect_ended(&t, gone, 2);
	trial_end(&t);
}

Test(flow_table, at_the_limit_a_closed_flow_goes_before_an_open_one)
{
	static const uint16_t gone[] = { 443 };
	struct trial t;

	trial_start(&t, &few);
	for (uint16_t port = 1; port <= 7; port++)
		converse(&t, port);
	close_by_reset(&t);
	converse(&t, 8);
	expect_ended(&t, gone, 1);
	cr_expect_eq(flow_table_evicted(t.table).established, 0);
	trial_end(&t);
}

/* Half a table of conversations lives through a flood of everything else. */
Test(flow_table, a_flood_of_attempts_evicts_attempts_alone)
{
	static const struct flow_limits limits = {
		.idle_ns = UINT64_C(300000000000),
		.closed_ns = UINT64_C(10000000000),
		.flows = 64,
	};
	struct trial t;

	trial_start(&t, &limits);
	for (uint16_t port = 1; port <= 32; port++)
		converse(&t, port);
	for (uint16_t i = 0; i < 20000; i++) {
		struct packet handshake = syn(i);

		feed(&t, handshake);
		feed(&t, make_reply(&handshake));
		feed(&t, datagram((uint16_t)(20000 + i)));
		if (i % 100 == 0)
			feed(&t, datagram((uint16_t)(1 + i / 100 % 32)));
	}
	cr_expect_eq(flow_table_count(t.table), 64);
	cr_expect_eq(flow_table_evicted(t.table).established, 0);
	cr_expect_gt(flow_table_evicted(t.table).flows, 39000);
	cr_expect_eq(t.witness.begun, 32 + 40000);
	trial_end(&t);
}

Test(flow_table, a_table_without_room_counts_what_it_cannot_keep)
{
	static const struct flow_limits limits = { .flows = 0 };
	struct trial t;

	trial_start(&t, &limits);
	feed(&t, datagram(1));
	cr_expect_eq(flow_table_evicted(t.table).flows, 1);
	cr_expect_str_eq(t.witness.log, "");
	trial_end(&t);
}

/* A few hosts and ports talk at random, with pauses and closes. */
static struct packet chatter(uint64_t *random, uint64_t *clock_ns)
{
	struct packet p;
	uint64_t r = *random = hash_u64(*random, 1);

	p = r & 1 ? datagram((uint16_t)(1 + (r >> 8) % 20))
	          : syn((uint16_t)(1000 + (r >> 8) % 20));
	if (p.transport == TRANSPORT_TCP)
		p.tcp_flags = (uint8_t)(r >> 20 & (TCP_SYN | TCP_FIN | TCP_ACK |
		                                   (r >> 30) % 8));
	if (r >> 40 & 1)
		p = make_reply(&p);
	*clock_ns += (r >> 50) % 64 ? second / 10 : 70 * second;
	p.time_ns = *clock_ns - (r >> 56) % 3 * second;
	return p;
}

Test(flow_table, sweeping_changes_nothing_but_memory)
{
	enum { PACKETS = 50000 };
	struct trial often;
	struct trial never;
	uint64_t random = 1;
	uint64_t clock_ns = start;

	trial_start(&often, &flow_limits_default);
	trial_start(&never, &flow_limits_default);
	for (size_t i = 0; i < PACKETS; i++) {
		struct packet p = chatter(&random, &clock_ns);

		flow_table_packet(often.table, &p, clock_ns);
		flow_table_packet(never.table, &p, clock_ns);
		flow_table_sweep(often.table, clock_ns);
	}
	flow_table_flush(often.table);
	flow_table_flush(never.table);
	cr_expect_gt(often.witness.finished, 1000);
	cr_expect_eq(often.witness.finished, never.witness.finished);
	cr_expect_eq(often.witness.digest, never.witness.digest);
	trial_end(&often);
	trial_end(&never);
}

/* Those of the quoted packet, for an ICMP error. */
static uint64_t ends(const struct packet *packet)
{
	return packet->quote.present ? flow_hash_of_quote(packet, 0)
	                             : flow_hash(packet, 0);
}

Test(flow_table, however_many_tables_share_the_packets_the_flows_are_the_same)
{
	enum { PACKETS = 50000, TABLES = 3 };
	struct trial alone;
	struct trial share[TABLES];
	uint64_t random = 2;
	uint64_t clock_ns = start;
	uint64_t digest = 0;
	size_t finished = 0;

	trial_start(&alone, &flow_limits_default);
	for (size_t i = 0; i < TABLES; i++)
		trial_start(&share[i], &flow_limits_default);
	for (size_t i = 0; i < PACKETS; i++) {
		struct packet p = chatter(&random, &clock_ns);

		flow_table_packet(alone.table, &p, clock_ns);
		flow_table_packet(share[ends(&p) % TABLES].table, &p, clock_ns);
	}
	trial_end(&alone);
	for (size_t i = 0; i < TABLES; i++) {
		trial_end(&share[i]);
		digest += share[i].witness.digest;
		finished += share[i].witness.finished;
	}
	cr_expect_eq(finished, alone.witness.finished);
	cr_expect_eq(digest, alone.witness.digest);
}

/* One of many flows: its ports and addresses spell n. */
static struct packet nth_flow(uint32_t n)
{
	struct packet p = make_packet(TRANSPORT_UDP, "10.0.0.0",
	                              (uint16_t)(1 + n % 50000), "10.255.0.1",
	                              (uint16_t)(1 + n / 50000));

	p.source.bytes[15] = (uint8_t)n;
	p.source.bytes[14] = (uint8_t)(n >> 8);
	return p;
}

static void count_flow(void *self, const struct flow *flow)
{
	size_t *count = self;

	(void)flow;
	++*count;
}

/* Half of them are refreshed in a scattered order, the others expire. */
Test(flow_table, many_flows_come_and_go_in_any_order)
{
	enum { FLOWS = 100000, STEP = 77773 }; /* coprime */
	struct trial t;
	size_t seen = 0;

	trial_start(&t, &flow_limits_default);
	for (uint32_t i = 0; i < FLOWS; i++)
		feed(&t, nth_flow(i));
	cr_assert_eq(flow_table_count(t.table), FLOWS);
	t.clock_ns += 200 * second;
	for (uint64_t i = 0; i < FLOWS / 2; i++)
		feed(&t, nth_flow((uint32_t)(i * STEP % FLOWS)));
	cr_expect_eq(t.witness.begun, FLOWS);
	t.clock_ns += 200 * second;
	flow_table_sweep(t.table, t.clock_ns);
	cr_expect_eq(flow_table_count(t.table), FLOWS / 2);
	flow_table_each(t.table, &seen, count_flow);
	cr_expect_eq(seen, FLOWS / 2);
	for (uint64_t i = 0; i < FLOWS; i++)
		feed(&t, nth_flow((uint32_t)(i * STEP % FLOWS)));
	cr_expect_eq(t.witness.begun, FLOWS + FLOWS / 2);
	cr_expect_eq(flow_table_count(t.table), FLOWS);
	trial_end(&t);
}

struct extended {
	uint64_t seen[5];
};

static void check_clean(void *self, struct flow *flow,
                        const struct packet *packet)
{
	static const struct extended clean;

	(void)self;
	(void)packet;
	cr_expect_eq((uintptr_t)flow->extension[0] % 8, 0);
	cr_expect_eq(memcmp(flow->extension[1], &clean, sizeof(clean)), 0);
	*(char *)flow->extension[0] = 1;
	memset(flow->extension[1], 2, sizeof(clean));
}

static void check_packet(void *self, struct flow *flow,
                         enum direction direction, const struct packet *packet)
{
	size_t *kept = self;

	(void)direction;
	(void)packet;
	*kept += *(char *)flow->extension[0] == 1 &&
	         ((char *)flow->extension[1])[sizeof(struct extended) - 1] == 2;
}

static void check_end(void *self, struct flow *flow)
{
	(void)self;
	cr_expect_eq(*(char *)flow->extension[0], 1);
}

Test(flow_table, stages_find_what_they_asked_for_clean_and_keep_it)
{
	enum { FLOWS = 5000 };
	size_t kept = 0;
	struct flow_listener listener = {
		.self = &kept,
		.extension_len = { 1, sizeof(struct extended) },
		.begin = check_clean,
		.packet = check_packet,
		.end = check_end,
	};
	struct flow_table *table =
		flow_table_create(&flow_limits_default, &listener, &err);

	cr_assert_not_null(table);
	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 2 * FLOWS; i++) {
			struct packet p = nth_flow(i % FLOWS);

			flow_table_packet(table, &p, start);
		}
		flow_table_flush(table);
	}
	cr_expect_eq(kept, 4 * FLOWS);
	cr_expect_gt(flow_table_flow_bytes(&listener),
	             sizeof(struct flow) + sizeof(struct extended));
	flow_table_free(table);
}

Test(flow_table, a_table_that_was_never_flushed_can_be_freed)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, datagram(53));
	flow_table_free(t.table);
	flow_table_free(NULL);
}

Test(flow_table, an_error_from_elsewhere_is_noted_at_the_flow_that_it_quotes)
{
	struct packet ask = datagram(53);
	struct packet error =
		make_packet(TRANSPORT_ICMP, "10.9.9.9", 0, "10.0.0.1", 0);
	struct arrival arrival = { .packet = &ask, .clock_ns = start };
	struct trial t;

	error.icmp_type = 3;
	error.icmp_code = 4;
	error.quote = (struct quote){
		.present = true,
		.transport = ask.transport,
		.source_port = ask.source_port,
		.target_port = ask.target_port,
		.source = ask.source,
		.target = ask.target,
	};
	trial_start(&t, &flow_limits_default);
	arrival.hash = flow_hash(&ask, flow_limits_default.seed);
	cr_expect_not(flow_table_holds(t.table, &arrival));
	flow_table_quoted(t.table, &error, start);
	cr_expect_eq(flow_table_count(t.table), 0, "it begins none");
	flow_table_packet(t.table, &ask, start);
	cr_expect(flow_table_holds(t.table, &arrival));
	arrival.clock_ns += flow_limits_default.idle_ns + 1;
	cr_expect_not(flow_table_holds(t.table, &arrival), "it is over");
	flow_table_quoted(t.table, &error, start);
	flow_table_flush(t.table);
	cr_expect_eq(t.witness.ended[0].icmp_errors, ICMP_ERROR_TOO_BIG);
	trial_end(&t);
}
