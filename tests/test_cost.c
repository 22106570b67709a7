#include <criterion/criterion.h>

#include "report/emit.h"
#include "tests/chain.h"
#include "tests/ledger_maker.h"
#include "tests/suites_maker.h"

static struct suite_set suites;
static struct error err;

static void start(void)
{
	read_suites(&suites);
}

static void end(void)
{
	suite_set_release(&suites);
}

TestSuite(cost, .init = start, .fini = end);

static struct costing ask(uint32_t mtu, const char *names)
{
	struct costing costing = { 0 };

	cr_assert(costing_choose(&costing, mtu, names, &suites, &err), "%s",
	          err.text);
	return costing;
}

static struct cost_row *rows_of(const struct path *traffic,
                                const struct costing *costing, size_t *count)
{
	struct lengths lengths;
	struct cost_row *rows;

	cr_assert(lengths_take(&lengths, traffic));
	rows = cost_of(&lengths, &suites, costing, count);
	lengths_release(&lengths);
	cr_assert_not_null(rows);
	return rows;
}

/* Without NAT traversal. */
static const struct cost_row *row_of(const struct cost_row *rows, size_t count,
                                     const char *suite, enum esp_mode mode,
                                     bool outer_ipv6)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].shape.suite->id, suite) == 0 &&
		    rows[i].shape.mode == mode &&
		    rows[i].shape.outer_ipv6 == outer_ipv6 &&
		    !rows[i].shape.nat_traversal)
			return &rows[i];
	cr_assert_fail("no row of %s", suite);
	return NULL;
}

static void expect_row(const struct cost_row *row, struct cost_row wanted)
{
	cr_expect_eq(row->packets, wanted.packets);
	cr_expect_eq(row->plain_bytes, wanted.plain_bytes);
	cr_expect_eq(row->protected_bytes, wanted.protected_bytes);
	cr_expect_eq(row->oversize_packets, wanted.oversize_packets);
	cr_expect_eq(row->oversize_df_packets, wanted.oversize_df_packets);
	cr_expect_eq(row->largest_inner, wanted.largest_inner);
	cr_expect_eq(row->mss[0], wanted.mss[0]);
	cr_expect_eq(row->mss[1], wanted.mss[1]);
}

/* Four kinds of packets of both families. */
static struct path mixed_traffic(void)
{
	struct path traffic = { 0 };

	histogram_add(&traffic.sizes[0][0], 100, 3);
	histogram_add(&traffic.sizes[0][0], 1466, 1);
	histogram_add(&traffic.sizes[0][1], 1500, 2);
	histogram_add(&traffic.sizes[1][1], 80, 5);
	return traffic;
}

Test(cost, in_transport_mode_counts_packets_of_one_family)
{
	const struct costing costing = ask(0, "aes-gcm-16");
	struct path traffic = mixed_traffic();
	size_t count;
	struct cost_row *rows = rows_of(&traffic, &costing, &count);

	cr_expect_eq(count, 8);
	expect_row(row_of(rows, count, "aes-gcm-16", ESP_TRANSPORT, false),
	           (struct cost_row){
			   .packets = 6,
			   .plain_bytes = 4766,
			   .protected_bytes = 3 * 136 + 1500 + 2 * 1536,
			   .oversize_packets = 2,
			   .oversize_df_packets = 2,
			   .largest_inner = 1466,
			   .mss = { 1426, 0 },
		   });
	expect_row(row_of(rows, count, "aes-gcm-16", ESP_TRANSPORT, true),
	           (struct cost_row){
			   .packets = 5,
			   .plain_bytes = 400,
			   .protected_bytes = 5 * 116,
			   .largest_inner = 1466,
			   .mss = { 0, 1406 },
		   });
	free(rows);
	path_release(&traffic);
}

Test(cost, in_tunnel_mode_counts_packets_of_both_families)
{
	const struct costing costing = ask(0, "aes-gcm-16");
	struct path traffic = mixed_traffic();
	size_t count;
	struct cost_row *rows = rows_of(&traffic, &costing, &count);

	expect_row(row_of(rows, count, "aes-gcm-16", ESP_TUNNEL, false),
	           (struct cost_row){
			   .packets = 11,
			   .plain_bytes = 5166,
			   .protected_bytes =
				   3 * 156 + 1520 + 2 * 1556 + 5 * 136,
			   .oversize_packets = 3,
			   .oversize_df_packets = 2,
			   .largest_inner = 1446,
			   .mss = { 1406, 1386 },
		   });
	free(rows);
	path_release(&traffic);
}

Test(cost, of_no_unicast_there_are_no_rows)
{
	const struct costing costing = ask(0, "all");
	const struct path traffic = { 0 };
	size_t count;

	free(rows_of(&traffic, &costing, &count));
	cr_expect_eq(count, 0);
}

Test(cost, ah_has_no_rows_with_nat_traversal)
{
	const struct costing costing = ask(1400, "ah-hmac-sha2-256-128");
	struct path traffic = { 0 };
	struct cost_row *rows;
	size_t count;

	histogram_add(&traffic.sizes[0][0], 1373, 1);
	rows = rows_of(&traffic, &costing, &count);
	cr_expect_eq(count, 4);
	for (size_t i = 0; i < count; i++)
		cr_expect_not(rows[i].shape.nat_traversal);
	expect_row(row_of(rows, count, "ah-hmac-sha2-256-128", ESP_TRANSPORT,
	                  false),
	           (struct cost_row){
			   .packets = 1,
			   .plain_bytes = 1373,
			   .protected_bytes = 1401,
			   .oversize_packets = 1,
			   .largest_inner = 1372,
			   .mss = { 1332, 0 },
		   });
	free(rows);
	path_release(&traffic);
}

Test(cost, asks_for_the_default_suites_where_none_are_named)
{
	const struct costing none = { 0 };
	const struct costing named = ask(0, NULL);
	struct path traffic = { 0 };
	size_t count;
	size_t same;

	histogram_add(&traffic.sizes[0][0], 100, 1);
	free(rows_of(&traffic, &none, &count));
	free(rows_of(&traffic, &named, &same));
	cr_expect_eq(count, 5 * COST_ROWS_PER_SUITE);
	cr_expect_eq(same, count);
	cr_expect_str_eq(cost_first_suite(&suites, &none)->id, "aes-gcm-16");
	path_release(&traffic);
}

/* One packet of a path, as the accountant enters it. */
struct sized {
	bool ipv6;
	bool df;
	uint32_t header_len;
	uint32_t len;
};

static struct sized chance_sized(struct chance *chance)
{
	bool ipv6 = chance_below(chance, 2);
	uint32_t usual = esp_header_len(ipv6);
	uint32_t more = ipv6 ? 8 * (uint32_t)chance_below(chance, 9)
	                     : 4 * (uint32_t)chance_below(chance, 11);

	return (struct sized){
		.ipv6 = ipv6,
		.df = ipv6 || chance_below(chance, 2),
		.header_len = usual + more,
		.len = usual + more + (uint32_t)chance_below(chance, 1520),
	};
}

static void enter_sized(struct path *traffic, const struct sized *sized)
{
	uint32_t more = sized->header_len - esp_header_len(sized->ipv6);

	histogram_add(&traffic->sizes[sized->ipv6][sized->df], sized->len, 1);
	if (more % 16)
		histogram_add(&traffic->longer[sized->ipv6][sized->df]
		                              [more % 16 / 4 - 1],
		              sized->len, 1);
}

static void count_sized(struct cost_row *row, const struct sized *sized)
{
	uint32_t len =
		esp_protected_len(&row->shape, sized->len, sized->header_len);

	if (row->shape.mode == ESP_TRANSPORT &&
	    row->shape.outer_ipv6 != sized->ipv6)
		return;
	row->packets++;
	row->plain_bytes += sized->len;
	row->protected_bytes += len;
	row->oversize_packets += len > row->mtu;
	row->oversize_df_packets += len > row->mtu && sized->df;
}

Test(cost, is_exact_whatever_options_packets_have)
{
	const struct costing costing = ask(1300, "all");
	struct chance chance = { .seed = 7 };
	struct path traffic = { 0 };
	struct sized sized[400];
	struct cost_row *rows;
	size_t count;

	for (size_t i = 0; i < 400; i++) {
		sized[i] = chance_sized(&chance);
		enter_sized(&traffic, &sized[i]);
	}
	rows = rows_of(&traffic, &costing, &count);
	for (size_t r = 0; r < count; r++) {
		struct cost_row wanted = {
			.shape = rows[r].shape,
			.mtu = 1300,
			.largest_inner = rows[r].largest_inner,
			.mss = { rows[r].mss[0], rows[r].mss[1] },
		};

		for (size_t i = 0; i < 400; i++)
			count_sized(&wanted, &sized[i]);
		expect_row(&rows[r], wanted);
	}
	free(rows);
	path_release(&traffic);
}

Test(cost, of_options_comes_all_the_way_from_the_packet)
{
	struct chain chain = chain_start(NULL, NULL);
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.1.0.1", 40000, "10.2.0.1", 9);
	const struct report *report;
	const struct report_part *part;

	packet.ip_header_len = 24;
	chain_packet(&chain, packet);
	packet.ip_header_len = 20;
	chain_packet(&chain, packet);
	report = chain_report(&chain);
	cr_assert_eq(report->path_count, 1);
	part = &report->paths[0].part;
	cr_expect_eq(row_of(part->costs, part->cost_count,
	                    "aes-cbc-hmac-sha1-96", ESP_TRANSPORT, false)
	                     ->protected_bytes,
	             140 + 152);
	chain_end(&chain);
}

static struct ledger *ledger_of(uint64_t digest, uint32_t len, uint64_t packets)
{
	struct ledger *ledger = make_ledger(NULL);
	struct path *path;

	make_source(ledger, "x.pcap", digest, 60);
	path = make_traffic(ledger, "10.1.0.1", "10.2.0.1", 0, MANNER_UNICAST,
	                    packets);
	histogram_add(&path->sizes[0][0], len, packets);
	histogram_add(&path->longer[0][0][1], len, packets / 2);
	return ledger;
}

static struct signature_set *suites_alone(void)
{
	static const char text[] =
		"{\"suites\": [{\"id\": \"cbc\", \"name\": \"N\", "
		"\"protocol\": \"esp\", \"iv\": 16, \"block\": 16, \"icv\": 12,"
		"\"default\": true, \"status\": \"MUST\", \"references\": []}]"
		"}";
	struct signature_set *set =
		signature_set_from_text(text, strlen(text), "test.json", NULL,
	                                &err);

	cr_assert_not_null(set, "%s", err.text);
	return set;
}

static struct report *report_of(const struct ledger *ledger,
                                const struct signature_set *set)
{
	struct report *report = report_create(ledger, set, &err);

	cr_assert_not_null(report, "%s", err.text);
	return report;
}

Test(cost, of_merged_ledgers_is_that_of_one_run)
{
	struct signature_set *set = suites_alone();
	struct ledger *sum = ledger_of(1, 200, 10);
	struct ledger *part = ledger_of(2, 1470, 20);
	struct ledger *whole = ledger_of(3, 200, 10);
	struct path *path = make_traffic(whole, "10.1.0.1", "10.2.0.1", 0,
	                                 MANNER_UNICAST, 20);
	struct report *merged;
	struct report *one;

	histogram_add(&path->sizes[0][0], 1470, 20);
	histogram_add(&path->longer[0][0][1], 1470, 10);
	cr_assert(ledger_merge(sum, part, false, &err), "%s", err.text);
	merged = report_of(sum, set);
	one = report_of(whole, set);
	cr_assert_eq(merged->path_count, 1);
	cr_assert_eq(merged->paths[0].part.cost_count, 8);
	for (size_t i = 0; i < 8; i++)
		expect_row(&merged->paths[0].part.costs[i],
		           one->paths[0].part.costs[i]);
	cr_expect_gt(one->paths[0].part.costs[0].oversize_packets, 0);
	report_free(merged);
	report_free(one);
	ledger_free(sum);
	ledger_free(part);
	ledger_free(whole);
	signature_set_free(set);
}

Test(cost, table_keeps_to_its_width_and_obeys_no_name)
{
	struct segment_map *map =
		map_from_text("[{\"name\": \"a\\u001b[2J\", \"prefixes\": "
	                      "[\"10.1.0.0/16\"]}, {\"name\": \"b\", "
	                      "\"prefixes\": [\"10.2.0.0/16\"]}]",
	                      &err);
	struct signature_set *set = suites_alone();
	struct ledger *ledger;
	struct report *report;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cr_assert_not_null(map, "%s", err.text);
	ledger = make_ledger(map);
	make_traffic(ledger, "10.1.0.1", "10.2.0.1", 0, MANNER_UNICAST,
	             UINT64_C(1) << 33);
	report = report_of(ledger, set);
	cr_expect(emit_cost(report, out));
	fclose(out);
	cr_expect_null(strchr(text, '\x1b'));
	cr_expect_not_null(strstr(text, "a?[2J - b"));
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		cr_expect_leq(strcspn(line, "\n"), 120, "%.130s", line);
	free(text);
	report_free(report);
	ledger_free(ledger);
	segment_map_free(map);
	signature_set_free(set);
}
