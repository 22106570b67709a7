#include "tests/decode_trial.h"

/* 192.0.2.1 > 192.0.2.2 */
#define OUTER(len, transport, checksum) \
	"450000" len "0001000040" transport checksum "c0000201c0000202 "
#define OUTER_UDP(len, checksum) OUTER(len, "11", checksum)
#define OUTER_GRE(len, checksum) OUTER(len, "2f", checksum)
#define OUTER_ETHERNET "0a0000000002 0a0000000001 8100 0007 0800 "
#define WIFI "0802 0000 020000000002 0200000000aa 020000000001 1000 "
#define SNAP_IPV4 "aaaa03000000 0800 "

/* Flags and VNI 1111 */
#define VXLAN "c35012b5003f0000 08000000 00045700 "

static const struct {
	const char *name;
	const char *hex;
	unsigned encapsulation;
	uint32_t vni;
	uint16_t vlan;
} mirrors[] = {
	{ "VXLAN", OUTER_UDP("53", "f695") VXLAN ETHERNET_IPV4 DATAGRAM,
	  ENCAP_VXLAN, 1111, 0 },
	{ "VXLAN on Linux' port",
	  OUTER_UDP("53",
	            "f695") "c3502118003f0000 08000000 00045700" ETHERNET_IPV4
	          DATAGRAM,
	  ENCAP_VXLAN, 1111, 0 },
	{ "VXLAN with group policy",
	  OUTER_UDP("53",
	            "f695") "c35012b5003f0000 88000001 00045700" ETHERNET_IPV4
	          DATAGRAM,
	  ENCAP_VXLAN, 1111, 0 },
	{ "VXLAN of a tagged frame",
	  OUTER_UDP("57", "f691") "c35012b500430000 08000000 00045700" MACS
	                          "8100 0064 0800" DATAGRAM,
	  ENCAP_VXLAN | ENCAP_VLAN, 1111, 100 },
	{ "GENEVE",
	  OUTER_UDP("53",
	            "f695") "c35017c1003f0000 00006558 00045700" ETHERNET_IPV4
	          DATAGRAM,
	  ENCAP_GENEVE, 1111, 0 },
	{ "GENEVE with options, without Ethernet",
	  OUTER_UDP("4d", "f69b") "c35017c100390000 02000800 00045700 "
	                          "01028001 deadbeef" DATAGRAM,
	  ENCAP_GENEVE, 1111, 0 },
	{ "TZSP",
	  OUTER_UDP("50", "f698") "c3509090003c0000 01000001 01" ETHERNET_IPV4
	          DATAGRAM,
	  ENCAP_TZSP, 0, 0 },
	{ "TZSP of 802.11 with tags",
	  OUTER_UDP("66", "f682") "c350909000520000 01000012 00 0a01c4 01" WIFI
	          SNAP_IPV4 DATAGRAM,
	  ENCAP_TZSP | ENCAP_WIFI, 0, 0 },
	{ "ERSPAN I", OUTER_GRE("47", "f683") "000088be" ETHERNET_IPV4 DATAGRAM,
	  ENCAP_ERSPAN, 0, 0 },
	{ "ERSPAN II",
	  OUTER_GRE("53",
	            "f677") "100088be 00000001 10640001 00000000" ETHERNET_IPV4
	          DATAGRAM,
	  ENCAP_ERSPAN, 0, 100 },
	{ "ERSPAN III",
	  OUTER_GRE("57", "f673") "100022eb 00000001 20640001 00000000 "
	                          "00000000" ETHERNET_IPV4 DATAGRAM,
	  ENCAP_ERSPAN, 0, 100 },
	{ "ERSPAN III with a platform header",
	  OUTER_GRE("5f",
	            "f66b") "100022eb 00000001 20640001 00000000 00000001 "
	                    "1c00000000000000" ETHERNET_IPV4 DATAGRAM,
	  ENCAP_ERSPAN, 0, 100 },
	{ "ERSPAN III without Ethernet",
	  OUTER_GRE("49", "f681") "100022eb 00000001 20640001 00000000 "
	                          "00000800" DATAGRAM,
	  ENCAP_ERSPAN, 0, 100 },
};

Test(decode_tunnel, a_mirrored_frame_is_seen_as_if_there_were_no_mirror)
{
	for (size_t i = 0; i < sizeof(mirrors) / sizeof(mirrors[0]); i++) {
		char hex[TRIAL_MAX];
		struct trial t;
		const struct packet *p = &t.packet[0];

		snprintf(hex, sizeof(hex), OUTER_ETHERNET "%s", mirrors[i].hex);
		t = trial_of(LINK_EN10MB, hex);
		cr_expect_eq(t.outcome, DECODED_OK, "%s", mirrors[i].name);
		cr_assert_eq(t.count, 1, "%s", mirrors[i].name);
		expect_address(p, source, "10.0.0.1");
		cr_expect_eq(p->target_port, 53, "%s", mirrors[i].name);
		cr_expect_eq(p->ip_len, DATAGRAM_LEN, "%s", mirrors[i].name);
		cr_expect_eq(p->payload_len, HELLO_LEN, "%s", mirrors[i].name);
		cr_expect_eq(p->encapsulation, mirrors[i].encapsulation, "%s",
		             mirrors[i].name);
		cr_expect_eq(p->vni, mirrors[i].vni, "%s", mirrors[i].name);
		cr_expect_eq(p->vlan, mirrors[i].vlan, "%s", mirrors[i].name);
		cr_expect_neq(p->source_mac.bytes[0], 0x0a,
		              "%s: not the mirror's", mirrors[i].name);
		trial_free(&t);
	}
}

static const struct {
	const char *name;
	const char *hex;
	unsigned encapsulation;
	uint8_t transport; /* of the tunnel */
	enum family inner;
	uint32_t payload_len; /* of the tunnel */
} tunnels[] = {
	{ "GRE", OUTER_GRE("39", "f691") "00000800" DATAGRAM, ENCAP_GRE, 47,
	  FAMILY_IPV4, 33 },
	{ "GRE of IPv6", OUTER_GRE("4d", "f67d") "000086dd" DATAGRAM6,
	  ENCAP_GRE, 47, FAMILY_IPV6, 53 },
	{ "GRE with checksum, key and sequence",
	  OUTER_GRE("45",
	            "f685") "b0000800 00000000 00000001 00000002" DATAGRAM,
	  ENCAP_GRE, 47, FAMILY_IPV4, 33 },
	{ "GRE of Ethernet",
	  OUTER_GRE("4b", "f67f") "20006558 00000001" ETHERNET_IPV4 DATAGRAM,
	  ENCAP_GRE, 47, FAMILY_IPV4, 47 },
	{ "GRE of MPLS", OUTER_GRE("3d", "f68d") "00008847 000201ff" DATAGRAM,
	  ENCAP_GRE | ENCAP_MPLS, 47, FAMILY_IPV4, 37 },
	{ "IP in IP", OUTER("35", "04", "f6c0") DATAGRAM, ENCAP_IPIP, 4,
	  FAMILY_IPV4, 33 },
	{ "6in4", OUTER("49", "29", "f687") DATAGRAM6, ENCAP_6IN4, 41,
	  FAMILY_IPV6, 53 },
	{ "IPv4 in IPv6",
	  "6000000000210440 20010db8000000000000000000000001 "
	  "20010db8000000000000000000000002" DATAGRAM,
	  ENCAP_IPIP, 4, FAMILY_IPV4, 33 },
	{ "IPv6 in IPv6",
	  "6000000000352940 20010db8000000000000000000000001 "
	  "20010db8000000000000000000000002" DATAGRAM6,
	  ENCAP_IPIP, 41, FAMILY_IPV6, 53 },
	{ "Teredo", OUTER_UDP("51", "f697") "c3500dd8003d0000" DATAGRAM6,
	  ENCAP_TEREDO, 17, FAMILY_IPV6, 53 },
	{ "Teredo from its server",
	  OUTER_UDP("51", "f697") "0dd8c350003d0000" DATAGRAM6, ENCAP_TEREDO,
	  17, FAMILY_IPV6, 53 },
	{ "Teredo with both indications",
	  OUTER_UDP("66", "f682") "c3500dd800520000 "
	                          "00010000 0102030405060708 00 "
	                          "0000 1234 0a000001" DATAGRAM6,
	  ENCAP_TEREDO, 17, FAMILY_IPV6, 74 },
	{ "GTP",
	  OUTER_UDP("45", "f6a3") "0868086800310000 30ff0021 00000001" DATAGRAM,
	  ENCAP_GTP, 17, FAMILY_IPV4, 41 },
	{ "GTP with an extension",
	  OUTER_UDP("4d", "f69b") "0868086800390000 36ff0029 00000001 "
	                          "00010085 01100900" DATAGRAM,
	  ENCAP_GTP, 17, FAMILY_IPV4, 49 },
};

Test(decode_tunnel, a_tunnel_is_seen_and_what_it_carries_as_well)
{
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, tunnels[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s", tunnels[i].name);
		cr_assert_eq(t.count, 2, "%s", tunnels[i].name);
		cr_expect_eq(p[0].transport, tunnels[i].transport);
		cr_expect_eq(p[0].encapsulation, 0, "%s", tunnels[i].name);
		cr_expect_eq(p[0].ip_len, t.len, "%s", tunnels[i].name);
		cr_expect_eq(p[0].payload_len, tunnels[i].payload_len, "%s: %u",
		             tunnels[i].name, p[0].payload_len);
		cr_expect_eq(p[1].encapsulation, tunnels[i].encapsulation, "%s",
		             tunnels[i].name);
		cr_expect_eq(p[1].family, tunnels[i].inner, "%s",
		             tunnels[i].name);
		cr_expect_eq(p[1].target_port, 53, "%s", tunnels[i].name);
		cr_expect_eq(p[1].payload_len, HELLO_LEN, "%s",
		             tunnels[i].name);
		cr_expect_eq(p[1].frame_number, p[0].frame_number);
		trial_free(&t);
	}
}

Test(decode_tunnel, every_prefix_is_truncated_and_none_is_overread)
{
	for (size_t i = 0; i < sizeof(mirrors) / sizeof(mirrors[0]); i++)
		expect_truncated_prefixes(mirrors[i].name, LINK_RAW_IP,
		                          mirrors[i].hex, HELLO_LEN);
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++)
		expect_truncated_prefixes(tunnels[i].name, LINK_RAW_IP,
		                          tunnels[i].hex, HELLO_LEN);
}

Test(decode_tunnel, the_tunnel_stays_accounted_for_when_its_load_is_cut)
{
	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		uint32_t load = tunnels[i].payload_len;
		uint8_t bytes[TRIAL_MAX];
		size_t len = trial_bytes(bytes, tunnels[i].hex);

		for (size_t cut = len - load; cut < len; cut++) {
			struct trial t =
				trial_cut(LINK_RAW_IP, tunnels[i].hex, cut);

			cr_assert_geq(t.count, 1, "%s cut at %zu",
			              tunnels[i].name, cut);
			cr_expect_eq(t.packet[0].ip_len, len);
			trial_free(&t);
		}
	}
}

Test(decode_tunnel, a_mirror_whose_frame_is_cut_is_a_datagram_of_its_own)
{
	struct trial t =
		trial_cut(LINK_RAW_IP,
	                  OUTER_UDP("53", "f695") VXLAN ETHERNET_IPV4 DATAGRAM,
	                  40);

	cr_expect_eq(t.outcome, DECODED_TRUNCATED);
	cr_assert_eq(t.count, 1);
	cr_expect_eq(t.packet[0].target_port, 4789);
	cr_expect_eq(t.packet[0].encapsulation, 0);
	trial_free(&t);
}

Test(decode_tunnel, a_tunnel_in_a_vlan_hands_down_vlan_and_macs)
{
	struct trial t = trial_of(
		LINK_EN10MB, MACS
		"8100 0007 0800" OUTER_GRE("39", "f691") "00000800" DATAGRAM);
	const struct packet *p = &t.packet[1];
	char text[ADDRESS_TEXT];

	cr_assert_eq(t.count, 2);
	cr_expect_eq(p->vlan, 7);
	cr_expect_eq(p->encapsulation, ENCAP_VLAN | ENCAP_GRE);
	cr_expect(p->has_macs);
	cr_expect_str_eq(mac_text(text, &p->source_mac), "02:00:00:00:00:01");
	trial_free(&t);
}

Test(decode_tunnel, a_broadcast_frame_does_not_broadcast_what_it_tunnels)
{
	struct trial t = trial_of(LINK_EN10MB,
	                          "ffffffffffff 020000000001 0800" OUTER_GRE(
					  "39", "f691") "00000800" DATAGRAM);

	cr_assert_eq(t.count, 2);
	cr_expect_eq(t.packet[0].cast, CAST_DIRECTED_BROADCAST);
	cr_expect_eq(t.packet[1].cast, CAST_UNICAST);
	trial_free(&t);
}

Test(decode_tunnel, what_only_looks_like_a_tunnel_is_an_ordinary_datagram)
{
	static const struct {
		const char *name;
		const char *hex;
	} cases[] = {
		{ "VXLAN without its flag",
		  OUTER_UDP("53", "f695") "c35012b5003f0000 00000000 "
		                          "00045700" ETHERNET_IPV4 DATAGRAM },
		{ "VXLAN with reserved flags",
		  OUTER_UDP("53", "f695") "c35012b5003f0000 48000000 "
		                          "00045700" ETHERNET_IPV4 DATAGRAM },
		{ "VXLAN with reserved bits",
		  OUTER_UDP("53", "f695") "c35012b5003f0000 08000100 "
		                          "00045700" ETHERNET_IPV4 DATAGRAM },
		{ "VXLAN too short for a frame",
		  OUTER_UDP("2a", "f6be") "c35012b500160000 08000000 00045700 "
		                          "020000000002" },
		{ "VXLAN of noise",
		  OUTER_UDP("53", "f695") VXLAN ETHERNET_IPV6 DATAGRAM },
		{ "a query to VXLAN's port",
		  OUTER_UDP("21", "f6c7") "c35012b5000d0000" HELLO },
		{ "GENEVE of version 1",
		  OUTER_UDP("53", "f695") "c35017c1003f0000 40006558 "
		                          "00045700" ETHERNET_IPV4 DATAGRAM },
		{ "GENEVE of something else",
		  OUTER_UDP("53", "f695") "c35017c1003f0000 00001234 "
		                          "00045700" ETHERNET_IPV4 DATAGRAM },
		{ "TZSP of version 2",
		  OUTER_UDP("50",
		            "f698") "c3509090003c0000 02000001 01" ETHERNET_IPV4
		          DATAGRAM },
		{ "TZSP keepalive",
		  OUTER_UDP("21", "f6c7") "c3509090000d0000 01040000 01" },
		{ "TZSP of another link",
		  OUTER_UDP("50",
		            "f698") "c3509090003c0000 01000077 01" ETHERNET_IPV4
		          DATAGRAM },
		{ "TZSP without end",
		  OUTER_UDP("22", "f6c6") "c3509090000e0000 01000001 0000" },
		{ "ERSPAN II of version 5",
		  OUTER_GRE("53", "f677") "100088be 00000001 50640001 "
		                          "00000000" ETHERNET_IPV4 DATAGRAM },
		{ "ERSPAN III of version 1",
		  OUTER_GRE("57", "f673") "100022eb 00000001 10640001 00000000 "
		                          "00000000" ETHERNET_IPV4 DATAGRAM },
		{ "ERSPAN III of something else",
		  OUTER_GRE("57", "f673") "100022eb 00000001 20640001 00000000 "
		                          "00001000" ETHERNET_IPV4 DATAGRAM },
		{ "GRE with source routes",
		  OUTER_GRE("3d", "f68d") "40000800 00000000" DATAGRAM },
		{ "GRE of something else",
		  OUTER_GRE("39", "f691") "00001234" DATAGRAM },
		{ "GRE of version 1",
		  OUTER_GRE("39", "f691") "0001880b" DATAGRAM },
		{ "Teredo of version 4",
		  OUTER_UDP(
			  "51",
			  "f697") "c3500dd8003d0000" DATAGRAM
		                  "0000000000000000000000000000000000000000" },
		{ "Teredo longer than its datagram",
		  OUTER_UDP("4d", "f69b") "c3500dd800390000" IPV6_DB8
		                          "9c400035000dc417 68" },
		{ "a query to Teredo's port",
		  OUTER_UDP("21", "f6c7") "c3500dd8000d0000" HELLO },
		{ "GTP echo",
		  OUTER_UDP("28", "f6c0") "0868086800140000 32010004 00000000 "
		                          "00010000" },
		{ "GTP of version 2",
		  OUTER_UDP("45", "f6a3") "0868086800310000 50ff0021 "
		                          "00000001" DATAGRAM },
		{ "GTP longer than its datagram",
		  OUTER_UDP("45", "f6a3") "0868086800310000 30ff0022 "
		                          "00000001" DATAGRAM },
		{ "GTP with an empty extension",
		  OUTER_UDP("4d", "f69b") "0868086800390000 36ff0029 00000001 "
		                          "00010085 00100900" DATAGRAM },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = trial_of(LINK_RAW_IP, cases[i].hex);
		const struct packet *p = &t.packet[0];

		cr_expect_eq(t.outcome, DECODED_OK, "%s is %s", cases[i].name,
		             decoded_name(t.outcome));
		cr_assert_eq(t.count, 1, "%s: %zu", cases[i].name, t.count);
		expect_address(p, source, "192.0.2.1");
		cr_expect_eq(p->encapsulation, 0, "%s", cases[i].name);
		cr_expect_eq(p->vni, 0, "%s", cases[i].name);
		cr_expect_eq(p->ip_len, t.len, "%s", cases[i].name);
		trial_free(&t);
	}
}

Test(decode_tunnel, a_later_fragment_of_a_tunnel_is_not_looked_into)
{
	struct trial t =
		trial_of(LINK_RAW_IP,
	                 "45000035000100404004b680c0000201c0000202" DATAGRAM);

	cr_expect_eq(t.outcome, DECODED_OK);
	cr_assert_eq(t.count, 1);
	cr_expect(t.packet[0].later_fragment);
	cr_expect_eq(t.packet[0].transport, TRANSPORT_IPIP);
	trial_free(&t);
}

Test(decode_tunnel, the_first_fragment_of_a_tunnel_is_looked_into)
{
	/* 24 bytes of the load are here: the inner header and some ports. */
	struct trial t = trial_of(
		LINK_RAW_IP,
		"45000030000120004004d6c4c0000201c0000202" IPV4_10 UDP_53);

	cr_expect_eq(t.outcome, DECODED_OK);
	cr_assert_eq(t.count, 2);
	cr_expect(t.packet[0].fragmented);
	cr_expect_eq(t.packet[1].target_port, 53);
	cr_expect_eq(t.packet[1].payload_len, HELLO_LEN);
	cr_expect_eq(t.packet[1].payload_captured, 0);
	trial_free(&t);
}

Test(decode_tunnel, a_load_that_contradicts_itself_spares_the_tunnel)
{
	struct trial t = trial_of(LINK_RAW_IP,
	                          OUTER_GRE("39", "f691") "000086dd" DATAGRAM);

	cr_expect_eq(t.outcome, DECODED_MALFORMED,
	             "33 bytes are no IPv6 header");
	cr_expect_eq(t.count, 1);
	trial_free(&t);
}

Test(decode_tunnel, tunnels_in_tunnels_end_at_the_bound)
{
	char hex[TRIAL_MAX] = "";
	struct trial t;

	for (int inside = 5; inside > 0; inside--) {
		char header[64];

		snprintf(header, sizeof(header),
		         "4500%04x0001000040040000c0000201c0000202 ",
		         inside * 20 + DATAGRAM_LEN);
		strcat(hex, header);
	}
	strcat(hex, DATAGRAM);
	t = trial_of(LINK_RAW_IP, hex);
	cr_expect_eq(t.outcome, DECODED_TOO_DEEP);
	cr_assert_eq(t.count, DECODE_MAX_PACKETS);
	for (size_t i = 0; i < t.count; i++)
		cr_expect_eq(t.packet[i].ip_len, (5 - i) * 20 + DATAGRAM_LEN);
	trial_free(&t);
}

Test(decode_tunnel, a_mirrored_tunnel_yields_tunnel_and_load)
{
	struct trial t =
		trial_of(LINK_RAW_IP,
	                 OUTER_UDP("6b",
	                           "f67d") "c35012b500570000 08000000 "
	                                   "00045700" ETHERNET_IPV4 OUTER_GRE(
						   "39",
						   "f691") "00000800" DATAGRAM);
	const struct packet *p = &t.packet[0];

	cr_expect_eq(t.outcome, DECODED_OK);
	cr_assert_eq(t.count, 2);
	cr_expect_eq(p[0].transport, TRANSPORT_GRE);
	cr_expect_eq(p[0].encapsulation, ENCAP_VXLAN);
	cr_expect_eq(p[1].encapsulation, ENCAP_VXLAN | ENCAP_GRE);
	cr_expect_eq(p[1].vni, 1111);
	trial_free(&t);
}
