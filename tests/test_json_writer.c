#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>

#include "tests/json_maker.h"

static struct json_maker maker;

static struct json_scope start(unsigned levels)
{
	return json_maker_start(&maker, levels);
}

static void expect_made(const char *want)
{
	char *text = json_maker_end(&maker);

	cr_expect_str_eq(text, want);
	free(text);
}

Test(json_writer, adding_to_a_scope_closes_what_was_opened_inside)
{
	struct json_scope root = json_add_object(start(0), NULL);
	struct json_scope list = json_add_array(root, "list");
	struct json_scope item = json_add_object(list, NULL);

	json_add_u64(json_add_array(item, "deep"), NULL, 1);
	json_add_u64(item, "n", 2);
	json_add_object(list, NULL);
	json_add_bool(root, "last", true);
	json_add_array(json_add_object(root, "open"), "still");
	expect_made("{\"list\":[{\"deep\":[1],\"n\":2},{}],\"last\":true,"
	            "\"open\":{\"still\":[]}}");
}

Test(json_writer, a_closed_scope_takes_nothing, .signal = SIGABRT)
{
	struct json_scope root = json_add_object(start(0), NULL);
	struct json_scope closed = json_add_object(root, "a");

	json_add_object(root, "b");
	json_add_u64(closed, "n", 1);
}

Test(json_writer, an_element_has_no_key, .signal = SIGABRT)
{
	json_add_u64(json_add_array(start(0), NULL), "n", 1);
}

Test(json_writer, a_member_has_a_key, .signal = SIGABRT)
{
	json_add_u64(json_add_object(start(0), NULL), NULL, 1);
}

Test(json_writer, each_value_of_a_text_is_a_line)
{
	struct json_scope text = start(0);

	json_add_u64(json_add_object(text, NULL), "n", 1);
	json_add_string(text, NULL, "two");
	json_add_array(text, NULL);
	expect_made("{\"n\":1}\n\"two\"\n[]");
	start(0);
	expect_made("");
}

Test(json_writer, members_stand_on_lines_so_many_levels_deep)
{
	struct json_scope root = json_add_object(start(2), NULL);
	struct json_scope list = json_add_array(root, "rows");
	struct json_scope inner = json_add_object(root, "inner");
	struct json_scope deeper;

	json_add_string(inner, "a", "b");
	list = json_add_array(inner, "rows");
	json_add_u64(json_add_object(list, NULL), "n", 1);
	deeper = json_add_object(list, NULL);
	json_add_u64(deeper, "n", 2);
	json_add_u64(json_add_array(deeper, "m"), NULL, 3);
	list = json_add_array(inner, "numbers");
	json_add_u64(list, NULL, 4);
	json_add_u64(list, NULL, 5);
	json_add_object(inner, "none");
	json_add_null(root, "end");
	expect_made("{\n"
	            "\t\"rows\": [],\n"
	            "\t\"inner\": {\n"
	            "\t\t\"a\": \"b\",\n"
	            "\t\t\"rows\": [\n"
	            "\t\t\t{\"n\":1},\n"
	            "\t\t\t{\"n\":2,\"m\":[3]}\n"
	            "\t\t],\n"
	            "\t\t\"numbers\": [4,5],\n"
	            "\t\t\"none\": {}\n"
	            "\t},\n"
	            "\t\"end\": null\n"
	            "}");
}

Test(json_writer, counters_stay_exact_beyond_what_a_double_can_hold)
{
	static const struct {
		uint64_t number;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ 9, "9" },
		{ 10, "10" },
		{ 4294967296, "4294967296" },
		{ 1000000000000001, "1000000000000001" },
		{ 9007199254740991, "9007199254740991" },
		{ 9007199254740992, "\"9007199254740992\"" },
		{ 9007199254740993, "\"9007199254740993\"" },
		{ UINT64_MAX, "\"18446744073709551615\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_add_u64(start(0), NULL, cases[i].number);
		expect_made(cases[i].text);
	}
}

Test(json_writer, decimals_are_rounded_to_so_many_places)
{
	struct json_scope list = json_add_array(start(0), NULL);

	json_add_decimal(list, NULL, 0.125, 3);
	json_add_decimal(list, NULL, 2.0 / 3, 2);
	json_add_decimal(list, NULL, 99.999, 1);
	json_add_decimal(list, NULL, 7, 0);
	json_add_decimal(list, NULL, (double)NAN, 2);
	json_add_decimal(list, NULL, (double)INFINITY, 2);
	expect_made("[0.125,0.67,100.0,7,null,null]");
}

Test(json_writer, hostile_texts_are_escaped)
{
	json_add_string(json_add_object(start(0), NULL), "\"k\"",
	                "a\"b\\c\n\r\t\b\f\x01\x1f\x7f</x>");
	expect_made("{\"\\\"k\\\"\":\"a\\\"b\\\\c\\n\\r\\t\\b\\f\\u0001\\u001f"
	            "\x7f</x>\"}");
}

Test(json_writer, bytes_that_are_no_utf8_are_replaced)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "plain", "plain" },
		{ "m\xc3\xa4rz \xe2\x82\xac \xf0\x9f\x98\x80",
		  "m\xc3\xa4rz \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "\xff", "?" },
		{ "a\x80z", "a?z" },
		{ "cut \xe2\x82", "cut ??" },
		{ "overlong \xc0\xaf", "overlong ??" },
		{ "surrogate \xed\xa0\x80", "surrogate ???" },
		{ "too far \xf4\x90\x80\x80", "too far ????" },
		{ "\xf0\x9f\x98", "???" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text;

		json_add_string(start(0), NULL, cases[i].text);
		text = json_maker_end(&maker);
		text[strlen(text) - 1] = '\0';
		cr_expect_str_eq(text + 1, cases[i].want, "%zu", i);
		free(text);
	}
}

/* Eight bytes at a time are looked at: every byte at every place of them. */
Test(json_writer, every_byte_is_read_back_wherever_it_stands)
{
	struct error err = { "" };

	for (unsigned byte = 1; byte < 0x80; byte++) {
		for (size_t place = 0; place < 24; place++) {
			char text[25] = "abcdefghijklmnopqrstuvwx";
			struct json_document *document;

			text[place] = (char)byte;
			json_add_string(start(0), NULL, text);
			document = json_maker_read(&maker, &err);
			cr_assert_not_null(document, "%s", err.text);
			cr_expect_str_eq(json_string(json_root(document)),
			                 text);
			json_free(document);
		}
	}
}

/* A text that fills the buffer, which characters of several bytes straddle. */
static char *long_text(size_t shift)
{
	enum { LEN = 200000 };
	char *text = malloc(LEN + 8);
	size_t len = 0;

	cr_assert_not_null(text);
	while (len < shift)
		text[len++] = 'x';
	while (len < LEN) {
		memcpy(text + len, "\xe2\x82\xac\n", 4);
		len += 4;
	}
	text[len] = '\0';
	return text;
}

Test(json_writer, long_texts_are_cut_nowhere)
{
	struct error err = { "" };

	for (size_t shift = 0; shift < 8; shift++) {
		char *text = long_text(shift);
		struct json_document *document;

		json_add_string(start(shift % 2), NULL, text);
		document = json_maker_read(&maker, &err);
		cr_assert_not_null(document, "%s", err.text);
		cr_expect(strcmp(json_string(json_root(document)), text) == 0);
		json_free(document);
		free(text);
	}
}

Test(json_writer, values_may_lie_deep_in_each_other)
{
	struct json_scope scope = start(5);
	const struct json *value;
	struct json_document *document;
	struct error err = { "" };
	int depth = 0;

	for (int i = 0; i < 900; i++)
		scope = json_add_array(scope, NULL);
	document = json_maker_read(&maker, &err);
	cr_assert_not_null(document, "%s", err.text);
	for (value = json_root(document); value; value = json_first(value))
		depth++;
	cr_expect_eq(depth, 900);
	json_free(document);
}

Test(json_writer, what_was_read_is_copied_as_it_was)
{
	static const char *const cases[] = {
		"{\"a\":[1,{\"b\":null}],\"c\":\"d\",\"e\":[true,false]}",
		"[0.5,-3,1e+30,9007199254740992,\"9007199254740992\"]",
		"\"alone\"",
	};
	struct error err = { "" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_document *from =
			json_read_text(cases[i], strlen(cases[i]), "test",
		                       &err);
		char *text;

		cr_assert_not_null(from, "%s", err.text);
		text = json_maker_text(json_root(from), 0);
		cr_expect_str_eq(text, cases[i]);
		free(text);
		json_free(from);
	}
}

/* Counts the calls that a line comes with. */
static ssize_t count_call(void *calls, const char *text, size_t len)
{
	(void)text;
	++*(int *)calls;
	return (ssize_t)len;
}

Test(json_writer, a_line_is_handed_over_whole)
{
	int calls = 0;
	cookie_io_functions_t io = { .write = count_call };
	FILE *out = fopencookie(&calls, "w", io);
	struct json_writer *writer;
	char *text = long_text(0);

	cr_assert_not_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	writer = json_writer_open(out, 0);
	json_add_string(json_writer_text(writer), NULL, text);
	cr_expect_eq(calls, 0);
	cr_expect(json_writer_close(writer));
	cr_expect_eq(calls, 1);
	fclose(out);
	free(text);
}

Test(json_writer, closing_says_that_something_could_not_be_written)
{
	FILE *full = fopen("/dev/full", "w");
	char *text = long_text(0);

	cr_assert_not_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	for (unsigned levels = 0; levels < 2; levels++) {
		struct json_writer *writer = json_writer_open(full, levels);
		struct json_scope list =
			json_add_array(json_writer_text(writer), NULL);

		for (int i = 0; i < 3; i++)
			json_add_string(list, NULL, text);
		cr_expect_not(json_writer_close(writer));
	}
	cr_expect_not(json_writer_close(NULL));
	fclose(full);
	free(text);
}

Test(json_writer, who_gives_up_is_heard_of_when_closing)
{
	FILE *out = fopen("/dev/null", "w");
	struct json_writer *writer = json_writer_open(out, 1);
	struct json_scope list = json_add_array(json_writer_text(writer), NULL);

	json_give_up(list);
	json_add_u64(list, NULL, 1);
	cr_expect_not(json_writer_close(writer));
	fclose(out);
}
