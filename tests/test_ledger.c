#include "report/emit.h"
#include "tests/chain.h"
#include "tests/ledger_compare.h"

static struct error err;

/* The sum of ledgers made from seeds, in that order. */
static struct ledger *sum_of(const struct segment_map *map,
                             const unsigned *seeds, size_t count)
{
	struct ledger *sum = make_ledger(map);

	for (size_t i = 0; i < count; i++) {
		struct ledger *part = make_chance_ledger(map, seeds[i]);

		cr_assert(ledger_merge(sum, part, false, &err), "%s", err.text);
		ledger_free(part);
	}
	return sum;
}

static const char sites[] =
	"[{\"name\":\"lan\",\"prefixes\":[\"10.0.0.0/16\",\"fd00::/48\"]},"
	"{\"name\":\"lab\",\"prefixes\":[\"192.168.0.0/16\"],\"vlans\":[10]}]";

static void expect_any_order(const struct segment_map *map)
{
	static const unsigned orders[][4] = {
		{ 1, 2, 3, 4 },
		{ 4, 3, 2, 1 },
		{ 2, 4, 1, 3 },
		{ 3, 1, 4, 2 },
	};
	struct ledger *want = sum_of(map, orders[0], 4);

	for (size_t i = 1; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct ledger *sum = sum_of(map, orders[i], 4);

		expect_same_ledger(want, sum, "sums in another order");
		ledger_free(sum);
	}
	ledger_free(want);
}

Test(ledger, merging_does_not_depend_on_the_order)
{
	struct segment_map *map = map_from_text(sites, &err);

	expect_any_order(NULL);
	expect_any_order(map);
	segment_map_free(map);
}

/* The caller frees it. */
static char *report_text(const struct ledger *ledger,
                         const struct signature_set *set)
{
	struct report *report = report_create(ledger, set, &err);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	cr_assert_not_null(report, "%s", err.text);
	cr_expect(emit_json(report, out));
	fclose(out);
	report_free(report);
	return text;
}

/* Discovered segments, their hosts and verdicts follow from the sums alone. */
Test(ledger, a_report_does_not_depend_on_the_order_of_merging)
{
	static const unsigned up[] = { 5, 6, 7, 8, 9 };
	static const unsigned down[] = { 9, 8, 7, 6, 5 };
	struct signature_set *set = make_limits();
	struct ledger *ledgers[] = { sum_of(NULL, up, 5),
		                     sum_of(NULL, down, 5) };
	char *texts[] = { report_text(ledgers[0], set),
		          report_text(ledgers[1], set) };

	expect_same_text(texts[0], texts[1], "reports of sums");
	for (size_t i = 0; i < 2; i++) {
		free(texts[i]);
		ledger_free(ledgers[i]);
	}
	signature_set_free(set);
}

Test(ledger, merging_does_not_depend_on_the_grouping)
{
	for (unsigned seed = 10; seed < 40; seed += 4) {
		unsigned all[] = { seed, seed + 1, seed + 2, seed + 3 };
		struct ledger *one_by_one = sum_of(NULL, all, 4);
		struct ledger *left = sum_of(NULL, all, 2);
		struct ledger *right = sum_of(NULL, all + 2, 2);

		cr_assert(ledger_merge(left, right, false, &err));
		expect_same_ledger(one_by_one, left, "sums in other groups");
		ledger_free(one_by_one);
		ledger_free(left);
		ledger_free(right);
	}
}

Test(ledger, maps_may_list_their_segments_in_another_order)
{
	static const char turned[] =
		"[{\"name\":\"lab\",\"prefixes\":[\"192.168.0.0/16\"],"
		"\"vlans\":[10]},{\"name\":\"lan\","
		"\"prefixes\":[\"10.0.0.0/16\",\"fd00::/48\"]}]";
	struct segment_map *map = map_from_text(sites, &err);
	struct segment_map *other = map_from_text(turned, &err);
	struct ledger *want = make_chance_ledger(map, 1);
	struct ledger *sum = make_chance_ledger(map, 1);
	struct ledger *from = make_chance_ledger(other, 2);
	struct ledger *same = make_chance_ledger(map, 2);

	cr_assert(ledger_merge(sum, from, false, &err), "%s", err.text);
	cr_assert(ledger_merge(want, same, false, &err), "%s", err.text);
	expect_same_ledger(want, sum, "sums of turned maps");
	ledger_free(want);
	ledger_free(sum);
	ledger_free(from);
	ledger_free(same);
	segment_map_free(map);
	segment_map_free(other);
}

Test(ledger, workers_of_one_run_share_their_sources)
{
	struct ledger *a = make_chance_ledger(NULL, 1);
	struct ledger *b = make_chance_ledger(NULL, 2);

	make_source(b, "1.pcap", 1, 60);
	cr_expect(ledger_merge(a, b, true, &err));
	cr_expect_eq(a->source_count, 1);
	ledger_free(a);
	ledger_free(b);
}

Test(ledger, a_source_does_not_count_twice)
{
	struct ledger *a = make_ledger(NULL);
	struct ledger *b = make_ledger(NULL);
	char *before;
	char *after;

	make_source(a, "monday.pcap", 7, 60);
	make_source(b, "copy.pcap", 7, 60);
	make_fired(b, "mdns", IMPACT_BREAKS);
	before = ledger_text(a);
	cr_expect_not(ledger_merge(a, b, false, &err));
	cr_expect_str_eq(err.text,
	                 "source 'copy.pcap' is in both reports (as "
	                 "'monday.pcap' in the other); its traffic would count "
	                 "twice");
	after = ledger_text(a);
	expect_same_text(before, after, "ledgers before and after a refusal");
	free(before);
	free(after);
	ledger_free(a);
	ledger_free(b);
}

Test(ledger, sources_without_a_frame_are_not_the_same)
{
	struct ledger *a = make_ledger(NULL);
	struct ledger *b = make_ledger(NULL);

	make_source(a, "empty.pcap", 0, 0);
	make_source(b, "void.pcap", 0, 0);
	a->sources[0].frames = 0;
	b->sources[0].frames = 0;
	cr_expect(ledger_merge(a, b, false, &err), "%s", err.text);
	cr_expect_eq(a->source_count, 2);
	ledger_free(a);
	ledger_free(b);
}

Test(ledger, reports_by_different_maps_do_not_add_up)
{
	static const struct {
		const char *map; /* NULL: discovered */
		const char *complaint;
	} cases[] = {
		{ NULL, "one report has mapped segments and the other "
		        "discovered ones; audit both with one map" },
		{ "[{\"name\":\"lan\",\"prefixes\":[\"10.0.0.0/16\"]}]",
		  "the reports have maps of 2 and 1 segments; audit both with "
		  "one map" },
		{ "[{\"name\":\"lan\",\"prefixes\":[\"10.0.0.0/16\","
		  "\"fd00::/48\"]},{\"name\":\"dmz\",\"vlans\":[10]}]",
		  "the reports have different maps: only one has segment "
		  "'dmz'; audit both with one map" },
		{ "[{\"name\":\"lan\",\"prefixes\":[\"10.0.0.0/16\","
		  "\"fd00::/48\"]},{\"name\":\"lab\",\"vlans\":[10]}]",
		  "the reports map segment 'lab' differently; audit both with "
		  "one map" },
	};
	struct segment_map *map = map_from_text(sites, &err);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct segment_map *other =
			cases[i].map ? map_from_text(cases[i].map, &err) : NULL;
		struct ledger *a = make_ledger(map);
		struct ledger *b = make_ledger(other);

		cr_expect_not(ledger_merge(a, b, false, &err));
		cr_expect_str_eq(err.text, cases[i].complaint);
		ledger_free(a);
		ledger_free(b);
		segment_map_free(other);
	}
	segment_map_free(map);
}

/* Hosts 0 to count-1, each so many steps after the one before. */
static struct host_set hosts_stepping(unsigned count, unsigned step)
{
	struct host_set set = { 0 };

	for (unsigned i = 0, at = 0; i < count; i++, at = (at + step) % count) {
		uint8_t bytes[4] = { 10, 0, 0, (uint8_t)at };
		struct address address = address_from_ipv4(bytes);

		host_set_add(&set, &address, FAMILY_IPV4);
	}
	return set;
}

Test(ledger, the_hosts_kept_do_not_depend_on_their_order)
{
	static const unsigned counts[] = { 1, 31, 32, 33, 97 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct host_set up = hosts_stepping(counts[i], 1);
		struct host_set turned =
			hosts_stepping(counts[i], counts[i] - 1);

		cr_expect_eq(up.count, counts[i] < LEDGER_HOSTS ? counts[i]
		                                                : LEDGER_HOSTS);
		cr_expect_eq(up.more, counts[i] > LEDGER_HOSTS, "%u hosts",
		             counts[i]);
		cr_expect_eq(memcmp(&up, &turned, sizeof(up)), 0, "%u hosts",
		             counts[i]);
	}
}

Test(ledger, a_host_that_is_known_is_not_one_more)
{
	struct host_set set = hosts_stepping(LEDGER_HOSTS, 1);

	for (uint32_t i = 0; i < LEDGER_HOSTS; i++) {
		struct address again = set.address[i];

		host_set_add(&set, &again, FAMILY_IPV4);
	}
	cr_expect_eq(set.count, LEDGER_HOSTS);
	cr_expect_not(set.more);
}

Test(ledger, the_examples_with_the_smallest_hashes_stay)
{
	static const uint64_t orders[][5] = { { 1, 2, 3, 4, 5 },
		                              { 5, 4, 3, 2, 1 },
		                              { 3, 5, 1, 4, 2 } };

	for (size_t i = 0; i < 3; i++) {
		struct finding finding = { 0 };

		for (size_t k = 0; k < 5; k++) {
			struct example example = { .hash = orders[i][k] };

			finding_add_example(&finding, &example);
			finding_add_example(&finding, &example);
		}
		cr_expect_eq(finding.example_count, LEDGER_EXAMPLES);
		for (uint32_t k = 0; k < LEDGER_EXAMPLES; k++)
			cr_expect_eq(finding.examples[k].hash, k + 1);
	}
}

Test(ledger, one_flow_that_two_sources_saw_is_shown_where_it_came_first)
{
	struct example early = { .hash = 1, .frame = 5, .source = 1 };
	struct example late = { .hash = 1, .frame = 9, .source = 0 };
	struct finding a = { 0 };
	struct finding b = { 0 };

	finding_add_example(&a, &early);
	finding_add_example(&a, &late);
	finding_add_example(&b, &late);
	finding_add_example(&b, &early);
	cr_expect_eq(a.example_count, 1);
	cr_expect_eq(a.examples[0].frame, 5);
	cr_expect_eq(b.examples[0].frame, 5);
}

Test(ledger, an_example_of_an_unknown_source_gets_none_by_merging)
{
	struct finding from = { .example_count = 1,
		                .examples[0] = { .source = UINT32_MAX } };
	struct finding into = { 0 };

	finding_merge(&into, &from, 3);
	cr_expect_eq(into.examples[0].source, UINT32_MAX);
}

/* Services on ports 1 to count, forwards or backwards. */
static struct host host_with_services(unsigned count, bool backwards)
{
	struct host host = { 0 };

	for (unsigned i = 0; i < count; i++) {
		struct service service = {
			.transport = TRANSPORT_TCP,
			.port = (uint16_t)(1 + (backwards ? count - 1 - i : i)),
			.application = "Unknown",
		};

		host_add_service(&host, &service);
	}
	return host;
}

Test(ledger, the_services_kept_do_not_depend_on_their_order)
{
	struct host up = host_with_services(40, false);
	struct host down = host_with_services(40, true);

	cr_expect_eq(up.service_count, LEDGER_SERVICES);
	for (unsigned i = 0; i < LEDGER_SERVICES; i++) {
		cr_expect_eq(up.services[i].port, i + 1);
		cr_expect_eq(down.services[i].port, i + 1);
	}
}

Test(ledger, a_service_is_called_by_the_first_name_that_says_something)
{
	static const char *const orders[][3] = {
		{ "Unknown", "TLS", "HTTP" },
		{ "TLS", "HTTP", "Unknown" },
		{ "HTTP", "Unknown", "TLS" },
	};

	for (size_t i = 0; i < 3; i++) {
		struct host host = { 0 };

		for (size_t k = 0; k < 3; k++) {
			struct service service = { .port = 443 };

			snprintf(service.application,
			         sizeof(service.application), "%s",
			         orders[i][k]);
			host_add_service(&host, &service);
		}
		cr_expect_eq(host.service_count, 1);
		cr_expect_str_eq(host.services[0].application, "HTTP");
	}
}

Test(ledger, a_span_holds_all_that_was_added)
{
	struct span span = { 0 };

	span_add(&span, 0, 0); /* nothing seen */
	cr_expect_eq(span.last_ns, 0);
	span_add(&span, 50, 60);
	span_add(&span, 10, 20);
	span_add(&span, 55, 99);
	cr_expect_eq(span.first_ns, 10);
	cr_expect_eq(span.last_ns, 99);
}

Test(ledger, a_signature_that_fires_again_keeps_its_index)
{
	struct ledger *ledger = make_ledger(NULL);
	uint32_t mdns = make_fired(ledger, "mdns", IMPACT_BREAKS);
	uint32_t arp = make_fired(ledger, "arp", IMPACT_IN_CLEAR);

	cr_expect_neq(mdns, arp);
	cr_expect_eq(make_fired(ledger, "mdns", IMPACT_BREAKS), mdns);
	cr_expect_str_eq(ledger_signature(ledger, arp)->id, "arp");
	ledger_free(ledger);
}

/* 64 records are the least that a table has room for. */
static size_t add_hosts(struct ledger *small, uint64_t packets)
{
	struct place place = make_place(small, "10.0.0.1", 0);
	size_t hosts = 0;

	for (unsigned i = 0; i < 200; i++) {
		uint8_t bytes[4] = { 10, 0, 0, (uint8_t)i };
		struct address address = address_from_ipv4(bytes);
		struct host *host = ledger_host(small, &place, &address);

		if (host)
			host->packets[0] = packets;
		hosts += host != NULL;
	}
	return hosts;
}

Test(ledger, what_finds_no_room_is_counted_and_merged)
{
	struct ledger *small = ledger_create(NULL, 0, &err);
	struct ledger *sum = make_ledger(NULL);

	cr_expect_eq(add_hosts(small, 8), 64);
	cr_expect_eq(ledger_refused(small), 136);
	cr_expect(ledger_merge(sum, small, false, &err));
	cr_expect_eq(ledger_refused(sum), 136);
	ledger_free(small);
	ledger_free(sum);
}

Test(ledger, hosts_of_few_packets_make_room_for_others)
{
	struct ledger *small = ledger_create(NULL, 0, &err);
	struct ledger *sum = make_ledger(NULL);

	cr_expect_eq(add_hosts(small, 7), 200);
	cr_expect_eq(ledger_refused(small), 0);
	cr_expect_eq(ledger_counters_of(small).evicted_hosts, 136);
	cr_expect(ledger_merge(sum, small, false, &err));
	cr_expect_eq(ledger_counters_of(sum).evicted_hosts, 136);
	ledger_free(small);
	ledger_free(sum);
}

Test(ledger, a_span_may_begin_when_clocks_do)
{
	struct span span = { 0, 0 };

	span_add(&span, 0, 0);
	cr_expect_eq(span.last_ns, 0);
	span_add(&span, 0, 9);
	span_add(&span, 5, 12);
	cr_expect_eq(span.first_ns, 1);
	cr_expect_eq(span.last_ns, 12);
}

/* In whatever order they come. */
Test(ledger, of_two_names_the_one_that_says_more_is_kept)
{
	static const char *const names[] = { "", "Unknown", "HTTP", "DNS" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < i; k++) {
			char kept[LEDGER_APPLICATION] = "";
			char swapped[LEDGER_APPLICATION] = "";

			application_keep(kept, names[i]);
			application_keep(kept, names[k]);
			application_keep(swapped, names[k]);
			application_keep(swapped, names[i]);
			cr_expect_str_eq(kept, names[i]);
			cr_expect_str_eq(swapped, names[i]);
		}
}
