#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_list.h"
#include "tests/thread_limit.h"

/* Values of many lengths, with scopes that are left open. */
static void add_value(struct json_scope list, size_t index, const void *self)
{
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope inner;

	(void)self;
	json_add_u64(object, "index", index);
	inner = json_add_array(object, "more");
	for (size_t i = 0; i < index % 50; i++)
		json_add_string(json_add_object(inner, NULL), "text",
		                "\"quoted\" and long enough to fill a buffer");
}

static char *write_list(size_t count, size_t piece)
{
	const struct json_list list = { count, piece, NULL, add_value };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct json_writer *writer = json_writer_open(out, 2);
	struct json_scope root =
		json_add_object(json_writer_text(writer), NULL);

	json_add_string(root, "before", "x");
	json_list_add(json_add_array(root, "list"), &list);
	json_add_string(root, "behind", "y");
	cr_expect(json_writer_close(writer));
	fclose(out);
	return text;
}

Test(json_list, pieces_add_up_to_the_whole_whatever_their_length)
{
	static const size_t counts[] = { 0, 1, 2, 31, 32, 33, 1000 };
	static const size_t pieces[] = { 1, 2, 31, 32, 500 };

	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		char *whole = write_list(counts[c], counts[c] + 1);

		for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]);
		     p++) {
			char *text = write_list(counts[c], pieces[p]);

			cr_expect_str_eq(text, whole, "%zu by %zu", counts[c],
			                 pieces[p]);
			free(text);
		}
		free(whole);
	}
}

Test(json_list, without_threads_the_caller_does_it_all, .timeout = 60)
{
	char *whole = write_list(1000, 10);
	char *text;

	deny_threads();
	text = write_list(1000, 10);
	allow_threads();
	cr_expect_str_eq(text, whole);
	free(text);
	free(whole);
}

Test(json_list, a_part_that_could_not_be_made_is_a_failure)
{
	FILE *out = fopen("/dev/null", "w");
	struct json_writer *writer = json_writer_open(out, 1);
	struct json_scope list = json_add_array(json_writer_text(writer), NULL);

	json_add_u64(list, NULL, 1);
	json_part_move(list, NULL);
	cr_expect_not(json_writer_close(writer));
	fclose(out);
}

Test(json_list, a_full_disk_is_a_failure)
{
	const struct json_list list = { 20000, 100, NULL, add_value };
	FILE *out = fopen("/dev/full", "w");
	struct json_writer *writer = json_writer_open(out, 1);

	json_list_add(json_add_array(json_writer_text(writer), NULL), &list);
	cr_expect_not(json_writer_close(writer));
	fclose(out);
}
