#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/json_maker.h"

static struct error err;

static struct json_document *read_text(const char *text)
{
	err.text[0] = '\0';
	return json_read_text(text, strlen(text), "test.json", &err);
}

static struct json_document *read_valid(const char *text)
{
	struct json_document *document = read_text(text);

	cr_assert_not_null(document, "%s", err.text);
	return document;
}

static void expect_written(struct json_document *document, const char *want)
{
	char *text = json_maker_text(json_root(document), 0);

	cr_expect_str_eq(text, want);
	free(text);
	json_free(document);
}

Test(json, comments_are_no_part_of_the_text)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "// first\n{\"a\":1} // last", "{\"a\":1}" },
		{ "{\"a\": /* why */ 1}", "{\"a\":1}" },
		{ "{/* many\n * lines\n */\"a\":1}", "{\"a\":1}" },
		{ "/**/[/*/ 1, /*/2/***/]", "[2]" },
		{ "{\"url\":\"http://x/*y*/\"}",
		  "{\"url\":\"http://x/*y*/\"}" },
		{ "[\"\\\"//\", \"\\\\\"] // \"", "[\"\\\"//\",\"\\\\\"]" },
		{ "[1 // a /* that opens nothing\n,2]", "[1,2]" },
		{ "\xef\xbb\xbf// behind a mark\n[1]", "[1]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_written(read_valid(cases[i].text), cases[i].want);
}

Test(json, complaints_name_the_line_and_the_word)
{
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "", "test.json:1: ends in the middle of a value" },
		{ "{\n\"a\":\n", "test.json:3: ends in the middle of a value" },
		{ "// nothing\n",
		  "test.json:2: ends in the middle of a value" },
		{ "{\n  \"a\": 1,\n  nonsense: 2\n}",
		  "test.json:3: not JSON at 'nonsense'" },
		{ "[1,\n2,\n]", "test.json:3: not JSON at ']'" },
		{ "[\n\"a\xff\"]", "test.json:2: a byte that is no UTF-8" },
		{ "{\"a\": 1}\nrest", "test.json:2: not JSON at 'rest'" },
		{ "{'a': 1}", "test.json:1: not JSON at ''a''" },
		{ "[1] /* and\nthen",
		  "test.json:1: a comment that never ends" },
		{ "[1,\n\"a\\u0000b\"]",
		  "test.json:2: a text with \\u0000 in it" },
		{ "[\"\\\\u0000\", oops]", "test.json:1: not JSON at 'oops'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_null(read_text(cases[i].text), "%zu", i);
		cr_expect_str_eq(err.text, cases[i].complaint, "%zu: %s", i,
		                 err.text);
	}
}

Test(json, a_nul_byte_is_no_json)
{
	static const char text[] = "{\n\"a\": 1,\0 \"b\": 2}";

	cr_expect_null(json_read_text(text, sizeof(text) - 1, "n", &err));
	cr_expect_str_eq(err.text, "n:2: a NUL byte, so this is no JSON text");
}

static const char nested[] = "// a comment: {\n"
			     "{\n"
			     "  \"name\": \"name\",\n"
			     "  \"list\": [\n"
			     "    \"name\",\n"
			     "    { \"name\": [ true, false,\n"
			     "      null ], \"more\": -1.5e3 },\n"
			     "    [], {},\n"
			     "    \"a : \\\" , [\"\n"
			     "  ],\n"
			     "  \"last\"\n"
			     "    :\n"
			     "      7\n"
			     "}\n";

/* The places of a value and of all that is inside it, in order. */
static void gather(char *text, size_t room,
                   const struct json_document *document,
                   const struct json *value)
{
	char place[256];
	size_t used = strlen(text);

	json_place(place, document, value);
	snprintf(text + used, room - used, " %s", strchr(place, ':') + 1);
	for (const struct json *inner = json_first(value); inner;
	     inner = json_next(inner))
		gather(text, room, document, inner);
}

Test(json, the_line_of_a_value_is_where_its_key_or_itself_begins)
{
	struct json_document *document = read_valid(nested);
	char lines[256] = "";

	gather(lines, sizeof(lines), document, json_root(document));
	cr_expect_str_eq(lines, " 2 3 4 5 6 6 6 6 7 7 8 8 9 11");
	json_free(document);
}

Test(json, spaces_that_only_the_parser_knows_do_not_shift_lines)
{
	struct json_document *document =
		read_valid("\xef\xbb\xbf{\f\n\"a\"\v:\x01\n1\f,\n\"b\":2}");
	char lines[64] = "";

	gather(lines, sizeof(lines), document, json_root(document));
	cr_expect_str_eq(lines, " 1 2 4");
	json_free(document);
}

Test(json, a_complaint_starts_with_the_place)
{
	struct json_document *document = read_valid("{\n\"a\": [1,\n2]}");
	const struct json *list = json_member(json_root(document), "a");

	cr_expect_not(json_complain(&err, document, json_next(json_first(list)),
	                            "%d is %s", 2, "even"));
	cr_expect_str_eq(err.text, "test.json:3: 2 is even");
	json_free(document);
}

Test(json, members_and_elements_are_visited_in_order)
{
	struct json_document *document =
		read_valid("{\"b\":[1,\"x\",true],\"a\":{}}");
	const struct json *root = json_root(document);
	const struct json *list = json_member(root, "b");
	const struct json *element = json_first(list);
	uint64_t number = 0;
	bool boolean = false;

	cr_expect_eq(json_count(root), 2);
	cr_expect_str_eq(json_key(json_first(root)), "b");
	cr_expect(json_is_array(list));
	cr_expect_not(json_is_object(list));
	cr_expect(json_is_object(json_member(root, "a")));
	cr_expect_null(json_member(root, "B"));
	cr_expect_null(json_first(json_member(root, "a")));
	cr_expect(json_u64(element, &number) && number == 1);
	cr_expect_null(json_key(element));
	cr_expect_null(json_string(element));
	element = json_next(element);
	cr_expect_str_eq(json_string(element), "x");
	cr_expect_not(json_bool(element, &boolean));
	element = json_next(element);
	cr_expect(json_bool(element, &boolean) && boolean);
	cr_expect_null(json_next(element));
	cr_expect_null(json_first(NULL));
	json_free(document);
}

Test(json, counters_stay_exact_beyond_what_a_double_can_hold)
{
	static const struct {
		uint64_t number;
		const char *text;
	} cases[] = {
		{ 0, "{\"n\":0}" },
		{ 4294967296, "{\"n\":4294967296}" },
		{ 999999999999999, "{\"n\":999999999999999}" },
		{ 1000000000000001, "{\"n\":1000000000000001}" },
		{ 9007199254740991, "{\"n\":9007199254740991}" },
		{ 9007199254740992, "{\"n\":\"9007199254740992\"}" },
		{ 9007199254740993, "{\"n\":\"9007199254740993\"}" },
		{ UINT64_MAX, "{\"n\":\"18446744073709551615\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_document *document = read_valid(cases[i].text);
		uint64_t number = 0;

		cr_expect(json_u64(json_member(json_root(document), "n"),
		                   &number));
		cr_expect_eq(number, cases[i].number);
		expect_written(document, cases[i].text);
	}
}

/* Where 15 digits end, a second reading must not find another number. */
Test(json, long_numbers_are_written_as_they_were_read)
{
	static const char *const cases[] = {
		"999999999999999",  "999999999999999.5", "3333000636785809.5",
		"9007199254740991", "9007199254740992",  "18014398509481984",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_written(read_valid(cases[i]), cases[i]);
}

Test(json, what_is_no_exact_counter_is_refused)
{
	static const char *const cases[] = {
		"-1",
		"1.5",
		"3333000636785809.5",
		"9007199254740992",
		"1e300",
		"\"\"",
		"\"-1\"",
		"\"1.0\"",
		"\" 1\"",
		"\"1 \"",
		"\"18446744073709551616\"",
		"true",
		"null",
		"[]",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_document *document = read_valid(cases[i]);
		uint64_t number;

		cr_expect_not(json_u64(json_root(document), &number), "%s",
		              cases[i]);
		json_free(document);
	}
}

Test(json, a_file_that_cannot_be_opened_is_named)
{
	cr_expect_null(json_read_file("/nonexistent/a.json", &err));
	cr_expect_str_eq(err.text,
	                 "/nonexistent/a.json: No such file or directory");
	cr_expect_null(json_read_file("/", &err));
	cr_expect_str_eq(err.text, "/: Is a directory");
}

Test(json, a_large_file_is_read_whole)
{
	char path[] = "/tmp/json-XXXXXX";
	int file = mkstemp(path);
	FILE *out = fdopen(file, "w");
	struct json_document *document;

	fputs("[0", out);
	for (int i = 1; i < 50000; i++)
		fprintf(out, ",\n%d", i);
	fputs("]", out);
	fclose(out);
	document = json_read_file(path, &err);
	cr_assert_not_null(document, "%s", err.text);
	cr_expect_eq(json_count(json_root(document)), 50000);
	json_free(document);
	unlink(path);
}
