/* What a flow keeps of its packets. */
#include "tests/flow_trial.h"

Test(flow_record, packets_and_bytes_are_counted_by_direction)
{
	struct trial t = { .clock_ns = 0 };
	struct packet answer = datagram_reply(53);
	const struct flow *flow = &t.witness.ended[0];

	trial_start(&t, &flow_limits_default);
	answer.ip_len = 1000;
	feed(&t, datagram(53));
	t.clock_ns += 5;
	feed(&t, answer);
	feed(&t, answer);
	flow_table_flush(t.table);
	cr_expect_eq(flow->packets[TO_SERVER], 1);
	cr_expect_eq(flow->packets[TO_CLIENT], 2);
	cr_expect_eq(flow->bytes[TO_SERVER], 100);
	cr_expect_eq(flow->bytes[TO_CLIENT], 2000);
	cr_expect_eq(flow->first_ns, start);
	cr_expect_eq(flow->last_ns, start + 5);
	trial_end(&t);
}

Test(flow_record, frames_without_ip_count_with_their_whole_length)
{
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, make_frame(0x88cc, 1, 2));
	flow_table_flush(t.table);
	cr_expect_eq(t.witness.ended[0].bytes[TO_SERVER], 60);
	trial_end(&t);
}

Test(flow_record, packets_out_of_order_widen_the_time_span)
{
	struct trial t;
	struct packet late = datagram(53);

	trial_start(&t, &flow_limits_default);
	feed(&t, datagram(53));
	late.time_ns = start - 7;
	flow_table_packet(t.table, &late, start + 9);
	flow_table_flush(t.table);
	cr_expect_eq(t.witness.ended[0].first_ns, start - 7);
	cr_expect_eq(t.witness.ended[0].last_ns, start);
	trial_end(&t);
}

Test(flow_record, the_first_payload_of_each_direction_is_kept)
{
	uint8_t asked[100];
	uint8_t answered[] = { 1, 2, 3 };
	struct trial t = { .clock_ns = 0 };
	struct packet query = datagram(53);
	struct packet answer = make_reply(&query);
	const struct flow_head *head = t.witness.ended[0].head;

	memset(asked, 0xaa, sizeof(asked));
	trial_start(&t, &flow_limits_default);
	feed(&t, query); /* without payload, as a TCP handshake */
	query.payload = asked;
	query.payload_captured = sizeof(asked);
	query.payload_len = 1400;
	feed(&t, query);
	answer.payload = answered;
	answer.payload_captured = sizeof(answered);
	answer.payload_len = sizeof(answered);
	feed(&t, answer);
	answer.payload_len = 2;
	feed(&t, answer);
	flow_table_flush(t.table);
	cr_expect_eq(head[TO_SERVER].captured, FLOW_HEAD_LEN);
	cr_expect_eq(head[TO_SERVER].payload_len, 1400);
	cr_expect_arr_eq(head[TO_SERVER].bytes, asked, FLOW_HEAD_LEN);
	cr_expect_eq(head[TO_CLIENT].captured, 3);
	cr_expect_eq(head[TO_CLIENT].payload_len, 3);
	cr_expect_arr_eq(head[TO_CLIENT].bytes, answered, 3);
	trial_end(&t);
}

Test(flow_record, later_fragments_are_no_first_payload)
{
	uint8_t middle[] = "of something else";
	struct trial t;
	struct packet later = datagram(53);

	trial_start(&t, &flow_limits_default);
	later.fragmented = true;
	later.later_fragment = true;
	later.payload = middle;
	later.payload_captured = sizeof(middle);
	later.payload_len = sizeof(middle);
	feed(&t, later);
	flow_table_flush(t.table);
	cr_expect_eq(t.witness.ended[0].head[TO_SERVER].payload_len, 0);
	cr_expect(t.witness.ended[0].fragmented);
	trial_end(&t);
}

Test(flow_record, what_some_packet_had_the_flow_has)
{
	struct trial t = { .clock_ns = 0 };
	struct packet p = datagram(53);
	const struct flow *flow = &t.witness.ended[0];

	trial_start(&t, &flow_limits_default);
	p.dscp = 46;
	feed(&t, p);
	p.dscp = 0;
	p.dont_fragment = true;
	p.hop_limit = 60;
	feed(&t, p);
	p = datagram_reply(53);
	p.ip_options = true;
	p.router_alert = true;
	p.hop_limit = 3;
	feed(&t, p);
	flow_table_flush(t.table);
	cr_expect_eq(flow->dscp_first, 46);
	cr_expect(flow->dont_fragment);
	cr_expect(flow->ip_options);
	cr_expect(flow->router_alert);
	cr_expect_not(flow->fragmented);
	cr_expect_eq(flow->hop_limit_min, 60);
	cr_expect_eq(flow->hop_limit_max, 64);
	trial_end(&t);
}

Test(flow_record, each_end_has_the_mac_its_own_packets_came_from)
{
	struct trial t = { .clock_ns = 0 };
	struct packet p = datagram(53);
	const struct flow *flow = &t.witness.ended[0];

	trial_start(&t, &flow_limits_default);
	p.source_mac.bytes[5] = 1;
	p.target_mac.bytes[5] = 2;
	feed(&t, p);
	p = datagram_reply(53);
	p.source_mac.bytes[5] = 3;
	feed(&t, p);
	flow_table_flush(t.table);
	cr_expect_eq(flow->mac[TO_SERVER].bytes[5], 1);
	cr_expect_eq(flow->mac[TO_CLIENT].bytes[5], 3);
	trial_end(&t);
}

Test(flow_record, icmp_errors_are_marked_in_the_flow_they_quote)
{
	struct packet web = make_tcp("10.0.0.1", 40000, "10.9.0.2", 443, 0);
	struct packet too_big = make_icmp_error(&web, "10.0.0.254", 3, 4);
	struct packet expired = make_icmp_error(&web, "10.9.0.2", 11, 0);
	struct trial t = { .clock_ns = 0 };

	trial_start(&t, &flow_limits_default);
	feed(&t, too_big); /* before the flow: nothing to mark */
	feed(&t, web);
	feed(&t, too_big);
	feed(&t, expired);
	flow_table_flush(t.table);
	cr_assert_eq(t.witness.ended_count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct flow *flow = &t.witness.ended[i];

		if (flow->key.transport == TRANSPORT_TCP)
			cr_expect_eq(flow->icmp_errors,
			             ICMP_ERROR_TOO_BIG |
			                     ICMP_ERROR_TIME_EXCEEDED);
		else
			cr_expect_eq(flow->third_party, flow->icmp_type == 3,
			             "only a router is a third party");
	}
	trial_end(&t);
}

Test(flow_record, an_icmp_error_does_not_mark_a_flow_that_is_over)
{
	struct packet web = make_tcp("10.0.0.1", 40000, "10.9.0.2", 443, 0);
	struct trial t;

	trial_start(&t, &flow_limits_default);
	feed(&t, web);
	t.clock_ns += 301 * second;
	feed(&t, make_icmp_error(&web, "10.0.0.254", 3, 4));
	cr_expect_eq(t.witness.ended_count, 1);
	cr_expect_eq(t.witness.ended[0].icmp_errors, 0);
	trial_end(&t);
}
