#include "classify/fields.h"
#include "tests/decode_trial.h"

/* 10.0.0.1:40000 > 10.0.0.2:80; data offset and flags, options */
#define TCP_IPV4(len, offset_flags, options) \
	MACS "0800 450000" len "00010000400600000a0000010a000002 " \
	     "9c400050 00000001 00000000" offset_flags \
	     "ffff 0000 0000" options
#define TCP_PORTS "9c400050 00000001 00000000"
#define DB8 "20010db8000000000000000000000001 20010db8000000000000000000000002 "

static struct fields read_frame(const char *hex)
{
	struct trial t = trial_of(LINK_EN10MB, hex);
	struct fields fields = { .seen = { 0 } };

	cr_assert_eq(t.count, 1);
	fields_add(&fields, TO_SERVER, &t.packet[0]);
	trial_free(&t);
	return fields;
}

static void expect_kinds(const char *hex, const char *want)
{
	struct fields fields = read_frame(hex);
	char kinds[128] = "";

	for (unsigned kind = 0; kind <= UINT8_MAX; kind++)
		if (fields_has_tcp_option(&fields, (uint8_t)kind))
			snprintf(kinds + strlen(kinds),
			         sizeof(kinds) - strlen(kinds), " %u", kind);
	cr_expect_str_eq(kinds, want, "%s:%s", hex, kinds);
}

Test(fields_tcp, options_of_a_syn_are_known_by_kind)
{
	/* of a BGP session with a digest: no-operation, MD5, MSS, SACK, window
	 * scale */
	expect_kinds(TCP_IPV4("48", "d002",
	                      "0101 1312 977e04c760a29f1aacaafcabfdf38fd0 "
	                      "020405b4 0101 0402 0103030a"),
	             " 1 2 3 4 19");
	/* multipath */
	expect_kinds(TCP_IPV4("38", "9002",
	                      "1e0c0081 0000000000000000 01000000"),
	             " 1 30");
	/* Riverbed's, and the last kind of all */
	expect_kinds(TCP_IPV4("38", "9002",
	                      "4c0c0101 0000000000000000 ff02 0101"),
	             " 1 76 255");
	/* the end of the list */
	expect_kinds(TCP_IPV4("2c", "6002", "00020405"), "");
	expect_kinds(TCP_IPV4("2c", "6002", "01000204"), " 1");
}

Test(fields_tcp, other_segments_do_not_count)
{
	expect_kinds(TCP_IPV4("2c", "6010", "020405b4"), "");
	expect_kinds(TCP_IPV4("28", "5002", ""), "");
}

Test(fields_tcp, lengths_that_lie_end_the_list)
{
	expect_kinds(TCP_IPV4("30", "7002", "4c01 0204 05b40000"), " 76");
	expect_kinds(TCP_IPV4("30", "7002", "4cff 0204 05b40000"), " 76");
	expect_kinds(TCP_IPV4("2c", "6002", "0101014c"), " 1 76");
}

Test(fields_tcp, extension_headers_are_stepped_over)
{
	expect_kinds(MACS "86dd 60000000 0018 06 40" DB8 TCP_PORTS
	                  "6002 ffff 0000 0000 020405b4",
	             " 2");
	/* hop by hop, destination options of 16 bytes, fragment, and
	 * authentication */
	expect_kinds(MACS "86dd 60000000 0020 00 40" DB8
	                  "0600010400000000" TCP_PORTS
	                  "6002 ffff 0000 0000 1e020101",
	             " 1 30");
	expect_kinds(MACS "86dd 60000000 0028 3c 40" DB8
	                  "0601010c000000000000000000000000" TCP_PORTS
	                  "6002 ffff 0000 0000 1e020101",
	             " 1 30");
	expect_kinds(MACS "86dd 60000000 0020 2c 40" DB8
	                  "0600000100000007" TCP_PORTS
	                  "6002 ffff 0000 0000 1e020101",
	             " 1 30");
}

Test(fields_tcp, packets_without_a_datagram_are_let_be)
{
	struct packet packet = { .family = FAMILY_IPV4,
		                 .transport = TRANSPORT_TCP,
		                 .has_ports = true,
		                 .tcp_flags = TCP_SYN };
	struct fields fields = { .seen = { 0 } };

	fields_add(&fields, TO_SERVER, &packet);
	packet.family = FAMILY_IPV6;
	fields_add(&fields, TO_SERVER, &packet);
	cr_expect_not(fields_has_tcp_option(&fields, 0));
}

Test(fields_tcp, every_prefix_is_read_and_none_is_overread)
{
	static const char hex[] =
		MACS "86dd 60000000 0028 3c 40" DB8
		     "0601010c000000000000000000000000" TCP_PORTS
		     "6002 ffff 0000 0000 1e020101";
	struct trial t = trial_of(LINK_EN10MB, hex);
	struct packet packet = t.packet[0];

	for (uint32_t len = packet.ip_captured; len-- > 0;) {
		uint8_t *ip = malloc(len ? len : 1);
		struct fields fields = { .seen = { 0 } };

		memcpy(ip, t.packet[0].ip, len);
		packet.ip = ip;
		packet.ip_captured = len;
		packet.payload_captured = 0;
		fields_add(&fields, TO_SERVER, &packet);
		cr_expect_not(fields_has_tcp_option(&fields, 76));
		free(ip);
	}
	trial_free(&t);
}
