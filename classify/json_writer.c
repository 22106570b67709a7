#include "classify/json_writer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/json_escape.h"
#include "classify/number.h"

/* What is reserved at once: room for a line's start, a short key, and a short
 * text or a number. */
enum { PIECE = 1024, SHORT_TEXT = 256 };

enum { LINE_ROOM = 4 * PIECE, TEXT_ROOM = 64 * PIECE };

/* An open object or array; the outermost is the text. */
struct level {
	uint32_t serial;
	bool is_array;
	bool has_values;
	bool is_broken; /* its latest value began a line */
};

struct json_writer {
	FILE *out;       /* NULL: a part, which is kept */
	uint32_t bottom; /* depth of its outermost level */
	unsigned line_levels;
	bool failed;
	uint32_t depth;
	uint32_t last_serial;
	size_t room;
	size_t len;
	char *buffer;
	struct level levels[JSON_DEPTH];
};

struct json_writer *json_writer_open(FILE *out, unsigned levels)
{
	struct json_writer *writer = malloc(sizeof(*writer));

	if (!writer)
		return NULL;
	writer->out = out;
	writer->bottom = 0;
	writer->line_levels = levels;
	writer->failed = false;
	writer->depth = 0;
	writer->last_serial = 0;
	writer->room = levels ? TEXT_ROOM : LINE_ROOM;
	writer->len = 0;
	writer->buffer = malloc(writer->room);
	writer->levels[0] = (struct level){ .is_array = true };
	if (!writer->buffer) {
		free(writer);
		return NULL;
	}
	return writer;
}

static void flush(struct json_writer *writer)
{
	if (!writer->failed &&
	    fwrite(writer->buffer, 1, writer->len, writer->out) != writer->len)
		writer->failed = true;
	writer->len = 0;
}

/* A line is kept until it is whole, and so is a part. */
static void make_room(struct json_writer *writer)
{
	char *larger;

	if (writer->line_levels && writer->out) {
		flush(writer);
		return;
	}
	larger = realloc(writer->buffer, 2 * writer->room);
	if (larger) {
		writer->buffer = larger;
		writer->room *= 2;
	} else {
		writer->failed = true;
		writer->len = 0;
	}
}

/* Where to write up to most bytes; written() says how many it were. */
static inline char *reserve(struct json_writer *writer, size_t most)
{
	if (writer->room - writer->len < most)
		make_room(writer);
	return writer->buffer + writer->len;
}

static inline void written(struct json_writer *writer, const char *end)
{
	writer->len = (size_t)(end - writer->buffer);
}

static char *put_line_start(char *at, uint32_t tabs)
{
	*at++ = '\n';
	while (tabs--)
		*at++ = '\t';
	return at;
}

static void close_level(struct json_writer *writer)
{
	const struct level *level = &writer->levels[writer->depth];
	char *at = reserve(writer, PIECE);

	writer->depth--;
	if (level->is_broken)
		at = put_line_start(at, writer->depth);
	*at++ = level->is_array ? ']' : '}';
	written(writer, at);
}

bool json_writer_close(struct json_writer *writer)
{
	bool complete;

	if (!writer)
		return false;
	while (writer->depth)
		close_level(writer);
	if (writer->levels[0].has_values)
		written(writer, put_line_start(reserve(writer, PIECE), 0));
	flush(writer);
	complete = !writer->failed;
	free(writer->buffer);
	free(writer);
	return complete;
}

struct json_scope json_writer_text(struct json_writer *writer)
{
	return (struct json_scope){ .writer = writer };
}

struct json_writer *json_part_open(struct json_scope list)
{
	struct json_writer *part =
		json_writer_open(NULL, list.writer->line_levels);

	if (!part)
		return NULL;
	part->bottom = list.depth;
	part->depth = list.depth;
	part->levels[list.depth] =
		(struct level){ .is_array = true, .has_values = true };
	return part;
}

struct json_scope json_part_list(struct json_writer *part)
{
	return (struct json_scope){ .writer = part, .depth = part->bottom };
}

/* What is left of a text, which may be of any length. */
static void put_rest(struct json_writer *writer, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		size_t len = (size_t)(end - text);
		char *at = reserve(writer, PIECE);
		size_t plain;

		if (len > PIECE - JSON_ESCAPED_MAX)
			len = PIECE - JSON_ESCAPED_MAX;
		plain = json_copy_plain(at, text, len);
		text += plain;
		at += plain;
		if (plain < len)
			at = json_put_escaped(at, &text);
		written(writer, at);
	}
}

/* At a place with room for a value, and returns one. */
static inline char *put_string(struct json_writer *writer, char *at,
                               const char *text)
{
	size_t len = strlen(text);
	size_t plain = 0;

	*at++ = '"';
	if (len <= SHORT_TEXT) {
		plain = json_copy_plain(at, text, len);
		at += plain;
	}
	if (plain < len) {
		written(writer, at);
		put_rest(writer, text + plain);
		at = reserve(writer, PIECE);
	}
	*at++ = '"';
	return at;
}

/* Whether a value in the innermost scope begins a line. */
static bool is_broken(const struct json_writer *writer, bool is_scope)
{
	const unsigned levels = writer->line_levels;

	if (!writer->levels[writer->depth].is_array)
		return writer->depth <= levels;
	return is_scope && levels && writer->depth <= levels + 1;
}

/*
 * Everything before a value: what is open inside the scope is closed. Returns
 * where the value goes, with room for one that is short.
 */
static inline char *begin(struct json_scope scope, const char *key,
                          bool is_scope)
{
	struct json_writer *writer = scope.writer;
	struct level *level = &writer->levels[scope.depth];
	char *at;

	assert(scope.depth <= writer->depth && scope.serial == level->serial);
	assert(!key == level->is_array);
	while (writer->depth > scope.depth)
		close_level(writer);
	at = reserve(writer, PIECE);
	if (level->has_values)
		*at++ = scope.depth ? ',' : '\n';
	level->has_values = true;
	level->is_broken = scope.depth && is_broken(writer, is_scope);
	if (level->is_broken)
		at = put_line_start(at, scope.depth);
	if (!key)
		return at;
	at = put_string(writer, at, key);
	*at++ = ':';
	if (level->is_broken)
		*at++ = ' ';
	return at;
}

static struct json_scope add_level(struct json_scope scope, const char *key,
                                   bool is_array)
{
	struct json_writer *writer = scope.writer;
	char *at = begin(scope, key, true);

	assert(writer->depth + 1 < JSON_DEPTH);
	*at++ = is_array ? '[' : '{';
	written(writer, at);
	writer->depth++;
	writer->last_serial++;
	writer->levels[writer->depth] = (struct level){
		.serial = writer->last_serial,
		.is_array = is_array,
	};
	return (struct json_scope){ writer, writer->depth,
		                    writer->last_serial };
}

struct json_scope json_add_object(struct json_scope scope, const char *key)
{
	return add_level(scope, key, false);
}

struct json_scope json_add_array(struct json_scope scope, const char *key)
{
	return add_level(scope, key, true);
}

void json_add_string(struct json_scope scope, const char *key, const char *text)
{
	char *at = begin(scope, key, false);

	written(scope.writer, put_string(scope.writer, at, text));
}

void json_add_u64(struct json_scope scope, const char *key, uint64_t number)
{
	char *at = begin(scope, key, false);

	if (number > JSON_EXACT_MAX)
		*at++ = '"';
	at = number_put(at, number);
	if (number > JSON_EXACT_MAX)
		*at++ = '"';
	written(scope.writer, at);
}

void json_add_token(struct json_scope scope, const char *key, const char *token)
{
	char *at = begin(scope, key, false);
	size_t len = strlen(token);

	assert(len <= SHORT_TEXT);
	memcpy(at, token, len);
	written(scope.writer, at + len);
}

void json_add_bool(struct json_scope scope, const char *key, bool boolean)
{
	json_add_token(scope, key, boolean ? "true" : "false");
}

void json_add_null(struct json_scope scope, const char *key)
{
	json_add_token(scope, key, "null");
}

void json_add_decimal(struct json_scope scope, const char *key, double number,
                      int decimals)
{
	char *at;

	if (!isfinite(number)) {
		json_add_null(scope, key);
		return;
	}
	at = begin(scope, key, false);
	written(scope.writer,
	        number_put_decimal(at, number, (unsigned)decimals));
}

void json_give_up(struct json_scope scope)
{
	scope.writer->failed = true;
}

void json_part_move(struct json_scope list, struct json_writer *part)
{
	struct json_writer *writer = list.writer;

	if (!part) {
		json_give_up(list);
		return;
	}
	while (part->depth > part->bottom)
		close_level(part);
	while (writer->depth > list.depth)
		close_level(writer);
	flush(writer);
	writer->failed |= part->failed;
	if (!writer->failed &&
	    fwrite(part->buffer, 1, part->len, writer->out) != part->len)
		writer->failed = true;
	part->len = 0;
}

void json_part_free(struct json_writer *part)
{
	if (!part)
		return;
	free(part->buffer);
	free(part);
}
