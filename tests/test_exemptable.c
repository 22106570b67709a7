#include <criterion/criterion.h>

#include "tests/exemption_maker.h"

static struct error err;
static struct segment_map *map;

static void begin(void)
{
	map = map_from_text("[{\"name\": \"office\", "
	                    "\"prefixes\": [\"10.1.0.0/16\"]}]",
	                    &err);
	cr_assert_not_null(map, "%s", err.text);
}

static void end(void)
{
	segment_map_free(map);
}

TestSuite(exemptable, .init = begin, .fini = end);

/* Services by chance, with more clients and signatures than are kept. */
static struct ledger *chance_services(uint64_t seed)
{
	struct chance chance = { .seed = seed };
	struct ledger *ledger = make_ledger(map);
	char name[32];

	snprintf(name, sizeof(name), "%u.pcap", (unsigned)seed);
	make_source(ledger, name, seed, 1 + chance_below(&chance, 999));
	for (unsigned i = 0; i < 60; i++) {
		char client[ADDRESS_TEXT];
		char id[32];
		const struct served served = {
			.client = client,
			.server = chance_below(&chance, 2) ? "10.1.0.1"
			                                   : "8.8.8.8",
			.transport = TRANSPORT_UDP,
			.port = (uint16_t)(1 + chance_below(&chance, 2)),
			.signature = id,
			.impact = IMPACT_DEGRADES,
			.to = chance_below(&chance, 9),
			.from = chance_below(&chance, 9),
			.client_port = (uint32_t)chance_below(&chance, 3),
		};

		snprintf(client, sizeof(client), "10.1.1.%u",
		         (unsigned)chance_below(&chance, 30));
		snprintf(id, sizeof(id), "id-%u",
		         (unsigned)chance_below(&chance, 30));
		make_served(ledger, &served)->worthy_bytes +=
			chance_below(&chance, 1000);
	}
	return ledger;
}

Test(exemptable, what_was_written_reads_back)
{
	struct ledger *ledger = chance_services(1);
	char *text = ledger_text(ledger);
	struct ledger *again = ledger_from_text(text, &err);

	cr_assert_not_null(again, "%s", err.text);
	expect_same_ledger(ledger, again, "ledgers");
	ledger_free(again);
	ledger_free(ledger);
	free(text);
}

/* The sum of three, in the order given. */
static struct ledger *sum_of(uint64_t a, uint64_t b, uint64_t c)
{
	struct ledger *sum = chance_services(a);
	struct ledger *more[2] = { chance_services(b), chance_services(c) };

	for (unsigned i = 0; i < 2; i++) {
		cr_assert(ledger_merge(sum, more[i], false, &err), "%s",
		          err.text);
		ledger_free(more[i]);
	}
	return sum;
}

Test(exemptable, merging_does_not_mind_the_order)
{
	for (uint64_t seed = 1; seed < 20; seed += 3) {
		struct ledger *one = sum_of(seed, seed + 1, seed + 2);
		struct ledger *other = sum_of(seed + 2, seed, seed + 1);

		expect_same_ledger(one, other, "sums");
		ledger_free(one);
		ledger_free(other);
	}
}

Test(exemptable, keeps_the_smallest_clients_and_says_that_there_were_more)
{
	struct client_set set = { 0 };

	for (unsigned i = 0; i < EXEMPTABLE_CLIENTS + 3; i++) {
		uint8_t bytes[4] = { 10, 0, 0, (uint8_t)(100 - i) };
		struct address address = address_from_ipv4(bytes);

		client_set_add(&set, &address);
		client_set_add(&set, &address);
	}
	cr_expect_eq(set.count, EXEMPTABLE_CLIENTS);
	cr_expect(set.more);
	for (unsigned i = 0; i < EXEMPTABLE_CLIENTS; i++)
		cr_expect_eq(set.address[i].bytes[15],
		             100 - EXEMPTABLE_CLIENTS - 2 + i);
}

Test(exemptable, several_ports_stay_several)
{
	struct exemptable exemptable = { 0 };

	exemptable_add_port(&exemptable, 0);
	cr_expect_eq(exemptable.client_port, 0);
	exemptable_add_port(&exemptable, 68);
	exemptable_add_port(&exemptable, 68);
	cr_expect_eq(exemptable.client_port, 68);
	exemptable_add_port(&exemptable, 67);
	cr_expect_eq(exemptable.client_port, EXEMPTABLE_ANY_PORT);
	exemptable_add_port(&exemptable, 68);
	cr_expect_eq(exemptable.client_port, EXEMPTABLE_ANY_PORT);
}

/* A ledger's text with one word of its services replaced. */
static char *spoilt(const struct ledger *ledger, const char *from,
                    const char *to)
{
	char *text = ledger_text(ledger);
	char *services = strstr(text, "\"exemptable\"");
	char *at = services ? strstr(services, from) : NULL;
	char *made = NULL;

	cr_assert_not_null(at, "no %s", from);
	cr_assert_gt(asprintf(&made, "%.*s%s%s", (int)(at - text), text, to,
	                      at + strlen(from)),
	             0);
	free(text);
	return made;
}

Test(exemptable, complaints_say_what_was_expected)
{
	static const struct {
		const char *from;
		const char *to;
		const char *complaint;
	} cases[] = {
		{ "\"role\":\"service\"", "\"role\":\"servant\"",
		  "a known role and manner" },
		{ "\"manner\":\"unicast\"", "\"manner\":\"polite\"",
		  "a known role and manner" },
		{ "\"family\":1", "\"family\":3", "a service" },
		{ "\"port\":1", "\"port\":65536", "a service" },
		{ "\"address\":\"", "\"address\":\"x", "an address" },
		{ "\"clients\":[\"", "\"clients\":[\"x", "an address" },
		{ "\"client_port\":", "\"client_port\":70000",
		  "a client's port" },
		{ "\"signatures\":[\"", "\"signatures\":[\"x",
		  "a known signature" },
		{ "\"places\":[", "\"places\":[\"outside\", ", "two places" },
		{ "\"worthy_bytes\"", "\"unworthy_bytes\"", "worthy_bytes" },
	};
	struct ledger *ledger = chance_services(2);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = spoilt(ledger, cases[i].from, cases[i].to);

		cr_expect_null(ledger_from_text(text, &err), "%s", cases[i].to);
		cr_expect(strstr(err.text, cases[i].complaint), "%s: %s",
		          cases[i].to, err.text);
		free(text);
	}
	ledger_free(ledger);
}
