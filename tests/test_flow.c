#include <criterion/criterion.h>

#include "capture/flow.h"
#include "tests/packet_maker.h"

static bool same_key(const struct packet *a, const struct packet *b)
{
	bool swapped;
	struct flow_key left = flow_key_of(a, &swapped);
	struct flow_key right = flow_key_of(b, &swapped);

	return memcmp(&left, &right, sizeof(left)) == 0;
}

Test(flow, both_directions_have_one_key)
{
	struct packet cases[] = {
		make_tcp("10.0.0.1", 40000, "10.0.0.2", 443, TCP_SYN),
		make_packet(TRANSPORT_UDP, "10.0.0.9", 53, "10.0.0.2", 40000),
		make_packet(TRANSPORT_UDP, "2001:db8::2", 5, "2001:db8::1", 6),
		make_packet(TRANSPORT_UDP, "10.0.0.1", 9, "10.0.0.1", 8),
		make_packet(TRANSPORT_ESP, "10.0.0.1", 0, "10.0.0.2", 0),
		make_frame(0x88cc, 1, 2),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet reply = make_reply(&cases[i]);
		bool out;
		bool back;

		flow_key_of(&cases[i], &out);
		flow_key_of(&reply, &back);
		cr_expect(same_key(&cases[i], &reply), "%zu", i);
		cr_expect_neq(out, back, "%zu", i);
	}
}

Test(flow, swapped_says_which_end_the_source_is)
{
	struct packet packet = make_tcp("10.0.0.2", 443, "10.0.0.1", 40000, 0);
	bool swapped;
	struct flow_key key = flow_key_of(&packet, &swapped);

	cr_expect(swapped);
	cr_expect_eq(address_compare(&key.address[1], &packet.source), 0);
	cr_expect_eq(key.port[1], 443);
	cr_expect_eq(address_compare(&key.address[0], &packet.target), 0);
	cr_expect_eq(key.port[0], 40000);
}

Test(flow, whatever_tells_conversations_apart_is_in_the_key)
{
	struct packet base =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 53);
	struct packet other[9];

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		other[i] = base;
	other[0].vlan = 5;
	other[1].outer_vlan = 5;
	other[2].vni = 5;
	other[3].source_port = 40001;
	other[4].target_port = 54;
	other[5].source = make_address("10.0.0.3");
	other[6].target = make_address("10.0.0.3");
	other[7].transport = TRANSPORT_TCP;
	other[8].encapsulation = ENCAP_GRE;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		cr_expect_not(same_key(&base, &other[i]), "%zu", i);
}

Test(flow, tags_that_switches_add_make_no_other_conversation)
{
	struct packet base =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 53);
	struct packet tagged = base;

	tagged.encapsulation = ENCAP_VLAN | ENCAP_QINQ | ENCAP_MPLS |
	                       ENCAP_PPPOE | ENCAP_ERSPAN | ENCAP_TZSP |
	                       ENCAP_WIFI;
	tagged.dscp = 46;
	tagged.hop_limit = 3;
	cr_expect(same_key(&base, &tagged));
}

Test(flow, frames_without_ip_are_conversations_of_two_macs_in_one_protocol)
{
	struct packet lldp = make_frame(0x88cc, 1, 2);
	struct packet profinet = make_frame(0x8892, 1, 2);
	struct packet elsewhere = make_frame(0x88cc, 1, 3);
	struct packet llc = lldp;
	bool swapped;
	struct flow_key key = flow_key_of(&lldp, &swapped);

	llc.link_kind = LINK_LLC;
	cr_expect_not(same_key(&lldp, &profinet));
	cr_expect_not(same_key(&lldp, &elsewhere));
	cr_expect_not(same_key(&lldp, &llc));
	cr_expect_eq(key.detail, 0x88cc);
	cr_expect_eq(key.family, FAMILY_LAYER2);
}

Test(flow, a_request_and_its_reply_are_one_flow)
{
	static const struct {
		const char *client;
		const char *server;
		uint8_t request;
		uint8_t reply;
	} cases[] = {
		{ "10.0.0.1", "10.0.0.2", 8, 0 },
		{ "10.0.0.1", "10.0.0.2", 13, 14 },
		{ "10.0.0.1", "10.0.0.2", 15, 16 },
		{ "10.0.0.1", "10.0.0.2", 17, 18 },
		{ "2001:db8::1", "2001:db8::2", 128, 129 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet request =
			make_icmp(cases[i].client, cases[i].server,
		                  cases[i].request, 7);
		struct packet reply = make_reply(&request);
		struct packet another = request;

		reply.icmp_type = cases[i].reply;
		another.icmp_id = 8;
		cr_expect(same_key(&request, &reply), "%d", cases[i].request);
		cr_expect_not(same_key(&request, &another), "%d",
		              cases[i].request);
	}
}

Test(flow, an_icmp_error_is_a_flow_of_its_own_for_each_flow_it_quotes)
{
	struct packet web = make_tcp("10.0.0.1", 40000, "10.9.0.2", 443, 0);
	struct packet mail = make_tcp("10.0.0.1", 40001, "10.9.0.2", 25, 0);
	struct packet about_web = make_icmp_error(&web, "10.0.0.254", 3, 4);
	struct packet again = about_web;
	struct packet about_mail = make_icmp_error(&mail, "10.0.0.254", 3, 4);
	struct packet expired = make_icmp_error(&web, "10.0.0.254", 11, 0);

	again.icmp_mtu = 1400;
	cr_expect(same_key(&about_web, &again));
	cr_expect_not(same_key(&about_web, &about_mail));
	cr_expect_not(same_key(&about_web, &expired));
}

Test(flow, the_key_of_a_quote_is_the_key_of_what_was_quoted)
{
	struct packet cases[] = {
		make_tcp("10.0.0.1", 40000, "10.9.0.2", 443, 0),
		make_packet(TRANSPORT_UDP, "10.9.0.1", 500, "10.0.0.2", 500),
		make_packet(TRANSPORT_ESP, "10.9.0.1", 0, "10.0.0.2", 0),
		make_packet(TRANSPORT_UDP, "2001:db8::9", 1, "2001:db8::2", 2),
		make_icmp("10.0.0.1", "10.9.0.2", 8, 77),
		make_icmp("2001:db8::1", "2001:db8::2", 128, 78),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ipv4 = cases[i].family == FAMILY_IPV4;
		struct packet error;
		struct flow_key want;
		struct flow_key quoted;
		bool source_is_second;
		bool swapped;

		cases[i].vlan = 12;
		error = make_icmp_error(&cases[i],
		                        ipv4 ? "10.0.0.254" : "2001:db8::254",
		                        ipv4 ? 3 : 2, ipv4 ? 4 : 0);
		want = flow_key_of(&cases[i], &source_is_second);
		quoted = flow_key_of_quote(&error, &swapped);
		cr_expect_eq(memcmp(&want, &quoted, sizeof(want)), 0, "%zu", i);
		cr_expect_eq(swapped, source_is_second, "%zu", i);
	}
}

Test(flow, hash_is_one_for_both_directions_all_vlans_and_the_errors)
{
	struct packet cases[] = {
		make_tcp("10.0.0.1", 40000, "10.9.0.2", 443, TCP_SYN),
		make_packet(TRANSPORT_UDP, "10.9.0.1", 53, "10.0.0.2", 4000),
		make_packet(TRANSPORT_ESP, "10.9.0.1", 0, "10.0.0.2", 0),
		make_icmp("10.9.0.1", "10.0.0.2", 8, 7),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet reply = make_reply(&cases[i]);
		struct packet tagged = cases[i];
		struct packet error =
			make_icmp_error(&cases[i], "10.0.0.254", 11, 0);
		uint64_t hash = flow_hash(&cases[i], 9);

		tagged.vlan = 7;
		tagged.outer_vlan = 8;
		cr_expect_eq(flow_hash(&reply, 9), hash, "%zu", i);
		cr_expect_eq(flow_hash(&tagged, 9), hash, "%zu", i);
		cr_expect_eq(flow_hash_of_quote(&error, 9), hash, "%zu", i);
		cr_expect_neq(flow_hash(&cases[i], 8), hash, "%zu", i);
	}
}

Test(flow, hash_spreads_flows_over_the_workers)
{
	enum { FLOWS = 4000, WORKERS = 4 };
	unsigned share[WORKERS] = { 0 };

	for (unsigned i = 0; i < FLOWS; i++) {
		struct packet packet =
			make_packet(TRANSPORT_UDP, "10.0.0.1",
		                    (uint16_t)(1024 + i), "10.0.0.2", 53);

		share[(flow_hash(&packet, 1) >> 32) * WORKERS >> 32]++;
	}
	for (size_t i = 0; i < WORKERS; i++)
		cr_expect(share[i] > FLOWS / WORKERS * 8 / 10 &&
		                  share[i] < FLOWS / WORKERS * 12 / 10,
		          "worker %zu: %u", i, share[i]);
}

Test(flow, icmp_errors_of_both_families_have_the_same_names)
{
	static const struct {
		bool ipv6;
		uint8_t type;
		uint8_t code;
		const char *name; /* NULL if it is no error */
	} cases[] = {
		{ false, 3, 4, "fragmentation-needed" },
		{ false, 3, 1, "unreachable" },
		{ false, 11, 0, "time-exceeded" },
		{ false, 12, 0, "parameter-problem" },
		{ false, 8, 0, NULL },
		{ false, 2, 0, NULL },
		{ true, 2, 0, "fragmentation-needed" },
		{ true, 1, 4, "unreachable" },
		{ true, 3, 0, "time-exceeded" },
		{ true, 4, 0, "parameter-problem" },
		{ true, 128, 0, NULL },
		{ true, 11, 0, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet packet =
			cases[i].ipv6 ? make_icmp("2001:db8::1", "2001:db8::2",
		                                  cases[i].type, 0)
				      : make_icmp("10.0.0.1", "10.0.0.2",
		                                  cases[i].type, 0);
		const char *name;

		packet.icmp_code = cases[i].code;
		name = icmp_error_name(icmp_error_of(&packet));
		cr_expect_eq(name == NULL, cases[i].name == NULL, "%zu", i);
		if (name && cases[i].name)
			cr_expect_str_eq(name, cases[i].name, "%zu", i);
	}
}

Test(flow, only_icmp_of_the_right_family_is_an_icmp_error)
{
	struct packet crossed = make_icmp("10.0.0.1", "10.0.0.2", 3, 0);
	struct packet tcp = make_tcp("10.0.0.1", 1, "10.0.0.2", 2, 0);

	crossed.transport = TRANSPORT_ICMPV6;
	tcp.icmp_type = 3;
	cr_expect_eq(icmp_error_of(&crossed), 0);
	cr_expect_eq(icmp_error_of(&tcp), 0);
}
