#include "classify/json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/json_text.h"

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

	if (!json_text_prepare(document->text, document->name, err))
		return false;
	document->root = cJSON_ParseWithOpts(document->text, &end, 1);
	if (!document->root)
		return json_text_refuse(document->text, end, document->name,
		                        err);
	return keep_digits(document->root) ||
	       fail(err, "%s: out of memory", document->name);
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
		     json_text_line(text, text + strlen(document->text)));
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

const char *json_place(char text[static 256],
                       const struct json_document *document,
                       const struct json *value)
{
	size_t before = 0;
	int line = 1;

	if (count_until(document->root, as_cjson(value), &before))
		line = json_text_line(document->text,
		                      json_text_value(document->text, before));
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
