#include "classify/json_writer.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/number.h"
#include "classify/utf8.h"

/* What is reserved at once: room for a line's start, a short key, and a short
 * text or a number. */
enum { PIECE = 1024, SHORT_TEXT = 256 };

enum { LINE_ROOM = 4 * PIECE, TEXT_ROOM = 64 * PIECE };

enum { ESCAPED_MAX = 6 };

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

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 &&
	       c != '"' && c != '\\';
}

static uint64_t has_zero_byte(uint64_t bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	return (bytes - ones) & ~bytes & ones << 7;
}

/* Whether is_plain() holds for all eight, as they lie in memory. */
static bool are_plain(uint64_t bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t control = (bytes - ones * 0x20) & ~bytes & ones << 7;

	return !(control | (bytes & ones << 7) |
	         has_zero_byte(bytes ^ ones * '"') |
	         has_zero_byte(bytes ^ ones * '\\'));
}

static inline bool copy_eight(char *into, const char *text)
{
	uint64_t bytes;

	memcpy(&bytes, text, 8);
	memcpy(into, &bytes, 8);
	return are_plain(bytes);
}

/* Four to eight, as two fours that may overlap. */
static inline bool copy_fours(char *into, const char *text, size_t len)
{
	uint32_t first;
	uint32_t last;

	memcpy(&first, text, 4);
	memcpy(&last, text + len - 4, 4);
	memcpy(into, &first, 4);
	memcpy(into + len - 4, &last, 4);
	return are_plain((uint64_t)first << 32 | last);
}

/* What comes before the first byte that is not copied as it is. The last
 * eight may overlap those before. */
static size_t copy_plain(char *into, const char *text, size_t len)
{
	size_t done = 0;

	if (len >= 4 && len < 8 && copy_fours(into, text, len))
		return len;
	while (done + 8 <= len && copy_eight(into + done, text + done))
		done += 8;
	if (len >= 8 && done + 8 > len &&
	    copy_eight(into + len - 8, text + len - 8))
		return len;
	for (; done < len && is_plain(text[done]); done++)
		into[done] = text[done];
	return done;
}

static char *put_control(char *at, char c)
{
	static const char digits[] = "0123456789abcdef";
	static const char short_forms[] = "\bb\ff\nn\rr\tt";
	const char *found = NULL;

	for (const char *form = short_forms; *form; form += 2)
		if (*form == c)
			found = form + 1;
	*at++ = '\\';
	if (found) {
		*at++ = *found;
		return at;
	}
	memcpy(at, "u00", 3);
	at[3] = digits[c >> 4];
	at[4] = digits[c & 15];
	return at + 5;
}

/* A character that is not copied as it is, or a byte that begins none. */
static char *put_escaped(char *at, const char **text)
{
	char c = **text;
	size_t len = utf8_len(*text);

	*text += len ? len : 1;
	if (len > 1) {
		memcpy(at, *text - len, len);
		return at + len;
	}
	if (!len) {
		*at++ = '?';
		return at;
	}
	if (c == '"' || c == '\\') {
		*at++ = '\\';
		*at++ = c;
		return at;
	}
	return put_control(at, c);
}

/* What is left of a text, which may be of any length. */
static void put_rest(struct json_writer *writer, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		size_t len = (size_t)(end - text);
		char *at = reserve(writer, PIECE);
		size_t plain;

		if (len > PIECE - ESCAPED_MAX)
			len = PIECE - ESCAPED_MAX;
		plain = copy_plain(at, text, len);
		text += plain;
		at += plain;
		if (plain < len)
			at = put_escaped(at, &text);
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
		plain = copy_plain(at, text, len);
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
