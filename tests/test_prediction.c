/*
 * The whole chain against measurements: a kind of traffic is put in as it
 * looks without IPsec, and the report's impact must be what then happened to
 * it under a policy for the subnet and under one for everything.
 */
#include "tests/chain.h"

static const char office[] = "[{\"name\":\"office\","
			     "\"prefixes\":[\"10.0.0.0/24\"]}]";

/* What was measured on the wire, and which impacts say so. */
enum outcome {
	CLEAR,     /* passed as it was */
	PROTECTED, /* passed in ESP */
	DROPPED,   /* silently, at the sender or at the receiver */
};

static bool says(enum impact impact, enum outcome outcome)
{
	switch (outcome) {
	case CLEAR: return impact == IMPACT_IN_CLEAR;
	case PROTECTED:
		return impact == IMPACT_PROTECTED || impact == IMPACT_DEGRADES;
	case DROPPED: return impact >= IMPACT_NEEDS_EXEMPTION;
	}
	return false;
}

static struct packet group(uint8_t transport, const char *target, uint16_t port,
                           uint8_t hop_limit)
{
	struct packet packet =
		make_packet(transport, "10.0.0.1", port, target, port);

	packet.cast = CAST_MULTICAST;
	packet.hop_limit = hop_limit;
	return packet;
}

static struct packet mdns(void)
{
	return group(TRANSPORT_UDP, "224.0.0.251", 5353, 255);
}

static struct packet ospf(void)
{
	return group(89, "224.0.0.5", 0, 1);
}

static struct packet vrrp(void)
{
	return group(112, "224.0.0.18", 0, 255);
}

static struct packet igmp(void)
{
	struct packet packet = group(TRANSPORT_IGMP, "224.0.0.22", 0, 1);

	packet.router_alert = true;
	return packet;
}

static struct packet group_239(void)
{
	return group(TRANSPORT_UDP, "239.1.1.1", 5007, 4);
}

static struct packet netbios(void)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 137, "10.0.0.255", 137);

	packet.cast = CAST_DIRECTED_BROADCAST;
	return packet;
}

static struct packet directed_broadcast(void)
{
	struct packet packet = make_packet(TRANSPORT_UDP, "10.0.0.1", 55083,
	                                   "10.0.0.255", 5009);

	packet.cast = CAST_DIRECTED_BROADCAST;
	return packet;
}

static struct packet limited_broadcast(void)
{
	struct packet packet = make_packet(TRANSPORT_UDP, "10.0.0.1", 42947,
	                                   "255.255.255.255", 5008);

	packet.cast = CAST_LIMITED_BROADCAST;
	return packet;
}

static struct packet dhcp_discover(void)
{
	struct packet packet = make_packet(TRANSPORT_UDP, "0.0.0.0", 68,
	                                   "255.255.255.255", 67);

	packet.cast = CAST_LIMITED_BROADCAST;
	return packet;
}

static struct packet echo(void)
{
	return make_icmp("10.0.0.1", "10.0.0.2", 8, 7);
}

static struct packet gre(void)
{
	struct packet packet =
		make_packet(TRANSPORT_GRE, "10.0.0.1", 0, "10.0.0.2", 0);

	packet.gre_protocol = 0x0800;
	return packet;
}

static struct packet sctp(void)
{
	struct packet packet = make_packet(TRANSPORT_SCTP, "10.0.0.1", 38412,
	                                   "10.0.0.2", 38412);

	packet.has_ports = true;
	return packet;
}

static struct packet udp_fragments(void)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 53421, "10.0.0.2", 5005);

	packet.fragmented = true;
	packet.ip_len = 1500;
	return packet;
}

static struct packet error_from_third_host(uint8_t code)
{
	struct packet about =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 5004);

	return make_icmp_error(&about, "10.0.0.3", 3, code);
}

static struct packet udp(void)
{
	return make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 5555);
}

static struct packet rtp(void)
{
	static const uint8_t header[172] = { 0x80, 0, 0, 1 };
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 6000, "10.0.0.2", 6000);

	packet.payload = header;
	packet.payload_captured = sizeof(header);
	packet.payload_len = sizeof(header);
	return packet;
}

static struct packet small_tcp(void)
{
	return make_tcp("10.0.0.1", 40000, "10.0.0.2", 7000, TCP_ACK);
}

static struct packet ipip(void)
{
	return make_packet(TRANSPORT_IPIP, "10.0.0.1", 0, "10.0.0.2", 0);
}

static struct packet ospf_unicast(void)
{
	return make_packet(89, "10.0.0.1", 0, "10.0.0.2", 0);
}

static struct packet udp_of_one_hop(void)
{
	struct packet packet = udp();

	packet.hop_limit = 1;
	return packet;
}

static struct packet bfd(void)
{
	static const uint8_t control[24] = { 0x20, 0xc0, 3, 24 };
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 49152, "10.0.0.2", 3784);

	packet.hop_limit = 255;
	packet.payload = control;
	packet.payload_captured = sizeof(control);
	packet.payload_len = sizeof(control);
	return packet;
}

static struct packet dhcp_renewal(void)
{
	return make_packet(TRANSPORT_UDP, "10.0.0.1", 68, "10.0.0.2", 67);
}

static struct packet refusal_by_peer(void)
{
	struct packet about = udp();

	return make_icmp_error(&about, "10.0.0.2", 3, 3);
}

static struct packet unreachable(void)
{
	return error_from_third_host(1);
}

static struct packet fragmentation_needed(void)
{
	return error_from_third_host(4);
}

static struct packet arp(void)
{
	return make_frame(0x0806, 1, 2);
}

static const struct row {
	const char *signature;
	struct packet (*packet)(void);
	enum outcome host_subnet;
	enum outcome host_any;
} rows[] = {
	{ "mdns", mdns, CLEAR, DROPPED },
	{ "ospfv2", ospf, CLEAR, DROPPED },
	{ "vrrp-carp", vrrp, CLEAR, DROPPED },
	{ "igmp", igmp, CLEAR, DROPPED },
	{ "mcast-other-routed", group_239, CLEAR, DROPPED },
	{ "netbios-ns", netbios, DROPPED, DROPPED },
	{ "bcast-directed", directed_broadcast, DROPPED, DROPPED },
	{ "bcast-limited", limited_broadcast, CLEAR, DROPPED },
	{ "dhcpv4", dhcp_discover, CLEAR, DROPPED },
	{ "icmp-echo", echo, PROTECTED, PROTECTED },
	{ "gre", gre, PROTECTED, PROTECTED },
	{ "sctp", sctp, PROTECTED, PROTECTED },
	{ "frag-v4", udp_fragments, PROTECTED, PROTECTED },
	{ "icmp-unreach", unreachable, DROPPED, DROPPED },
	{ "icmp-fragneeded", fragmentation_needed, DROPPED, DROPPED },
	{ "arp", arp, CLEAR, CLEAR },
	{ "ipip-6in4", ipip, PROTECTED, PROTECTED },
	{ "ospf-unicast", ospf_unicast, PROTECTED, PROTECTED },
	{ "bfd", bfd, PROTECTED, PROTECTED },
	{ "dhcp-renewal", dhcp_renewal, PROTECTED, PROTECTED },
	{ "icmp-unreach-peer", refusal_by_peer, PROTECTED, PROTECTED },
};

/* What no signature is about: coverage alone decides. */
static struct packet (*const plain[])(void) = { udp, rtp, small_tcp,
	                                        udp_of_one_hop };

static void expect_row(const struct row *row, const struct report *report)
{
	const struct report_part *part = &report->segments[0].part;
	const struct report_finding *finding =
		part_finding(part, row->signature);

	cr_assert_eq(report->segment_count, 1, "%s: %zu segments",
	             row->signature, report->segment_count);
	cr_assert_not_null(finding, "%s does not fire", row->signature);
	cr_expect(says(finding->impact[MODEL_HOST_SUBNET], row->host_subnet),
	          "%s under host-subnet is %s", row->signature,
	          impact_name(finding->impact[MODEL_HOST_SUBNET]));
	cr_expect(says(finding->impact[MODEL_HOST_ANY], row->host_any),
	          "%s under host-any is %s", row->signature,
	          impact_name(finding->impact[MODEL_HOST_ANY]));
	/* Who else joined the group cannot be seen: it may be routed. */
	if (row->packet != group_239)
		cr_expect_eq(finding->impact[MODEL_GATEWAY_POLICY],
		             IMPACT_OUT_OF_SCOPE,
		             "%s of a LAN comes to a gateway", row->signature);
}

Test(prediction, of_a_lan_is_what_a_real_stack_did)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct chain chain = chain_start(office, NULL);

		chain_packet(&chain, rows[i].packet());
		expect_row(&rows[i], chain_report(&chain));
		chain_end(&chain);
	}
}

Test(prediction, of_ordinary_unicast_is_that_it_is_protected)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		struct chain chain = chain_start(office, NULL);
		struct packet packet = plain[i]();
		const struct report_part *part;

		chain_packet(&chain, packet);
		chain_packet(&chain, make_reply(&packet));
		part = &chain_report(&chain)->segments[0].part;
		for (size_t f = 0; f < part->finding_count; f++)
			for (enum model m = 0; m <= MODEL_HOST_ANY; m++)
				cr_expect(says(part->findings[f].impact[m],
				               PROTECTED),
				          "%s",
				          part->findings[f].signature->id);
		cr_expect_eq(part->judgements[MODEL_HOST_ANY].verdict,
		             VERDICT_INSUFFICIENT_EVIDENCE, "%zu", i);
		chain_end(&chain);
	}
}

/* Which traffic takes the whole path does not depend on a map. */
Test(prediction, is_the_same_for_a_segment_that_was_discovered)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct chain chain = chain_start(NULL, NULL);

		chain_packet(&chain, make_packet(TRANSPORT_UDP, "10.0.0.1", 9,
		                                 "10.0.0.2", 9));
		chain_packet(&chain, rows[i].packet());
		expect_row(&rows[i], chain_report(&chain));
		chain_end(&chain);
	}
}

static bool has_trouble(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->count; i++)
		if (judgement->reasons[i].impact >= IMPACT_DEGRADES)
			return true;
	return false;
}

Test(prediction, of_plain_udp_within_a_segment_is_no_trouble)
{
	struct chain chain = chain_start(office, NULL);
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 54484, "10.0.0.2", 5555);
	const struct report *report;

	chain_packet(&chain, packet);
	chain_packet(&chain, make_reply(&packet));
	report = chain_report(&chain);
	for (enum model model = 0; model < MODEL_COUNT; model++)
		cr_expect_eq(
			has_trouble(
				&report->segments[0].part.judgements[model]),
			model == MODEL_REMOTE_ACCESS, "%s", model_name(model));
	chain_end(&chain);
}

Test(prediction, of_two_sites_is_what_gateways_did)
{
	static const char sites[] =
		"[{\"name\":\"a\",\"prefixes\":[\"10.1.0.0/24\"]},"
		"{\"name\":\"b\",\"prefixes\":[\"10.2.0.0/24\"]}]";
	struct packet udp =
		make_packet(TRANSPORT_UDP, "10.1.0.1", 40000, "10.2.0.1", 5555);
	struct packet group = make_packet(TRANSPORT_UDP, "10.1.0.1", 40000,
	                                  "239.1.1.1", 5007);
	struct chain chain = chain_start(sites, NULL);
	const struct report_finding *finding;
	const struct report *report;

	group.cast = CAST_MULTICAST;
	chain_packet(&chain, udp);
	chain_packet(&chain, make_icmp_error(&udp, "172.16.0.2", 3, 1));
	chain_packet(&chain, group);
	report = chain_report(&chain);
	finding = part_finding(&report->segments[0].part, "icmp-unreach");
	cr_assert_not_null(finding);
	cr_expect(says(finding->impact[MODEL_GATEWAY_POLICY], DROPPED));
	cr_expect(says(finding->impact[MODEL_GATEWAY_ROUTE], PROTECTED));
	cr_expect(says(finding->impact[MODEL_HOST_SUBNET], CLEAR));
	finding = part_finding(&report->segments[0].part, "mcast-other-routed");
	cr_assert_not_null(finding);
	cr_expect(says(finding->impact[MODEL_GATEWAY_POLICY], DROPPED));
	cr_expect(says(finding->impact[MODEL_GATEWAY_ROUTE], PROTECTED));
	chain_end(&chain);
}
