#include "tests/decode_trial.h"

#define RADIOTAP "00000800 00000000 "
/* Timestamp, then flags that say: FCS at the end, padded header. */
#define RADIOTAP_FLAGS(flags) "00001100 03000000 1122334455667788 " flags " "
#define SNAP "aaaa03000000 "
#define BSSID "0200000000aa "
/* A station to the access point: BSSID, source, target. */
#define WIFI_TO_AP "0801 0000 " BSSID "020000000001 020000000002 1000 "
/* The same with QoS, which makes it two bytes longer. */
#define WIFI_QOS "8801 0000 " BSSID "020000000001 020000000002 1000 0000 "
#define WIFI_FROM_AP "0802 0000 020000000002 " BSSID "020000000001 1000 "
#define WIFI_BRIDGE \
	"0803 0000 " BSSID "0200000000bb 020000000002 1000 020000000001 "
#define WIFI_AD_HOC "0800 0000 020000000002 020000000001 " BSSID "1000 "
/* 802.11-Common of 20 bytes, FCS at the end */
#define PPI_FCS \
	"00002000 69000000 02001400 0000000000000000 0100 " \
	"00000000000000000000 "

static const struct {
	const char *name;
	int link_type;
	const char *hex;
	unsigned encapsulation;
	unsigned outer_vlan;
	unsigned vlan;
	size_t trailer_len;
	bool has_macs;
} links[] = {
	{ "Ethernet", 1, ETHERNET_IPV4 DATAGRAM, 0, 0, 0, 0, true },
	{ "802.1Q", 1, MACS "8100 6064 0800" DATAGRAM, ENCAP_VLAN, 0, 100, 0,
	  true },
	{ "priority tag", 1, MACS "8100 e000 0800" DATAGRAM, ENCAP_VLAN, 0, 0,
	  0, true },
	{ "802.1ad", 1, MACS "88a8 0064 8100 00c8 0800" DATAGRAM,
	  ENCAP_VLAN | ENCAP_QINQ, 100, 200, 0, true },
	{ "QinQ of old", 1, MACS "9100 0064 8100 00c8 0800" DATAGRAM,
	  ENCAP_VLAN | ENCAP_QINQ, 100, 200, 0, true },
	{ "three tags", 1, MACS "88a8 0064 8100 00c8 8100 012c 0800" DATAGRAM,
	  ENCAP_VLAN | ENCAP_QINQ, 100, 300, 0, true },
	{ "802.3 SNAP", 1, MACS "0029" SNAP "0800" DATAGRAM, 0, 0, 0, 0, true },
	{ "SNAP in a VLAN", 1, MACS "8100 0064 0029" SNAP "0800" DATAGRAM,
	  ENCAP_VLAN, 0, 100, 0, true },
	{ "MPLS", 1, MACS "8847 0001 00ff 0002 01ff" DATAGRAM, ENCAP_MPLS, 0, 0,
	  0, true },
	{ "MPLS pseudowire", 1,
	  "0a0000000002 0a0000000001 8100 0064 8847 0002 01ff 00000000" MACS
	  "8100 00c8 0800" DATAGRAM,
	  ENCAP_MPLS | ENCAP_VLAN, 0, 200, 0, true },
	{ "PPPoE", 1, MACS "8864 1100 0001 0023 0021" DATAGRAM, ENCAP_PPPOE, 0,
	  0, 0, true },
	{ "NULL, little-endian", 0, "02000000" DATAGRAM, 0, 0, 0, 0, false },
	{ "NULL, big-endian", 0, "00000002" DATAGRAM, 0, 0, 0, 0, false },
	{ "LOOP", 108, "00000002" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP", 9, "0021" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP, compressed protocol", 9, "21" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP, framed", 9, "ff03 0021" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP_HDLC", 50, "ff03 0021" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP_HDLC, Cisco", 50, "0f00 0800" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP over MPLS", 9, "0281 0002 01ff" DATAGRAM, ENCAP_MPLS, 0, 0, 0,
	  false },
	{ "PPP_WITH_DIR", 204, "01 ff03 0021" DATAGRAM, 0, 0, 0, 0, false },
	{ "PPP_ETHER", 51, "1100 0001 0023 0021" DATAGRAM, ENCAP_PPPOE, 0, 0, 0,
	  false },
	{ "C_HDLC", 104, "8f00 0800" DATAGRAM, 0, 0, 0, 0, false },
	{ "LINUX_SLL", 113, "0000 0001 0006 020000000001 0000 0800" DATAGRAM, 0,
	  0, 0, 0, false },
	{ "LINUX_SLL, VLAN", 113,
	  "0000 0001 0006 020000000001 0000 8100 0064 0800" DATAGRAM,
	  ENCAP_VLAN, 0, 100, 0, false },
	{ "LINUX_SLL2", 276,
	  "0800 0000 00000002 0001 00 06 020000000001 0000" DATAGRAM, 0, 0, 0,
	  0, false },
	{ "RAW", 101, DATAGRAM, 0, 0, 0, 0, false },
	{ "RAW by libpcap's number", 12, DATAGRAM, 0, 0, 0, 0, false },
	{ "RAW by OpenBSD's number", 14, DATAGRAM, 0, 0, 0, 0, false },
	{ "IPV4", 228, DATAGRAM, 0, 0, 0, 0, false },
	{ "802.11 to the access point", 105, WIFI_TO_AP SNAP "0800" DATAGRAM,
	  ENCAP_WIFI, 0, 0, 0, true },
	{ "802.11 from the access point", 105,
	  WIFI_FROM_AP SNAP "0800" DATAGRAM, ENCAP_WIFI, 0, 0, 0, true },
	{ "802.11 bridge", 105, WIFI_BRIDGE SNAP "0800" DATAGRAM, ENCAP_WIFI, 0,
	  0, 0, true },
	{ "802.11 ad hoc", 105, WIFI_AD_HOC SNAP "0800" DATAGRAM, ENCAP_WIFI, 0,
	  0, 0, true },
	{ "802.11 QoS", 105, WIFI_QOS SNAP "0800" DATAGRAM, ENCAP_WIFI, 0, 0, 0,
	  true },
	{ "radiotap", 127, RADIOTAP WIFI_QOS SNAP "0800" DATAGRAM, ENCAP_WIFI,
	  0, 0, 0, true },
	{ "radiotap, FCS", 127,
	  RADIOTAP_FLAGS("10") WIFI_QOS SNAP "0800" DATAGRAM "5a5a5a5a",
	  ENCAP_WIFI, 0, 0, 4, true },
	{ "radiotap, padded", 127,
	  RADIOTAP_FLAGS("20") WIFI_QOS "0000" SNAP "0800" DATAGRAM, ENCAP_WIFI,
	  0, 0, 0, true },
	{ "radiotap, two words of presence", 127,
	  "00001900 030000a0 00000000 00000000 1122334455667788 10" WIFI_QOS
	          SNAP "0800" DATAGRAM "5a5a5a5a",
	  ENCAP_WIFI, 0, 0, 4, true },
	{ "PPI of Ethernet", 192, "00000800 01000000" ETHERNET_IPV4 DATAGRAM, 0,
	  0, 0, 0, true },
	{ "PPI of 802.11, FCS", 192,
	  PPI_FCS WIFI_QOS SNAP "0800" DATAGRAM "5a5a5a5a", ENCAP_WIFI, 0, 0, 4,
	  true },
};

Test(decode_link, every_link_type_leads_to_the_same_datagram)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct trial t = trial_of(links[i].link_type, links[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect(decode_knows(links[i].link_type));
		cr_expect_eq(t.outcome, DECODED_OK, "%s is %s", links[i].name,
		             decoded_name(t.outcome));
		cr_assert_eq(t.count, 1, "%s", links[i].name);
		cr_expect_eq(p->family, FAMILY_IPV4, "%s", links[i].name);
		expect_address(p, source, "10.0.0.1");
		expect_address(p, target, "10.0.0.2");
		cr_expect_eq(p->target_port, 53, "%s", links[i].name);
		cr_expect_eq(p->ip_len, DATAGRAM_LEN, "%s", links[i].name);
		cr_expect_eq(p->ip_captured, DATAGRAM_LEN);
		cr_expect_eq(p->payload_len, HELLO_LEN, "%s", links[i].name);
		cr_expect_eq(p->payload_captured, HELLO_LEN);
		cr_expect_eq(p->cast, CAST_UNICAST, "%s", links[i].name);
		cr_expect_eq(p->encapsulation, links[i].encapsulation, "%s",
		             links[i].name);
		cr_expect_eq(p->outer_vlan, links[i].outer_vlan, "%s",
		             links[i].name);
		cr_expect_eq(p->vlan, links[i].vlan, "%s", links[i].name);
		trial_free(&t);
	}
}

Test(decode_link, macs_are_those_of_the_ends)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct trial t = trial_of(links[i].link_type, links[i].hex);
		const struct packet *p = &t.packet[0];
		char text[ADDRESS_TEXT];

		cr_expect_eq(p->has_macs, links[i].has_macs, "%s",
		             links[i].name);
		if (p->has_macs) {
			cr_expect_str_eq(mac_text(text, &p->source_mac),
			                 "02:00:00:00:00:01", "%s",
			                 links[i].name);
			cr_expect_str_eq(mac_text(text, &p->target_mac),
			                 "02:00:00:00:00:02", "%s",
			                 links[i].name);
		}
		trial_free(&t);
	}
}

Test(decode_link, every_prefix_is_truncated_and_none_is_overread)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		expect_truncated_prefixes(links[i].name, links[i].link_type,
		                          links[i].hex,
		                          HELLO_LEN + links[i].trailer_len);
}

Test(decode_link, ipv6_is_found_behind_links_that_name_it)
{
	static const struct {
		int link_type;
		const char *hex;
	} cases[] = {
		{ 1, ETHERNET_IPV6 DATAGRAM6 },
		{ 1, MACS "8864 1100 0001 0037 0057" DATAGRAM6 },
		{ 1, MACS "8847 0002 01ff" DATAGRAM6 },
		{ 9, "0057" DATAGRAM6 },
		{ 0, "1e000000" DATAGRAM6 },
		{ 0, "1c000000" DATAGRAM6 },
		{ 0, "18000000" DATAGRAM6 },
		{ 108, "0000000a" DATAGRAM6 },
		{ 101, DATAGRAM6 },
		{ 229, DATAGRAM6 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(cases[i].link_type, cases[i].hex);

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].hex);
		cr_expect_eq(t.count, 1);
		cr_expect_eq(t.packet[0].family, FAMILY_IPV6);
		cr_expect_eq(t.packet[0].target_port, 53);
		trial_free(&t);
	}
}

Test(decode_link, a_frame_without_ip_names_its_protocol)
{
	static const struct {
		const char *name;
		int link_type;
		const char *hex;
		enum link_kind kind;
		uint64_t protocol;
		uint32_t payload_len;
	} cases[] = {
		{ "ARP", 1, MACS "0806 0001080006040001", LINK_ETHERTYPE,
		  0x0806, 8 },
		{ "EAPOL", 1, MACS "888e 02000000", LINK_ETHERTYPE, 0x888e, 4 },
		{ "MACsec", 1, MACS "88e5 2c000000", LINK_ETHERTYPE, 0x88e5,
		  4 },
		{ "PPPoE discovery", 1, MACS "8863 110900000000",
		  LINK_ETHERTYPE, 0x8863, 6 },
		{ "PPPoE discovery alone", 51, "110900000000", LINK_ETHERTYPE,
		  0x8863, 6 },
		{ "spanning tree, padded", 1,
		  "0180c2000000 020000000001 0007 424203 00000000 000000",
		  LINK_LLC, 0x424203, 4 },
		{ "LLC with two bytes of control", 1,
		  MACS "0006 f0f0 0001 aabb", LINK_LLC, 0xf0f000, 2 },
		{ "CDP", 1,
		  "01000ccccccc 020000000001 000a aaaa03 00000c 2000 02b4",
		  LINK_SNAP, 0x00000c2000, 2 },
		{ "raw IPX", 1, MACS "0004 ffff 0004", LINK_RAW_IPX, 0, 4 },
		{ "unknown label", 1, MACS "8847 0002 01ff 12345678",
		  LINK_ETHERTYPE, 0x8847, 8 },
		{ "LCP", 9, "c021 0101 0004", LINK_PPP, 0xc021, 4 },
		{ "LCP in PPPoE", 1, MACS "8864 1100 0001 0006 c021 01010004",
		  LINK_PPP, 0xc021, 4 },
		{ "SLARP", 104, "8f00 8035 00000002", LINK_ETHERTYPE, 0x8035,
		  4 },
		{ "LLC in a cooked capture", 113,
		  "0002 0001 0006 020000000001 0000 0004 424203 00", LINK_LLC,
		  0x424203, 1 },
		{ "beacon", 105,
		  "8000 0000 ffffffffffff" BSSID BSSID "1000 0000", LINK_WIFI,
		  0x08, 2 },
		{ "RTS", 105, "b400 0000 020000000002 020000000001", LINK_WIFI,
		  0x1b, 0 },
		{ "acknowledgement", 105, "d400 0000 020000000002", LINK_WIFI,
		  0x1d, 0 },
		{ "null data", 105,
		  "4801 0000" BSSID "020000000001 020000000002 1000", LINK_WIFI,
		  0x24, 0 },
		{ "protected data", 105,
		  "0841 0000" BSSID "020000000001 020000000002 1000 01020020",
		  LINK_WIFI, 0x60, 4 },
		{ "protected QoS data", 105,
		  "8841 0000" BSSID "020000000001 020000000002 1000 0000 0102",
		  LINK_WIFI, 0x68, 2 },
		{ "aggregate", 105,
		  "8801 0000" BSSID "020000000001 020000000002 1000 8000 0102",
		  LINK_WIFI, 0x28, 2 },
		{ "later fragment", 105,
		  "0801 0000" BSSID "020000000001 020000000002 1100 0102",
		  LINK_WIFI, 0x20, 2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(cases[i].link_type, cases[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", cases[i].name);
		cr_assert_eq(t.count, 1, "%s", cases[i].name);
		cr_expect_eq(p->family, FAMILY_LAYER2, "%s", cases[i].name);
		cr_expect_eq(p->link_kind, cases[i].kind, "%s", cases[i].name);
		cr_expect_eq(p->link_protocol, cases[i].protocol, "%s: %lx",
		             cases[i].name, (unsigned long)p->link_protocol);
		cr_expect_eq(p->payload_len, cases[i].payload_len, "%s: %u",
		             cases[i].name, p->payload_len);
		cr_expect_eq(p->payload_captured, p->payload_len, "%s",
		             cases[i].name);
		trial_free(&t);
	}
}

Test(decode_link, without_ip_the_macs_are_the_addresses)
{
	struct trial t = trial_of(1, MACS "0806 0001");
	const struct packet *p = &t.packet[0];

	expect_address(p, source, "02:00:00:00:00:01");
	expect_address(p, target, "02:00:00:00:00:02");
	cr_expect_null(p->ip);
	cr_expect_eq(p->ip_len, 0);
	trial_free(&t);
}

Test(decode_link, without_ip_the_mac_says_how_the_frame_was_cast)
{
	static const struct {
		int link_type;
		const char *hex;
		enum cast cast;
	} cases[] = {
		{ 1, MACS "0806 00", CAST_UNICAST },
		{ 1, "ffffffffffff 020000000001 0806 00",
		  CAST_LIMITED_BROADCAST },
		{ 1, "0180c200000e 020000000001 88cc 00", CAST_MULTICAST },
		{ 113, "0000 0001 0006 020000000001 0000 0806 00",
		  CAST_UNICAST },
		{ 113, "0001 0001 0006 020000000001 0000 0806 00",
		  CAST_LIMITED_BROADCAST },
		{ 113, "0002 0001 0006 020000000001 0000 88cc 00",
		  CAST_MULTICAST },
		{ 276, "0806 0000 00000002 0001 01 06 020000000001 0000",
		  CAST_LIMITED_BROADCAST },
		{ 105, "8000 0000 ffffffffffff" BSSID BSSID "1000",
		  CAST_LIMITED_BROADCAST },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(cases[i].link_type, cases[i].hex);

		cr_assert_eq(t.count, 1);
		cr_expect_eq(t.packet[0].cast, cases[i].cast, "%s",
		             cases[i].hex);
		trial_free(&t);
	}
}

Test(decode_link, headers_that_contradict_themselves_are_malformed)
{
	static const struct {
		const char *name;
		int link_type;
		const char *hex;
	} cases[] = {
		{ "PPPoE of version 2", 1, MACS "8864 2100 0001 0023 0021" },
		{ "802.3 too short for LLC", 1, MACS "0002 4242 0300" },
		{ "802.11 of version 1", 105,
		  "0901 0000" BSSID "020000000001 020000000002 1000" },
		{ "radiotap of version 1", 127, "01000800 00000000" },
		{ "radiotap shorter than its fields", 127,
		  "00000700 00000000" },
		{ "radiotap, bad FCS", 127,
		  RADIOTAP_FLAGS("50") WIFI_QOS SNAP "0800" DATAGRAM },
		{ "PPI shorter than its fields", 192, "00000700 01000000" },
		{ "raw IP of version 5", 101, "5500" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(cases[i].link_type, cases[i].hex);

		cr_expect_eq(t.outcome, DECODED_MALFORMED, "%s is %s",
		             cases[i].name, decoded_name(t.outcome));
		cr_expect_eq(t.count, 0, "%s", cases[i].name);
		trial_free(&t);
	}
}

Test(decode_link, an_unknown_link_type_is_said_to_be_one)
{
	struct trial t = trial_of(9999, ETHERNET_IPV4 DATAGRAM);
	struct trial inner = trial_of(192, "00000800 0f270000" DATAGRAM);

	cr_expect_not(decode_knows(9999));
	cr_expect_eq(t.outcome, DECODED_UNKNOWN_LINK);
	cr_expect_eq(t.count, 0);
	cr_expect_eq(inner.outcome, DECODED_UNKNOWN_LINK);
	trial_free(&t);
	trial_free(&inner);
}

Test(decode_link, endless_tags_are_too_deep)
{
	char hex[TRIAL_MAX * 2] = MACS;
	struct trial t;

	for (int i = 0; i < 40; i++)
		strcat(hex, "81000064 ");
	strcat(hex, "0800");
	t = trial_of(1, hex);
	cr_expect_eq(t.outcome, DECODED_TOO_DEEP);
	cr_expect_eq(t.count, 0);
	trial_free(&t);
}
