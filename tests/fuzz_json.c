/*
 * Any text. What was read can be written and read again without a change, and
 * every value has a line in the text, in the order of the text.
 */
#include "tests/json_maker.h"

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The line of the latest value below this one. */
static int check_lines(const struct json_document *document,
                       const struct json *value, int line, int last)
{
	char place[256];
	int here = atoi(strrchr(json_place(place, document, value), ':') + 1);

	require(here >= line && here <= last);
	for (const struct json *inner = json_first(value); inner;
	     inner = json_next(inner)) {
		uint64_t number;
		bool boolean;

		json_u64(inner, &number);
		json_bool(inner, &boolean);
		here = check_lines(document, inner, here, last);
	}
	return here;
}

static int count_lines(const uint8_t *data, size_t size)
{
	int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

/* Places are searched from the start: too slow for long texts. */
enum { SIZE_MAX_FOR_LINES = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err = { "" };
	struct json_document *document =
		json_read_text((const char *)data, size, "fuzz", &err);
	struct json_document *again;
	char *text;
	char *same;

	if (!document) {
		require(strncmp(err.text, "fuzz:", 5) == 0);
		return 0;
	}
	if (size <= SIZE_MAX_FOR_LINES)
		check_lines(document, json_root(document), 1,
		            count_lines(data, size));
	text = json_maker_text(json_root(document), size % 6);
	again = json_read_text(text, strlen(text), "fuzz", &err);
	require(again);
	same = json_maker_text(json_root(again), size % 6);
	require(strcmp(text, same) == 0);
	free(text);
	free(same);
	json_free(document);
	json_free(again);
	return 0;
}
