#include "classify/signature_parts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool read_category(void *into, const struct json *value,
                          const struct json_document *document,
                          struct error *err)
{
	const char *name = json_string(value);

	return (name && category_from_name(into, name)) ||
	       json_complain(err, document, value, "no category '%s'",
	                     name ? name : "...");
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
	struct record_member columns[COLUMN_COUNT + 1] = { 0 };

	for (enum impact_column i = 0; i < COLUMN_COUNT; i++)
		columns[i] = (struct record_member){
			.key = impact_column_name(i),
			.required = true,
			.read = read_column,
			.offset = i * sizeof(enum impact),
		};
	return record_read(into, columns, "an impact", value, document, err);
}

#define IN_SIGNATURE(member) offsetof(struct signature, member)

static bool read_match_text(void *into, const struct json *value,
                            const struct json_document *document,
                            struct error *err)
{
	char **text = into;
	size_t len = 0;
	FILE *out = open_memstream(text, &len);
	struct json_writer *writer = out ? json_writer_open(out, 0) : NULL;
	bool written;

	(void)document;
	if (writer)
		json_add_copy(json_writer_text(writer), NULL, value);
	written = json_writer_close(writer);
	if (out && fclose(out))
		written = false;
	if (!written)
		return fail(err, "out of memory for signatures");
	(*text)[len - 1] = '\0'; /* in place of the newline */
	return true;
}

static const struct record_member signature_fields[] = {
	{ "id", true, record_id, IN_SIGNATURE(id) },
	{ "name", true, record_text, IN_SIGNATURE(name) },
	{ "category", true, read_category, IN_SIGNATURE(category) },
	{ "match", true, read_match_text, IN_SIGNATURE(match) },
	{ "unless", false, NULL, 0 },
	{ "impact", true, read_impact, IN_SIGNATURE(impact) },
	{ "benefits", true, record_flag, IN_SIGNATURE(benefits) },
	{ "why", true, record_text, IN_SIGNATURE(why) },
	{ "remedy", true, record_list, IN_SIGNATURE(remedies) },
	{ "references", true, record_list, IN_SIGNATURE(references) },
	{ NULL, false, NULL, 0 },
};

/* In reports the match is not repeated: it says nothing of what was found. */
static const struct record_member public_fields[] = {
	{ "id", true, record_id, IN_SIGNATURE(id) },
	{ "name", true, record_text, IN_SIGNATURE(name) },
	{ "category", true, read_category, IN_SIGNATURE(category) },
	{ "impact", true, read_impact, IN_SIGNATURE(impact) },
	{ "benefits", true, record_flag, IN_SIGNATURE(benefits) },
	{ "why", true, record_text, IN_SIGNATURE(why) },
	{ "remedy", true, record_list, IN_SIGNATURE(remedies) },
	{ "references", true, record_list, IN_SIGNATURE(references) },
	{ NULL, false, NULL, 0 },
};

bool signature_read_public(struct signature *signature,
                           const struct json *object,
                           const struct json_document *document,
                           struct error *err)
{
	return record_read(signature, public_fields, "a signature", object,
	                   document, err);
}

static void write_list(struct json_scope object, const char *key,
                       const struct text_list *list)
{
	struct json_scope array = json_add_array(object, key);

	for (size_t i = 0; i < list->count; i++)
		json_add_string(array, NULL, list->text[i]);
}

void signature_write(const struct signature *signature,
                     struct json_scope object)
{
	struct json_scope impact;

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
	text_list_release(&signature->remedies);
	text_list_release(&signature->references);
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
	if (!record_read(&entry->signature, signature_fields, "a signature",
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

static const struct record_member remedy_fields[] = {
	{ "id", true, record_id, offsetof(struct remedy, id) },
	{ "name", true, record_text, offsetof(struct remedy, name) },
	{ "text", true, record_text, offsetof(struct remedy, text) },
	{ "references", true, record_list,
	  offsetof(struct remedy, references) },
	{ NULL, false, NULL, 0 },
};

bool remedy_read(struct remedy *remedy, const struct json *object,
                 const struct json_document *document, struct error *err)
{
	return record_read(remedy, remedy_fields, "a remedy", object, document,
	                   err);
}

void remedy_release(struct remedy *remedy)
{
	free(remedy->id);
	free(remedy->name);
	free(remedy->text);
	text_list_release(&remedy->references);
}

static const struct record_member threshold_fields[] = {
	{ "ready-seconds", false, record_u64,
	  offsetof(struct thresholds, ready_seconds) },
	{ "ready-packets", false, record_u64,
	  offsetof(struct thresholds, ready_packets) },
	{ "finding-packets", false, record_u64,
	  offsetof(struct thresholds, finding_packets) },
	{ "peer-peers", false, record_u64,
	  offsetof(struct thresholds, peer_peers) },
	{ "peer-networks", false, record_u64,
	  offsetof(struct thresholds, peer_networks) },
	{ "busy-clients", false, record_u64,
	  offsetof(struct thresholds, busy_clients) },
	{ "monitor-targets", false, record_u64,
	  offsetof(struct thresholds, monitor_targets) },
	{ "scanner-targets", false, record_u64,
	  offsetof(struct thresholds, scanner_targets) },
	{ "gateway-addresses", false, record_u64,
	  offsetof(struct thresholds, gateway_addresses) },
	{ "loss-permille", false, record_u64,
	  offsetof(struct thresholds, loss_permille) },
	{ "sa-idle-seconds", false, record_u64,
	  offsetof(struct thresholds, sa_idle_seconds) },
	{ "queue-delay-ms", false, record_u64,
	  offsetof(struct thresholds, queue_delay_ms) },
	{ "replay-window", false, record_u64,
	  offsetof(struct thresholds, replay_window) },
	{ "small-bytes", false, record_u64,
	  offsetof(struct thresholds, small_bytes) },
	{ "recurring-sessions", false, record_u64,
	  offsetof(struct thresholds, recurring_sessions) },
	{ "recurring-days", false, record_u64,
	  offsetof(struct thresholds, recurring_days) },
	{ "present-percent", false, record_u64,
	  offsetof(struct thresholds, present_percent) },
	{ "server-clients", false, record_u64,
	  offsetof(struct thresholds, server_clients) },
	{ "essential-permille", false, record_u64,
	  offsetof(struct thresholds, essential_permille) },
	{ "many-exemptions", false, record_u64,
	  offsetof(struct thresholds, many_exemptions) },
	{ "worthwhile-percent", false, record_u64,
	  offsetof(struct thresholds, worthwhile_percent) },
	{ "unmanaged-percent", false, record_u64,
	  offsetof(struct thresholds, unmanaged_percent) },
	{ "small-percent", false, record_u64,
	  offsetof(struct thresholds, small_percent) },
	{ "discovered-prefixes", false, record_u64,
	  offsetof(struct thresholds, discovered_prefixes) },
	{ "priority-hosts", false, record_u64,
	  offsetof(struct thresholds, priority_hosts) },
	{ NULL, false, NULL, 0 },
};

bool thresholds_read(struct thresholds *thresholds, const struct json *object,
                     const struct json_document *document, struct error *err)
{
	return record_read(thresholds, threshold_fields, "a set of thresholds",
	                   object, document, err);
}
