#include "classify/record.h"

#include <stdlib.h>
#include <string.h>

void text_list_release(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->text[i]);
	free(list->text);
	*list = (struct text_list){ 0 };
}

static const struct record_member *
member_find(const struct record_member *members, const char *key)
{
	for (; members->key; members++)
		if (strcmp(members->key, key) == 0)
			return members;
	return NULL;
}

static bool read_member(void *into, const struct record_member *members,
                        const char *what, const struct json *object,
                        const struct json *value,
                        const struct json_document *document, struct error *err)
{
	const struct record_member *member =
		member_find(members, json_key(value));

	if (!member)
		return json_complain(err, document, value, "%s has no key '%s'",
		                     what, json_key(value));
	if (json_repeats(object, value))
		return json_complain(err, document, value, "a second '%s'",
		                     json_key(value));
	return !member->read || member->read((char *)into + member->offset,
	                                     value, document, err);
}

bool record_read(void *into, const struct record_member *members,
                 const char *what, const struct json *object,
                 const struct json_document *document, struct error *err)
{
	if (!json_is_object(object))
		return json_complain(err, document, object,
		                     "%s must be an object", what);
	for (const struct json *value = json_first(object); value;
	     value = json_next(value))
		if (!read_member(into, members, what, object, value, document,
		                 err))
			return false;
	for (; members->key; members++)
		if (members->required && !json_member(object, members->key))
			return json_complain(err, document, object,
			                     "%s without '%s'", what,
			                     members->key);
	return true;
}

bool record_text(void *into, const struct json *value,
                 const struct json_document *document, struct error *err)
{
	const char *text = json_string(value);
	char **copy = into;

	if (!text || !*text)
		return json_complain(err, document, value,
		                     "'%s' must be a text", json_key(value));
	*copy = strdup(text);
	return *copy || fail(err, "out of memory for signatures");
}

/* Ids are file names, XML ids, metric labels, keys of a ledger: keep them
 * simple. */
enum { ID_MAX_LEN = 63 };

bool record_id(void *into, const struct json *value,
               const struct json_document *document, struct error *err)
{
	const char *text = json_string(value);

	if (text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
	                              "0123456789-")])
		return json_complain(err, document, value,
		                     "id '%s' has other than a-z, 0-9 and -",
		                     text);
	if (text && strlen(text) > ID_MAX_LEN)
		return json_complain(err, document, value,
		                     "id '%.20s...' is longer than %d letters",
		                     text, ID_MAX_LEN);
	return record_text(into, value, document, err);
}

bool record_list(void *into, const struct json *value,
                 const struct json_document *document, struct error *err)
{
	struct text_list *list = into;
	size_t count = json_count(value);

	if (!json_is_array(value))
		return json_complain(err, document, value,
		                     "'%s' must be a list", json_key(value));
	if (!count)
		return true;
	list->text = calloc(count, sizeof(*list->text));
	if (!list->text)
		return fail(err, "out of memory for signatures");
	for (const struct json *item = json_first(value); item;
	     item = json_next(item)) {
		if (!json_string(item))
			return json_complain(err, document, item,
			                     "'%s' must be a list of texts",
			                     json_key(value));
		list->text[list->count] = strdup(json_string(item));
		if (!list->text[list->count])
			return fail(err, "out of memory for signatures");
		list->count++;
	}
	return true;
}

bool record_flag(void *into, const struct json *value,
                 const struct json_document *document, struct error *err)
{
	return json_bool(value, into) ||
	       json_complain(err, document, value, "'%s' must be true or false",
	                     json_key(value));
}

bool record_u64(void *into, const struct json *value,
                const struct json_document *document, struct error *err)
{
	return json_u64(value, into) ||
	       json_complain(err, document, value,
	                     "'%s' must be a whole number", json_key(value));
}
