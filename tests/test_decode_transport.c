#include "tests/decode_trial.h"

#define SYN_SEGMENT \
	"4500003c00014000400626b90a0000010a000002 " \
	"9c4001bb0102030400000000a002faf0970a0000 " \
	"020405b40402080a000000010000000001030307 "
#define TCP_DATA \
	"4500002d00014000400626c80a0000010a000002 " \
	"9c4001bb010203040506070850180200a7e30000 " HELLO
#define SCTP \
	"4500002500014000408426520a0000010a000002 " \
	"0b590b59 00000001 00000000 " HELLO
#define UDP_LITE \
	"4500002100014000408826520a0000010a000002 " \
	"9c400035 0008 0000 " HELLO
#define ECHO \
	"4500002100014000400126d90a0000010a000002 " \
	"0800a1f812340001 " HELLO
#define GRE_PPTP \
	"4500002500014000402f26a70a0000010a000002 " \
	"3081880b 00050007 00000001 00000000 68 "

/* 192.0.2.1:5000 > 198.51.100.7:4500, UDP of 1,420 bytes */
#define QUOTED "4500058c0001400040114924c0000201c6336407 1388119405780000 "
#define ICMP_ERROR(len, type_code, rest) \
	"450000" len "0001400040013cc1cb007101c0000201 " type_code \
	"0000 " rest " "

#define ICMPV6(len) \
	"600000000" len "3a40 20010db800000000000000000000000a " \
	"20010db8000000000000000000000001 "
#define QUOTED6(next, len) \
	"60000000" len next "40 20010db8000000000000000000000001 " \
	"20010db8000000000000000000000007 "

static const struct {
	const char *name;
	const char *hex;
	uint8_t transport;
	bool has_ports;
	uint16_t target_port;
	uint32_t payload_len;
} transports[] = {
	{ "TCP SYN", SYN_SEGMENT, TRANSPORT_TCP, true, 443, 0 },
	{ "TCP", TCP_DATA, TRANSPORT_TCP, true, 443, HELLO_LEN },
	{ "UDP", DATAGRAM, TRANSPORT_UDP, true, 53, HELLO_LEN },
	{ "UDP-Lite", UDP_LITE, TRANSPORT_UDPLITE, true, 53, HELLO_LEN },
	{ "SCTP", SCTP, TRANSPORT_SCTP, true, 2905, HELLO_LEN },
	{ "ICMP", ECHO, TRANSPORT_ICMP, false, 0, HELLO_LEN },
	{ "PPTP's GRE", GRE_PPTP, TRANSPORT_GRE, false, 0, 1 },
};

Test(decode_transport, headers_end_where_the_payload_begins)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]);
	     i++) {
		struct trial t = trial_of(LINK_RAW_IP, transports[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", transports[i].name);
		cr_assert_eq(t.count, 1, "%s", transports[i].name);
		cr_expect_eq(p->transport, transports[i].transport);
		cr_expect_eq(p->has_ports, transports[i].has_ports);
		cr_expect_eq(p->target_port, transports[i].target_port, "%s",
		             transports[i].name);
		cr_expect_eq(p->payload_len, transports[i].payload_len, "%s",
		             transports[i].name);
		cr_expect_eq(p->payload_captured, p->payload_len);
		trial_free(&t);
	}
}

Test(decode_transport, every_prefix_is_truncated_and_none_is_overread)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
		expect_truncated_prefixes(transports[i].name, LINK_RAW_IP,
		                          transports[i].hex,
		                          transports[i].payload_len);
}

Test(decode_transport, a_cut_header_leaves_a_datagram_without_ports)
{
	for (size_t cut = 20; cut < 40; cut++) {
		struct trial t = trial_cut(LINK_RAW_IP, TCP_DATA, cut);
		const struct packet *p = &t.packet[0];

		cr_assert_eq(t.count, 1);
		cr_expect_eq(p->transport, TRANSPORT_TCP);
		cr_expect_not(p->has_ports);
		cr_expect_eq(p->source_port, 0);
		cr_expect_eq(p->tcp_flags, 0);
		cr_expect_eq(p->ip_len, 45);
		cr_expect_eq(p->payload, t.bytes + 20);
		cr_expect_eq(p->payload_len, 25);
		cr_expect_eq(p->payload_captured, cut - 20);
		trial_free(&t);
	}
}

/* A snap length of 54 keeps whole headers but for their options. */
Test(decode_transport, cut_tcp_options_leave_the_ports)
{
	static const char syn[] = "4500 0040 0001 4000 4006 0000 0a000001 "
				  "0a000002 9c40 01bb 00000001 00000000 b002 "
				  "ffff 0000 0000 020405b4 01030308 01010402 "
				  "0101080a 00000000 00000000";

	for (size_t cut = 40; cut < 60; cut++) {
		struct trial t = trial_cut(LINK_RAW_IP, syn, cut);
		const struct packet *p = &t.packet[0];

		cr_assert_eq(t.count, 1);
		cr_expect_eq(t.outcome, DECODED_TRUNCATED);
		cr_expect(p->has_ports);
		cr_expect_eq(p->target_port, 443);
		cr_expect_eq(p->tcp_flags, TCP_SYN);
		cr_expect_eq(p->tcp_mss, 0);
		cr_expect_eq(p->payload_captured, 0);
		cr_expect_eq(p->payload_len, 0);
		trial_free(&t);
	}
}

Test(decode_transport, a_tcp_header_is_read_field_by_field)
{
	struct trial t = trial_of(LINK_RAW_IP, TCP_DATA);
	const struct packet *p = &t.packet[0];

	cr_assert_eq(t.count, 1);
	cr_expect_eq(p->source_port, 40000);
	cr_expect_eq(p->tcp_seq, 0x01020304);
	cr_expect_eq(p->tcp_ack, 0x05060708);
	cr_expect_eq(p->tcp_flags, TCP_PSH | TCP_ACK);
	cr_expect_eq(p->tcp_mss, 0);
	trial_free(&t);
}

Test(decode_transport, the_segment_size_is_that_of_a_syn)
{
	static const struct {
		const char *name;
		const char *options;
		uint16_t mss;
	} cases[] = {
		{ "first option",
		  "a002 faf0 0000 0000 "
		  "020405b4 0402080a000000010000000001030307",
		  1460 },
		{ "behind others",
		  "a012 faf0 0000 0000 "
		  "0101 0402 080a0000000100000000 02040578 0303",
		  1400 },
		{ "behind the end", "7002 faf0 0000 0000 00010101 020405b4",
		  0 },
		{ "an option without length",
		  "7002 faf0 0000 0000 "
		  "05000101 020405b4",
		  0 },
		{ "an option beyond the end", "6002 faf0 0000 0000 0209 05b4",
		  0 },
		{ "a segment that is no SYN", "6010 faf0 0000 0000 020405b4",
		  0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char hex[TRIAL_MAX];
		struct trial t;

		/* A length of 0: as much as there is. */
		snprintf(hex, sizeof(hex),
		         "450000000001400040060000 0a000001 0a000002 "
		         "9c4001bb 01020304 00000000 %s",
		         cases[i].options);
		t = trial_of(LINK_RAW_IP, hex);
		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].name);
		cr_assert_eq(t.count, 1);
		cr_expect(t.packet[0].has_ports);
		cr_expect_eq(t.packet[0].tcp_mss, cases[i].mss, "%s: %u",
		             cases[i].name, t.packet[0].tcp_mss);
		trial_free(&t);
	}
}

Test(decode_transport, a_header_that_contradicts_itself_costs_only_the_ports)
{
	static const struct {
		const char *name;
		const char *hex;
	} cases[] = {
		{ "TCP header of 16 bytes",
		  "4500002800014000400626b90a0000010a000002 "
		  "9c4001bb0102030400000000 4002faf0970a0000" },
		{ "TCP header beyond the datagram",
		  "4500002800014000400626b90a0000010a000002 "
		  "9c4001bb0102030400000000 7002faf0970a0000" },
		{ "the same with padding to hide in",
		  "4500002800014000400626b90a0000010a000002 "
		  "9c4001bb0102030400000000 7002faf0970a0000 "
		  "0000000000000000" },
		{ "UDP of 7 bytes", "4500001c000140004011 26150a0000010a000002 "
		                    "9c40003500070000" },
		{ "no room for UDP",
		  "4500001a000140004011 26150a0000010a000002 9c4000350000" },
		{ "no room for SCTP",
		  "4500001c000140004084 26150a0000010a000002 "
		  "9c40003500000000" },
		{ "no room for ICMP",
		  "45000016000140004001 26150a0000010a000002 0800" },
		{ "no room for GRE",
		  "4500001600014000402f 26150a0000010a000002 2000" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_MALFORMED, "%s is %s",
		             cases[i].name, decoded_name(t.outcome));
		cr_assert_eq(t.count, 1, "%s", cases[i].name);
		cr_expect_not(p->has_ports, "%s", cases[i].name);
		cr_expect_eq(p->source_port, 0, "%s", cases[i].name);
		cr_expect_eq(p->target_port, 0, "%s", cases[i].name);
		trial_free(&t);
	}
}

Test(decode_transport, the_length_of_udp_gives_way_to_that_of_the_datagram)
{
	static const struct {
		const char *len;
		uint32_t payload_len;
	} cases[] = {
		{ "000d", 5 }, /* as it should be */
		{ "000a", 2 }, /* the rest is not UDP's */
		{ "0000", 5 }, /* all there is */
		{ "ffff", 5 }, /* as segmentation offload leaves it */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char hex[TRIAL_MAX];
		struct trial t;

		snprintf(hex, sizeof(hex), IPV4_10 "9c400035%s0000" HELLO,
		         cases[i].len);
		t = trial_of(LINK_RAW_IP, hex);
		cr_expect_eq(t.outcome, DECODED_OK);
		cr_assert_eq(t.count, 1);
		cr_expect(t.packet[0].has_ports);
		cr_expect_eq(t.packet[0].payload_len, cases[i].payload_len,
		             "%s", cases[i].len);
		trial_free(&t);
	}
}

Test(decode_transport, icmp_requests_carry_an_identifier)
{
	static const struct {
		const char *hex;
		uint8_t type;
		uint16_t id;
	} cases[] = {
		{ ECHO, 8, 0x1234 },
		{ "4500001c00014000400126d90a0000010a000002 0000000012340001",
		  0, 0x1234 },
		{ "4500002800014000400126d90a0000010a000002 0d00000012340001 "
		  "000000000000000000000000",
		  13, 0x1234 },
		{ "4500001c00014000400126d90a0000010a000002 0a00000000000000",
		  10, 0 },
		{ ICMPV6("008") "8000000012340001", 128, 0x1234 },
		{ ICMPV6("008") "8100000012340001", 129, 0x1234 },
		{ ICMPV6("008") "8500000012340001", 133, 0 },
		{ ICMPV6("006") "9b0000000000", 155, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].hex);
		cr_assert_eq(t.count, 1);
		cr_expect_eq(p->icmp_type, cases[i].type);
		cr_expect_eq(p->icmp_id, cases[i].id, "%s", cases[i].hex);
		cr_expect_not(p->quote.present);
		cr_expect_not(p->has_ports);
		trial_free(&t);
	}
}

Test(decode_transport, icmp_errors_quote_whose_packet_went_wrong)
{
	static const struct {
		const char *name;
		const char *hex;
		uint32_t mtu;
		uint8_t transport;
		uint16_t source_port;
		uint16_t target_port;
	} cases[] = {
		{ "fragmentation needed",
		  ICMP_ERROR("38", "0304", "00000578") QUOTED, 1400, 17, 5000,
		  4500 },
		{ "port unreachable",
		  ICMP_ERROR("38", "0303", "00000000") QUOTED, 0, 17, 5000,
		  4500 },
		{ "source quench", ICMP_ERROR("38", "0400", "00000000") QUOTED,
		  0, 17, 5000, 4500 },
		{ "redirect", ICMP_ERROR("38", "0501", "cb007102") QUOTED, 0,
		  17, 5000, 4500 },
		{ "time exceeded", ICMP_ERROR("38", "0b00", "00000000") QUOTED,
		  0, 17, 5000, 4500 },
		{ "parameter problem",
		  ICMP_ERROR("38", "0c00", "14000000") QUOTED, 0, 17, 5000,
		  4500 },
		{ "a quote without transport header",
		  ICMP_ERROR("30", "0304", "00000578") "4500058c000140004011492"
		                                       "4c0000201c6336407",
		  1400, 17, 0, 0 },
		{ "a quote of half the ports",
		  ICMP_ERROR("32", "0304", "00000578") "4500058c000140004011492"
		                                       "4c0000201c6336407 1388",
		  1400, 17, 0, 0 },
		{ "a quote of ESP",
		  ICMP_ERROR("38", "0304",
		             "00000578") "4500058c0001400040324924c0000201c6336"
		                         "407 1388119400000001",
		  1400, 50, 0, 0 },
		{ "a quote of a later fragment",
		  ICMP_ERROR("38", "0b01",
		             "00000000") "4500058c000100b940114924c0000201c6336"
		                         "407 1388119405780000",
		  0, 17, 0, 0 },
		{ "a quote with options",
		  ICMP_ERROR("3c", "0303",
		             "00000000") "4600058c0001400040114924c0000201c6336"
		                         "407 94040000 "
		                         "1388119405780000",
		  0, 17, 5000, 4500 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i].hex);
		const struct packet *p = &t.packet[0];
		char text[ADDRESS_TEXT];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].name);
		cr_assert_eq(t.count, 1, "%s", cases[i].name);
		cr_assert(p->quote.present, "%s", cases[i].name);
		cr_expect_eq(p->icmp_mtu, cases[i].mtu, "%s", cases[i].name);
		cr_expect_eq(p->quote.transport, cases[i].transport, "%s",
		             cases[i].name);
		cr_expect_eq(p->quote.source_port, cases[i].source_port, "%s",
		             cases[i].name);
		cr_expect_eq(p->quote.target_port, cases[i].target_port, "%s",
		             cases[i].name);
		cr_expect_str_eq(address_text(text, &p->quote.source,
		                              FAMILY_IPV4),
		                 "192.0.2.1");
		cr_expect_str_eq(address_text(text, &p->quote.target,
		                              FAMILY_IPV4),
		                 "198.51.100.7");
		trial_free(&t);
	}
}

Test(decode_transport, icmpv6_errors_quote_behind_extension_headers)
{
	static const struct {
		const char *name;
		const char *hex;
		uint32_t mtu;
		uint8_t transport;
		uint16_t target_port;
	} cases[] = {
		{ "packet too big",
		  ICMPV6("038") "0200000000000500" QUOTED6(
			  "11", "05b4") "1388119405b40000",
		  1280, 17, 4500 },
		{ "unreachable",
		  ICMPV6("038") "0104000000000000" QUOTED6(
			  "06", "05b4") "1388119400000001",
		  0, 6, 4500 },
		{ "first fragment",
		  ICMPV6("040") "0200000000000500" QUOTED6(
			  "2c", "05b4") "1100000100000077 1388119405780000",
		  1280, 17, 4500 },
		{ "later fragment",
		  ICMPV6("040") "0301000000000000" QUOTED6(
			  "2c", "05b4") "1100001000000077 1388119405780000",
		  0, 17, 0 },
		{ "options",
		  ICMPV6("048") "0100000000000000" QUOTED6(
			  "00", "05b4") "3c00050200000100 1100010400000000 "
		                        "1388119405780000",
		  0, 17, 4500 },
		{ "cut in the options",
		  ICMPV6("034") "0100000000000000" QUOTED6("3c",
		                                           "05b4") "11000104",
		  0, 60, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i].hex);
		const struct packet *p = &t.packet[0];
		char text[ADDRESS_TEXT];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].name);
		cr_assert_eq(t.count, 1, "%s", cases[i].name);
		cr_assert(p->quote.present, "%s", cases[i].name);
		cr_expect_eq(p->icmp_mtu, cases[i].mtu, "%s", cases[i].name);
		cr_expect_eq(p->quote.transport, cases[i].transport, "%s",
		             cases[i].name);
		cr_expect_eq(p->quote.target_port, cases[i].target_port, "%s",
		             cases[i].name);
		cr_expect_str_eq(address_text(text, &p->quote.target,
		                              FAMILY_IPV6),
		                 "2001:db8::7");
		trial_free(&t);
	}
}

Test(decode_transport, too_little_quoted_is_no_quote)
{
	static const char *const cases[] = {
		ICMP_ERROR("1c", "0303", "00000000"),
		ICMP_ERROR("20", "0303", "00000000") "45000021",
		ICMP_ERROR(
			"30", "0303",
			"00000000") "4400058c0001400040114924c0000201c6336407",
		ICMP_ERROR(
			"30", "0303",
			"00000000") "7500058c0001400040114924c0000201c6336407",
		ICMPV6("010") "0100000000000000 6000000005b41140",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i]);

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i]);
		cr_assert_eq(t.count, 1);
		cr_expect_not(t.packet[0].quote.present, "%s", cases[i]);
		trial_free(&t);
	}
}
