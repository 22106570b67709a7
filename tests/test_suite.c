#include <criterion/criterion.h>
#include <string.h>

#include "classify/suite.h"

static struct suite_set set;
static struct error err;

static void end(void)
{
	suite_set_release(&set);
}

TestSuite(suite, .fini = end);

static bool read_list(const char *text, size_t folder)
{
	struct json_document *document =
		json_read_text(text, strlen(text), "test.json", &err);
	bool read = document && suite_set_read(&set, json_root(document),
	                                       folder, document, &err);

	json_free(document);
	return read;
}

#define REST "\"status\": \"MUST\", \"references\": [\"RFC 4106\"]"
#define SIZES "\"iv\": 8, \"block\": 1, \"icv\": 16, \"default\": true, "
#define SUITE(id) \
	"{\"id\": \"" id \
	"\", \"name\": \"N\", \"protocol\": \"esp\", " SIZES REST "}"

Test(suite, is_read_with_all_its_members)
{
	const struct suite *suite = &set.suites[0];

	cr_assert(read_list("[" SUITE("gcm") "]", 0), "%s", err.text);
	cr_expect_eq(set.count, 1);
	cr_expect_str_eq(suite->id, "gcm");
	cr_expect_str_eq(suite->name, "N");
	cr_expect_eq(suite->protocol, SUITE_ESP);
	cr_expect_eq(suite->iv, 8);
	cr_expect_eq(suite->block, 1);
	cr_expect_eq(suite->icv, 16);
	cr_expect(suite->is_default);
	cr_expect_str_eq(suite->status, "MUST");
	cr_expect_str_eq(suite->references.text[0], "RFC 4106");
}

Test(suite, of_a_later_folder_replaces_ours)
{
	cr_assert(read_list("[" SUITE("a") "," SUITE("b") "]", 0));
	cr_assert(read_list("[{\"id\": \"a\", \"name\": \"other\", "
	                    "\"protocol\": \"esp\", " SIZES REST "}]",
	                    1));
	cr_expect_eq(set.count, 2);
	cr_expect_str_eq(set.suites[0].name, "other");
}

static const struct {
	const char *text;
	const char *complaint;
} complaints[] = {
	{ "{}", ":1: suites must be a list" },
	{ "[1]", ":1: a suite must be an object" },
	{ "[{\"id\": \"A b\"}]", ":1: id 'A b' has other than a-z, 0-9 and -" },
	{ "[\n{\"colour\": 1}]", ":2: a suite has no key 'colour'" },
	{ "[{\"iv\": 8,\n\"iv\": 8}]", ":2: a second 'iv'" },
	{ "[{\"iv\": 7}]", ":1: 'iv' must be a multiple of 4 up to "
	                   "64" },
	{ "[{\"icv\": 68}]", ":1: 'icv' must be a multiple of 4 up to "
	                     "64" },
	{ "[{\"icv\": -4}]", ":1: 'icv' must be a whole number" },
	{ "[{\"block\": 0}]", ":1: 'block' must be a power of two up "
	                      "to 16" },
	{ "[{\"block\": 12}]", ":1: 'block' must be a power of two up "
	                       "to 16" },
	{ "[{\"block\": 32}]", ":1: 'block' must be a power of two up "
	                       "to 16" },
	{ "[{\"protocol\": \"gre\"}]", ":1: no protocol 'gre'" },
	{ "[{\"protocol\": 50}]", ":1: no protocol '...'" },
	{ "[{\"default\": 1}]", ":1: 'default' must be true or "
	                        "false" },
	{ "[{\"status\": \"\"}]", ":1: 'status' must be a text" },
	{ "[{\"references\": [4106]}]",
	  ":1: 'references' must be a list of texts" },
	{ "[{\"id\": \"gcm\"}]", ":1: a suite without 'name'" },
	{ "[" SUITE("a") ",\n" SUITE("a") "]", ":2: a second suite "
	                                       "'a'" },
	{ "[{\"id\": \"ah\", \"name\": \"N\", \"protocol\": \"ah\", "
	  "\"iv\": 0, \"block\": 8, \"icv\": 12, \"default\": "
	  "false, " REST "}]",
	  ":1: AH suite 'ah' with a block other than 1" },
};

Test(suite, complaints_name_the_line_and_the_word)
{
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]);
	     i++) {
		char complaint[256];

		cr_expect_not(read_list(complaints[i].text, 0), "%s",
		              complaints[i].text);
		snprintf(complaint, sizeof(complaint), "test.json%s",
		         complaints[i].complaint);
		cr_expect_str_eq(err.text, complaint);
		suite_set_release(&set);
	}
}

Test(suite, no_more_than_there_is_room_for)
{
	char text[512];

	for (unsigned i = 0; i < SUITES_MAX; i++) {
		snprintf(text, sizeof(text),
		         "[{\"id\": \"s%u\", \"name\": \"N\", "
		         "\"protocol\": \"esp\", " SIZES REST "}]",
		         i);
		cr_assert(read_list(text, 0), "%s", err.text);
	}
	cr_expect_not(read_list("[" SUITE("one-more") "]", 0));
	cr_expect_str_eq(err.text, "test.json:1: more than 64 suites");
}

Test(suite, is_chosen_by_name)
{
	uint64_t chosen;

	cr_assert(
		read_list("[" SUITE(
				  "a") ",{\"id\": \"b\", \"name\": \"B\", "
	                               "\"protocol\": \"ah\", \"iv\": 0, "
	                               "\"block\": 1, "
	                               "\"icv\": 12, \"default\": false, " REST
	                               "}," SUITE("ab") "]",
	                  0),
		"%s", err.text);
	cr_expect(suite_choose(&set, NULL, &chosen, &err));
	cr_expect_eq(chosen, 5);
	cr_expect(suite_choose(&set, "all", &chosen, &err));
	cr_expect_eq(chosen, 7);
	cr_expect(suite_choose(&set, "b,ab", &chosen, &err));
	cr_expect_eq(chosen, 6);
	cr_expect_not(suite_choose(&set, "a,,b", &chosen, &err));
	cr_expect_not(suite_choose(&set, "a,abc", &chosen, &err));
	cr_expect_str_eq(err.text, "no suite 'abc'; signatures/suites.json has "
	                           "their names");
}
