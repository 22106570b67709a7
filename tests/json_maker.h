/*
 * JSON text from a writer. For tests and fuzz targets: what cannot be made
 * aborts.
 *
 *	struct json_maker maker;
 *	struct json_scope text = json_maker_start(&maker, 0);
 *	...
 *	char *made = json_maker_end(&maker);
 */
#ifndef TESTS_JSON_MAKER_H
#define TESTS_JSON_MAKER_H

#include <stdlib.h>
#include <string.h>

#include "classify/json.h"

struct json_maker {
	struct json_writer *writer;
	FILE *out;
	char *text;
	size_t len;
};

/* levels as for json_writer_open(). The maker must stay where it is. */
static inline struct json_scope json_maker_start(struct json_maker *maker,
                                                 unsigned levels)
{
	maker->out = open_memstream(&maker->text, &maker->len);
	maker->writer =
		maker->out ? json_writer_open(maker->out, levels) : NULL;
	if (!maker->writer)
		abort();
	return json_writer_text(maker->writer);
}

/* Without the last newline. The caller frees it. */
static inline char *json_maker_end(struct json_maker *maker)
{
	if (!json_writer_close(maker->writer) || fclose(maker->out))
		abort();
	if (maker->len)
		maker->text[maker->len - 1] = '\0';
	return maker->text;
}

/* The text as a document; NULL with err set if it cannot be read. */
static inline struct json_document *json_maker_read(struct json_maker *maker,
                                                    struct error *err)
{
	char *text = json_maker_end(maker);
	struct json_document *document =
		json_read_text(text, strlen(text), "made", err);

	free(text);
	return document;
}

/* A value that was read, as text. The caller frees it. */
static inline char *json_maker_text(const struct json *value, unsigned levels)
{
	struct json_maker maker;

	json_add_copy(json_maker_start(&maker, levels), NULL, value);
	return json_maker_end(&maker);
}

#endif
