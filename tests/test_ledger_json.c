#include "tests/chain.h"
#include "tests/ledger_compare.h"

static struct error err;

static struct ledger *read_valid(const char *text)
{
	struct ledger *ledger = ledger_from_text(text, &err);

	cr_assert_not_null(ledger, "%s", err.text);
	return ledger;
}

static void expect_round_trip(const struct ledger *ledger)
{
	char *text = ledger_text(ledger);
	struct ledger *again = read_valid(text);

	expect_same_ledger(ledger, again, "a ledger and what was read of it");
	ledger_free(again);
	free(text);
}

Test(ledger_json, what_was_written_reads_back_as_the_same)
{
	static const char sites[] =
		"[{\"name\":\"lan \\\"1\\\"\",\"vlans\":[10],"
		"\"prefixes\":[\"10.0.0.0/16\",\"fd00::/48\"]}]";
	struct segment_map *map = map_from_text(sites, &err);

	for (unsigned seed = 1; seed < 20; seed++) {
		struct ledger *ledger =
			make_chance_ledger(seed % 2 ? map : NULL, seed);

		expect_round_trip(ledger);
		ledger_free(ledger);
	}
	segment_map_free(map);
}

Test(ledger_json, an_empty_ledger_reads_back)
{
	struct ledger *ledger = make_ledger(NULL);

	expect_round_trip(ledger);
	ledger_free(ledger);
}

Test(ledger_json, counters_are_exact_beyond_what_a_double_holds)
{
	static const uint64_t counts[] = { (UINT64_C(1) << 53) - 1,
		                           UINT64_C(1) << 53,
		                           (UINT64_C(1) << 53) + 1,
		                           UINT64_MAX };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct ledger *ledger = make_ledger(NULL);
		struct path *path = make_traffic(ledger, "10.0.0.1", "10.0.0.2",
		                                 0, MANNER_UNICAST, 1);
		struct ledger *again;
		char *text;

		path->by_manner[MANNER_UNICAST].bytes = counts[i];
		histogram_add(&path->sizes[1][1], 1280, counts[i]);
		text = ledger_text(ledger);
		again = read_valid(text);
		path = again->paths.records[0];
		cr_expect_eq(path->by_manner[MANNER_UNICAST].bytes, counts[i]);
		expect_same_ledger(ledger, again, "ledgers with large counts");
		free(text);
		ledger_free(ledger);
		ledger_free(again);
	}
}

Test(ledger_json, hostile_names_read_back)
{
	struct ledger *ledger = make_ledger(NULL);
	struct path *path = make_traffic(ledger, "10.0.0.1", "10.0.0.2", 0,
	                                 MANNER_UNICAST, 1);

	make_source(ledger, "a\"b\\c\nd\te\x1b[2J\x7f\xc3\xa9.pcap", 5, 60);
	snprintf(ledger->sources[0].failure, sizeof(ledger->sources[0].failure),
	         "%s: cut", ledger->sources[0].name);
	ledger_application(ledger, &path->key, "\"}]\n\\u0000");
	expect_round_trip(ledger);
	ledger_free(ledger);
}

/* File names are any bytes: what is no UTF-8 is lost, once. */
Test(ledger_json, bytes_that_are_no_text_read_back_as_question_marks)
{
	struct ledger *ledger = make_ledger(NULL);
	struct ledger *again;
	char *text;

	make_source(ledger, "a\xff\xfe.pcap", 5, 60);
	text = ledger_text(ledger);
	again = read_valid(text);
	cr_expect_str_eq(again->sources[0].name, "a?"
	                                         "?.pcap");
	expect_same_ledger(ledger, again, "ledgers");
	free(text);
	ledger_free(ledger);
	ledger_free(again);
}

Test(ledger_json, an_ipv6_host_that_looks_like_ipv4_stays_one)
{
	struct ledger *ledger = make_ledger(NULL);
	struct path *path = make_traffic(ledger, "10.0.0.1", "10.0.0.2", 0,
	                                 MANNER_UNICAST, 1);
	struct finding *finding =
		make_finding(ledger, path, make_fired(ledger, "mdns", 0),
	                     MANNER_UNICAST, 1);
	struct address address = make_address("::ffff:10.0.0.9");

	host_set_add(&finding->hosts, &address, FAMILY_IPV6);
	expect_round_trip(ledger);
	ledger_free(ledger);
}

Test(ledger_json, the_longest_id_of_a_signature_reads_back)
{
	struct ledger *ledger = make_ledger(NULL);
	char id[LEDGER_NAME];
	struct path *path = make_traffic(ledger, "10.0.0.1", "10.0.0.2", 0,
	                                 MANNER_UNICAST, 1);

	memset(id, 'x', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	make_finding(ledger, path, make_fired(ledger, id, IMPACT_BREAKS),
	             MANNER_UNICAST, 1);
	expect_round_trip(ledger);
	ledger_free(ledger);
}

Test(ledger_json, examples_find_their_frames_again)
{
	struct ledger *ledger = make_ledger(NULL);
	struct path *path = make_traffic(ledger, "10.0.0.1", "10.0.0.2", 0,
	                                 MANNER_UNICAST, 1);
	struct finding *finding =
		make_finding(ledger, path, make_fired(ledger, "mdns", 0),
	                     MANNER_UNICAST, 1);
	struct example example = { .hash = 0xabc,
		                   .frame = 4711,
		                   .family = FAMILY_LAYER2 };
	struct ledger *again;
	char *text;

	make_source(ledger, "a.pcap", 5, 60);
	finding_add_example(finding, &example);
	text = ledger_text(ledger);
	again = read_valid(text);
	finding = again->findings.records[0];
	cr_expect_eq(finding->examples[0].frame, 4711);
	cr_expect_eq(finding->examples[0].source, 0);
	free(text);
	ledger_free(ledger);
	ledger_free(again);
}

/* It would be cut in findings and not be found again. */
Test(ledger_json, a_longer_id_of_a_signature_is_refused)
{
	struct ledger *ledger = make_ledger(NULL);
	char id[LEDGER_NAME + 1];
	char *text;

	memset(id, 'x', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	make_fired(ledger, id, IMPACT_BREAKS);
	text = ledger_text(ledger);
	cr_expect_null(ledger_from_text(text, &err));
	cr_expect_not_null(strstr(err.text, "id 'xxxxxxxxxxxxxxxxxxxx...' is "
	                                    "longer than 63 letters"),
	                   "%s", err.text);
	free(text);
	ledger_free(ledger);
}

/* A whole report in which one place can be spoilt. */
static char *whole_report(void)
{
	struct ledger *ledger = make_ledger(NULL);
	struct path *path = make_traffic(ledger, "10.0.0.1", "10.0.0.2", 0,
	                                 MANNER_UNICAST, 2);
	uint32_t signature = make_fired(ledger, "mdns", IMPACT_BREAKS);
	struct finding *finding =
		make_finding(ledger, path, signature, MANNER_UNICAST, 2);
	struct address address = make_address("10.0.0.1");
	struct example example = { .hash = 0xabc,
		                   .family = FAMILY_IPV4,
		                   .address = { address, address } };
	struct service service = { TRANSPORT_UDP, 53, "DNS" };
	struct chance chance = { .seed = 3 };
	char *text;

	make_source(ledger, "a.pcap", 5, 60);
	finding_add_example(finding, &example);
	host_set_add(&finding->hosts, &address, FAMILY_IPV4);
	host_add_service(ledger_host(ledger, &path->key.place[0], &address),
	                 &service);
	chance_evidence(&chance, ledger);
	chance_link(&chance, ledger);
	chance_peer(&chance, ledger);
	path->by_category[CATEGORY_TIME].flows = 1;
	ledger_application(ledger, &path->key, "DNS");
	text = ledger_text(ledger);
	ledger_free(ledger);
	return text;
}

/* Behind a value of valid JSON without brackets in its strings. */
static const char *value_end(const char *at)
{
	int depth = 0;

	at += strspn(at, "\t ");
	if (*at != '[' && *at != '{')
		return at + strcspn(at, ",\n}]");
	do {
		depth += *at == '[' || *at == '{';
		depth -= *at == ']' || *at == '}';
		at++;
	} while (depth);
	return at;
}

/* The text with what stands behind the first such key replaced. */
static char *spoilt(const char *text, const char *key, const char *value)
{
	const char *at = strstr(text, key);
	char *copy = NULL;
	size_t len;
	FILE *out = open_memstream(&copy, &len);

	cr_assert_not_null(at, "no %s in the report", key);
	at += strlen(key);
	fprintf(out, "%.*s%s", (int)(at - text), text, value);
	fputs(value_end(at), out);
	fclose(out);
	return copy;
}

static void expect_refusal(const char *text, const char *what,
                           const char *complaint)
{
	struct ledger *ledger;

	err.text[0] = '\0';
	ledger = ledger_from_text(text, &err);
	cr_expect_null(ledger, "%s is accepted", what);
	cr_expect(strncmp(err.text, "test.json:", 10) == 0 &&
	                  strstr(err.text, complaint),
	          "%s: '%s' instead of '%s'", what, err.text, complaint);
	ledger_free(ledger);
}

Test(ledger_json, what_is_no_report_is_refused_by_its_line)
{
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "{}", "test.json:1: not a report of ipsec-audit" },
		{ "[]", "test.json:1: not a report of ipsec-audit" },
		{ "\n3", "test.json:2: not a report of ipsec-audit" },
		{ "{\"schema\":\"zeek/1\"}",
		  "test.json:1: not a report of ipsec-audit" },
		{ "{\n\"schema\":\n\"ipsec-audit/report/99\"}",
		  "test.json:2: report version 'ipsec-audit/report/99', this "
		  "program reads '" LEDGER_SCHEMA "'" },
		{ "{\"schema\":\"" LEDGER_SCHEMA "\"}",
		  "test.json:1: not a report of ours: a ledger expected" },
		{ "{\"schema\":\"" LEDGER_SCHEMA "\",\n\"ledger\":{}}",
		  "test.json:1: not a report of ours: sources expected" },
		{ "{\"schema\":\"" LEDGER_SCHEMA "\",\"sources\":[],"
		  "\"signatures\":[],\n\"ledger\":{}}",
		  "test.json:2: not a report of ours: paths expected" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_null(ledger_from_text(cases[i].text, &err));
		cr_expect_str_eq(err.text, cases[i].complaint);
	}
}

static const struct {
	const char *key; /* the first one in the text is spoilt */
	const char *value;
	const char *complaint;
} spoils[] = {
	{ "\"id\":", "5", "id expected" },
	{ "\"id\":", "\"xyz\"", "a source's id expected" },
	{ "\"kind\":", "\"pigeon\"", "file or interface expected" },
	{ "\"frames\":", "-1", "frames expected" },
	{ "\"frames\":", "1.5", "frames expected" },
	{ "\"frames\":", "\"18446744073709551616\"", "frames expected" },
	{ "\"span\":", "[1]", "a list of numbers expected" },
	{ "\"span\":", "[9, 8]", "a span expected" },
	{ "\"examples\":", "[3]", "id expected" },
	{ "\"paths\":", "[3]", "places expected" },
	{ "\"places\":", "[\"outside\"]", "two places expected" },
	{ "\"places\":", "[\"outside\", \"moon\"]",
	  "a place of the map expected" },
	{ "\"places\":", "[\"outside\", \"segment:x\"]",
	  "a place of the map expected" },
	{ "\"manners\":", "[[1, 2, 3]]", "manners expected" },
	{ "\"manners\":", "{\"sideways\": [1, 2, 3]}", "a manner expected" },
	{ "\"categories\":", "[[1, 2, 3]]", "categories expected" },
	{ "\"categories\":", "{\"tea\": [1, 2, 3]}", "a category expected" },
	{ "\"ipv4-df\":", "[70000, 1]", "a length expected" },
	{ "\"ipv4-df\":", "[1500]", "a count expected" },
	{ "\"width\":", "3", "a bin width expected" },
	{ "\"width\":", "\"x\"", "width expected" },
	{ "\"width\":", "0", "a bin width expected" },
	{ "\"width\":", "1099511627776, \"first\": 1099511627776, \"x\": 0",
	  "a bin width expected" },
	{ "\"first\":", "18446744073709551615", "first expected" },
	{ "\"bins\":[", "4096", "a bin's index expected" },
	{ "\"bins\":[", "0, 0, 1, 0", "a bin's count expected" },
	{ "\"findings\":", "[{}]", "expected" },
	{ "\"manner\":", "\"sideways\"",
	  "a known signature and manner expected" },
	{ "\"family\":", "3", "an example expected" },
	{ "\"family\":", "2", "an address expected" },
	{ "\"family\":", "0", "a MAC address expected" },
	{ "\"ports\":", "[1, 65536]", "two ends expected" },
	{ "\"hosts\":", "[4]", "an address expected" },
	{ "\"hosts\":", "[\"10.0.0\"]", "an address expected" },
	{ "\"as\":", "4294967296", "a peer expected" },
	{ "\"port\":", "65536", "a service expected" },
	{ "\"seconds\":", "4294967296", "evidence expected" },
	{ "\"prefix\":", "\"10.0.0.1/8\"", "evidence expected" },
	{ "\"mac\":", "\"02:00\"", "evidence expected" },
	{ "\"protocol\":", "[]", "protocol expected" },
	{ "\"links\":", "[{\"kind\": 99, \"protocol\": 1, \"vlan\": 0}]",
	  "a link protocol expected" },
	{ "\"counters\":", "7", "fragment_orphans expected" },
};

Test(ledger_json, a_value_that_cannot_be_is_refused)
{
	char *whole = whole_report();

	ledger_free(read_valid(whole));
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		char *text = spoilt(whole, spoils[i].key, spoils[i].value);
		char what[128];

		snprintf(what, sizeof(what), "%s %s", spoils[i].key,
		         spoils[i].value);
		expect_refusal(text, what, spoils[i].complaint);
		free(text);
	}
	free(whole);
}

Test(ledger_json, complaints_name_the_line)
{
	static const char text[] = "{\"schema\": \"" LEDGER_SCHEMA "\",\n"
				   " \"sources\": [], \"signatures\": [],\n"
				   " \"ledger\": {\n"
				   "  \"paths\": [\n"
				   "   { \"places\": [\"outside\",\n"
				   "                \"moon\"] } ] } }";

	cr_expect_null(ledger_from_text(text, &err));
	cr_expect_str_eq(err.text, "test.json:6: not a report of ours: a place "
	                           "of the map expected");
}

/* Half a file is what a full disk leaves behind. */
Test(ledger_json, every_prefix_of_a_report_is_refused)
{
	char *whole = whole_report();
	size_t len = strlen(whole);

	while (len > 0 && whole[len - 1] != '}')
		len--;
	for (size_t cut = 0; cut < len; cut += 7) {
		char *prefix = strndup(whole, cut);

		cr_expect_null(ledger_from_text(prefix, &err), "cut at %zu",
		               cut);
		free(prefix);
	}
	free(whole);
}
