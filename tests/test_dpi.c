#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "classify/dpi.h"
#include "tests/datagram_maker.h"

static struct error err;
static struct dpi *dpi;

static void setup(void)
{
	dpi = dpi_create(&err);
	cr_assert_not_null(dpi, "%s", err.text);
}

static void teardown(void)
{
	dpi_free(dpi);
	dpi_free(NULL);
}

TestSuite(dpi, .init = setup, .fini = teardown);

/* "TLS.Netflix", or one name. */
static void expect_name(struct dpi *with, struct application application,
                        const char *want)
{
	char name[128];

	if (application.master == DPI_UNKNOWN ||
	    application.master == application.sub)
		snprintf(name, sizeof(name), "%s",
		         dpi_protocol_name(with, application.sub));
	else
		snprintf(name, sizeof(name), "%s.%s",
		         dpi_protocol_name(with, application.master),
		         dpi_protocol_name(with, application.sub));
	cr_expect_str_eq(name, want);
}

/* The handshake and one payload in each direction, where there is one. */
static struct application talk(struct dpi *with, struct packet shape,
                               const void *payload, size_t len,
                               const void *answer, size_t answer_len)
{
	struct dpi_flow *flow = dpi_flow_create(with);
	struct application application;
	struct packet reply = make_reply(&shape);
	struct made made;

	shape.tcp_seq = 1000;
	reply.tcp_seq = 2000;
	if (shape.transport == TRANSPORT_TCP) {
		shape.tcp_flags = TCP_SYN;
		dpi_packet(with, flow, make_datagram(&made, &shape, NULL, 0));
		reply.tcp_flags = TCP_SYN | TCP_ACK;
		reply.tcp_ack = ++shape.tcp_seq;
		dpi_packet(with, flow, make_datagram(&made, &reply, NULL, 0));
		shape.tcp_flags = TCP_ACK;
		shape.tcp_ack = ++reply.tcp_seq;
		dpi_packet(with, flow, make_datagram(&made, &shape, NULL, 0));
	}
	shape.tcp_flags = TCP_ACK | TCP_PSH;
	dpi_packet(with, flow, make_datagram(&made, &shape, payload, len));
	reply.tcp_flags = TCP_ACK | TCP_PSH;
	reply.tcp_ack = shape.tcp_seq + (uint32_t)len;
	if (answer)
		dpi_packet(with, flow,
		           make_datagram(&made, &reply, answer, answer_len));
	application = dpi_conclude(with, flow);
	dpi_flow_free(with, flow);
	return application;
}

static struct packet udp(uint16_t source, uint16_t target)
{
	return make_packet(TRANSPORT_UDP, "10.0.0.1", source, "10.0.0.2",
	                   target);
}

static struct packet tcp(uint16_t source, uint16_t target)
{
	return make_tcp("10.0.0.1", source, "10.0.0.2", target, 0);
}

Test(dpi, a_dns_query_is_dns)
{
	uint8_t query[300];
	size_t len = make_dns_query(query, "www.example.org");

	expect_name(dpi, talk(dpi, udp(40000, 53), query, len, NULL, 0), "DNS");
}

Test(dpi, a_tls_client_hello_says_what_it_carries)
{
	uint8_t hello[300];
	size_t len = make_client_hello(hello, "www.example.org");

	expect_name(dpi, talk(dpi, tcp(40000, 443), hello, len, NULL, 0),
	            "TLS");
	len = make_client_hello(hello, "www.netflix.com");
	expect_name(dpi, talk(dpi, tcp(40001, 443), hello, len, NULL, 0),
	            "TLS.NetFlix");
}

Test(dpi, payload_counts_for_more_than_the_port)
{
	static const char banner[] = "SSH-2.0-OpenSSH_9.2\r\n";
	struct application application =
		talk(dpi, tcp(40000, 443), banner, sizeof(banner) - 1, banner,
	             sizeof(banner) - 1);

	expect_name(dpi, application, "SSH");
	cr_expect_not(application.guessed);
}

Test(dpi, what_only_the_port_tells_is_marked_a_guess)
{
	struct application application =
		talk(dpi, tcp(40000, 3389), "\1\2\3\4\5\6\7", 7, NULL, 0);

	expect_name(dpi, application, "RDP");
	cr_expect(application.guessed);
}

Test(dpi, names_are_never_numbers_and_lead_back_to_their_ids)
{
	for (uint16_t id = 0; id < 250; id++) {
		const char *name = dpi_protocol_name(dpi, id);
		uint16_t found = UINT16_MAX;
		size_t digits = 0;

		cr_assert_not_null(name, "%d", id);
		while (isdigit((unsigned char)name[digits]))
			digits++;
		cr_expect(name[digits], "%d is '%s'", id, name);
		cr_expect(dpi_find_protocol(dpi, name, &found), "%s", name);
		cr_expect_str_eq(dpi_protocol_name(dpi, found), name);
	}
	cr_expect_str_eq(dpi_protocol_name(dpi, DPI_UNKNOWN), "Unknown");
}

Test(dpi, names_are_found_in_any_case)
{
	uint16_t upper = 0;
	uint16_t lower = 1;
	uint16_t category = 0;

	cr_expect(dpi_find_protocol(dpi, "BitTorrent", &upper));
	cr_expect(dpi_find_protocol(dpi, "bittorrent", &lower));
	cr_expect_eq(upper, lower);
	cr_expect(dpi_find_category(dpi, "voip", &category));
	cr_expect_neq(category, 0);
	cr_expect_not(dpi_find_protocol(dpi, "", &upper));
	cr_expect_not(dpi_find_protocol(dpi, "Bit", &upper));
	cr_expect_not(dpi_find_category(dpi, "Nonsense", &category));
	cr_expect_str_neq(dpi_version(), "");
}

static size_t bittorrent_handshake(uint8_t into[static 68])
{
	memset(into, 0x55, 68);
	memcpy(into,
	       "\x13"
	       "BitTorrent protocol\0\0\0\0\0\0\0\0",
	       28);
	return 68;
}

/* What nDPI says of something it cannot know, from a peer it may remember. */
static void expect_stranger(struct packet shape)
{
	static const uint8_t noise[] = { 0x9b, 0x1f, 0xe2, 0x47, 0x88,
		                         0x3c, 0xd1, 0x0a, 0x76, 0xb4 };
	struct dpi *fresh = dpi_create(&err);
	struct application here;
	struct application there;

	here = talk(dpi, shape, noise, sizeof(noise), noise, sizeof(noise));
	there = talk(fresh, shape, noise, sizeof(noise), noise, sizeof(noise));
	cr_expect_str_eq(dpi_protocol_name(dpi, here.sub),
	                 dpi_protocol_name(fresh, there.sub));
	cr_expect_str_eq(dpi_protocol_name(dpi, here.sub), "Unknown");
	dpi_free(fresh);
}

Test(dpi, a_flow_is_not_bittorrent_because_its_peer_was)
{
	uint8_t handshake[68];
	size_t len = bittorrent_handshake(handshake);
	static const char dht[] =
		"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";

	for (uint16_t i = 0; i < 8; i++)
		expect_name(dpi,
		            talk(dpi, tcp((uint16_t)(40000 + i), 50001),
		                 handshake, len, handshake, len),
		            "BitTorrent");
	expect_name(dpi,
	            talk(dpi, udp(50000, 50001), dht, sizeof(dht) - 1, NULL, 0),
	            "BitTorrent");
	expect_stranger(tcp(41000, 50001));
	expect_stranger(tcp(40003, 50001));
	expect_stranger(udp(50000, 50001));
	expect_stranger(udp(50001, 50000));
}

Test(dpi, a_flow_is_no_call_because_its_peer_had_one)
{
	static const uint8_t stun[] = {
		0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42, 1,  2,
		3,    4,    5,    6,    7,    8,    9,    10,   11, 12,
	};

	for (int i = 0; i < 4; i++)
		expect_name(dpi,
		            talk(dpi, udp(50000, 3478), stun, sizeof(stun),
		                 stun, sizeof(stun)),
		            "STUN");
	expect_stranger(udp(50000, 50002));
	expect_stranger(udp(50002, 50000));
}

Test(dpi, later_fragments_and_frames_without_ip_tell_nothing)
{
	struct dpi_flow *flow = dpi_flow_create(dpi);
	struct packet frame = make_frame(0x88cc, 1, 2);
	struct packet fragment = udp(1, 53);

	fragment.later_fragment = true;
	for (int i = 0; i < 100; i++) {
		cr_expect_not(dpi_packet(dpi, flow, &frame));
		cr_expect_not(dpi_packet(dpi, flow, &fragment));
	}
	cr_expect_eq(dpi_so_far(flow).sub, DPI_UNKNOWN);
	dpi_flow_free(dpi, flow);
	dpi_flow_free(dpi, NULL);
}

/* How many packets like this one are looked at, of which the first has these
 * TCP flags. */
static int tries(struct packet shape, uint8_t first_flags, const char *payload)
{
	struct dpi_flow *flow = dpi_flow_create(dpi);
	struct made made;
	int packets = 1;

	shape.tcp_flags = first_flags;
	while (!dpi_packet(dpi, flow,
	                   make_datagram(&made, &shape, payload,
	                                 strlen(payload)))) {
		shape.tcp_seq += (uint32_t)strlen(payload);
		shape.tcp_flags = TCP_ACK;
		packets++;
	}
	dpi_flow_free(dpi, flow);
	return packets;
}

Test(dpi, after_eight_payloads_enough_was_tried)
{
	static const char strange[] = "\x9b\x1f\xe2";

	cr_expect_eq(tries(udp(50000, 50001), 0, strange), 8);
	cr_expect_eq(tries(tcp(50000, 50001), TCP_SYN, strange), 8);
	/* A connection that was joined midway. */
	cr_expect_eq(tries(tcp(50000, 50001), TCP_ACK, strange), 4);
}

/* The flow that a packet begins. */
static struct flow flow_from(const struct packet *packet)
{
	struct flow flow = { .icmp_type = packet->icmp_type,
		             .icmp_code = packet->icmp_code };
	bool swapped;

	flow.key = flow_key_of(packet, &swapped);
	flow.client = swapped ^ icmp_is_reply(packet);
	return flow;
}

/* Among them the published examples of the specification. */
Test(dpi, community_ids_are_those_of_other_tools)
{
	static const struct {
		uint8_t transport;
		uint8_t icmp_type;
		uint8_t icmp_code;
		const char *source;
		uint16_t source_port;
		const char *target;
		uint16_t target_port;
		const char *id;
	} cases[] = {
		{ TRANSPORT_TCP, 0, 0, "128.232.110.120", 34855,
		  "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
		{ TRANSPORT_TCP, 0, 0, "66.35.250.204", 80, "128.232.110.120",
		  34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
		{ TRANSPORT_UDP, 0, 0, "192.168.1.52", 54585, "8.8.8.8", 53,
		  "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
		{ TRANSPORT_UDP, 0, 0, "2001:db8::2", 500, "2001:db8::1", 4500,
		  "1:5vzl9BaAMwdqTczhEfZ/wKjw+wk=" },
		{ TRANSPORT_ICMP, 8, 0, "192.168.0.89", 0, "192.168.0.1", 0,
		  "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
		{ TRANSPORT_ICMP, 0, 0, "192.168.0.1", 0, "192.168.0.89", 0,
		  "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
		{ TRANSPORT_ICMP, 3, 4, "10.0.0.9", 0, "10.0.0.1", 0,
		  "1:8HVhjxY722K6fbULxtBe63rhvQM=" },
		{ TRANSPORT_ICMPV6, 135, 0, "fe80::200:86ff:fe05:80da", 0,
		  "fe80::260:97ff:fe07:69ea", 0,
		  "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=" },
		{ TRANSPORT_ESP, 0, 0, "10.0.0.2", 0, "10.0.0.1", 0,
		  "1:dX+1pd7Z9Y9hJE/IuQlfvK7bxuA=" },
		{ TRANSPORT_SCTP, 0, 0, "192.168.170.8", 7, "192.168.170.56", 7,
		  "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet packet =
			make_packet(cases[i].transport, cases[i].source,
		                    cases[i].source_port, cases[i].target,
		                    cases[i].target_port);
		struct flow flow;
		char text[DPI_COMMUNITY_ID];

		packet.has_ports = cases[i].source_port > 0;
		packet.icmp_type = cases[i].icmp_type;
		packet.icmp_code = cases[i].icmp_code;
		flow = flow_from(&packet);
		cr_expect(dpi_community_id(&flow, text));
		cr_expect_str_eq(text, cases[i].id, "%zu: %s", i, text);
	}
}

Test(dpi, frames_without_ip_have_no_community_id)
{
	struct flow flow = { 0 };
	char text[DPI_COMMUNITY_ID];

	cr_expect_not(dpi_community_id(&flow, text));
}
