/*
 * The guide's file, what it and the program disagree about, and how answers
 * leave the program.
 */
#include <ctype.h>

#include "capture/decode.h"
#include "report/emit.h"
#include "tests/guide_world.h"

TestSuite(guide, .init = world_start, .fini = world_end);

Test(guide, every_statement_can_be_answered)
{
	cr_expect(guide_check(set, &err), "%s", err.text);
}

Test(guide, what_file_and_program_disagree_about_is_an_error)
{
#define ROW(id, scope) \
	"{\"guide\":[{\"id\":\"" id \
	"\",\"statement\":\"s\",\"applies-to\":\"" scope \
	"\",\"blind-spots\":\"b\",\"references\":[]}]}"
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ ROW("unheard-of", "path"),
		  "nothing answers row 'unheard-of' of the guide" },
		{ ROW("icmp", "path"),
		  "row 'icmp' of the guide applies to segment, not to path" },
		{ ROW("icmp", "segment"), "the guide has no row 'inventory'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signature_set *one =
			signature_set_from_text(cases[i].text,
		                                strlen(cases[i].text),
		                                "guide.json", NULL, &err);

		cr_assert_not_null(one, "%s", err.text);
		cr_expect_not(guide_check(one, &err));
		cr_expect_str_eq(err.text, cases[i].complaint);
		signature_set_free(one);
	}
}

/* A folder of the user's with that guide. */
static void write_guide(const char *folder, const char *text)
{
	char path[64];
	FILE *out;

	snprintf(path, sizeof(path), "%s/guide.json", folder);
	out = fopen(path, "w");
	cr_assert_not_null(out);
	fputs(text, out);
	fclose(out);
}

static void remove_guide(const char *folder)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/guide.json", folder);
	remove(path);
	remove(folder);
}

Test(guide, a_row_of_the_users_replaces_ours_but_none_is_new)
{
	char folder[] = "/tmp/guide-XXXXXX";
	const char *const folders[] = { folder };
	struct signature_set *theirs;

	cr_assert_not_null(mkdtemp(folder));
	setenv("IPSEC_AUDIT_SIGNATURES", "signatures", 1);
	write_guide(folder, ROW("icmp", "segment"));
	theirs = knowledge_read(folders, 1, NULL, &err);
	cr_assert_not_null(theirs, "%s", err.text);
	cr_expect_str_eq(guide_find(signature_guide(theirs), "icmp")->statement,
	                 "s");
	signature_set_free(theirs);
	write_guide(folder, ROW("unheard-of", "segment"));
	cr_expect_null(knowledge_read(folders, 1, NULL, &err));
	cr_expect_str_eq(err.text,
	                 "nothing answers row 'unheard-of' of the guide");
	remove_guide(folder);
}

Test(guide, complaints_name_the_line_and_the_word)
{
#define REST "\"statement\":\"s\",\"blind-spots\":\"b\",\"references\":[]"
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "{\"guide\":{}}", "guide.json:1: the guide must be a list" },
		{ "{\"guide\":[\n7]}",
		  "guide.json:2: a row of the guide must be an object" },
		{ "{\"guide\":[{\n\"colour\":1}]}",
		  "guide.json:2: a row of the guide has no key 'colour'" },
		{ "{\"guide\":[{\"id\":\"a\"}]}",
		  "guide.json:1: a row of the guide without 'statement'" },
		{ "{\"guide\":[{\"id\":\"A\"}]}",
		  "guide.json:1: id 'A' has other than a-z, 0-9 and -" },
		{ "{\"guide\":[{\"id\":\"a\",\n\"id\":\"a\"}]}",
		  "guide.json:2: a second 'id'" },
		{ "{\"guide\":[{\"applies-to\":\"host\"}]}",
		  "guide.json:1: a row applies to no 'host', but to segment, "
		  "path or report" },
		{ "{\"guide\":[{\"categories\":[\n\"tea\"]}]}",
		  "guide.json:2: no category 'tea'" },
		{ "{\"guide\":[{\"id\":\"a\",\"applies-to\":\"path\"," REST
		  "},\n{\"id\":\"a\",\"applies-to\":\"path\"," REST "}]}",
		  "guide.json:2: a second row 'a' of the guide" },
		{ "{\"guide\":[{\"id\":\"a\",\"applies-to\":\"path\","
		  "\"in-use\":[\"tea\"]," REST "}]}",
		  "row 'a' of the guide has an unknown signature 'tea'" },
		{ "{\"guide\":[{\"id\":\"a\",\"applies-to\":\"path\","
		  "\"roles\":[\"cook\"]," REST "}]}",
		  "row 'a' of the guide has an unknown role 'cook'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_null(signature_set_from_text(cases[i].text,
		                                       strlen(cases[i].text),
		                                       "guide.json", NULL,
		                                       &err));
		cr_expect_str_eq(err.text, cases[i].complaint);
	}
}

Test(guide, where_the_guide_is_out_of_date_the_row_says_so)
{
	static const char *const outdated[] = {
		"packet-filtering",     "static-addresses",
		"member-to-controller", "wireless-corporate",
		"mobile-tunnel",        "remote-tunnel",
	};

	for (size_t i = 0; i < sizeof(outdated) / sizeof(outdated[0]); i++)
		cr_expect_not_null(
			guide_find(signature_guide(set), outdated[i])->outdated,
			"%s", outdated[i]);
	cr_expect_null(
		guide_find(signature_guide(set), "multicast-and-broadcast")
			->outdated);
}

static void read_sample(struct flow_table *table, char *path)
{
	struct source_options options = { 0 };
	struct source *source = source_open_files(&path, 1, &options, &err);
	struct packet packets[DECODE_MAX_PACKETS];
	struct frame frame;

	cr_assert_not_null(source, "%s", err.text);
	while (source_next(source, &frame) == SOURCE_FRAME) {
		struct decode_result result = packet_decode(packets, &frame);

		for (size_t i = 0; i < result.count; i++)
			flow_table_packet(table, &packets[i], frame.time_ns);
	}
	source_close(source);
}

static bool is_answered(const struct report *sample, const char *id)
{
	if (guide_answer_find(&sample->guide, id))
		return true;
	for (size_t i = 0; i < sample->segment_count; i++)
		if (guide_answer_find(&sample->segments[i].guide, id))
			return true;
	for (size_t i = 0; i < sample->path_count; i++)
		if (guide_answer_find(&sample->paths[i].guide, id))
			return true;
	return false;
}

Test(guide, a_sample_has_an_answer_to_every_statement)
{
	static char path[] = "samples/office.pcapng";
	struct chain chain = chain_start(
		"[{\"name\":\"office\",\"prefixes\":[\"192.168.10.0/24\"]},"
		"{\"name\":\"servers\",\"prefixes\":[\"192.168.20.0/24\"]}]",
		NULL);
	const struct guide *guide = signature_guide(chain.set);
	const struct report *sample;

	read_sample(chain.table, path);
	sample = chain_report(&chain);
	for (size_t i = 0; i < guide->count; i++)
		cr_expect(is_answered(sample, guide->rows[i].id), "%s",
		          guide->rows[i].id);
	cr_expect_gt(sample->priority_count, 0);
	chain_end(&chain);
}

static const char hostile[] =
	"[{\"name\":\"a\\u001b[2Jb\\u0007\\u009b31m \\u00f6\\u6771\\u4eac "
	"that goes on and on and on and on and on and on and on\","
	"\"prefixes\":[\"10.0.0.0/24\"]},"
	"{\"name\":\"line\\nbreak\",\"prefixes\":[\"10.0.1.0/24\"]}]";

/* The caller frees it. */
static char *guide_text(void)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	cr_expect(emitter_find("guide")->emit(report, out));
	fclose(out);
	return text;
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;
	size_t width = 0;

	for (; *text; text++) {
		width = *text == '\n' ? 0
		                      : width + (((unsigned char)*text &
		                                  0xc0) != 0x80);
		widest = width > widest ? width : widest;
	}
	return widest;
}

Test(guide, hostile_names_neither_command_a_terminal_nor_widen_the_page)
{
	char *text;

	ledger_free(ledger);
	segment_map_free(map);
	map = map_from_text(hostile, &err);
	cr_assert_not_null(map, "%s", err.text);
	ledger = make_ledger(map);
	make_source(ledger, "a.pcap", 1, DAY);
	fire(talk("10.0.0.1", "10.0.1.1"), "telnet");
	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	finish();
	text = guide_text();
	for (const char *at = text; *at; at++)
		cr_expect(*at == '\n' || !iscntrl((unsigned char)*at));
	cr_expect_null(strstr(text, "\xc2\x9b"));
	cr_expect_not_null(strstr(text, "line?break"));
	cr_expect_leq(widest_line(text), 120);
	free(text);
}

Test(guide, its_text_says_what_speaks_for_and_against)
{
	struct path *path = talk("10.0.0.1", "10.0.1.1");
	char *text;

	fire(path, "frag-v4");
	add_pair("10.0.0.1", "10.0.1.1", 20, 5000);
	finish();
	text = guide_text();
	cr_expect_not_null(
		strstr(text, "host-to-host                recommended-with-"
	                     "exemptions"));
	cr_expect_not_null(strstr(text, "+ first 10.0.0.1 with 10.0.1.1: 5000 "
	                                "bytes in clear text in 20 flows"));
	cr_expect_not_null(strstr(text, "- Fragmented IPv4: 100 packets"));
	cr_expect_not_null(strstr(text, "out of date"));
	free(text);
}

Test(guide, json_of_an_answer_holds_all_of_it)
{
	const struct emitter *json = emitter_find("json");
	struct json_document *document;
	const struct json *row;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	talk("10.0.0.1", "10.0.1.1");
	finish();
	cr_expect(json->emit(report, out));
	fclose(out);
	document = json_read_text(text, len, "report", &err);
	cr_assert_not_null(document, "%s", err.text);
	row = json_first(json_member(json_root(document), "guide"));
	cr_expect_str_eq(json_string(json_member(row, "id")), "inventory");
	cr_expect_str_eq(json_string(json_member(row, "verdict")),
	                 "not-observed");
	cr_expect_str_eq(
		json_string(json_member(row, "blind_spots")),
		guide_find(signature_guide(set), "inventory")->blind_spots);
	json_free(document);
	free(text);
}
