/*
 * What many flows together show of a host, and that its nearest innocent
 * neighbour does not show it.
 */
#include "tests/chain.h"

static const char office[] = "[{\"name\":\"office\","
			     "\"prefixes\":[\"10.0.0.0/24\","
			     "\"fd00::/64\"]}]";

static const struct report_host *host_of(const struct report *report,
                                         const char *text)
{
	struct address address = make_address(text);

	return report_host_find(&report->segments[0], &address);
}

static bool does(const struct report *report, const char *text,
                 enum host_behaviour behaviour)
{
	const struct report_host *host = host_of(report, text);

	cr_assert_not_null(host, "no host %s", text);
	return host->behaviours & behaviour;
}

/* A packet there, and one back if it is answered. */
static void exchange(struct chain *chain, uint8_t transport, const char *from,
                     uint16_t from_port, const char *to, uint16_t to_port,
                     bool answered)
{
	struct packet packet =
		make_packet(transport, from, from_port, to, to_port);

	if (transport == TRANSPORT_TCP)
		packet.tcp_flags = TCP_SYN;
	chain_packet(chain, packet);
	if (!answered)
		return;
	packet = make_reply(&packet);
	if (transport == TRANSPORT_TCP)
		packet.tcp_flags = TCP_SYN | TCP_ACK;
	chain_packet(chain, packet);
}

/* The index-th of many addresses, each of another network. */
static const char *elsewhere(char text[static 32], unsigned index)
{
	snprintf(text, 32, "%u.%u.7.9", 20 + index % 100, index);
	return text;
}

enum { MANY = 40 };

Test(census, a_port_that_calls_and_is_called_by_many_is_a_peer)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;
	char peer[32];

	for (unsigned i = 0; i < MANY; i++) {
		elsewhere(peer, i);
		if (i % 2)
			exchange(&chain, TRANSPORT_UDP, "10.0.0.5", 40001, peer,
			         (uint16_t)(20000 + i), true);
		else
			exchange(&chain, TRANSPORT_UDP, peer,
			         (uint16_t)(20000 + i), "10.0.0.5", 40001,
			         i % 4);
	}
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.5", HOST_PEER_TO_PEER));
	cr_expect_not_null(
		part_finding(&report->segments[0].part, "p2p-mesh-generic"));
	chain_end(&chain);
}

Test(census, resolvers_time_servers_scanners_and_busy_servers_are_no_peers)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;
	char peer[32];

	for (unsigned i = 0; i < MANY * 2; i++) {
		uint16_t high = (uint16_t)(30000 + i);

		elsewhere(peer, i);
		exchange(&chain, TRANSPORT_UDP, "10.0.0.6", high, peer, 53,
		         true);
		exchange(&chain, TRANSPORT_UDP, peer, high, "10.0.0.7", 123,
		         true);
		exchange(&chain, TRANSPORT_UDP, "10.0.0.8", 40000, peer, high,
		         false);
		exchange(&chain, TRANSPORT_TCP, peer, high, "10.0.0.9", 443,
		         true);
	}
	report = chain_report(&chain);
	cr_expect_not(does(report, "10.0.0.6", HOST_PEER_TO_PEER), "resolver");
	cr_expect_not(does(report, "10.0.0.7", HOST_PEER_TO_PEER), "NTP");
	cr_expect_not(does(report, "10.0.0.8", HOST_PEER_TO_PEER), "scanner");
	cr_expect_not(does(report, "10.0.0.9", HOST_PEER_TO_PEER), "server");
	cr_expect(does(report, "10.0.0.8", HOST_SCANNER));
	cr_expect(does(report, "10.0.0.9", HOST_BUSY_SERVER));
	cr_expect_not(does(report, "10.0.0.6", HOST_SCANNER));
	chain_end(&chain);
}

static void ping(struct chain *chain, const char *from, const char *to,
                 uint16_t id)
{
	struct packet request = make_icmp(from, to, 8, id);
	struct packet reply = make_reply(&request);

	reply.icmp_type = 0;
	chain_packet(chain, request);
	chain_packet(chain, reply);
}

Test(census, pinging_several_hosts_is_a_monitor_s_and_one_a_person_s)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	for (uint16_t i = 0; i < 5; i++) {
		ping(&chain, "10.0.0.5", "10.0.0.20", i);
		ping(&chain, "10.0.0.5", "10.0.0.21", i);
		ping(&chain, "10.0.0.5", "10.0.0.22", i);
		ping(&chain, "10.0.0.6", "10.0.0.20", 77);
	}
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.5", HOST_MONITOR));
	cr_expect_not(does(report, "10.0.0.6", HOST_MONITOR));
	cr_expect_not(does(report, "10.0.0.20", HOST_MONITOR));
	chain_end(&chain);
}

static void with_hop_limit(struct chain *chain, const char *from,
                           uint8_t hop_limit, uint16_t port)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, from, port, "10.0.0.9", 5555);

	packet.hop_limit = hop_limit;
	chain_packet(chain, packet);
}

Test(census, hop_limits_of_two_systems_are_a_nat_s_and_of_one_a_host_s)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	with_hop_limit(&chain, "10.0.0.5", 63, 1000);
	with_hop_limit(&chain, "10.0.0.5", 127, 1001);
	with_hop_limit(&chain, "10.0.0.6", 128, 1000);
	with_hop_limit(&chain, "10.0.0.6", 127, 1001);
	with_hop_limit(&chain, "10.0.0.7", 64, 1000);
	with_hop_limit(&chain, "10.0.0.7", 255, 1001);
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.5", HOST_MIXED_HOP_LIMITS));
	cr_expect_not(does(report, "10.0.0.6", HOST_MIXED_HOP_LIMITS));
	cr_expect_not(does(report, "10.0.0.7", HOST_MIXED_HOP_LIMITS),
	              "255 is for link protocols");
	cr_expect_eq(host_of(report, "10.0.0.6")->system, HOST_SYSTEM_WINDOWS);
	cr_expect_eq(host_of(report, "10.0.0.7")->system, HOST_SYSTEM_UNIX);
	chain_end(&chain);
}

static void with_dscp(struct chain *chain, const char *from, uint8_t dscp,
                      uint16_t port)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, from, port, "10.0.0.9", 5555);

	packet.dscp = dscp;
	chain_packet(chain, packet);
}

Test(census, several_classes_towards_one_peer_are_a_mix_and_one_is_none)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	with_dscp(&chain, "10.0.0.5", 46, 1000);
	with_dscp(&chain, "10.0.0.5", 0, 1001);
	with_dscp(&chain, "10.0.0.6", 46, 1000);
	with_dscp(&chain, "10.0.0.6", 46, 1001);
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.5", HOST_SEVERAL_CLASSES));
	cr_expect_not(does(report, "10.0.0.6", HOST_SEVERAL_CLASSES));
	chain_end(&chain);
}

Test(census, roles_follow_from_the_services_that_a_host_answers_on)
{
	static const uint16_t controller[] = { 88, 389, 445, 135, 3268 };
	struct chain chain = chain_start(office, NULL);
	const struct report *report;
	int role;

	for (size_t i = 0; i < sizeof(controller) / sizeof(controller[0]); i++)
		exchange(&chain, TRANSPORT_TCP, "10.0.0.5",
		         (uint16_t)(40000 + i), "10.0.0.2", controller[i],
		         true);
	/* A file server answers on one of them, a scanned host on none. */
	exchange(&chain, TRANSPORT_TCP, "10.0.0.5", 41000, "10.0.0.3", 445,
	         true);
	for (size_t i = 0; i < sizeof(controller) / sizeof(controller[0]); i++)
		exchange(&chain, TRANSPORT_TCP, "10.0.0.5",
		         (uint16_t)(42000 + i), "10.0.0.4", controller[i],
		         false);
	report = chain_report(&chain);
	role = role_find(signature_roles(chain.set), "domain-controller");
	cr_assert_geq(role, 0);
	cr_expect(host_of(report, "10.0.0.2")->roles >> role & 1);
	cr_expect_not(host_of(report, "10.0.0.3")->roles >> role & 1);
	cr_expect_not(host_of(report, "10.0.0.4")->roles >> role & 1);
	cr_expect_not_null(
		part_finding(&report->segments[0].part, "domain-controller"));
	chain_end(&chain);
}

/* As an ARP or a neighbour advertisement would have said it. */
static void bind(struct chain *chain, const char *address, uint8_t mac)
{
	struct address bytes = make_address(address);
	struct evidence evidence = {
		.kind = EVIDENCE_BINDING,
		.prefix = prefix_around(&bytes, 128),
		.mac = { { 2, 0, 0, 0, 0, mac } },
	};

	ledger_evidence(accountant_ledger(chain->accountant), &evidence);
	exchange(chain, TRANSPORT_UDP, address, 1000,
	         address_is_ipv4(&bytes) ? "10.0.0.99" : "fd00::99", 5555,
	         false);
}

Test(census, an_address_of_two_macs_has_moved_and_of_one_stands)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	bind(&chain, "10.0.0.5", 1);
	bind(&chain, "10.0.0.5", 2);
	bind(&chain, "10.0.0.6", 3);
	bind(&chain, "10.0.0.6", 3);
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.5", HOST_MOVED));
	cr_expect_not(does(report, "10.0.0.6", HOST_MOVED));
	chain_end(&chain);
}

Test(census, several_addresses_of_a_mac_are_a_host_s_of_several_addresses)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	bind(&chain, "10.0.0.5", 1);
	bind(&chain, "10.0.0.15", 1);
	bind(&chain, "10.0.0.6", 2);
	bind(&chain, "fd00::6", 2); /* one of each family is what all have */
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.5", HOST_SEVERAL_ADDRESSES));
	cr_expect(does(report, "10.0.0.15", HOST_SEVERAL_ADDRESSES));
	cr_expect_not(does(report, "10.0.0.6", HOST_SEVERAL_ADDRESSES));
	chain_end(&chain);
}

Test(census, random_addresses_beside_others_are_temporary)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	bind(&chain, "fd00::ff:fe01:5", 1);
	bind(&chain, "fd00::a1b2:c3d4:e5f6:1718", 1);
	bind(&chain, "fd00::a1b2:c3d4:e5f6:1719", 2); /* the only one */
	bind(&chain, "fd00::7", 3);
	bind(&chain, "fd00::8", 3); /* chosen by a person */
	report = chain_report(&chain);
	cr_expect(does(report, "fd00::a1b2:c3d4:e5f6:1718",
	               HOST_TEMPORARY_ADDRESS));
	cr_expect_not(does(report, "fd00::ff:fe01:5", HOST_TEMPORARY_ADDRESS));
	cr_expect_not(does(report, "fd00::a1b2:c3d4:e5f6:1719",
	                   HOST_TEMPORARY_ADDRESS));
	cr_expect_not(does(report, "fd00::8", HOST_TEMPORARY_ADDRESS));
	chain_end(&chain);
}

static void through(struct chain *chain, const char *from, uint8_t mac)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, from, 1000, "10.0.0.99", 5555);

	packet.has_macs = true;
	packet.source_mac = (struct mac){ { 2, 0, 0, 0, 0, mac } };
	packet.target_mac = (struct mac){ { 2, 0, 0, 0, 0, 99 } };
	chain_packet(chain, packet);
}

Test(census, a_mac_that_sends_for_everybody_is_a_gateway_s)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;
	char far[32];

	bind(&chain, "10.0.0.1", 1);
	bind(&chain, "10.0.0.5", 5);
	for (unsigned i = 0; i < 12; i++) {
		through(&chain, elsewhere(far, i), 1);
		through(&chain, "10.0.0.5", 5);
	}
	report = chain_report(&chain);
	cr_expect(does(report, "10.0.0.1", HOST_GATEWAY));
	cr_expect_not(does(report, "10.0.0.5", HOST_GATEWAY));
	chain_end(&chain);
}

Test(census, every_behaviour_of_a_host_has_a_name)
{
	unsigned bit = 1;

	for (; host_behaviour_name(bit); bit <<= 1)
		cr_expect(strlen(host_behaviour_name(bit)) > 0);
	cr_expect_eq(bit >> 1, HOST_BUSY_SERVER);
}

static bool sensor_says(const struct report *report, const char *id)
{
	for (size_t i = 0; i < report->sensor.count; i++)
		if (strcmp(signature_at(report->set, report->sensor.index[i])
		                   ->id,
		           id) == 0)
			return true;
	return false;
}

Test(census, the_sensor_s_health_is_told_from_its_counts)
{
	static const struct {
		const char *id;
		struct source_stats stats;
		struct ledger_counters counters;
		bool healthy; /* the same with less of it is */
	} cases[] = {
		{ "kernel-drops",
		  { .frames = 900, .live = true, .dropped = 100 },
		  { 0 },
		  false },
		{ "kernel-drops", { .frames = 900 }, { 0 }, true },
		{ "snaplen", { .frames = 1000, .cut = 500 }, { 0 }, false },
		{ "snaplen", { .frames = 1000, .cut = 1 }, { 0 }, true },
		{ "one-way-feed",
		  { .frames = 1000 },
		  { .ip_flows = 100, .tcp_flows = 100, .one_way_flows = 60 },
		  false },
		{ "one-way-feed",
		  { .frames = 1000 },
		  { .ip_flows = 100, .tcp_flows = 100, .one_way_flows = 3 },
		  true },
		{ "dup-frames",
		  { .frames = 1000 },
		  { .ip_flows = 100, .duplicated_flows = 50 },
		  false },
		{ "dup-frames",
		  { .frames = 1000 },
		  { .ip_flows = 100, .duplicated_flows = 1 },
		  true },
		{ "window-short",
		  { .frames = 10,
		    .first_ns = 1,
		    .last_ns = UINT64_C(3600000000000) },
		  { 0 },
		  false },
		{ "window-short",
		  { .frames = 10,
		    .first_ns = 1,
		    .last_ns = UINT64_C(90000000000000) },
		  { 0 },
		  true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct chain chain = chain_start(office, NULL);
		struct ledger *ledger = accountant_ledger(chain.accountant);
		struct source_stats stats = cases[i].stats;
		struct error err = { "" };
		char name[] = "eth0";

		stats.name = name;
		stats.link_type = "EN10MB";
		cr_assert(ledger_set_sources(ledger, &stats, 1, &err));
		ledger->counters = cases[i].counters;
		cr_expect_neq(sensor_says(chain_report(&chain), cases[i].id),
		              cases[i].healthy, "%s, row %zu", cases[i].id, i);
		chain_end(&chain);
	}
}
