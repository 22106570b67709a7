#include "tests/chain.h"

static const char sites[] =
	"[{\"name\":\"office\",\"prefixes\":[\"10.1.0.0/16\"]},"
	"{\"name\":\"lab\",\"prefixes\":[\"10.2.0.0/16\"]}]";

/* The one path of a ledger. */
static const struct path *only_path(const struct chain *chain)
{
	const struct ledger *ledger = accountant_ledger(chain->accountant);

	cr_assert_eq(ledger->paths.count, 1, "%zu paths", ledger->paths.count);
	return ledger->paths.records[0];
}

static const struct host *find_host(const struct chain *chain,
                                    const char *address)
{
	const struct ledger *ledger = accountant_ledger(chain->accountant);
	struct address wanted = make_address(address);

	for (size_t i = 0; i < ledger->hosts.count; i++) {
		const struct host *host = ledger->hosts.records[i];

		if (address_compare(&host->key.address, &wanted) == 0)
			return host;
	}
	return NULL;
}

Test(accountant, both_directions_of_a_flow_are_on_one_path)
{
	struct chain chain = chain_start(sites, NULL);
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.1.0.1", 40000, "10.2.0.1", 5555);
	struct packet reply = make_reply(&packet);
	const struct path *path;
	uint32_t len = 0;
	uint64_t count;

	reply.ip_len = 1500;
	reply.dont_fragment = true;
	chain_packet(&chain, packet);
	chain_packet(&chain, reply);
	chain_report(&chain);
	path = only_path(&chain);
	cr_expect_eq(path->by_manner[MANNER_UNICAST].flows, 1);
	cr_expect_eq(path->by_manner[MANNER_UNICAST].packets, 2);
	cr_expect_eq(path->by_manner[MANNER_UNICAST].bytes, 1600);
	cr_expect_eq(path->bins.bin[0].packets, 2);
	cr_expect_eq(path->span.last_ns - path->span.first_ns, 1000000);
	cr_assert(histogram_next(&path->sizes[0][0], &len, &count));
	cr_expect_eq(len, 100);
	len = 0;
	cr_assert(histogram_next(&path->sizes[0][1], &len, &count));
	cr_expect_eq(len, 1500);
	chain_end(&chain);
}

static struct packet with_cast(struct packet packet, enum cast cast)
{
	packet.cast = cast;
	return packet;
}

static struct packet udp(const char *source, const char *target)
{
	return make_packet(TRANSPORT_UDP, source, 40000, target, 5555);
}

static struct packet error_about(const char *source, const char *target,
                                 const char *router)
{
	struct packet about = udp(source, target);

	return make_icmp_error(&about, router, 11, 0);
}

static void expect_manner(struct packet packet, enum manner manner)
{
	struct chain chain = chain_start(sites, NULL);

	chain_packet(&chain, packet);
	flow_table_flush(chain.table);
	cr_expect_eq(only_path(&chain)->by_manner[manner].packets, 1, "%s",
	             manner_name(manner));
	chain_end(&chain);
}

Test(accountant, how_a_packet_travels_is_told_by_its_addresses)
{
	static const struct {
		const char *source;
		const char *target;
		enum cast cast;
		enum manner manner;
	} cases[] = {
		{ "10.1.0.1", "10.2.0.1", CAST_UNICAST, MANNER_UNICAST },
		{ "fe80::1", "fe80::2", CAST_UNICAST, MANNER_LINK_LOCAL },
		{ "fd00::1", "fe80::2", CAST_UNICAST, MANNER_LINK_LOCAL },
		{ "10.1.0.1", "224.0.0.251", CAST_MULTICAST,
		  MANNER_GROUP_LINK },
		{ "fd00::1", "ff02::fb", CAST_MULTICAST, MANNER_GROUP_LINK },
		{ "10.1.0.1", "239.1.1.1", CAST_MULTICAST,
		  MANNER_GROUP_ROUTED },
		{ "fd00::1", "ff05::2", CAST_MULTICAST, MANNER_GROUP_ROUTED },
		{ "10.1.0.1", "255.255.255.255", CAST_LIMITED_BROADCAST,
		  MANNER_LIMITED_BROADCAST },
		{ "10.1.0.1", "10.1.255.255", CAST_DIRECTED_BROADCAST,
		  MANNER_DIRECTED_BROADCAST },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_manner(with_cast(udp(cases[i].source, cases[i].target),
		                        cases[i].cast),
		              cases[i].manner);
	expect_manner(make_frame(0x88cc, 1, 2), MANNER_LAYER2);
}

Test(accountant, an_error_is_told_by_what_it_quotes)
{
	expect_manner(error_about("10.1.0.1", "10.2.0.1", "172.16.0.9"),
	              MANNER_ERROR_INSIDE);
	expect_manner(error_about("10.1.0.1", "8.8.8.8", "172.16.0.9"),
	              MANNER_ERROR_OUTSIDE);
	/* The peer itself answers within its own policy. */
	expect_manner(error_about("10.1.0.1", "10.2.0.1", "10.2.0.1"),
	              MANNER_UNICAST);
}

/* A group sent with a hop limit of 1 stays on the link, whatever its address.
 */
Test(accountant, a_group_that_no_router_may_forward_is_the_link_s)
{
	struct chain chain = chain_start(sites, NULL);
	struct packet packet =
		with_cast(udp("10.1.0.1", "239.255.255.250"), CAST_MULTICAST);

	packet.hop_limit = 1;
	chain_packet(&chain, packet);
	flow_table_flush(chain.table);
	cr_expect_eq(only_path(&chain)->by_manner[MANNER_GROUP_LINK].packets,
	             1);
	chain_end(&chain);
}

Test(accountant, a_group_is_traffic_of_its_sender_s_segment)
{
	struct chain chain = chain_start(sites, NULL);
	const struct report *report;

	chain_packet(&chain,
	             with_cast(udp("10.1.0.1", "239.1.1.1"), CAST_MULTICAST));
	report = chain_report(&chain);
	cr_assert_eq(report->path_count, 1);
	cr_expect_eq(report->paths[0].ends[0], 0);
	cr_expect_eq(report->paths[0].ends[1], 0);
	cr_expect_null(find_host(&chain, "239.1.1.1"));
	chain_end(&chain);
}

Test(accountant, lengths_of_what_no_association_carries_are_not_kept)
{
	struct chain chain = chain_start(sites, NULL);
	const struct path *path;
	uint32_t len = 0;
	uint64_t count;

	chain_packet(&chain,
	             with_cast(udp("10.1.0.1", "239.1.1.1"), CAST_MULTICAST));
	flow_table_flush(chain.table);
	path = only_path(&chain);
	for (unsigned i = 0; i < 4; i++)
		cr_expect_not(histogram_next(&path->sizes[i / 2][i % 2], &len,
		                             &count));
	chain_end(&chain);
}

Test(accountant, hosts_are_told_what_they_sent_and_received)
{
	struct chain chain = chain_start(sites, NULL);
	struct packet packet = udp("10.1.0.1", "8.8.8.8");
	struct packet reply = make_reply(&packet);
	const struct host *host;

	reply.ip_len = 900;
	chain_packet(&chain, packet);
	chain_packet(&chain, reply);
	chain_packet(&chain, reply);
	flow_table_flush(chain.table);
	host = find_host(&chain, "10.1.0.1");
	cr_assert_not_null(host);
	cr_expect_eq(host->packets[0], 1);
	cr_expect_eq(host->bytes[0], 100);
	cr_expect_eq(host->packets[1], 2);
	cr_expect_eq(host->bytes[1], 1800);
	/* Whoever is outside is a peer, not a host of ours. */
	cr_expect_null(find_host(&chain, "8.8.8.8"));
	cr_expect_eq(accountant_ledger(chain.accountant)->peers.count, 1);
	chain_end(&chain);
}

Test(accountant, only_who_answered_on_a_port_serves_it)
{
	struct chain chain = chain_start(sites, NULL);
	struct packet asked =
		make_packet(TRANSPORT_UDP, "10.1.0.1", 40000, "10.2.0.1", 5555);
	struct packet ignored =
		make_packet(TRANSPORT_UDP, "10.1.0.1", 40001, "10.2.0.2", 5555);
	const struct host *host;

	chain_packet(&chain, asked);
	chain_packet(&chain, make_reply(&asked));
	chain_packet(&chain, ignored);
	flow_table_flush(chain.table);
	host = find_host(&chain, "10.2.0.1");
	cr_assert_eq(host->service_count, 1);
	cr_expect_eq(host->services[0].port, 5555);
	cr_expect_eq(host->services[0].transport, TRANSPORT_UDP);
	cr_expect_eq(find_host(&chain, "10.2.0.2")->service_count, 0);
	cr_expect_eq(find_host(&chain, "10.1.0.1")->service_count, 0);
	chain_end(&chain);
}

Test(accountant, frames_without_ip_are_counted_by_protocol)
{
	struct chain chain = chain_start(sites, NULL);
	const struct ledger *ledger = accountant_ledger(chain.accountant);
	const struct link_sums *link;

	chain_packet(&chain, make_frame(0x88cc, 1, 2));
	chain_packet(&chain, make_frame(0x88cc, 3, 2));
	flow_table_flush(chain.table);
	cr_assert_eq(ledger->links.count, 1);
	link = ledger->links.records[0];
	cr_expect_eq(link->key.protocol, 0x88cc);
	cr_expect_eq(link->sums.flows, 2);
	cr_expect_eq(link->sums.bytes, 120);
	cr_expect_eq(ledger->hosts.count, 0);
	chain_end(&chain);
}

Test(accountant, a_finding_has_its_hosts_and_where_to_look)
{
	struct chain chain = chain_start(sites, NULL);
	struct packet packet = with_cast(make_packet(TRANSPORT_UDP, "10.1.0.1",
	                                             5353, "224.0.0.251", 5353),
	                                 CAST_MULTICAST);
	const struct report_finding *finding;

	packet.frame_number = 4710;
	packet.vlan = 7;
	chain_packet(&chain, packet);
	finding = part_finding(&chain_report(&chain)->segments[0].part, "mdns");
	cr_assert_not_null(finding);
	cr_expect_eq(finding->total.sums.packets, 1);
	cr_assert_eq(finding->total.hosts.count, 1);
	cr_expect_eq(address_compare(&finding->total.hosts.address[0],
	                             &packet.source),
	             0);
	cr_assert_eq(finding->total.example_count, 1);
	cr_expect_eq(finding->total.examples[0].frame, 4711);
	cr_expect_eq(finding->total.examples[0].vlan, 7);
	cr_expect_eq(finding->total.examples[0].port[1], 5353);
	cr_expect_eq(finding->total.examples[0].time_ns, chain.time_ns);
	chain_end(&chain);
}

Test(accountant, a_flow_counts_once_in_each_category)
{
	struct chain chain = chain_start(sites, NULL);
	const struct path *path;

	/* Two signatures about broadcasts hold for NetBIOS names. */
	chain_packet(&chain, with_cast(make_packet(TRANSPORT_UDP, "10.1.0.1",
	                                           137, "10.1.255.255", 137),
	                               CAST_DIRECTED_BROADCAST));
	flow_table_flush(chain.table);
	path = only_path(&chain);
	cr_expect_eq(path->by_category[CATEGORY_BROADCAST].flows, 1);
	cr_expect_eq(path->by_category[CATEGORY_BROADCAST].packets, 1);
	chain_end(&chain);
}

Test(accountant, without_room_nothing_breaks_and_all_is_counted)
{
	static const char *const folder = "signatures";
	struct error err = { "" };
	struct signature_set *set = knowledge_read_only(&folder, 1, NULL, &err);
	struct accounting accounting = { .set = set, .memory = 0 };
	struct accountant *accountant = accountant_create(&accounting, &err);
	struct classifier *classifier =
		classifier_create(set, accountant_listener(accountant), NULL,
	                          &err);
	struct flow_table *table =
		flow_table_create(&flow_limits_default,
	                          classifier_listener(classifier), &err);

	for (unsigned i = 0; i < 300; i++) {
		struct packet packet = udp("10.0.0.1", "8.8.8.8");

		packet.source.bytes[13] = (uint8_t)(i >> 4);
		packet.source.bytes[14] = (uint8_t)i;
		packet.time_ns = i + 1;
		flow_table_packet(table, &packet, packet.time_ns);
	}
	flow_table_flush(table);
	cr_expect_gt(ledger_refused(accountant_ledger(accountant)), 0);
	cr_expect_leq(accountant_ledger(accountant)->paths.count, 64);
	flow_table_free(table);
	classifier_free(classifier);
	accountant_free(accountant);
	signature_set_free(set);
}

Test(accountant, none_is_freed_without_complaint)
{
	accountant_free(NULL);
}
