#include <ctype.h>

#include "classify/utf8.h"
#include "report/emit.h"
#include "tests/chain.h"
#include "tests/ledger_compare.h"
#include "tests/map_maker.h"

/* What somebody may call a segment or a file to harm who reads of it. */
static const char *const hostile[] = {
	"plain",
	"a \"quote\" and a \\ backslash",
	"line\nbreak",
	"\x1b[2J\x07 clears a terminal",
	"\xc2\x9b"
	"31m does so with one character",
	"} 1\nfake_metric{x=\"",
	"Zw\xc3\xb6lf B\xc3\xbcros \xe2\x80\x94 \xe6\x9d\xb1\xe4\xba\xac",
	"\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3"
	"\xb6"
	"\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3"
	"\xb6"
	"\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3"
	"\xb6"
	"\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\xc3"
	"\xb6",
	"exactly thirty-four columns wide!!",
	"one more than thirty-four columns!!",
	"thirty-three columns and then an \xc3\xb6",
	"thirty-three columns and then an \xc3\xb6!",
};

enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

static struct error err;
static struct signature_set *limits;
static struct segment_map *map;
static struct ledger *ledger;
static struct report *report;

static void fire(struct path *path, const char *name)
{
	struct signature signature = { .category = CATEGORY_MULTICAST };
	uint32_t index;

	set_text(&signature.id, "fires");
	set_text(&signature.name, name);
	set_text(&signature.why, name);
	signature.impact[COLUMN_HOST] = IMPACT_BREAKS;
	cr_assert(ledger_fire(ledger, &signature, &index));
	signature_release(&signature);
	make_finding(ledger, path, index, MANNER_UNICAST, 9);
}

static void add_peer(const struct place *place)
{
	struct peer_key key;
	struct peer *peer;

	memset(&key, 0, sizeof(key));
	key.place = *place;
	snprintf(key.organization, sizeof(key.organization), "%s", hostile[4]);
	peer = table_add(&ledger->peers, &key);
	sums_add(&peer->sums, 1, 1, 1);
}

static void start(void)
{
	limits = make_limits();
	map = make_map_of(hostile, HOSTILE);
	ledger = make_ledger(map);
	make_source(ledger, hostile[3], 1, 7200);
	snprintf(ledger->sources[0].failure, sizeof(ledger->sources[0].failure),
	         "%s: truncated", hostile[3]);
	for (unsigned i = 0; i < HOSTILE; i++) {
		char address[ADDRESS_TEXT];
		struct path *path;

		snprintf(address, sizeof(address), "10.%u.0.1", i);
		path = make_traffic(ledger, address, "8.8.8.8", 0,
		                    MANNER_UNICAST, 1000000);
		ledger_application(ledger, &path->key, hostile[i]);
		fire(path, hostile[HOSTILE - 1]);
		add_peer(&path->key.place[0]);
	}
	report = report_create(ledger, limits, &err);
	cr_assert_not_null(report, "%s", err.text);
}

static void end(void)
{
	report_free(report);
	ledger_free(ledger);
	segment_map_free(map);
	signature_set_free(limits);
}

TestSuite(emit, .init = start, .fini = end);

/* The caller frees it. */
static char *emitted(const char *name)
{
	const struct emitter *emitter = emitter_find(name);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	cr_assert_not_null(emitter, "no emitter '%s'", name);
	cr_expect(emitter->emit(report, out));
	fclose(out);
	return text;
}

Test(emit, every_emitter_is_found_by_its_name)
{
	for (size_t i = 0; emitter_at(i); i++)
		cr_expect_eq(emitter_find(emitter_at(i)->name), emitter_at(i));
	cr_expect_null(emitter_find("yaml"));
	cr_expect_null(emitter_find(""));
}

Test(emit, every_emitter_says_when_it_could_not_write)
{
	for (size_t i = 0; emitter_at(i); i++) {
		FILE *full = fopen("/dev/full", "w");

		setvbuf(full, NULL, _IONBF, 0);
		cr_expect_not(emitter_at(i)->emit(report, full), "%s",
		              emitter_at(i)->name);
		fclose(full);
	}
}

Test(emit, json_of_hostile_names_reads_back_with_them)
{
	char *text = emitted("json");
	struct json_document *document =
		json_read_text(text, strlen(text), "report", &err);
	const struct json *segment;
	struct ledger *again;

	cr_assert_not_null(document, "%s", err.text);
	segment = json_first(json_member(json_root(document), "segments"));
	for (unsigned i = 0; i < HOSTILE; i++, segment = json_next(segment))
		cr_expect_str_eq(json_string(json_member(segment, "name")),
		                 hostile[i]);
	again = ledger_read(document, MAKER_MEMORY, &err);
	cr_assert_not_null(again, "%s", err.text);
	expect_same_ledger(ledger, again, "a ledger and that of its report");
	ledger_free(again);
	json_free(document);
	free(text);
}

/* Behind a label's closing quote, NULL if a byte is not escaped right. */
static const char *label_end(const char *at)
{
	at += strcspn(at, "=\n");
	if (*at++ != '=' || *at++ != '"')
		return NULL;
	for (; *at != '"'; at++) {
		if (*at == '\n' || !*at)
			return NULL;
		if (*at == '\\' && !strchr("\\\"n", *++at))
			return NULL;
	}
	return at + 1;
}

/* name{label="value",...} number */
static bool is_sample(const char *at)
{
	at += strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if (*at == '{') {
		do {
			at = label_end(at + 1);
		} while (at && *at == ',');
		if (!at || *at++ != '}')
			return false;
	}
	if (*at++ != ' ' || !isdigit((unsigned char)*at))
		return false;
	at += strspn(at, "0123456789.");
	return *at == '\n';
}

Test(emit, openmetrics_escapes_hostile_labels)
{
	char *text = emitted("openmetrics");
	const char *line = text;

	for (; *line; line += strcspn(line, "\n") + 1)
		cr_expect(*line == '#' || is_sample(line), "%.80s", line);
	cr_expect_str_eq(text + strlen(text) - 6, "# EOF\n");
	cr_expect_not_null(strstr(text, "segment=\"line\\nbreak\""));
	cr_expect_not_null(
		strstr(text,
	               "segment=\"a \\\"quote\\\" and a \\\\ backslash\""));
	cr_expect_null(strstr(text, "\nfake_metric"));
	free(text);
}

Test(emit, openmetrics_announces_every_family_once_and_in_one_piece)
{
	char *text = emitted("openmetrics");
	char family[128] = "?";

	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		char once[160];

		if (sscanf(line, "# TYPE %127s", family) == 1) {
			snprintf(once, sizeof(once), "# TYPE %s ", family);
			cr_expect_null(strstr(line + 1, once), "%s", once);
		} else if (*line != '#') {
			cr_expect_eq(strncmp(line, family, strlen(family)), 0,
			             "%.60s among %s", line, family);
		}
	}
	free(text);
}

/* A line of its own would be a figure, a setting or a command of its own. */
Test(emit, no_name_begins_a_line)
{
	for (size_t i = 0; emitter_at(i); i++) {
		char *text = emitted(emitter_at(i)->name);

		cr_expect_null(strstr(text, "\nbreak"), "%s",
		               emitter_at(i)->name);
		cr_expect_null(strstr(text, "\nfake_metric"), "%s",
		               emitter_at(i)->name);
		free(text);
	}
}

/* Columns that a terminal needs, one for each character. */
static size_t columns(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

static bool is_well_formed(const char *text)
{
	while (*text && utf8_len(text))
		text += utf8_len(text);
	return !*text;
}

Test(emit, summary_shows_no_control_bytes)
{
	char *text = emitted("summary");

	for (const char *at = text; *at; at++) {
		cr_expect(*at == '\n' || !iscntrl((unsigned char)*at),
		          "byte %02x before %.20s", (unsigned char)*at, at + 1);
		cr_expect_not((unsigned char)at[0] == 0xc2 &&
		                      ((unsigned char)at[1] & 0xe0) == 0x80,
		              "a control character before %.20s", at + 2);
	}
	cr_expect(is_well_formed(text), "characters are cut");
	free(text);
}

Test(emit, summary_keeps_its_columns_whatever_the_names)
{
	enum { NAME_COLUMNS = 34 };
	char *text = emitted("summary");
	const char *line = strstr(text, "VERDICTS");
	size_t rows = 0;

	cr_assert_not_null(line);
	for (; *line != '\n'; line += strcspn(line, "\n") + 1) {
		const char *end = line + strcspn(line, "\n");
		const char *cell = line;

		while (cell < end &&
		       columns(line, (size_t)(cell - line)) < NAME_COLUMNS + 1)
			cell++;
		while (((unsigned char)*cell & 0xc0) == 0x80)
			cell++;
		cr_expect_eq(cell[-1], ' ', "%.80s", line);
		cr_expect_neq(cell[0], ' ', "%.80s", line);
		rows++;
	}
	/* A heading, each segment and its path to the outside. */
	cr_expect_eq(rows, 1 + 2 * HOSTILE);
	free(text);
}

Test(emit, summary_shows_all_of_a_name_that_fits)
{
	char *text = emitted("summary");

	cr_expect_not_null(strstr(text, "\n"
	                                "exactly thirty-four columns wide!! "));
	cr_expect_not_null(strstr(text, "\n"
	                                "one more than thirty-four columns~ "));
	cr_expect_not_null(
		strstr(text, "\nthirty-three columns and then an \xc3\xb6 "));
	cr_expect_not_null(
		strstr(text, "\nthirty-three columns and then an ~ "));
	free(text);
}

Test(emit, the_same_ledger_gives_the_same_text)
{
	for (size_t i = 0; emitter_at(i); i++) {
		char *once = emitted(emitter_at(i)->name);
		char *twice = emitted(emitter_at(i)->name);

		expect_same_text(once, twice, emitter_at(i)->name);
		free(once);
		free(twice);
	}
}

/* Nothing at all was seen. */
Test(emit, an_empty_ledger_is_a_report_too)
{
	struct ledger *empty = make_ledger(NULL);
	struct report *full = report;

	report = report_create(empty, limits, &err);
	for (size_t i = 0; emitter_at(i); i++) {
		char *text = emitted(emitter_at(i)->name);

		cr_expect_str_not_empty(text);
		free(text);
	}
	report_free(report);
	report = full;
	ledger_free(empty);
}
