#include "classify/signature_parts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Where a member's value goes and how it is read. */
struct field {
	const char *key;
	bool required;
	bool (*read)(void *into, const struct json *value,
	             const struct json_document *document, struct error *err);
	size_t offset;
};

static const struct field *field_find(const struct field *fields,
                                      const char *key)
{
	for (; fields->key; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

/* Strict: every key known and once, every required one there. */
static bool read_fields(void *into, const struct field *fields,
                        const char *what, const struct json *object,
                        const struct json_document *document, struct error *err)
{
	if (!json_is_object(object))
		return json_complain(err, document, object,
		                     "%s must be an object", what);
	for (const struct json *member = json_first(object); member;
	     member = json_next(member)) {
		const struct field *field =
			field_find(fields, json_key(member));

		if (!field)
			return json_complain(err, document, member,
			                     "%s has no key '%s'", what,
			                     json_key(member));
		if (json_repeats(object, member))
			return json_complain(err, document, member,
			                     "a second '%s'", json_key(member));
		if (field->read && !field->read((char *)into + field->offset,
		                                member, document, err))
			return false;
	}
	for (; fields->key; fields++)
		if (fields->required && !json_member(object, fields->key))
			return json_complain(err, document, object,
			                     "%s without '%s'", what,
			                     fields->key);
	return true;
}

static bool read_string(void *into, const struct json *value,
                        const struct json_document *document, struct error *err)
{
	const char *text = json_string(value);
	char **string = into;

	if (!text || !*text)
		return json_complain(err, document, value,
		                     "'%s' must be a text", json_key(value));
	*string = strdup(text);
	return *string || fail(err, "out of memory for signatures");
}

/* Ids are file names, XML ids, metric labels: keep them simple. */
static bool read_id(void *into, const struct json *value,
                    const struct json_document *document, struct error *err)
{
	const char *text = json_string(value);

	if (text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
	                              "0123456789-")])
		return json_complain(err, document, value,
		                     "id '%s' has other than a-z, 0-9 and -",
		                     text);
	return read_string(into, value, document, err);
}

static bool read_list(void *into, const struct json *value,
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

static void list_release(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->text[i]);
	free(list->text);
	*list = (struct text_list){ 0 };
}

static bool read_category(void *into, const struct json *value,
                          const struct json_document *document,
                          struct error *err)
{
	const char *name = json_string(value);

	return (name && category_from_name(into, name)) ||
	       json_complain(err, document, value, "no category '%s'",
	                     name ? name : "...");
}

static bool read_flag(void *into, const struct json *value,
                      const struct json_document *document, struct error *err)
{
	return json_bool(value, into) ||
	       json_complain(err, document, value, "'%s' must be true or false",
	                     json_key(value));
}

static bool read_u64(void *into, const struct json *value,
                     const struct json_document *document, struct error *err)
{
	return json_u64(value, into) ||
	       json_complain(err, document, value,
	                     "'%s' must be a whole number", json_key(value));
}

static bool read_column(void *into, const struct json *value,
                        const struct json_document *document, struct error *err)
{
	const char *name = json_string(value);

	return (name && impact_from_name(into, name)) ||
	       json_complain(err, document, value, "no impact '%s' for %s",
	                     name ? name : "...", json_key(value));
}

static bool read_impact(void *into, const struct json *value,
                        const struct json_document *document, struct error *err)
{
	struct field columns[COLUMN_COUNT + 1] = { 0 };

	for (enum impact_column i = 0; i < COLUMN_COUNT; i++)
		columns[i] = (struct field){
			.key = impact_column_name(i),
			.required = true,
			.read = read_column,
			.offset = i * sizeof(enum impact),
		};
	return read_fields(into, columns, "an impact", value, document, err);
}

#define IN_SIGNATURE(member) offsetof(struct signature, member)

static bool read_match_text(void *into, const struct json *value,
                            const struct json_document *document,
                            struct error *err)
{
	char **text = into;
	size_t len = 0;
	FILE *out = open_memstream(text, &len);

	(void)document;
	if (!out)
		return fail(err, "out of memory for signatures");
	json_write(value, false, out);
	fclose(out);
	if (len && (*text)[len - 1] == '\n')
		(*text)[len - 1] = '\0';
	return true;
}

static const struct field signature_fields[] = {
	{ "id", true, read_id, IN_SIGNATURE(id) },
	{ "name", true, read_string, IN_SIGNATURE(name) },
	{ "category", true, read_category, IN_SIGNATURE(category) },
	{ "match", true, read_match_text, IN_SIGNATURE(match) },
	{ "unless", false, NULL, 0 },
	{ "impact", true, read_impact, IN_SIGNATURE(impact) },
	{ "benefits", true, read_flag, IN_SIGNATURE(benefits) },
	{ "why", true, read_string, IN_SIGNATURE(why) },
	{ "remedy", true, read_list, IN_SIGNATURE(remedies) },
	{ "references", true, read_list, IN_SIGNATURE(references) },
	{ NULL, false, NULL, 0 },
};

/* In reports the match is not repeated: it says nothing of what was found. */
static const struct field public_fields[] = {
	{ "id", true, read_id, IN_SIGNATURE(id) },
	{ "name", true, read_string, IN_SIGNATURE(name) },
	{ "category", true, read_category, IN_SIGNATURE(category) },
	{ "impact", true, read_impact, IN_SIGNATURE(impact) },
	{ "benefits", true, read_flag, IN_SIGNATURE(benefits) },
	{ "why", true, read_string, IN_SIGNATURE(why) },
	{ "remedy", true, read_list, IN_SIGNATURE(remedies) },
	{ "references", true, read_list, IN_SIGNATURE(references) },
	{ NULL, false, NULL, 0 },
};

bool signature_read_public(struct signature *signature,
                           const struct json *object,
                           const struct json_document *document,
                           struct error *err)
{
	return read_fields(signature, public_fields, "a signature", object,
	                   document, err);
}

static void write_list(struct json *object, const char *key,
                       const struct text_list *list)
{
	struct json *array = json_add_array(object, key);

	for (size_t i = 0; i < list->count; i++)
		json_add_string(array, NULL, list->text[i]);
}

void signature_write(const struct signature *signature, struct json *object)
{
	struct json *impact;

	json_add_string(object, "id", signature->id);
	json_add_string(object, "name", signature->name);
	json_add_string(object, "category", category_name(signature->category));
	impact = json_add_object(object, "impact");
	for (enum impact_column i = 0; i < COLUMN_COUNT; i++)
		json_add_string(impact, impact_column_name(i),
		                impact_name(signature->impact[i]));
	json_add_bool(object, "benefits", signature->benefits);
	json_add_string(object, "why", signature->why);
	write_list(object, "remedy", &signature->remedies);
	write_list(object, "references", &signature->references);
}

static bool list_copy(struct text_list *into, const struct text_list *from)
{
	*into = (struct text_list){ 0 };
	if (!from->count)
		return true;
	into->text = calloc(from->count, sizeof(*into->text));
	if (!into->text)
		return false;
	for (; into->count < from->count; into->count++) {
		into->text[into->count] = strdup(from->text[into->count]);
		if (!into->text[into->count])
			return false;
	}
	return true;
}

bool signature_copy(struct signature *into, const struct signature *from)
{
	*into = *from;
	into->match = NULL;
	into->file = NULL;
	into->id = strdup(from->id);
	into->name = strdup(from->name);
	into->why = strdup(from->why);

	bool remedies = list_copy(&into->remedies, &from->remedies);
	bool references = list_copy(&into->references, &from->references);

	return into->id && into->name && into->why && remedies && references;
}

void signature_release(struct signature *signature)
{
	free(signature->id);
	free(signature->name);
	free(signature->why);
	free(signature->match);
	free(signature->file);
	list_release(&signature->remedies);
	list_release(&signature->references);
}

static bool read_alternative(struct alternative *alternative,
                             const struct json *object,
                             const struct term_names *names, struct error *err)
{
	if (!json_is_object(object) || !json_count(object))
		return json_complain(err, names->document, object,
		                     "a match needs objects with terms");
	alternative->terms =
		calloc(json_count(object), sizeof(*alternative->terms));
	if (!alternative->terms)
		return fail(err, "out of memory for signatures");
	for (const struct json *member = json_first(object); member;
	     member = json_next(member)) {
		struct term *term = &alternative->terms[alternative->count++];

		if (json_repeats(object, member))
			return json_complain(err, names->document, member,
			                     "a second '%s'", json_key(member));
		if (!term_read(term, member, names, err))
			return false;
		alternative->weight += term_weight(term);
		if (term_subject(term) != term_subject(alternative->terms))
			return json_complain(
				err, names->document, member,
				"'%s' is about something else than "
				"the terms before it",
				json_key(member));
	}
	alternative->subject = term_subject(alternative->terms);
	return true;
}

static bool read_match(struct entry *entry, const struct json *match,
                       const struct term_names *names, struct error *err)
{
	size_t count = json_count(match);

	if (!json_is_array(match) || !count)
		return json_complain(err, names->document, match,
		                     "match must be a list of alternatives");
	entry->alternatives = calloc(count, sizeof(*entry->alternatives));
	if (!entry->alternatives)
		return fail(err, "out of memory for signatures");
	for (const struct json *object = json_first(match); object;
	     object = json_next(object))
		if (!read_alternative(
			    &entry->alternatives[entry->alternative_count++],
			    object, names, err))
			return false;
	return true;
}

static bool read_unless(struct entry *entry, const struct json *unless,
                        const struct json_document *document, struct error *err)
{
	enum category category;

	if (unless && !json_is_array(unless))
		return json_complain(err, document, unless,
		                     "'unless' must be a list of categories");
	for (const struct json *item = json_first(unless); item;
	     item = json_next(item)) {
		if (!read_category(&category, item, document, err))
			return false;
		entry->unless |= 1u << category;
	}
	return true;
}

bool entry_read(struct entry *entry, const struct json *object,
                const struct term_names *names, const char *path,
                struct error *err)
{
	if (!read_fields(&entry->signature, signature_fields, "a signature",
	                 object, names->document, err))
		return false;
	entry->signature.file = strdup(path);
	return entry->signature.file &&
	       read_match(entry, json_member(object, "match"), names, err) &&
	       read_unless(entry, json_member(object, "unless"),
	                   names->document, err);
}

void entry_release(struct entry *entry)
{
	signature_release(&entry->signature);
	for (size_t i = 0; i < entry->alternative_count; i++) {
		struct alternative *alternative = &entry->alternatives[i];

		for (size_t t = 0; t < alternative->count; t++)
			term_release(&alternative->terms[t]);
		free(alternative->terms);
	}
	free(entry->alternatives);
}

bool alternative_fires(const struct alternative *alternative,
                       const struct facts *facts)
{
	for (size_t i = 0; i < alternative->count; i++)
		if (!term_holds(&alternative->terms[i], facts))
			return false;
	return true;
}

static const struct field remedy_fields[] = {
	{ "id", true, read_id, offsetof(struct remedy, id) },
	{ "name", true, read_string, offsetof(struct remedy, name) },
	{ "text", true, read_string, offsetof(struct remedy, text) },
	{ "references", true, read_list, offsetof(struct remedy, references) },
	{ NULL, false, NULL, 0 },
};

bool remedy_read(struct remedy *remedy, const struct json *object,
                 const struct json_document *document, struct error *err)
{
	return read_fields(remedy, remedy_fields, "a remedy", object, document,
	                   err);
}

void remedy_release(struct remedy *remedy)
{
	free(remedy->id);
	free(remedy->name);
	free(remedy->text);
	list_release(&remedy->references);
}

static const struct field threshold_fields[] = {
	{ "ready-seconds", false, read_u64,
	  offsetof(struct thresholds, ready_seconds) },
	{ "ready-packets", false, read_u64,
	  offsetof(struct thresholds, ready_packets) },
	{ "finding-packets", false, read_u64,
	  offsetof(struct thresholds, finding_packets) },
	{ "peer-peers", false, read_u64,
	  offsetof(struct thresholds, peer_peers) },
	{ "peer-networks", false, read_u64,
	  offsetof(struct thresholds, peer_networks) },
	{ "busy-clients", false, read_u64,
	  offsetof(struct thresholds, busy_clients) },
	{ "monitor-targets", false, read_u64,
	  offsetof(struct thresholds, monitor_targets) },
	{ "scanner-targets", false, read_u64,
	  offsetof(struct thresholds, scanner_targets) },
	{ "gateway-addresses", false, read_u64,
	  offsetof(struct thresholds, gateway_addresses) },
	{ "loss-permille", false, read_u64,
	  offsetof(struct thresholds, loss_permille) },
	{ "sa-idle-seconds", false, read_u64,
	  offsetof(struct thresholds, sa_idle_seconds) },
	{ "queue-delay-ms", false, read_u64,
	  offsetof(struct thresholds, queue_delay_ms) },
	{ "replay-window", false, read_u64,
	  offsetof(struct thresholds, replay_window) },
	{ "small-bytes", false, read_u64,
	  offsetof(struct thresholds, small_bytes) },
	{ NULL, false, NULL, 0 },
};

bool thresholds_read(struct thresholds *thresholds, const struct json *object,
                     const struct json_document *document, struct error *err)
{
	return read_fields(thresholds, threshold_fields, "a set of thresholds",
	                   object, document, err);
}
