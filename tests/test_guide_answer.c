/*
 * What the guide's statements come to in networks made by hand, each beside
 * one that differs in what should matter and in nothing else.
 */
#include "tests/guide_world.h"

TestSuite(guide_answer, .init = world_start, .fini = world_end);

Test(guide_answer, hosts_to_secure_are_those_with_most_that_lies_open)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 1, 500);
	add_pair("10.0.0.2", "10.0.1.1", 1, 700);
	add_pair("10.0.0.3", "10.0.1.1", 1, 0);
	expect_office("which-hosts", GUIDE_RECOMMENDED);
	cr_assert_eq(report->priority_count, 3);
	cr_expect_eq(report->priorities[0].host->total->exposure, 1200);
	cr_expect_eq(report->priorities[0].segment, 1);
	cr_expect_eq(report->priorities[2].host->total->exposure, 500);
	cr_expect_str_eq(report->priorities[0].reasons.text[0],
	                 "1200 bytes that IPsec would protect");
}

Test(guide_answer, absence_is_believed_only_after_a_day)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 1, 0);
	expect_office("which-hosts", GUIDE_NOT_OBSERVED);
	expect_office("real-time", GUIDE_NOT_OBSERVED);
	watch(HOUR);
	expect_office("which-hosts", GUIDE_INSUFFICIENT_EVIDENCE);
	expect_office("real-time", GUIDE_INSUFFICIENT_EVIDENCE);
}

Test(guide_answer, a_lease_longer_than_a_day_has_to_be_watched_out)
{
	talk("10.0.0.1", "10.0.1.1");
	lease("10.0.0.1", 2 * DAY);
	expect_office("real-time", GUIDE_INSUFFICIENT_EVIDENCE);
	watch(2 * DAY);
	expect_office("real-time", GUIDE_NOT_OBSERVED);
}

Test(guide_answer, lost_packets_prove_no_absence)
{
	talk("10.0.0.1", "10.0.1.1");
	ledger->sources[0].dropped = 1000;
	expect_office("real-time", GUIDE_INSUFFICIENT_EVIDENCE);
}

Test(guide_answer, trouble_that_was_seen_needs_no_day)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	watch(HOUR);
	fire(path, "rtp");
	expect_office("real-time", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	fire(path, "rdma");
	expect_between("bandwidth", GUIDE_NOT_RECOMMENDED);
}

Test(guide_answer, capability_is_no_more_certain_than_what_was_seen)
{
	talk("10.0.0.1", "10.0.1.1");
	add_host("10.0.0.1", 0);
	expect_office("capability", GUIDE_INSUFFICIENT_EVIDENCE);
	add_host("10.0.0.2", 9100);
	expect_office("capability", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	cr_expect_eq(report->segments[0].hosts[1].capability,
	             CAPABILITY_VERIFY);
	cr_expect_str_eq(report->segments[0].hosts[1].capability_evidence,
	                 "by its ports: Printer");
	add_host("10.0.0.1", 0)->ipsec = 4;
	add_host("10.0.0.2", 0)->ipsec = 4;
	expect_office("capability", GUIDE_RECOMMENDED);
}

/* IKE that was sent to a host, and came to nothing. */
static void ask(const char *address)
{
	struct endpoint_key key;
	struct endpoint *endpoint;

	memset(&key, 0, sizeof(key));
	key.place = make_place(ledger, address, 0);
	key.address = make_address(address);
	key.port = 500;
	key.transport = TRANSPORT_UDP;
	endpoint = table_add(&ledger->endpoints, &key);
	make_sure(endpoint);
	endpoint->called = 3;
	application_keep(endpoint->application, "IPSec");
}

Test(guide_answer, a_host_that_does_not_answer_ike_is_suspected)
{
	talk("10.0.0.1", "10.0.1.1");
	add_host("10.0.0.1", 0);
	ask("10.0.0.1");
	expect_office("capability", GUIDE_NOT_RECOMMENDED);
	cr_expect_str_eq(report->segments[0].hosts[0].capability_evidence,
	                 "did not answer IKE in 3 flows");
	add_host("10.0.0.1", 0)->ipsec = 1;
	expect_office("capability", GUIDE_RECOMMENDED);
}

Test(guide_answer, hosts_that_stay_and_come_back_are_worth_a_policy)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	expect_between("host-to-host", GUIDE_RECOMMENDED);
	fire(path, "frag-v4");
	expect_between("host-to-host", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	fire(path, "esp");
	expect_between("host-to-host", GUIDE_ALREADY_IN_USE);
}

Test(guide_answer, hosts_that_met_less_often_are_not)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 19, 5000);
	expect_between("host-to-host", GUIDE_NOT_RECOMMENDED);
}

Test(guide_answer, hosts_with_nothing_in_clear_are_not)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 20, 0);
	expect_between("host-to-host", GUIDE_NOT_RECOMMENDED);
}

Test(guide_answer, hosts_whose_address_is_leased_are_not)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	lease("10.0.0.1", HOUR);
	expect_between("host-to-host", GUIDE_NOT_RECOMMENDED);
	expect_between("static-addresses", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	lease("10.0.1.1", HOUR);
	expect_between("static-addresses", GUIDE_NOT_RECOMMENDED);
}

Test(guide_answer, hosts_that_were_watched_for_an_hour_are_not_known)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	watch(HOUR);
	expect_between("host-to-host", GUIDE_INSUFFICIENT_EVIDENCE);
	expect_between("static-addresses", GUIDE_INSUFFICIENT_EVIDENCE);
}

Test(guide_answer, a_web_server_and_its_database_are_known_by_their_ports)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	add_host("10.0.0.1", 443);
	expect_between("web-to-database", GUIDE_NOT_OBSERVED);
	add_host("10.0.1.1", 5432);
	expect_between("web-to-database", GUIDE_RECOMMENDED);
}

Test(guide_answer, a_server_is_protected_if_all_its_clients_can)
{
	talk("10.0.0.1", "10.0.1.1");
	add_clients("10.0.1.1", 8000, 2);
	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	expect_servers("to-servers", GUIDE_NOT_OBSERVED);
	add_clients("10.0.1.1", 8000, 3);
	expect_servers("to-servers", GUIDE_RECOMMENDED);
	add_host("10.0.0.1", 9100);
	expect_servers("to-servers", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
}

static void make_controller(const char *address)
{
	static const uint16_t ports[] = { 88, 389, 445, 135 };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		add_host(address, ports[i]);
}

Test(guide_answer, members_are_kept_apart_from_their_controllers)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	add_pair("10.0.0.1", "10.0.1.1", 20, 0);
	expect_between("member-to-controller", GUIDE_NOT_OBSERVED);
	expect_office("wireless-unmanaged", GUIDE_INSUFFICIENT_EVIDENCE);
	make_controller("10.0.1.1");
	expect_between("member-to-controller",
	               GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	expect_office("wireless-unmanaged", GUIDE_RECOMMENDED);
	fire(path, "smbv1");
	expect_between("member-to-controller", GUIDE_NOT_RECOMMENDED);
	add_host("10.0.0.2", 0);
	expect_office("wireless-unmanaged", GUIDE_NOT_RECOMMENDED);
}

Test(guide_answer, two_controllers_are_neither_member)
{
	talk("10.0.0.1", "10.0.1.1");
	add_pair("10.0.0.1", "10.0.1.1", 20, 0);
	make_controller("10.0.0.1");
	expect_between("controller-to-controller", GUIDE_NOT_OBSERVED);
	make_controller("10.0.1.1");
	expect_between("controller-to-controller", GUIDE_RECOMMENDED);
	expect_between("member-to-controller", GUIDE_NOT_OBSERVED);
}

Test(guide_answer, not_all_traffic_where_something_vital_fails)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	expect_office("all-traffic", GUIDE_RECOMMENDED);
	fire(path, "dns");
	expect_office("all-traffic", GUIDE_NOT_RECOMMENDED);
}

Test(guide_answer, groups_are_counted_whatever_their_signatures_say)
{
	talk("10.0.0.1", "10.0.1.1");
	expect_office("multicast-and-broadcast", GUIDE_NOT_OBSERVED);
	make_traffic(ledger, "10.0.0.1", "10.0.0.2", 0, MANNER_GROUP_LINK, 5);
	expect_office("multicast-and-broadcast", GUIDE_NOT_RECOMMENDED);
	expect_servers("multicast-and-broadcast", GUIDE_NOT_OBSERVED);
}

Test(guide_answer, a_site_without_clear_text_needs_no_tunnel)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	add_pair("10.0.0.1", "10.0.1.1", 1, 0);
	expect_between("site-to-site", GUIDE_NOT_OBSERVED);
	fire(path, "gre");
	expect_between("site-to-site", GUIDE_RECOMMENDED);
	fire(path, "ospfv2");
	expect_between("site-to-site", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
}

Test(guide_answer, remote_access_is_judged_by_what_comes_from_outside)
{
	struct path *path = talk("10.0.0.1", "8.8.8.8");

	expect_outside("l2tp", GUIDE_NOT_OBSERVED);
	expect_outside("remote-tunnel", GUIDE_NOT_OBSERVED);
	fire(path, "pptp");
	expect_outside("l2tp", GUIDE_RECOMMENDED);
	expect_outside("remote-tunnel", GUIDE_NOT_RECOMMENDED);
	talk("10.0.0.1", "10.0.1.1");
	finish();
	cr_expect_null(
		guide_answer_find(&path_named("office", "servers")->guide,
	                          "l2tp"));
	cr_expect_null(
		guide_answer_find(&path_named("office", "outside")->guide,
	                          "site-to-site"));
}

Test(guide_answer, a_kind_of_traffic_settles_its_row_and_another_does_not)
{
	static const struct {
		const char *row;
		const char *firing;
		enum guide_verdict verdict;
		enum guide_verdict otherwise;
	} cases[] = {
		{ "real-time", "rtp", GUIDE_RECOMMENDED_WITH_EXEMPTIONS,
		  GUIDE_NOT_OBSERVED },
		{ "icmp", "icmp-fragneeded", GUIDE_RECOMMENDED_WITH_EXEMPTIONS,
		  GUIDE_NOT_OBSERVED },
		{ "peer-to-peer", "p2p-fileshare",
		  GUIDE_RECOMMENDED_WITH_EXEMPTIONS, GUIDE_NOT_OBSERVED },
		{ "network-management", "load-balancer", GUIDE_NOT_RECOMMENDED,
		  GUIDE_NOT_OBSERVED },
		{ "network-management", "netconf-gnmi", GUIDE_RECOMMENDED,
		  GUIDE_NOT_OBSERVED },
		{ "application-compatibility", "rdma", GUIDE_NOT_RECOMMENDED,
		  GUIDE_RECOMMENDED },
		{ "application-compatibility", "kerberos",
		  GUIDE_RECOMMENDED_WITH_EXEMPTIONS, GUIDE_RECOMMENDED },
		{ "policy-complexity", "kerberos",
		  GUIDE_RECOMMENDED_WITH_EXEMPTIONS, GUIDE_RECOMMENDED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct path *path;

		ledger_free(ledger);
		ledger = make_ledger(map);
		make_source(ledger, "a.pcap", 1, DAY);
		path = talk("10.0.0.1", "10.0.1.1");
		fire(path, "tls");
		expect_office(cases[i].row, cases[i].otherwise);
		fire(path, cases[i].firing);
		expect_office(cases[i].row, cases[i].verdict);
	}
}

Test(guide_answer, ike_that_somebody_filters_is_no_ike)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	expect_between("ike-open", GUIDE_NOT_OBSERVED);
	fire(path, "ike");
	expect_between("ike-open", GUIDE_RECOMMENDED);
	fire(path, "icmp-admin-prohibited");
	expect_between("ike-open", GUIDE_NOT_RECOMMENDED);
	fire(path, "esp");
	expect_between("ike-open", GUIDE_ALREADY_IN_USE);
}

static void bind_mac(const char *address, uint8_t mac)
{
	struct address at = make_address(address);
	struct evidence evidence = { .kind = EVIDENCE_BINDING,
		                     .prefix = prefix_around(&at, 128),
		                     .mac = { { 2, 0, 0, 0, 0, mac } } };

	ledger_evidence(ledger, &evidence);
}

Test(guide_answer, addresses_that_move_suit_no_tunnel_policy)
{
	talk("10.0.0.1", "10.0.1.1");
	add_host("10.0.0.1", 0);
	bind_mac("10.0.0.1", 1);
	expect_office("mobile-tunnel", GUIDE_NOT_OBSERVED);
	lease("10.0.0.1", HOUR);
	expect_office("mobile-tunnel", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	bind_mac("10.0.0.1", 2);
	expect_office("mobile-tunnel", GUIDE_NOT_RECOMMENDED);
	cr_expect_eq(report->segments[0].hosts[0].address_class,
	             ADDRESS_MOVING);
}

Test(guide_answer, hosts_that_serve_may_filter_what_comes)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	expect_office("packet-filtering", GUIDE_NOT_OBSERVED);
	add_host("10.0.0.1", 22);
	expect_office("packet-filtering", GUIDE_RECOMMENDED);
	fire(path, "ftp");
	expect_office("packet-filtering", GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
}

Test(guide_answer, wireless_links_are_not_judged_from_a_wire)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");

	expect_report("wireless-corporate", GUIDE_INSUFFICIENT_EVIDENCE);
	fire(path, "eapol-8021x");
	expect_report("wireless-corporate", GUIDE_ALREADY_IN_USE);
	fire(path, "wifi-wep");
	expect_report("wireless-corporate", GUIDE_NOT_RECOMMENDED);
}
