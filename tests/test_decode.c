#include "tests/decode_trial.h"

/* Hop-by-hop with a router alert, destination options, routing: UDP next. */
#define IPV6_TO(next, len) \
	"600000000" len " " next "40 20010db8000000000000000000000001 " \
	"20010db8000000000000000000000002 "
#define UDP6 "9c400035000dc417 " HELLO
#define HOP_BY_HOP(next) next "00 0502 0000 0100 "
#define OPTIONS(next) next "00 0104 00000000 "
#define ROUTING(next) next "02 0401 00000000 20010db8000000000000000000000003 "

Test(decode, a_packet_tells_what_its_frame_was)
{
	struct trial t = trial_cut(LINK_EN10MB, ETHERNET_IPV4 DATAGRAM, 44);
	const struct packet *p = &t.packet[0];

	cr_assert_eq(t.count, 1);
	cr_expect_eq(p->time_ns, 1234567890123456789);
	cr_expect_eq(p->frame_number, 7);
	cr_expect_eq(p->source_index, 3);
	cr_expect_eq(p->frame_len, 14 + DATAGRAM_LEN);
	trial_free(&t);
}

Test(decode, outcomes_and_bits_have_names)
{
	for (enum decoded d = 0; d < DECODED_KINDS; d++)
		cr_expect_str_neq(decoded_name(d), "");
	for (enum cast cast = 0; cast < CAST_COUNT; cast++)
		cr_expect_str_neq(cast_name(cast), "");
	for (unsigned bit = ENCAP_VLAN; bit <= ENCAP_GTP; bit <<= 1)
		cr_expect_not_null(encapsulation_name(bit), "%x", bit);
	cr_expect_null(encapsulation_name(ENCAP_VLAN | ENCAP_QINQ));
	cr_expect_null(encapsulation_name(0));
}

Test(decode, an_ipv4_header_is_read_field_by_field)
{
	struct trial t = trial_of(LINK_EN10MB, ETHERNET_IPV4 DATAGRAM);
	const struct packet *p = &t.packet[0];

	cr_assert_eq(t.count, 1);
	cr_expect_eq(p->family, FAMILY_IPV4);
	cr_expect_eq(p->dscp, 46);
	cr_expect_eq(p->ecn, 1);
	cr_expect_eq(p->hop_limit, 64);
	cr_expect_eq(p->fragment_id, 1);
	cr_expect_eq(p->transport, TRANSPORT_UDP);
	cr_expect(p->dont_fragment);
	cr_expect_not(p->ip_options);
	cr_expect_not(p->fragmented);
	cr_expect_eq(p->ip, t.bytes + 14);
	cr_expect_eq(p->payload, t.bytes + 14 + 28);
	trial_free(&t);
}

Test(decode, an_ipv6_header_is_read_field_by_field)
{
	struct trial t = trial_of(LINK_EN10MB, ETHERNET_IPV6 DATAGRAM6);
	const struct packet *p = &t.packet[0];

	cr_assert_eq(t.count, 1);
	cr_expect_eq(p->family, FAMILY_IPV6);
	expect_address(p, source, "2001:db8::1");
	expect_address(p, target, "2001:db8::2");
	cr_expect_eq(p->dscp, 46);
	cr_expect_eq(p->ecn, 1);
	cr_expect_eq(p->hop_limit, 64);
	cr_expect_eq(p->ip_len, 53);
	cr_expect_eq(p->ip_captured, 53);
	cr_expect_eq(p->transport, TRANSPORT_UDP);
	cr_expect_eq(p->payload_len, HELLO_LEN);
	cr_expect(p->dont_fragment);
	cr_expect_not(p->ip_options);
	trial_free(&t);
}

Test(decode, a_router_alert_is_noticed_in_either_family)
{
	static const char *const cases[] = {
		/* IGMPv3 report */
		"46c00028000140000102f9f70a000001e0000016 94040000 "
		"2200f9020000000104000000e00000fb",
		/* the same behind two options of no interest */
		"48c000300001400001020000 0a000001e0000016 01 8603aa "
		"00000000 00000000 2200f9020000000104000000e00000fb",
		/* MLDv2 report */
		"6000000000240001 fe800000000000000000000000000001 "
		"ff020000000000000000000000000016 3a00050200000100 "
		"8f006f0f0000000104000000 ff0200000000000000000000000000fb",
	};
	static const bool alert[] = { true, false, true };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i]);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%zu", i);
		cr_assert_eq(t.count, 1);
		cr_expect(p->ip_options, "%zu", i);
		cr_expect_eq(p->router_alert, alert[i], "%zu", i);
		cr_expect_eq(p->cast, CAST_MULTICAST);
		trial_free(&t);
	}
}

Test(decode, the_target_and_the_mac_say_how_a_datagram_was_cast)
{
	static const struct {
		const char *link;
		const char *datagram;
		enum cast cast;
	} cases[] = {
		{ ETHERNET_IPV4, DATAGRAM, CAST_UNICAST },
		{ "ffffffffffff 020000000001 0800 ",
		  "4500002100014000401130cb0a000001ffffffff" UDP_53 HELLO,
		  CAST_LIMITED_BROADCAST },
		{ "ffffffffffff 020000000001 0800 ",
		  "4500002100014000401125cc0a0000010a0000ff" UDP_53 HELLO,
		  CAST_DIRECTED_BROADCAST },
		{ "ffffffffffff 020000000001 0800 ",
		  "450000210001400040114fcf0a000001e00000fb" UDP_53 HELLO,
		  CAST_MULTICAST },
		{ "01005e0000fb 020000000001 0800 ",
		  "450000210001400040114fcf0a000001e00000fb" UDP_53 HELLO,
		  CAST_MULTICAST },
		{ "01005e000001 020000000001 0800 ", DATAGRAM, CAST_UNICAST },
		{ ETHERNET_IPV6, DATAGRAM6, CAST_UNICAST },
		{ "3333ff000002 020000000001 86dd ",
		  "6000000000183aff 20010db8000000000000000000000001 "
		  "ff0200000000000000000001ff000002 "
		  "87001f3100000000 20010db8000000000000000000000002",
		  CAST_MULTICAST },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char hex[TRIAL_MAX];
		struct trial t;

		snprintf(hex, sizeof(hex), "%s%s", cases[i].link,
		         cases[i].datagram);
		t = trial_of(LINK_EN10MB, hex);
		cr_assert_eq(t.count, 1, "%zu", i);
		cr_expect_eq(t.packet[0].cast, cases[i].cast, "%zu: %s", i,
		             cast_name(t.packet[0].cast));
		trial_free(&t);
	}
}

Test(decode, a_cooked_broadcast_is_directed_as_well)
{
	struct trial t = trial_of(
		113, "0001 0001 0006 020000000001 0000 0800"
		     "4500002100014000401125cc0a0000010a0000ff" UDP_53 HELLO);

	cr_assert_eq(t.count, 1);
	cr_expect_eq(t.packet[0].cast, CAST_DIRECTED_BROADCAST);
	trial_free(&t);
}

Test(decode, padding_of_short_frames_is_no_payload)
{
	struct trial t = trial_of(LINK_EN10MB, ETHERNET_IPV4 DATAGRAM
	                          "00000000000000000000000000");

	cr_assert_eq(t.count, 1);
	cr_expect_eq(t.packet[0].ip_captured, DATAGRAM_LEN);
	cr_expect_eq(t.packet[0].payload_len, HELLO_LEN);
	cr_expect_eq(t.packet[0].payload_captured, HELLO_LEN);
	trial_free(&t);
}

Test(decode, a_length_of_zero_is_filled_in_from_the_frame)
{
	static const char *const cases[] = {
		"4500000000014000400626c80a0000010a000002 "
		"9c4001bb010203040506070850180200a7e30000" HELLO,
		"6000000000000640 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 "
		"9c4001bb010203040506070850180200a7e30000" HELLO,
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i]);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK);
		cr_assert_eq(t.count, 1);
		cr_expect_eq(p->ip_len, t.len);
		cr_expect_eq(p->target_port, 443);
		cr_expect_eq(p->payload_len, HELLO_LEN);
		trial_free(&t);
	}
}

Test(decode, a_jumbogram_may_pass_the_sixteen_bits)
{
	uint8_t *bytes = calloc(1, 70000);
	struct packet packets[DECODE_MAX_PACKETS];
	struct frame frame = { .bytes = bytes,
		               .captured = 200,
		               .len = 70000,
		               .link_type = LINK_RAW_IP };
	struct decode_result result;

	cr_assert_not_null(bytes);
	trial_bytes(bytes, "6000000000000040 20010db8000000000000000000000001 "
	                   "20010db8000000000000000000000002 "
	                   "0600c204 00011148 9c4001bb 01020304 05060708 "
	                   "50180200 a7e30000");
	result = packet_decode(packets, &frame);
	cr_expect_eq(result.outcome, DECODED_OK);
	cr_assert_eq(result.count, 1);
	cr_expect_eq(packets[0].ip_len, 70000);
	cr_expect_eq(packets[0].payload_len, 70000 - 40 - 8 - 20);
	cr_expect_eq(packets[0].payload_captured, 200 - 40 - 8 - 20);
	free(bytes);
}

Test(decode, the_snap_length_leaves_the_length_on_the_wire)
{
	struct trial t = trial_cut(LINK_EN10MB, ETHERNET_IPV4 DATAGRAM, 44);
	const struct packet *p = &t.packet[0];

	cr_expect_eq(t.outcome, DECODED_OK);
	cr_expect_eq(p->ip_len, DATAGRAM_LEN);
	cr_expect_eq(p->ip_captured, 30);
	cr_expect_eq(p->payload_len, HELLO_LEN);
	cr_expect_eq(p->payload_captured, 2);
	trial_free(&t);
}

Test(decode, fragments_know_their_place)
{
	static const struct {
		const char *name;
		const char *hex;
		bool fragmented;
		bool later;
		uint32_t id;
		uint32_t payload_len;
	} cases[] = {
		{ "first",
		  "45000024abcd200040119af90a0000010a000002" UDP_53
		  "6161616161616161",
		  true, false, 0xabcd, 8 },
		{ "middle",
		  "4500001cabcd200240119aff0a0000010a000002 "
		  "6161616161616161",
		  true, true, 0xabcd, 8 },
		{ "last", "45000019abcd00024011bb020a0000010a000002" HELLO,
		  true, true, 0xabcd, 5 },
		{ "IPv6, first",
		  IPV6_TO("2c", "018") "1100 0001 00000077" UDP_53
		                       "6161616161616161",
		  true, false, 0x77, 8 },
		{ "IPv6, last", IPV6_TO("2c", "00d") "1100 0010 00000077" HELLO,
		  true, true, 0x77, 5 },
		{ "IPv6, atomic",
		  IPV6_TO("2c", "015") "1100 0000 00000077" UDP6, false, false,
		  0x77, 5 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].name);
		cr_assert_eq(t.count, 1, "%s", cases[i].name);
		cr_expect_eq(p->fragmented, cases[i].fragmented, "%s",
		             cases[i].name);
		cr_expect_eq(p->later_fragment, cases[i].later, "%s",
		             cases[i].name);
		cr_expect_eq(p->has_ports, !cases[i].later, "%s",
		             cases[i].name);
		cr_expect_eq(p->target_port, cases[i].later ? 0 : 53, "%s",
		             cases[i].name);
		cr_expect_eq(p->fragment_id, cases[i].id, "%s", cases[i].name);
		cr_expect_eq(p->transport, TRANSPORT_UDP, "%s", cases[i].name);
		cr_expect_eq(p->payload_len, cases[i].payload_len, "%s",
		             cases[i].name);
		cr_expect_not(p->ip_options, "%s", cases[i].name);
		trial_free(&t);
	}
}

static const struct {
	const char *name;
	const char *hex;
} extended[] = {
	{ "hop-by-hop", IPV6_TO("00", "015") HOP_BY_HOP("11") UDP6 },
	{ "destination options", IPV6_TO("3c", "015") OPTIONS("11") UDP6 },
	{ "routing", IPV6_TO("2b", "025") ROUTING("11") UDP6 },
	{ "all of them",
	  IPV6_TO("00", "045") HOP_BY_HOP("3c") OPTIONS("2b")
	          ROUTING("2c") "3c00 0000 00000077" OPTIONS("11") UDP6 },
};

Test(decode, extension_headers_lead_to_the_transport)
{
	for (size_t i = 0; i < sizeof(extended) / sizeof(extended[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, extended[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", extended[i].name);
		cr_assert_eq(t.count, 1, "%s", extended[i].name);
		cr_expect_eq(p->transport, TRANSPORT_UDP, "%s",
		             extended[i].name);
		cr_expect_eq(p->target_port, 53, "%s", extended[i].name);
		cr_expect_eq(p->payload_len, HELLO_LEN, "%s: %u",
		             extended[i].name, p->payload_len);
		cr_expect(p->ip_options, "%s", extended[i].name);
		trial_free(&t);
	}
}

Test(decode, every_prefix_is_truncated_and_none_is_overread)
{
	expect_truncated_prefixes("IPv6", LINK_RAW_IP, DATAGRAM6, HELLO_LEN);
	for (size_t i = 0; i < sizeof(extended) / sizeof(extended[0]); i++)
		expect_truncated_prefixes(extended[i].name, LINK_RAW_IP,
		                          extended[i].hex, HELLO_LEN);
}

Test(decode, what_is_not_for_the_network_to_read_is_the_transport)
{
	static const uint8_t transports[] = {
		TRANSPORT_AH,
		TRANSPORT_ESP,
		TRANSPORT_NONE,
		TRANSPORT_MOBILITY,
		TRANSPORT_HIP,
		TRANSPORT_SHIM6,
		89,
		103,
	};

	for (size_t i = 0; i < sizeof(transports); i++) {
		char hex[TRIAL_MAX];
		struct trial t;

		snprintf(hex, sizeof(hex),
		         "600000000010%02x40 "
		         "20010db8000000000000000000000001 "
		         "20010db8000000000000000000000002 "
		         "11020000000000010000000100000000",
		         transports[i]);
		t = trial_of(LINK_RAW_IP, hex);
		cr_expect_eq(t.outcome, DECODED_OK, "%d", transports[i]);
		cr_assert_eq(t.count, 1);
		cr_expect_eq(t.packet[0].transport, transports[i]);
		cr_expect_not(t.packet[0].has_ports);
		cr_expect_eq(t.packet[0].payload_len, 16);
		trial_free(&t);
	}
}

Test(decode, an_endless_chain_of_extension_headers_is_too_deep)
{
	char hex[TRIAL_MAX * 2] = IPV6_TO("3c", "0c8");
	struct trial t;

	for (int i = 0; i < 25; i++)
		strcat(hex, OPTIONS("3c"));
	t = trial_of(LINK_RAW_IP, hex);
	cr_expect_eq(t.outcome, DECODED_TOO_DEEP);
	cr_assert_eq(t.count, 1, "the datagram itself is known");
	expect_address(&t.packet[0], target, "2001:db8::2");
	trial_free(&t);
}

Test(decode, a_header_that_contradicts_itself_is_malformed)
{
	static const struct {
		const char *name;
		const char *hex;
	} cases[] = {
		{ "ethertype of the other family", ETHERNET_IPV4 DATAGRAM6 },
		{ "and the other way round",
		  ETHERNET_IPV6 DATAGRAM "00000000000000" },
		{ "IPv4 header of 16 bytes",
		  ETHERNET_IPV4 "44b9002100014000401126100a0000010a000002" },
		{ "IPv4 longer than itself",
		  ETHERNET_IPV4 "45b9001300014000401126100a0000010a000002" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_EN10MB, cases[i].hex);

		cr_expect_eq(t.outcome, DECODED_MALFORMED, "%s is %s",
		             cases[i].name, decoded_name(t.outcome));
		cr_expect_eq(t.count, 0, "%s", cases[i].name);
		trial_free(&t);
	}
}

Test(decode, a_cut_extension_header_leaves_the_datagram_accounted_for)
{
	struct trial t =
		trial_cut(LINK_RAW_IP,
	                  IPV6_TO("00", "015") HOP_BY_HOP("11") UDP6, 44);
	const struct packet *p = &t.packet[0];

	cr_expect_eq(t.outcome, DECODED_TRUNCATED);
	cr_assert_eq(t.count, 1);
	cr_expect_eq(p->ip_len, 61);
	cr_expect_eq(p->transport, TRANSPORT_HOPOPTS);
	cr_expect_not(p->has_ports);
	trial_free(&t);
}
