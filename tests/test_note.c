#include <criterion/criterion.h>
#include <string.h>

#include "classify/note.h"
#include "classify/signature.h"

static struct note_set set;
static struct error err;

static void end(void)
{
	note_set_release(&set);
}

TestSuite(note, .fini = end);

static bool read_list(const char *text, size_t folder)
{
	struct json_document *document =
		json_read_text(text, strlen(text), "test.json", &err);
	bool read = document && note_set_read(&set, json_root(document), folder,
	                                      document, &err);

	json_free(document);
	return read;
}

#define NOTE(id, signatures) \
	"{\"id\": \"" id "\", \"name\": \"N\", \"text\": \"T\", " \
	"\"when\": \"oversize\", \"models\": [\"host-any\", " \
	"\"gateway-route\"], \"signatures\": [" signatures "], " \
	"\"remedy\": [], \"references\": []}"

Test(note, is_read_with_all_its_members)
{
	const struct note *note = &set.notes[0];

	cr_assert(read_list("[" NOTE("n", "\"s\"") "]", 0), "%s", err.text);
	cr_expect_eq(set.count, 1);
	cr_expect_str_eq(note->id, "n");
	cr_expect_eq(note->when, NOTE_OVERSIZE);
	cr_expect_eq(note->models,
	             1u << MODEL_HOST_ANY | 1u << MODEL_GATEWAY_ROUTE);
	cr_expect_str_eq(note->signatures.text[0], "s");
}

Test(note, of_a_later_folder_replaces_ours)
{
	cr_assert(read_list("[" NOTE("n", "") "]", 0));
	cr_assert(read_list("[" NOTE("n", "\"s\"") "]", 1));
	cr_expect_eq(set.count, 1);
	cr_expect_eq(set.notes[0].signatures.count, 1);
}

Test(note, complaints_name_the_line_and_the_word)
{
	static const struct {
		const char *text;
		const char *complaint;
	} cases[] = {
		{ "{}", ":1: notes must be a list" },
		{ "[\n[]]", ":2: a note must be an object" },
		{ "[{\"when\": \"never\"}]", ":1: no condition 'never'" },
		{ "[{\"when\": 1}]", ":1: no condition '...'" },
		{ "[{\"models\": []}]", ":1: 'models' must be a list of "
		                        "models" },
		{ "[{\"models\": [\"host-any\",\n\"hosts\"]}]",
		  ":2: no model 'hosts'" },
		{ "[{\"id\": \"n\"}]", ":1: a note without 'name'" },
		{ "[" NOTE("n", "") ",\n" NOTE("n", "") "]",
		  ":2: a second note 'n'" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char complaint[256];

		cr_expect_not(read_list(cases[i].text, 0), "%s", cases[i].text);
		snprintf(complaint, sizeof(complaint), "test.json%s",
		         cases[i].complaint);
		cr_expect_str_eq(err.text, complaint);
		note_set_release(&set);
	}
}

Test(note, refers_to_signatures_that_exist)
{
	static const char text[] = "{\"notes\": [" NOTE("n", "\"s\"") "]}";

	cr_expect_null(signature_set_from_text(text, strlen(text), "test.json",
	                                       NULL, &err));
	cr_expect_str_eq(err.text, "note 'n' has an unknown signature 's'");
}
