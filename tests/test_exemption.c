#include <criterion/criterion.h>

#include "tests/exemption_maker.h"

static struct error err;
static struct segment_map *map;
static struct signature_set *limits;
static struct ledger *ledger;
static struct report *report;
static struct exemptions *exemptions;

static void begin(void)
{
	map = map_from_text(
		"[{\"name\": \"office\", \"prefixes\": "
		"[\"10.1.0.0/24\", \"10.1.9.0/24\", \"fd00:1::/64\"]},"
		"{\"name\": \"servers\", \"prefixes\": [\"10.2.0.0/24\"]},"
		"{\"name\": \"tagged\", \"vlans\": [7]}]",
		&err);
	cr_assert_not_null(map, "%s", err.text);
	limits = make_limits();
	ledger = make_ledger(map);
}

static void end(void)
{
	exemptions_free(exemptions);
	report_free(report);
	ledger_free(ledger);
	signature_set_free(limits);
	segment_map_free(map);
	exemptions = NULL;
	report = NULL;
}

TestSuite(exemption, .init = begin, .fini = end);

/* What follows from the ledger as it stands. */
static void derive(unsigned models, unsigned baselines)
{
	exemptions_free(exemptions);
	report_free(report);
	report = report_create(ledger, limits, &err);
	cr_assert_not_null(report, "%s", err.text);
	exemptions = exemptions_create(report, models, baselines, &err);
	cr_assert_not_null(exemptions, "%s", err.text);
}

static const struct served dns = {
	"10.1.0.5",
	"10.2.0.53",
	TRANSPORT_UDP,
	53,
	"dns",
	IMPACT_NEEDS_EXEMPTION,
	EXEMPTABLE_SERVICE,
	MANNER_UNICAST,
	3,
	2,
	40000,
};

static void serve(const char *client, const char *server, uint16_t port)
{
	struct served served = dns;

	served.client = client;
	served.server = server;
	served.port = port;
	make_served(ledger, &served);
}

/* "10.1.0.5/32 > 10.2.0.53/32 17:53" of each rule */
static const char *rules_text(void)
{
	static char text[4096];
	FILE *out = fmemopen(text, sizeof(text), "w");
	char prefix[ADDRESS_TEXT];

	for (size_t i = 0; i < exemptions->count; i++) {
		const struct exemption *rule = &exemptions->rules[i];

		fputs(i ? "; " : "", out);
		for (size_t p = 0; p < rule->clients.count; p++)
			fprintf(out, "%s%s", p ? "," : "",
			        prefix_text(prefix, &rule->clients.prefix[p]));
		for (size_t p = 0; p < rule->servers.count; p++)
			fprintf(out, "%s%s", p ? "," : " > ",
			        prefix_text(prefix, &rule->servers.prefix[p]));
		for (size_t p = 0; p < rule->ports.count; p++) {
			struct port_range range = rule->ports.range[p];

			fprintf(out, "%s%u", p ? "," : " ", range.first);
			if (range.last != range.first)
				fprintf(out, "-%u", range.last);
		}
	}
	fputc('\0', out);
	fclose(out);
	return text;
}

enum { ANY = 1u << MODEL_HOST_ANY };

Test(exemption, names_the_server_and_port_that_were_seen)
{
	const struct exemption *rule;

	make_served(ledger, &dns);
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(), "10.1.0.5/32 > 10.2.0.53/32 53");
	rule = &exemptions->rules[0];
	cr_expect_eq(rule->transport, TRANSPORT_UDP);
	cr_expect_eq(rule->models, ANY);
	cr_expect_eq(rule->directions,
	             EXEMPTION_TO_SERVICE | EXEMPTION_FROM_SERVICE);
	cr_expect_eq(rule->sums.packets, 5);
	cr_expect_eq(rule->sums.flows, 1);
	cr_expect_str_eq(rule->signatures[0]->id, "dns");
}

Test(exemption, a_few_clients_are_named_and_many_are_their_segments_prefix)
{
	static const char *const clients[] = { "10.1.0.1", "10.1.0.2",
		                               "10.1.0.3", "10.1.0.4",
		                               "10.1.0.5" };

	for (unsigned i = 0; i < EXEMPTION_FEW_CLIENTS; i++)
		serve(clients[i], "10.2.0.53", 53);
	derive(ANY, 0);
	cr_expect_eq(exemptions->rules[0].clients.count, 4);
	serve(clients[4], "10.2.0.53", 53);
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(), "10.1.0.0/24 > 10.2.0.53/32 53",
	                 "%s: nobody was seen in 10.1.9.0/24", rules_text());
}

Test(exemption, a_prefix_is_given_even_if_not_all_clients_were_kept)
{
	for (unsigned i = 1; i < 20; i++) {
		char client[ADDRESS_TEXT];

		snprintf(client, sizeof(client), "10.1.0.%u", i);
		serve(client, "10.2.0.53", 53);
	}
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(),
	                 "10.1.0.0/24,10.1.9.0/24 > 10.2.0.53/32 53");
	cr_expect(exemptions->rules[0].more_clients);
}

Test(exemption, servers_with_the_same_clients_share_a_rule)
{
	serve("10.1.0.5", "10.2.0.53", 53);
	serve("10.1.0.5", "10.2.0.54", 53);
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(),
	                 "10.1.0.5/32 > 10.2.0.53/32,10.2.0.54/32 53");
}

Test(exemption, ports_of_the_same_servers_share_a_rule)
{
	serve("10.1.0.5", "10.2.0.1", 137);
	serve("10.1.0.5", "10.2.0.1", 139);
	serve("10.1.0.5", "10.2.0.1", 138);
	serve("10.1.0.5", "10.2.0.1", 445);
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(), "10.1.0.5/32 > 10.2.0.1/32 137-139,445");
}

Test(exemption, servers_with_other_clients_or_ports_stay_apart)
{
	serve("10.1.0.5", "10.2.0.1", 53);
	serve("10.1.0.6", "10.2.0.2", 53);
	serve("10.1.0.5", "10.2.0.2", 123);
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(), "10.1.0.5/32 > 10.2.0.1/32 53; "
	                               "10.1.0.5/32 > 10.2.0.2/32 123; "
	                               "10.1.0.6/32 > 10.2.0.2/32 53");
}

Test(exemption, transports_and_families_stay_apart)
{
	struct served tcp = dns;
	struct served ipv6 = dns;

	tcp.transport = TRANSPORT_TCP;
	ipv6.client = "fd00:1::5";
	ipv6.server = "fd00:1::53";
	make_served(ledger, &dns);
	make_served(ledger, &tcp);
	make_served(ledger, &ipv6);
	derive(ANY, 0);
	cr_expect_eq(exemptions->count, 3);
}

/* Whether some flow was for this server and port, and from this client. */
static bool was_seen(const bool seen[4][4][4], unsigned client, unsigned server,
                     unsigned port)
{
	return seen[client][server][port];
}

/* Which combinations of clients, servers and ports a rule lets past. */
static void expect_no_wider(const bool seen[4][4][4])
{
	bool exempt[4][4][4] = { { { false } } };

	for (size_t i = 0; i < exemptions->count; i++) {
		const struct exemption *rule = &exemptions->rules[i];

		for (size_t c = 0; c < rule->clients.count; c++)
			for (size_t s = 0; s < rule->servers.count; s++)
				for (size_t p = 0; p < rule->ports.count; p++)
					for (unsigned n =
					             rule->ports.range[p].first;
					     n <= rule->ports.range[p].last;
					     n++)
						exempt[rule->clients.prefix[c]
						               .address
						               .bytes[15]]
						      [rule->servers.prefix[s]
						               .address
						               .bytes[15]][n] =
							      true;
	}
	for (unsigned i = 0; i < 64; i++)
		cr_expect_eq(exempt[i / 16][i / 4 % 4][i % 4],
		             was_seen(seen, i / 16, i / 4 % 4, i % 4),
		             "client %u, server %u, port %u", i / 16, i / 4 % 4,
		             i % 4);
}

Test(exemption, is_never_wider_than_what_was_seen_and_never_less)
{
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct chance chance = { .seed = seed };
		bool seen[4][4][4] = { { { false } } };

		for (unsigned i = 0; i < 14; i++) {
			unsigned c = (unsigned)chance_below(&chance, 4);
			unsigned s = (unsigned)chance_below(&chance, 4);
			unsigned p = 1 + (unsigned)chance_below(&chance, 3);
			char client[ADDRESS_TEXT];
			char server[ADDRESS_TEXT];

			snprintf(client, sizeof(client), "10.1.0.%u", c);
			snprintf(server, sizeof(server), "10.2.0.%u", s);
			serve(client, server, (uint16_t)p);
			seen[c][s][p] = true;
		}
		derive(ANY, 0);
		expect_no_wider((const bool(*)[4][4])seen);
		exemptions_free(exemptions);
		report_free(report);
		ledger_free(ledger);
		exemptions = NULL;
		report = NULL;
		ledger = make_ledger(map);
	}
}

Test(exemption, is_for_what_needs_one_and_not_for_the_rest)
{
	static const struct {
		enum impact impact;
		enum manner manner;
		enum model model;
		size_t rules;
	} cases[] = {
		{ IMPACT_NEEDS_EXEMPTION, MANNER_UNICAST, MODEL_HOST_ANY, 1 },
		{ IMPACT_PROTECTED, MANNER_UNICAST, MODEL_HOST_ANY, 0 },
		{ IMPACT_DEGRADES, MANNER_UNICAST, MODEL_HOST_ANY, 0 },
		/* It fails, and no bypass is known to help. */
		{ IMPACT_BREAKS, MANNER_UNICAST, MODEL_HOST_ANY, 0 },
		/* Dropped whatever it is. */
		{ IMPACT_PROTECTED, MANNER_ERROR_INSIDE, MODEL_HOST_ANY, 1 },
		/* Not selected at all. */
		{ IMPACT_NEEDS_EXEMPTION, MANNER_LINK_LOCAL, MODEL_HOST_SUBNET,
		  0 },
		{ IMPACT_OUT_OF_SCOPE, MANNER_UNICAST, MODEL_HOST_ANY, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct served served = dns;

		served.impact = cases[i].impact;
		served.manner = cases[i].manner;
		make_served(ledger, &served);
		derive(1u << cases[i].model, 0);
		cr_expect_eq(exemptions->count, cases[i].rules, "case %zu", i);
		ledger_free(ledger);
		ledger = make_ledger(map);
	}
}

Test(exemption, says_which_models_need_it)
{
	struct served broadcast = dns;

	broadcast.server = "10.1.0.255";
	broadcast.role = EXEMPTABLE_GROUP;
	broadcast.manner = MANNER_DIRECTED_BROADCAST;
	broadcast.from = 0;
	make_served(ledger, &broadcast);
	derive((1u << MODEL_COUNT) - 1, 0);
	cr_assert_eq(exemptions->count, 1);
	cr_expect_eq(exemptions->rules[0].models,
	             1u << MODEL_HOST_SUBNET | 1u << MODEL_HOST_ANY |
	                     1u << MODEL_REMOTE_ACCESS);
}

Test(exemption, of_a_group_goes_to_it_and_of_an_error_from_its_sender)
{
	struct served group = dns;
	struct served error = dns;

	group.server = "224.0.0.251";
	group.role = EXEMPTABLE_GROUP;
	group.manner = MANNER_GROUP_LINK;
	group.from = 0;
	error.role = EXEMPTABLE_ERROR;
	error.transport = TRANSPORT_ICMP;
	error.port = 11;
	error.manner = MANNER_ERROR_INSIDE;
	error.to = 0;
	make_served(ledger, &group);
	make_served(ledger, &error);
	derive(ANY, 0);
	cr_assert_eq(exemptions->count, 2);
	cr_expect_eq(exemptions->rules[0].directions, EXEMPTION_TO_SERVICE);
	cr_expect_eq(exemptions->rules[1].directions, EXEMPTION_FROM_SERVICE);
	cr_expect_eq(exemptions->rules[1].ports.range[0].first, 11 << 8);
}

Test(exemption, of_what_nobody_answers_goes_one_way)
{
	struct served syslog = dns;

	syslog.from = 0;
	make_served(ledger, &syslog);
	derive(ANY, 0);
	cr_expect_eq(exemptions->rules[0].directions, EXEMPTION_TO_SERVICE);
}

Test(exemption, clients_of_a_link_become_its_prefix)
{
	static const char *const clients[] = { "fe80::1", "fe80::2", "fe80::3",
		                               "fe80::4", "fe80::5", "::" };
	struct served group = dns;

	group.server = "ff02::fb";
	group.role = EXEMPTABLE_GROUP;
	group.manner = MANNER_GROUP_LINK;
	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		group.client = clients[i];
		make_served(ledger, &group);
	}
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(), "::/128,fe80::/10 > ff02::fb/128 53");
}

Test(exemption, leaves_out_services_without_a_port)
{
	serve("10.1.0.5", "10.2.0.1", 0);
	derive(ANY, 0);
	cr_expect_eq(exemptions->count, 0);
	cr_expect_eq(exemptions->portless, 1);
}

Test(exemption, of_a_protocol_without_ports_is_for_the_protocol)
{
	struct served gre = dns;

	gre.transport = TRANSPORT_GRE;
	gre.port = 0;
	make_served(ledger, &gre);
	derive(ANY, 0);
	cr_expect_str_eq(rules_text(), "10.1.0.5/32 > 10.2.0.53/32");
	cr_expect_eq(exemptions->portless, 0);
}

Test(exemption, of_the_baseline_comes_first_and_takes_what_it_covers)
{
	struct served solicitation = dns;
	struct served lease = dns;
	struct served relay = dns;

	solicitation.client = "fd00:1::5";
	solicitation.server = "fd00:1::6";
	solicitation.transport = TRANSPORT_ICMPV6;
	solicitation.port = 135;
	lease.port = 67;
	lease.client_port = 68;
	relay.port = 67;
	relay.server = "10.2.0.67";
	relay.client_port = 67;
	make_served(ledger, &solicitation);
	make_served(ledger, &lease);
	make_served(ledger, &relay);
	derive(ANY, BASELINE_ND | BASELINE_DHCP);
	cr_assert_eq(exemptions->count, 4);
	for (unsigned i = 0; i < 3; i++)
		cr_expect(exemptions->rules[i].baseline);
	cr_expect_eq(exemptions->rules[0].sums.packets, 5);
	cr_expect_eq(exemptions->rules[1].sums.packets, 5);
	cr_expect_eq(exemptions->rules[2].sums.packets, 0);
	cr_expect_str_eq(strrchr(rules_text(), ';'),
	                 "; 10.1.0.5/32 > 10.2.0.67/32 67");
}

Test(exemption, leaves_less_of_what_gains_protected)
{
	struct served web = dns;
	uint32_t office = 0;

	web.port = 80;
	web.signature = "web";
	web.impact = IMPACT_PROTECTED;
	make_served(ledger, &web)->worthy_bytes = 300;
	make_served(ledger, &dns)->worthy_bytes = 700;
	derive(ANY, 0);
	cr_assert_eq(exemptions->balance_count, 1);
	cr_expect_eq(balance_percent(&exemptions->balances[0], MODEL_HOST_ANY),
	             30);
	cr_expect_eq(exemptions_percent(exemptions, office, MODEL_HOST_ANY),
	             30);
}

Test(exemption, weighs_every_path_of_a_segment_once)
{
	struct served web = dns;

	web.port = 80;
	web.signature = "web";
	web.impact = IMPACT_PROTECTED;
	make_served(ledger, &dns)->worthy_bytes = 700;
	web.server = "10.1.9.80";
	make_served(ledger, &web)->worthy_bytes = 300;
	derive(ANY, 0);
	cr_assert_eq(exemptions->balance_count, 2);
	cr_expect_eq(exemptions_percent(exemptions, 0, MODEL_HOST_ANY), 30);
	cr_expect_eq(exemptions_percent(exemptions, 1, MODEL_HOST_ANY), 0);
	cr_expect_eq(exemptions_percent(exemptions, 2, MODEL_HOST_ANY), -1);
	cr_expect_eq(exemptions_percent(exemptions, ATLAS_OUTSIDE,
	                                MODEL_HOST_ANY),
	             -1);
}

Test(exemption, has_no_percentage_where_nothing_gains)
{
	make_served(ledger, &dns);
	derive(ANY, 0);
	cr_expect_eq(balance_percent(&exemptions->balances[0], MODEL_HOST_ANY),
	             -1);
}

Test(exemption, ranges_are_cut_into_aligned_blocks)
{
	static const struct {
		struct port_range range;
		size_t blocks;
	} cases[] = {
		{ { 53, 53 }, 1 },       { { 137, 139 }, 2 },
		{ { 5060, 5061 }, 1 },   { { 1024, 65535 }, 6 },
		{ { 1025, 5000 }, 16 },  { { 6881, 6889 }, 4 },
		{ { 65000, 65255 }, 6 }, { { 0, 65535 }, 1 },
		{ { 1, 65534 }, 30 },    { { 65535, 65535 }, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct port_range block[PORT_BLOCKS];
		size_t count = port_blocks(block, cases[i].range);
		uint32_t next = cases[i].range.first;

		cr_expect_eq(count, cases[i].blocks, "%u-%u: %zu",
		             cases[i].range.first, cases[i].range.last, count);
		for (size_t b = 0; b < count; b++) {
			uint32_t size =
				(uint32_t)block[b].last - block[b].first + 1;

			cr_expect_eq(block[b].first, next);
			cr_expect_eq(size & (size - 1), 0);
			cr_expect_eq(block[b].first % size, 0);
			next = (uint32_t)block[b].last + 1;
		}
		cr_expect_eq(next, (uint32_t)cases[i].range.last + 1);
	}
}
