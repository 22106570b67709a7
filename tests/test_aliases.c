#include <criterion/criterion.h>

#include "classify/aliases.h"

static struct error err;
static struct dpi *dpi;
static struct aliases *aliases;

static void setup(void)
{
	dpi = dpi_create(&err);
	aliases = aliases_create();
	cr_assert(dpi && aliases, "%s", err.text);
}

static void teardown(void)
{
	aliases_free(aliases);
	aliases_free(NULL);
	dpi_free(dpi);
}

TestSuite(aliases, .init = setup, .fini = teardown);

static bool read_text(const char *text)
{
	struct json_document *document =
		json_read_text(text, strlen(text), "test.json", &err);
	bool read;

	cr_assert_not_null(document, "%s", err.text);
	read = aliases_read(aliases, json_root(document), document, &err);
	json_free(document);
	return read;
}

Test(aliases, a_protocol_is_found_by_whichever_name_this_ndpi_has)
{
	static const struct {
		const char *name;
		bool found;
		bool known;
	} cases[] = {
		{ "DNS", true, true },    /* by its own */
		{ "dns", true, true },    /* in any case */
		{ "OldDNS", true, true }, /* by the second alias */
		{ "olddns", true, true },
		{ "NewProtocol", false, true }, /* not in this release */
		{ "FutureDNS", false, false },  /* an alias is no name */
		{ "Nonsense", false, false },
	};
	uint16_t want = 0;

	cr_assert(dpi_find_protocol(dpi, "DNS", &want));
	cr_assert(read_text("{ \"OldDNS\": [\"FutureDNS\", \"DNS\"],\n"
	                    "  \"NewProtocol\": [\"NewerProtocol\"],\n"
	                    "  \"Empty\": [] }"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint16_t id = 0;
		bool known = false;

		cr_expect_eq(aliases_find(aliases, dpi, cases[i].name, &id,
		                          &known),
		             cases[i].found, "%s", cases[i].name);
		cr_expect_eq(known, cases[i].known, "%s", cases[i].name);
		if (cases[i].found)
			cr_expect_eq(id, want, "%s", cases[i].name);
	}
}

Test(aliases, complaints_name_the_line_and_the_word)
{
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "[]", "test.json:1: aliases must be an object" },
		{ "{\n\"DNS\": \"Dns\"}",
		  "test.json:2: 'DNS' needs a list of names" },
		{ "{\"DNS\": [\"Dns\",\n5]}",
		  "test.json:2: an alias of 'DNS' is no string" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_not(read_text(cases[i].text));
		cr_expect_str_eq(err.text, cases[i].complaint);
	}
}
