#include "classify/guide.h"

#include <stdlib.h>
#include <string.h>

const char *guide_scope_name(enum guide_scope scope)
{
	switch (scope) {
	case GUIDE_REPORT: return "report";
	case GUIDE_SEGMENT: return "segment";
	case GUIDE_PATH: return "path";
	case GUIDE_SCOPE_COUNT: break;
	}
	return "";
}

static bool read_scope(void *into, const struct json *value,
                       const struct json_document *document, struct error *err)
{
	const char *name = json_string(value);
	enum guide_scope *scope = into;

	for (*scope = 0; name && *scope < GUIDE_SCOPE_COUNT; (*scope)++)
		if (strcmp(guide_scope_name(*scope), name) == 0)
			return true;
	return json_complain(err, document, value,
	                     "a row applies to no '%s', but to segment, path "
	                     "or report",
	                     name ? name : "...");
}

static bool read_categories(void *into, const struct json *value,
                            const struct json_document *document,
                            struct error *err)
{
	unsigned *categories = into;
	enum category category;

	if (!json_is_array(value))
		return json_complain(err, document, value,
		                     "'categories' must be a list");
	for (const struct json *item = json_first(value); item;
	     item = json_next(item)) {
		const char *name = json_string(item);

		if (!name || !category_from_name(&category, name))
			return json_complain(err, document, item,
			                     "no category '%s'",
			                     name ? name : "...");
		*categories |= 1u << category;
	}
	return true;
}

#define IN_ROW(member) offsetof(struct guide_row, member)

static const struct record_member members[] = {
	{ "id", true, record_id, IN_ROW(id) },
	{ "statement", true, record_text, IN_ROW(statement) },
	{ "applies-to", true, read_scope, IN_ROW(scope) },
	{ "categories", false, read_categories, IN_ROW(categories) },
	{ "signatures", false, record_list, IN_ROW(signatures) },
	{ "in-use", false, record_list, IN_ROW(in_use) },
	{ "against", false, record_list, IN_ROW(against) },
	{ "roles", false, record_list, IN_ROW(roles) },
	{ "blind-spots", true, record_text, IN_ROW(blind_spots) },
	{ "outdated", false, record_text, IN_ROW(outdated) },
	{ "references", true, record_list, IN_ROW(references) },
	{ NULL, false, NULL, 0 },
};

static void row_release(struct guide_row *row)
{
	free(row->id);
	free(row->statement);
	free(row->blind_spots);
	free(row->outdated);
	text_list_release(&row->signatures);
	text_list_release(&row->in_use);
	text_list_release(&row->against);
	text_list_release(&row->roles);
	text_list_release(&row->references);
	*row = (struct guide_row){ 0 };
}

static int index_of(const struct guide *guide, const char *id)
{
	for (size_t i = 0; i < guide->count; i++)
		if (strcmp(guide->rows[i].id, id) == 0)
			return (int)i;
	return -1;
}

static bool row_keep(struct guide *guide, const struct guide_row *row,
                     const struct json *object,
                     const struct json_document *document, struct error *err)
{
	int same = index_of(guide, row->id);

	if (same >= 0 && guide->rows[same].folder == row->folder)
		return json_complain(err, document, object,
		                     "a second row '%s' of the guide", row->id);
	if (same < 0 && guide->count == GUIDE_ROWS_MAX)
		return json_complain(err, document, object,
		                     "more than %d rows of the guide",
		                     GUIDE_ROWS_MAX);
	if (same < 0)
		same = (int)guide->count++;
	row_release(&guide->rows[same]);
	guide->rows[same] = *row;
	return true;
}

bool guide_read(struct guide *guide, const struct json *list, size_t folder,
                const struct json_document *document, struct error *err)
{
	if (!json_is_array(list))
		return json_complain(err, document, list,
		                     "the guide must be a list");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		struct guide_row row = { .folder = folder };

		if (!record_read(&row, members, "a row of the guide", object,
		                 document, err) ||
		    !row_keep(guide, &row, object, document, err)) {
			row_release(&row);
			return false;
		}
	}
	return true;
}

void guide_release(struct guide *guide)
{
	for (size_t i = 0; i < guide->count; i++)
		row_release(&guide->rows[i]);
	guide->count = 0;
}

const struct guide_row *guide_find(const struct guide *guide, const char *id)
{
	int index = index_of(guide, id);

	return index < 0 ? NULL : &guide->rows[index];
}
