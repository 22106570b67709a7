#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "classify/signature.h"
#include "tests/json_maker.h"
#include "tests/packet_maker.h"

/* The members that every signature has and most of these tests do not need. */
#define IMPACT \
	"\"impact\": {\"host\": \"breaks\", \"gateway-policy\": " \
	"\"degrades\", " \
	"\"gateway-route\": \"protected\", \"remote-access\": \"in-clear\"}, "
#define REST \
	IMPACT "\"benefits\": true, \"why\": \"w\", \"remedy\": [], " \
	       "\"references\": []"
#define SIGNATURE(id, category, match) \
	"{\"id\": \"" id "\", \"name\": \"n\", \"category\": \"" category \
	"\", \"match\": [" match "], " REST "}"
#define ANY(id) SIGNATURE(id, "time", "{\"ip\": true}")
#define UDP(id) SIGNATURE(id, "time", "{\"transport\": \"udp\"}")
#define NTP(id) SIGNATURE(id, "time", "{\"port\": 123}")
#define DNS(id) SIGNATURE(id, "cleartext", "{\"port\": 53}")
#define UNLESS(id, category, others, match) \
	"{\"id\": \"" id "\", \"name\": \"n\", \"category\": \"" category \
	"\", \"unless\": [" others "], \"match\": [" match "], " REST "}"
#define SIGNATURES(list) "{\"signatures\": [" list "]}"
#define REMEDIES(list) "{\"remedies\": [" list "]}"
#define REMEDY(id, name) \
	"{\"id\": \"" id "\", \"name\": \"" name \
	"\", \"text\": \"t\", \"references\": []}"

static struct error err;
static struct dpi *dpi;
static char root[] = "/tmp/signature-test-XXXXXX";

static void setup(void)
{
	dpi = dpi_create(&err);
	cr_assert_not_null(dpi, "%s", err.text);
	cr_assert(mkdtemp(root) && chdir(root) == 0);
	err.text[0] = '\0';
}

static void teardown(void)
{
	char command[64];

	dpi_free(dpi);
	snprintf(command, sizeof(command), "rm -r %s", root);
	cr_assert_eq(system(command), 0);
}

TestSuite(signature, .init = setup, .fini = teardown);

static struct signature_set *read_text(const char *text)
{
	return signature_set_from_text(text, strlen(text), "test.json", dpi,
	                               &err);
}

static struct signature_set *read_valid(const char *text)
{
	struct signature_set *set = read_text(text);

	cr_assert_not_null(set, "%s", err.text);
	return set;
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[64];
	FILE *out;

	mkdir(folder, 0700);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	cr_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

static struct signature_set *read_folders(size_t count)
{
	static const char *const folders[] = { "ours", "theirs" };

	return signature_set_read(folders, count, dpi, &err);
}

/* Ids of the signatures that hold for a flow, with spaces between. */
static void expect_hits(const struct signature_set *set,
                        const struct flow *flow, const char *want)
{
	struct facts facts = facts_of(flow, (struct application){ 0 }, NULL);
	struct signature_hits hits;
	char ids[512] = "";

	signature_match(set, &facts, &hits);
	for (size_t i = 0; i < hits.count; i++) {
		size_t used = strlen(ids);

		snprintf(ids + used, sizeof(ids) - used, "%s%s",
		         used ? " " : "", signature_at(set, hits.index[i])->id);
	}
	cr_expect_str_eq(ids, want);
}

static struct flow udp_to(uint16_t port)
{
	return (struct flow){
		.key = { .family = FAMILY_IPV4,
		         .transport = TRANSPORT_UDP,
		         .port = { 40000, port } },
	};
}

Test(signature, what_the_file_says_is_what_a_report_can_say)
{
	struct signature_set *set = read_valid(
		"{\"signatures\": [{\"id\": \"mdns-1\", \"name\": \"mDNS\", "
		"\"category\": \"multicast\", \"match\": [ {\"port\": 5353} "
		"], " IMPACT "\"benefits\": false, \"why\": \"Groups.\", "
		"\"remedy\": [], \"references\": [\"RFC 6762\", \"RFC 1\"]}]}");
	const struct signature *s = signature_find(set, "mdns-1");

	cr_assert_not_null(s);
	cr_expect_eq(s, signature_at(set, 0));
	cr_expect_eq(signature_count(set), 1);
	cr_expect_str_eq(s->name, "mDNS");
	cr_expect_eq(s->category, CATEGORY_MULTICAST);
	cr_expect_eq(s->impact[COLUMN_HOST], IMPACT_BREAKS);
	cr_expect_eq(s->impact[COLUMN_GATEWAY_POLICY], IMPACT_DEGRADES);
	cr_expect_eq(s->impact[COLUMN_GATEWAY_ROUTE], IMPACT_PROTECTED);
	cr_expect_eq(s->impact[COLUMN_REMOTE_ACCESS], IMPACT_IN_CLEAR);
	cr_expect_not(s->benefits);
	cr_expect_str_eq(s->why, "Groups.");
	cr_expect_str_eq(s->match, "[{\"port\":5353}]");
	cr_expect_str_eq(s->file, "test.json");
	cr_assert_eq(s->references.count, 2);
	cr_expect_str_eq(s->references.text[1], "RFC 1");
	cr_expect_null(signature_find(set, "mdns"));
	cr_expect_null(signature_remedy(set, "bypass"));
	signature_set_free(set);
	signature_set_free(NULL);
}

#define EITHER \
	"{\"port\": 123, \"ip-version\": 4}, " \
	"{\"port\": 124, \"ip-version\": 6}"

Test(signature, all_terms_of_one_alternative_must_hold)
{
	struct signature_set *set =
		read_valid(SIGNATURES(SIGNATURE("a", "time", EITHER)));
	struct flow flow = udp_to(123);

	expect_hits(set, &flow, "a");
	flow = udp_to(124);
	expect_hits(set, &flow, "");
	flow.key.family = FAMILY_IPV6;
	expect_hits(set, &flow, "a");
	signature_set_free(set);
}

#define BOTH \
	SIGNATURE("both", "time", \
	          "{\"transport\": \"udp\"}, " \
	          "{\"transport\": \"udp\", \"port\": 123}")

Test(signature, the_most_specific_comes_first_and_equals_by_id)
{
	struct signature_set *set = read_valid(
		SIGNATURES(UDP("udp") "," NTP("z") "," NTP("b") "," BOTH));
	struct flow flow = udp_to(123);

	expect_hits(set, &flow, "both b z udp");
	flow = udp_to(9);
	expect_hits(set, &flow, "both udp");
	signature_set_free(set);
}

#define REST_OF_UDP \
	UNLESS("rest", "time", "\"time\", \"qos\"", "{\"transport\": \"udp\"}")
#define REST_OF_IP UNLESS("more", "bulk", "\"bulk\"", "{\"ip\": true}")

Test(signature, a_catch_all_fires_only_where_its_categories_did_not)
{
	struct signature_set *set = read_valid(SIGNATURES(
		REST_OF_UDP "," REST_OF_IP "," NTP("ntp") "," DNS("dns")));
	struct flow flow = udp_to(123);

	expect_hits(set, &flow, "ntp more");
	flow = udp_to(53);
	expect_hits(set, &flow, "dns rest more");
	signature_set_free(set);
}

Test(signature, the_least_specific_of_too_many_hits_are_left_out)
{
	char text[16384] = "{\"signatures\": [";
	struct flow flow = udp_to(53);
	struct facts facts = facts_of(&flow, (struct application){ 0 }, NULL);
	struct signature_hits hits;
	struct signature_set *set;

	for (int i = 0; i < 20; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used,
		         "{\"id\": \"s%02d\", \"name\": \"n\", "
		         "\"category\": \"time\", \"match\": [{\"%s\": %s}], "
		         "%s},",
		         i, i < 10 ? "ip" : "port", i < 10 ? "true" : "53",
		         REST);
	}
	strcpy(text + strlen(text) - 1, "]}");
	set = read_valid(text);
	signature_match(set, &facts, &hits);
	cr_assert_eq(hits.count, SIGNATURE_HITS);
	cr_expect_str_eq(signature_at(set, hits.index[0])->id, "s10");
	cr_expect_str_eq(signature_at(set, hits.index[9])->id, "s19");
	cr_expect_str_eq(signature_at(set, hits.index[10])->id, "s00");
	cr_expect_str_eq(signature_at(set, hits.index[15])->id, "s05");
	signature_set_free(set);
}

Test(signature, a_later_folder_replaces_signatures_and_remedies_of_the_same_id)
{
	struct signature_set *set;
	struct flow flow = udp_to(123);

	write_file("ours", "a.json", SIGNATURES(NTP("a") "," NTP("b")));
	write_file("ours", "r.json", REMEDIES(REMEDY("r", "ours")));
	write_file("theirs", "a.json",
	           SIGNATURES(SIGNATURE("a", "qos", "{\"port\": 124}")));
	write_file("theirs", "r.json",
	           REMEDIES(REMEDY("r", "theirs") "," REMEDY("s", "new")));
	set = read_folders(2);
	cr_assert_not_null(set, "%s", err.text);
	cr_expect_eq(signature_count(set), 2);
	cr_expect_eq(signature_find(set, "a")->category, CATEGORY_QOS);
	cr_expect_str_eq(signature_find(set, "a")->file, "theirs/a.json");
	cr_expect_str_eq(signature_remedy(set, "r")->name, "theirs");
	cr_expect_str_eq(signature_remedy(set, "s")->name, "new");
	expect_hits(set, &flow, "b");
	signature_set_free(set);
}

Test(signature, a_remedy_may_come_from_a_later_folder)
{
	struct signature_set *set;

	write_file("ours", "a.json",
	           SIGNATURES("{\"id\": \"a\", \"name\": \"n\", "
	                      "\"category\": \"time\", "
	                      "\"match\": [{\"ip\": true}], " IMPACT
	                      "\"benefits\": true, \"why\": \"w\", "
	                      "\"remedy\": [\"later\"], \"references\": []}"));
	write_file("theirs", "r.json", REMEDIES(REMEDY("later", "n")));
	set = read_folders(1);
	cr_expect_null(set);
	cr_expect_str_eq(err.text, "ours/a.json: signature 'a' has an unknown "
	                           "remedy 'later'");
	set = read_folders(2);
	cr_assert_not_null(set, "%s", err.text);
	signature_set_free(set);
}

Test(signature, aliases_hold_for_signatures_of_every_file_of_the_folder)
{
	struct signature_set *set;

	write_file("ours", "a.json",
	           SIGNATURES(SIGNATURE("a", "time",
	                                "{\"application\": \"OldNTP\"}")));
	write_file("ours", "z.json", "{\"aliases\": {\"OldNTP\": [\"NTP\"]}}");
	set = read_folders(1);
	cr_assert_not_null(set, "%s", err.text);
	signature_set_free(set);
}

Test(signature, a_later_threshold_replaces_an_earlier_one)
{
	struct signature_set *set;
	const struct thresholds *thresholds;

	write_file("ours", "t.json",
	           "{\"thresholds\": {\"ready-seconds\": 7, "
	           "\"ready-packets\": 8, \"finding-packets\": 9, "
	           "\"loss-permille\": 10}}");
	write_file("theirs", "t.json",
	           "{\"thresholds\": {\"ready-packets\": "
	           "\"18446744073709551615\"}}");
	set = read_folders(2);
	cr_assert_not_null(set, "%s", err.text);
	thresholds = signature_thresholds(set);
	cr_expect_eq(thresholds->ready_seconds, 7);
	cr_expect_eq(thresholds->ready_packets, UINT64_MAX);
	cr_expect_eq(thresholds->finding_packets, 9);
	cr_expect_eq(thresholds->loss_permille, 10);
	signature_set_free(set);
}

Test(signature, only_json_files_of_a_folder_are_read)
{
	struct signature_set *set;

	write_file("ours", "a.json", REMEDIES(""));
	write_file("ours", "README.md", "# not JSON");
	write_file("ours", ".hidden.json", "not JSON");
	write_file("ours", "a.json~", "not JSON");
	set = read_folders(1);
	cr_expect_not_null(set, "%s", err.text);
	signature_set_free(set);
}

Test(signature, complaints_about_folders_and_files_name_them)
{
	static const struct {
		const char *file;
		const char *text;
		const char *complaint;
	} cases[] = {
		{ NULL, NULL, "ours: No such file or directory" },
		{ "README.md", "", "ours: no *.json in this folder" },
		{ "a.json", "{\n\"signatures\": [",
		  "ours/a.json:2: ends in the middle of a value" },
		{ "a.json", SIGNATURES(ANY("a")), NULL },
		{ "b.json", "\n" SIGNATURES(ANY("a")),
		  "ours/b.json:2: a second signature 'a'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signature_set *set;

		if (cases[i].file)
			write_file("ours", cases[i].file, cases[i].text);
		set = read_folders(1);
		cr_expect_eq(set == NULL, cases[i].complaint != NULL, "%zu", i);
		if (!set)
			cr_expect_str_eq(err.text, cases[i].complaint);
		signature_set_free(set);
	}
}

#define WITH(member) \
	SIGNATURES("{\"id\": \"a\", \"name\": \"n\", \"category\": \"time\", " \
	           "\"match\": [{\"ip\": true}],\n" member "}")
#define MATCH(match) SIGNATURES(SIGNATURE("a", "time", "\n" match))

Test(signature, complaints_name_the_line_and_the_word)
{
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "nonsense", ":1: not JSON at 'nonsense'" },
		{ "[]", ":1: needs one object with one key: signatures, "
		        "remedies, aliases, roles, suites, notes, "
		        "guide or thresholds" },
		{ "{}", ":1: needs one object with one key: signatures, "
		        "remedies, aliases, roles, suites, notes, "
		        "guide or thresholds" },
		{ "{\"signatures\": [], \"remedies\": []}",
		  ":1: needs one object with one key: signatures, remedies, "
		  "aliases, roles, suites, notes, guide or thresholds" },
		{ "{\n\"signature\": []}",
		  ":2: no kind of knowledge 'signature'" },
		{ "{\"signatures\": {}}", ":1: signatures must be a list" },
		{ "{\"remedies\": 1}", ":1: remedies must be a list" },
		{ "{\"aliases\": []}", ":1: aliases must be an object" },
		{ "{\"thresholds\": []}",
		  ":1: a set of thresholds must be an object" },
		{ "{\"thresholds\": {\"ready\": 1}}",
		  ":1: a set of thresholds has no key 'ready'" },
		{ "{\"thresholds\": {\"ready-seconds\": -1}}",
		  ":1: 'ready-seconds' must be a whole number" },
		{ SIGNATURES("1"), ":1: a signature must be an object" },
		{ SIGNATURES("\n{}"), ":2: a signature without 'id'" },
		{ SIGNATURES("{\"name\": \"n\"}"),
		  ":1: a signature without 'id'" },
		{ SIGNATURES("{\"id\": \"\"}"), ":1: 'id' must be a text" },
		{ SIGNATURES("{\"id\": \"A b\"}"),
		  ":1: id 'A b' has other than a-z, 0-9 and -" },
		{ SIGNATURES("{\"id\": \"a\",\n\"id\": \"b\"}"),
		  ":2: a second 'id'" },
		{ SIGNATURES("{\"nmae\": \"n\"}"),
		  ":1: a signature has no key 'nmae'" },
		{ SIGNATURES("{\"name\": 5}"), ":1: 'name' must be a text" },
		{ SIGNATURES("{\"category\": \"fun\"}"),
		  ":1: no category 'fun'" },
		{ SIGNATURES("{\"category\": 1}"), ":1: no category '...'" },
		{ WITH(REST ",\"extra\": 1"),
		  ":2: a signature has no key 'extra'" },
		{ WITH("\"impact\": {\"host\": \"breaks\"}"),
		  ":2: an impact without 'gateway-policy'" },
		{ WITH("\"impact\": {\"host\": \"explodes\"}"),
		  ":2: no impact 'explodes' for host" },
		{ WITH("\"impact\": {\"host\": null}"),
		  ":2: no impact '...' for host" },
		{ WITH("\"impact\": {\"host-any\": \"breaks\"}"),
		  ":2: an impact has no key 'host-any'" },
		{ WITH("\"benefits\": \"yes\""),
		  ":2: 'benefits' must be true or false" },
		{ WITH("\"remedy\": \"bypass\""),
		  ":2: 'remedy' must be a list" },
		{ WITH("\"references\": [1]"),
		  ":2: 'references' must be a list of texts" },
		{ WITH("\"unless\": \"time\", " REST),
		  ":2: 'unless' must be a list of categories" },
		{ WITH("\"unless\": [\"fun\"], " REST),
		  ":2: no category 'fun'" },
		{ SIGNATURES("{\"id\": \"a\", \"name\": \"n\", "
		             "\"category\": \"time\", \"match\": {}, " REST
		             "}"),
		  ":1: match must be a list of alternatives" },
		{ MATCH(""), ":1: match must be a list of alternatives" },
		{ MATCH("1"), ":2: a match needs objects with terms" },
		{ MATCH("{}"), ":2: a match needs objects with terms" },
		{ MATCH("{\"colour\": 1}"), ":2: no term 'colour'" },
		{ MATCH("{\"port\": 1,\n\"port\": 2}"), ":3: a second 'port'" },
		{ MATCH("{\"port\": []}"),
		  ":2: an empty list for port never holds" },
		{ MATCH("{\"application\": \"Gopher9000\"}"),
		  ":2: nDPI has no protocol 'Gopher9000'" },
		{ MATCH("{\"port\": \"9-7\"}"),
		  ":2: '9-7' is no value for port" },
		{ MATCH("{\"address\": \"10.0.0.1/8\"}"),
		  ":2: '10.0.0.1/8' is no value for address" },
		{ MATCH("{\"payload\": {\"bytes\": \"xy\"}}"),
		  ":2: bad 'bytes' of a payload" },
		{ MATCH("{\"payload\": {\"bytes\": \"41\", \"mask\": "
		        "\"ffff\"}}"),
		  ":2: mask and bytes differ in length" },
		{ SIGNATURES(ANY("a") ",\n" ANY("a")),
		  ":2: a second signature 'a'" },
		{ WITH(IMPACT "\"benefits\": true, \"why\": \"w\", \"remedy\": "
		              "[\"magic\"], \"references\": []"),
		  ": signature 'a' has an unknown remedy 'magic'" },
		{ REMEDIES(REMEDY("r", "n") ",\n" REMEDY("r", "n")),
		  ":2: a second remedy 'r'" },
		{ REMEDIES("{\"id\": \"r\"}"), ":1: a remedy without 'name'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signature_set *set = read_text(cases[i].text);

		cr_expect_null(set, "%s", cases[i].text);
		cr_expect_eq(strncmp(err.text, "test.json", 9), 0);
		cr_expect_str_eq(err.text + 9, cases[i].complaint, "%zu: %s", i,
		                 err.text);
		signature_set_free(set);
	}
}

Test(signature, the_public_part_survives_being_written_and_read)
{
	struct signature_set *set = read_valid(SIGNATURES(ANY("a")));
	struct json_maker maker;
	struct json_document *document;
	struct signature read = { 0 };
	struct signature copy = { 0 };

	signature_write(signature_at(set, 0),
	                json_add_object(json_maker_start(&maker, 0), NULL));
	signature_set_free(set);
	document = json_maker_read(&maker, &err);
	cr_assert_not_null(document, "%s", err.text);
	cr_assert(signature_read_public(&read, json_root(document), document,
	                                &err),
	          "%s", err.text);
	json_free(document);
	cr_assert(signature_copy(&copy, &read));
	signature_release(&read);
	cr_expect_str_eq(copy.id, "a");
	cr_expect_eq(copy.impact[COLUMN_HOST], IMPACT_BREAKS);
	cr_expect(copy.benefits);
	cr_expect_null(copy.match);
	signature_release(&copy);
}

Test(signature, a_threshold_that_nobody_sets_holds_for_none)
{
	struct signature_set *set = read_valid(SIGNATURES(ANY("a")));

	cr_expect_eq(signature_thresholds(set)->scanner_targets, UINT64_MAX);
	signature_set_free(set);
}
