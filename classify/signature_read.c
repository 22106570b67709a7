#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "classify/aliases.h"
#include "classify/signature_set.h"

/* The state of reading one file. */
struct reader {
	struct signature_set *set;
	struct dpi *dpi;
	const struct json_document *document;
	const char *path;
};

/* Why something of an id was not kept: there is one, or no memory. Always
 * false. */
static bool refuse(const struct reader *reader, const struct json *object,
                   const char *what, const char *id, bool is_second,
                   struct error *err)
{
	return is_second ? json_complain(err, reader->document, object,
	                                 "a second %s '%s'", what, id)
	                 : fail(err, "out of memory for signatures");
}

static bool read_signatures(struct reader *reader, const struct json *list,
                            size_t folder, struct error *err)
{
	const struct term_names names = {
		.dpi = reader->dpi,
		.aliases = reader->set->aliases,
		.roles = &reader->set->roles,
		.document = reader->document,
	};

	if (!json_is_array(list))
		return json_complain(err, reader->document, list,
		                     "signatures must be a list");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		struct entry entry = { 0 };
		bool kept =
			entry_read(&entry, object, &names, reader->path, err);

		if (kept && !entry_keep(reader->set, &entry, folder))
			kept = refuse(reader, object, "signature",
			              entry.signature.id,
			              signature_find(reader->set,
			                             entry.signature.id),
			              err);
		if (!kept) {
			entry_release(&entry);
			return false;
		}
	}
	return true;
}

static bool read_remedies(struct reader *reader, const struct json *list,
                          size_t folder, struct error *err)
{
	if (!json_is_array(list))
		return json_complain(err, reader->document, list,
		                     "remedies must be a list");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		struct remedy remedy = { 0 };
		bool kept = remedy_read(&remedy, object, reader->document, err);

		if (kept && !remedy_keep(reader->set, &remedy, folder))
			kept = refuse(reader, object, "remedy", remedy.id,
			              signature_remedy(reader->set, remedy.id),
			              err);
		if (!kept) {
			remedy_release(&remedy);
			return false;
		}
	}
	return true;
}

static bool read_aliases(struct reader *reader, const struct json *object,
                         size_t folder, struct error *err)
{
	(void)folder;
	return aliases_read(reader->set->aliases, object, reader->document,
	                    err);
}

static bool read_roles(struct reader *reader, const struct json *list,
                       size_t folder, struct error *err)
{
	(void)folder;
	return role_set_read(&reader->set->roles, list, reader->document, err);
}

static bool read_suites(struct reader *reader, const struct json *list,
                        size_t folder, struct error *err)
{
	return suite_set_read(&reader->set->suites, list, folder,
	                      reader->document, err);
}

static bool read_notes(struct reader *reader, const struct json *list,
                       size_t folder, struct error *err)
{
	return note_set_read(&reader->set->notes, list, folder,
	                     reader->document, err);
}

static bool read_guide(struct reader *reader, const struct json *list,
                       size_t folder, struct error *err)
{
	return guide_read(&reader->set->guide, list, folder, reader->document,
	                  err);
}

static bool read_thresholds(struct reader *reader, const struct json *object,
                            size_t folder, struct error *err)
{
	(void)folder;
	return thresholds_read(&reader->set->thresholds, object,
	                       reader->document, err);
}

/* What files hold, in the order in which their readers need each other. */
static const struct {
	const char *key;
	bool (*read)(struct reader *reader, const struct json *value,
	             size_t folder, struct error *err);
} kinds[] = {
	{ "aliases", read_aliases },       { "remedies", read_remedies },
	{ "roles", read_roles },           { "suites", read_suites },
	{ "notes", read_notes },           { "guide", read_guide },
	{ "thresholds", read_thresholds }, { "signatures", read_signatures },
};

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

static bool has_known_kind(const struct json_document *document,
                           struct error *err)
{
	const struct json *root = json_root(document);
	const struct json *member = json_first(root);

	if (!json_is_object(root) || !member || json_next(member))
		return json_complain(err, document, root,
		                     "needs one object with one key: "
		                     "signatures, remedies, aliases, roles, "
		                     "suites, notes, guide or thresholds");
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (strcmp(json_key(member), kinds[i].key) == 0)
			return true;
	return json_complain(err, document, member, "no kind of knowledge '%s'",
	                     json_key(member));
}

static bool read_document(struct signature_set *set, struct dpi *dpi,
                          const struct json_document *document,
                          const char *path, size_t kind, size_t folder,
                          struct error *err)
{
	struct reader reader = {
		.set = set, .dpi = dpi, .document = document, .path = path
	};
	const struct json *value;

	if (!has_known_kind(document, err))
		return false;
	value = json_member(json_root(document), kinds[kind].key);
	return !value || kinds[kind].read(&reader, value, folder, err);
}

static int is_json(const struct dirent *file)
{
	size_t len = strlen(file->d_name);

	return file->d_name[0] != '.' && len > 5 &&
	       strcmp(file->d_name + len - 5, ".json") == 0;
}

static void names_free(struct dirent **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* A file of a folder, which all kinds are read from. */
struct file {
	char path[4096];
	struct json_document *document;
};

static bool read_kinds(struct signature_set *set, struct dpi *dpi,
                       const struct file *files, int count, size_t order,
                       struct error *err)
{
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		for (int i = 0; i < count; i++)
			if (!read_document(set, dpi, files[i].document,
			                   files[i].path, kind, order, err))
				return false;
	return true;
}

static bool read_files(struct signature_set *set, struct dpi *dpi,
                       const char *folder, struct dirent **names, int count,
                       size_t order, struct error *err)
{
	struct file *files = calloc((size_t)count, sizeof(*files));
	bool read = files || fail(err, "out of memory for signatures");

	for (int i = 0; read && i < count; i++) {
		snprintf(files[i].path, sizeof(files[i].path), "%s/%s", folder,
		         names[i]->d_name);
		files[i].document = json_read_file(files[i].path, err);
		read = files[i].document;
	}
	read = read && read_kinds(set, dpi, files, count, order, err);
	for (int i = 0; files && i < count; i++)
		json_free(files[i].document);
	free(files);
	return read;
}

static bool read_folder(struct signature_set *set, struct dpi *dpi,
                        const char *folder, size_t order, struct error *err)
{
	struct dirent **names = NULL;
	int count = scandir(folder, &names, is_json, alphasort);
	bool read;

	if (count < 0)
		return fail(err, "%s: %s", folder, strerror(errno));
	read = count > 0
	               ? read_files(set, dpi, folder, names, count, order, err)
	               : fail(err, "%s: no *.json in this folder", folder);
	names_free(names, count);
	return read;
}

struct signature_set *signature_set_read(const char *const *folders,
                                         size_t count, struct dpi *dpi,
                                         struct error *err)
{
	struct signature_set *set = signature_set_create(err);
	bool read = true;

	if (!set)
		return NULL;
	for (size_t i = 0; read && i < count; i++)
		read = read_folder(set, dpi, folders[i], i, err);
	return signature_set_finish(set, read, err);
}

struct signature_set *signature_set_from_text(const char *text, size_t len,
                                              const char *name, struct dpi *dpi,
                                              struct error *err)
{
	struct json_document *document = json_read_text(text, len, name, err);
	struct signature_set *set = document ? signature_set_create(err) : NULL;
	bool read = true;

	for (size_t kind = 0; set && read && kind < KIND_COUNT; kind++)
		read = read_document(set, dpi, document, name, kind, 0, err);
	json_free(document);
	return set ? signature_set_finish(set, read, err) : NULL;
}
