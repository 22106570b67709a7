#include "classify/json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/utf8.h"

static const double PRINTED_MAX = 999999999999999;

enum { MAX_FILE = 1 << 30, DIGITS = 24 };

struct json_document {
	char *name;
	char *text; /* comments blanked */
	cJSON *root;
};

static const cJSON *as_cjson(const struct json *value)
{
	return (const cJSON *)value;
}

static struct json *as_json(cJSON *value)
{
	return (struct json *)value;
}

/* How long the string that starts at a quote is, both quotes included. */
static size_t string_len(const char *start)
{
	const char *at = start + 1;

	for (; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return (size_t)(at - start) + (*at == '"');
}

/* Behind the comment that starts here, if one does; NULL if it never ends. */
static char *comment_end(char *at)
{
	char *end;

	if (at[0] != '/')
		return at;
	if (at[1] == '/')
		return at + strcspn(at, "\n");
	if (at[1] != '*')
		return at;
	end = strstr(at + 2, "*/");
	return end ? end + 2 : NULL;
}

/* Blanks rather than removes, so that lines and offsets stay true. Returns
 * the comment that never ends, NULL if all do. */
static const char *blank_comments(char *text)
{
	for (char *at = text; *at;) {
		char *end = comment_end(at);

		if (!end)
			return at;
		if (end == at)
			at += *at == '"' ? string_len(at) : 1;
		for (; at < end; at++)
			if (*at != '\n')
				*at = ' ';
	}
	return NULL;
}

/* Editors of some systems put it before UTF-8, where it means nothing. */
static void blank_byte_order_mark(char *text)
{
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		memset(text, ' ', 3);
}

/* Names that differ in such bytes alone would be written as one. */
static const char *find_no_utf8(const char *text)
{
	for (;;) {
		size_t len;

		/* ASCII, which nearly all is. */
		while (*text > 0 && *text < 0x7f)
			text++;
		if (!*text)
			return NULL;
		len = utf8_len(text);
		if (!len)
			return text;
		text += len;
	}
}

/* A character that would cut a text short. Backslashes are in strings only. */
static const char *find_escaped_nul(const char *text)
{
	for (; (text = strchr(text, '\\')) && text[1]; text += 2)
		if (strncmp(text, "\\u0000", 6) == 0)
			return text;
	return NULL;
}

static int line_at(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

static bool is_in_word(char c)
{
	return (unsigned char)c > ' ' && !strchr(",:{}[]\"", c);
}

/* The word around a place, for "not JSON at 'word'": cJSON may point behind
 * the first letter. */
static void word_at(char word[static 32], const char *text, const char *at)
{
	size_t len = 1;

	while (at > text && is_in_word(at[0]) && is_in_word(at[-1]))
		at--;
	while (len < 31 && is_in_word(at[0]) && is_in_word(at[len]))
		len++;
	memcpy(word, at, len);
	word[len] = '\0';
}

/*
 * cJSON prints 15 digits of a number, so that one which has more is kept as
 * its digits. False when out of memory.
 */
static bool keep_digits(cJSON *value)
{
	for (; value; value = value->next) {
		double number = value->valuedouble;

		if (!keep_digits(value->child))
			return false;
		if (!cJSON_IsNumber(value) || !isfinite(number) ||
		    number <= PRINTED_MAX)
			continue;
		value->valuestring = cJSON_malloc(DIGITS);
		if (!value->valuestring)
			return false;
		snprintf(value->valuestring, DIGITS, "%.17g", number);
		value->type = cJSON_Raw;
	}
	return true;
}

static bool parse(struct json_document *document, struct error *err)
{
	const char *end = NULL;
	const char *wrong;
	char word[32];

	blank_byte_order_mark(document->text);
	wrong = blank_comments(document->text);
	if (wrong)
		return fail(err, "%s:%d: a comment that never ends",
		            document->name, line_at(document->text, wrong));
	wrong = find_escaped_nul(document->text);
	if (wrong)
		return fail(err, "%s:%d: a text with \\u0000 in it",
		            document->name, line_at(document->text, wrong));
	wrong = find_no_utf8(document->text);
	if (wrong)
		return fail(err, "%s:%d: a byte that is no UTF-8",
		            document->name, line_at(document->text, wrong));
	document->root = cJSON_ParseWithOpts(document->text, &end, 1);
	if (document->root)
		return keep_digits(document->root) ||
		       fail(err, "%s: out of memory", document->name);
	while (end && isspace((unsigned char)*end))
		end++;
	if (!end || !*end)
		return fail(err, "%s:%d: ends in the middle of a value",
		            document->name,
		            line_at(document->text,
		                    document->text + strlen(document->text)));
	word_at(word, document->text, end);
	return fail(err, "%s:%d: not JSON at '%s'", document->name,
	            line_at(document->text, end), word);
}

struct json_document *json_read_text(const char *text, size_t len,
                                     const char *name, struct error *err)
{
	struct json_document *document = calloc(1, sizeof(*document));

	if (document) {
		document->name = strdup(name);
		document->text = malloc(len + 1);
	}
	if (!document || !document->name || !document->text) {
		json_free(document);
		fail(err, "%s: out of memory", name);
		return NULL;
	}
	memcpy(document->text, text, len);
	document->text[len] = '\0';
	if (strlen(document->text) != len)
		fail(err, "%s:%d: a NUL byte, so this is no JSON text", name,
		     line_at(text, text + strlen(document->text)));
	else if (parse(document, err))
		return document;
	json_free(document);
	return NULL;
}

static char *read_all(FILE *in, size_t *len)
{
	size_t room = 0;
	char *text = NULL;

	*len = 0;
	while (!feof(in) && !ferror(in)) {
		if (*len == room) {
			char *larger = NULL;

			room = room ? room * 2 : 1 << 16;
			if (room <= MAX_FILE)
				larger = realloc(text, room);
			if (!larger) {
				free(text);
				return NULL;
			}
			text = larger;
		}
		*len += fread(text + *len, 1, room - *len, in);
	}
	if (ferror(in)) {
		free(text);
		return NULL;
	}
	return text;
}

struct json_document *json_read_file(const char *path, struct error *err)
{
	struct json_document *document = NULL;
	FILE *in = fopen(path, "re");
	size_t len;
	char *text;

	if (!in) {
		fail(err, "%s: %s", path, strerror(errno));
		return NULL;
	}
	errno = 0;
	text = read_all(in, &len);
	if (text)
		document = json_read_text(text, len, path, err);
	else
		fail(err, "%s: %s", path,
		     errno ? strerror(errno) : "too large to read");
	free(text);
	fclose(in);
	return document;
}

void json_free(struct json_document *document)
{
	if (!document)
		return;
	cJSON_Delete(document->root);
	free(document->text);
	free(document->name);
	free(document);
}

struct json *json_root(const struct json_document *document)
{
	return as_json(document->root);
}

/* How many values come before the one sought, in the order of the text. */
static bool count_until(const cJSON *value, const cJSON *sought, size_t *before)
{
	for (; value; value = value->next) {
		if (value == sought)
			return true;
		++*before;
		if (value->child && count_until(value->child, sought, before))
			return true;
	}
	return false;
}

/* What separates values, with all that the parser takes for a space. */
static bool is_between(char c)
{
	return (unsigned char)c <= ' ' || strchr(",:]}", c);
}

static bool is_key(const char *after)
{
	while (*after && (unsigned char)*after <= ' ')
		after++;
	return *after == ':';
}

static size_t scalar_len(const char *start)
{
	const char *at = start;

	while (*at && !is_between(*at))
		at++;
	return (size_t)(at - start);
}

/* Where the n-th value of valid JSON text begins: its key, if it has one. */
static const char *nth_value(const char *text, size_t n)
{
	const char *key = NULL;

	for (const char *at = text; *at;) {
		const char *start = at;

		if (is_between(*at)) {
			at++;
			continue;
		}
		if (*at == '"') {
			at += string_len(at);
			if (!key && is_key(at)) {
				key = start;
				continue;
			}
		} else if (*at == '{' || *at == '[') {
			at++;
		} else {
			at += scalar_len(at);
		}
		if (n-- == 0)
			return key ? key : start;
		key = NULL;
	}
	return text;
}

const char *json_place(char text[static 256],
                       const struct json_document *document,
                       const struct json *value)
{
	size_t before = 0;
	int line = 1;

	if (count_until(document->root, as_cjson(value), &before))
		line = line_at(document->text,
		               nth_value(document->text, before));
	snprintf(text, 256, "%s:%d", document->name, line);
	return text;
}

bool json_complain(struct error *err, const struct json_document *document,
                   const struct json *value, const char *format, ...)
{
	char place[256];
	char sentence[256];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return fail(err, "%s: %s", json_place(place, document, value),
	            sentence);
}

bool json_is_object(const struct json *value)
{
	return cJSON_IsObject(as_cjson(value));
}

bool json_is_array(const struct json *value)
{
	return cJSON_IsArray(as_cjson(value));
}

struct json *json_member(const struct json *object, const char *key)
{
	return as_json(cJSON_GetObjectItemCaseSensitive(as_cjson(object), key));
}

struct json *json_first(const struct json *container)
{
	return container ? as_json(as_cjson(container)->child) : NULL;
}

struct json *json_next(const struct json *value)
{
	return as_json(as_cjson(value)->next);
}

size_t json_count(const struct json *container)
{
	return (size_t)cJSON_GetArraySize(as_cjson(container));
}

const char *json_key(const struct json *value)
{
	return as_cjson(value)->string;
}

bool json_repeats(const struct json *object, const struct json *member)
{
	const struct json *other = json_first(object);

	while (other != member && strcmp(json_key(other), json_key(member)))
		other = json_next(other);
	return other != member;
}

const char *json_string(const struct json *value)
{
	return cJSON_GetStringValue(as_cjson(value));
}

static bool u64_from_digits(const char *digits, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*number = strtoull(digits, &end, 10);
	return !errno && !*end;
}

bool json_u64(const struct json *value, uint64_t *number)
{
	const cJSON *item = as_cjson(value);

	if (item->valuedouble > (double)JSON_EXACT_MAX)
		return false;
	if (cJSON_IsString(item) || cJSON_IsRaw(item))
		return u64_from_digits(item->valuestring, number);
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0))
		return false;
	*number = (uint64_t)item->valuedouble;
	return (double)*number == item->valuedouble;
}

bool json_bool(const struct json *value, bool *boolean)
{
	*boolean = cJSON_IsTrue(as_cjson(value));
	return cJSON_IsBool(as_cjson(value));
}

/* Numbers that have too many digits were kept as those. */
static void add_number(struct json_scope scope, const char *key,
                       const cJSON *value)
{
	union {
		const cJSON *in; /* cppcheck-suppress unusedStructMember */
		cJSON *out;
	} number = { .in = value };
	char text[2 * DIGITS];

	/* It only looks, but takes no const. */
	if (cJSON_PrintPreallocated(number.out, text, sizeof(text), 0))
		json_add_token(scope, key, text);
	else
		json_add_null(scope, key);
}

static void add_all(struct json_scope scope, const struct json *container)
{
	for (const struct json *value = json_first(container); value;
	     value = json_next(value))
		json_add_copy(scope, json_key(value), value);
}

void json_add_copy(struct json_scope scope, const char *key,
                   const struct json *value)
{
	const cJSON *item = as_cjson(value);

	if (cJSON_IsObject(item))
		add_all(json_add_object(scope, key), value);
	else if (cJSON_IsArray(item))
		add_all(json_add_array(scope, key), value);
	else if (cJSON_IsString(item))
		json_add_string(scope, key, item->valuestring);
	else if (cJSON_IsBool(item))
		json_add_bool(scope, key, cJSON_IsTrue(item));
	else if (cJSON_IsNull(item))
		json_add_null(scope, key);
	else
		add_number(scope, key, item);
}
