#include "classify/note.h"

#include <stdlib.h>
#include <string.h>

const char *note_when_name(enum note_when when)
{
	switch (when) {
	case NOTE_FIRED: return "fired";
	case NOTE_OVERSIZE: return "oversize";
	case NOTE_TOO_BIG: return "too-big";
	case NOTE_REPLAY: return "replay";
	case NOTE_WHEN_COUNT: break;
	}
	return "";
}

static bool read_when(void *into, const struct json *value,
                      const struct json_document *document, struct error *err)
{
	const char *name = json_string(value);
	enum note_when *when = into;

	for (*when = 0; name && *when < NOTE_WHEN_COUNT; (*when)++)
		if (strcmp(note_when_name(*when), name) == 0)
			return true;
	return json_complain(err, document, value, "no condition '%s'",
	                     name ? name : "...");
}

static bool read_models(void *into, const struct json *value,
                        const struct json_document *document, struct error *err)
{
	unsigned *models = into;
	enum model model;

	if (!json_is_array(value) || !json_count(value))
		return json_complain(err, document, value,
		                     "'models' must be a list of models");
	for (const struct json *item = json_first(value); item;
	     item = json_next(item)) {
		const char *name = json_string(item);

		if (!name || !model_from_name(&model, name))
			return json_complain(err, document, item,
			                     "no model '%s'",
			                     name ? name : "...");
		*models |= 1u << model;
	}
	return true;
}

static const struct record_member members[] = {
	{ "id", true, record_id, offsetof(struct note, id) },
	{ "name", true, record_text, offsetof(struct note, name) },
	{ "text", true, record_text, offsetof(struct note, text) },
	{ "when", true, read_when, offsetof(struct note, when) },
	{ "models", true, read_models, offsetof(struct note, models) },
	{ "signatures", true, record_list, offsetof(struct note, signatures) },
	{ "remedy", true, record_list, offsetof(struct note, remedies) },
	{ "references", true, record_list, offsetof(struct note, references) },
	{ NULL, false, NULL, 0 },
};

static void note_release(struct note *note)
{
	free(note->id);
	free(note->name);
	free(note->text);
	text_list_release(&note->signatures);
	text_list_release(&note->remedies);
	text_list_release(&note->references);
	*note = (struct note){ 0 };
}

static int note_find(const struct note_set *set, const char *id)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->notes[i].id, id) == 0)
			return (int)i;
	return -1;
}

static bool note_keep(struct note_set *set, const struct note *note,
                      const struct json *object,
                      const struct json_document *document, struct error *err)
{
	int same = note_find(set, note->id);

	if (same >= 0 && set->notes[same].folder == note->folder)
		return json_complain(err, document, object,
		                     "a second note '%s'", note->id);
	if (same < 0 && set->count == NOTES_MAX)
		return json_complain(err, document, object,
		                     "more than %d notes", NOTES_MAX);
	if (same < 0)
		same = (int)set->count++;
	note_release(&set->notes[same]);
	set->notes[same] = *note;
	return true;
}

bool note_set_read(struct note_set *set, const struct json *list, size_t folder,
                   const struct json_document *document, struct error *err)
{
	if (!json_is_array(list))
		return json_complain(err, document, list,
		                     "notes must be a list");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		struct note note = { .folder = folder };

		if (!record_read(&note, members, "a note", object, document,
		                 err) ||
		    !note_keep(set, &note, object, document, err)) {
			note_release(&note);
			return false;
		}
	}
	return true;
}

void note_set_release(struct note_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		note_release(&set->notes[i]);
	set->count = 0;
}
