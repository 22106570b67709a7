#include "classify/signature.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "classify/aliases.h"
#include "classify/signature_index.h"
#include "classify/signature_parts.h"
#include "classify/term.h"

struct kept_remedy {
	struct remedy remedy;
	size_t folder; /* which of the folders it came from */
};

struct signature_set {
	struct entry *entries;
	size_t count;
	struct kept_remedy *remedies;
	size_t remedy_count;
	struct signature_index *index;
	struct aliases *aliases;
	struct role_set roles;
	struct suite_set suites;
	struct note_set notes;
	struct guide guide;
	struct thresholds thresholds;
};

/* What no file sets holds for no host. */
static const struct thresholds thresholds_unset = {
	.peer_peers = UINT64_MAX,
	.peer_networks = UINT64_MAX,
	.busy_clients = UINT64_MAX,
	.monitor_targets = UINT64_MAX,
	.scanner_targets = UINT64_MAX,
	.gateway_addresses = UINT64_MAX,
};

/* The state of reading one file. */
struct reader {
	struct signature_set *set;
	struct dpi *dpi;
	const struct json_document *document;
	const char *path;
};

void signature_set_free(struct signature_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->count; i++)
		entry_release(&set->entries[i]);
	for (size_t i = 0; i < set->remedy_count; i++)
		remedy_release(&set->remedies[i].remedy);
	aliases_free(set->aliases);
	role_set_release(&set->roles);
	suite_set_release(&set->suites);
	note_set_release(&set->notes);
	guide_release(&set->guide);
	signature_index_free(set->index);
	free(set->entries);
	free(set->remedies);
	free(set);
}

static struct entry *entry_find(const struct signature_set *set, const char *id)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->entries[i].signature.id, id) == 0)
			return &set->entries[i];
	return NULL;
}

/* Within one folder an id may occur once; a later folder replaces. */
static bool entry_keep(struct signature_set *set, struct entry *entry,
                       size_t folder)
{
	struct entry *same = entry_find(set, entry->signature.id);
	struct entry *larger;

	entry->folder = folder;
	if (same) {
		if (same->folder == folder)
			return false;
		entry_release(same);
		*same = *entry;
		return true;
	}
	larger = realloc(set->entries, (set->count + 1) * sizeof(*larger));
	if (!larger)
		return false;
	set->entries = larger;
	larger[set->count++] = *entry;
	return true;
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
			kept = json_complain(err, reader->document, object,
			                     "a second signature '%s'",
			                     entry.signature.id);
		if (!kept) {
			entry_release(&entry);
			return false;
		}
	}
	return true;
}

static struct kept_remedy *remedy_find(const struct signature_set *set,
                                       const char *id)
{
	for (size_t i = 0; i < set->remedy_count; i++)
		if (strcmp(set->remedies[i].remedy.id, id) == 0)
			return &set->remedies[i];
	return NULL;
}

/* As entry_keep(). */
static bool remedy_keep(struct signature_set *set, const struct remedy *remedy,
                        size_t folder)
{
	struct kept_remedy kept = { .remedy = *remedy, .folder = folder };
	struct kept_remedy *same = remedy_find(set, remedy->id);
	struct kept_remedy *larger;

	if (same) {
		if (same->folder == folder)
			return false;
		remedy_release(&same->remedy);
		*same = kept;
		return true;
	}
	larger = realloc(set->remedies,
	                 (set->remedy_count + 1) * sizeof(*larger));
	if (!larger)
		return false;
	set->remedies = larger;
	larger[set->remedy_count++] = kept;
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
			kept = json_complain(err, reader->document, object,
			                     "a second remedy '%s'", remedy.id);
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

/* A remedy may be defined in a folder after the signature that names it. */
static bool remedies_exist(const struct signature_set *set, struct error *err)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct signature *signature = &set->entries[i].signature;

		for (size_t r = 0; r < signature->remedies.count; r++)
			if (!signature_remedy(set, signature->remedies.text[r]))
				return fail(err,
				            "%s: signature '%s' has an unknown "
				            "remedy '%s'",
				            signature->file, signature->id,
				            signature->remedies.text[r]);
	}
	return true;
}

/* Likewise what notes refer to. */
static bool notes_hold(const struct signature_set *set, struct error *err)
{
	for (size_t i = 0; i < set->notes.count; i++) {
		const struct note *note = &set->notes.notes[i];

		for (size_t s = 0; s < note->signatures.count; s++)
			if (!entry_find(set, note->signatures.text[s]))
				return fail(err,
				            "note '%s' has an unknown "
				            "signature '%s'",
				            note->id, note->signatures.text[s]);
		for (size_t r = 0; r < note->remedies.count; r++)
			if (!signature_remedy(set, note->remedies.text[r]))
				return fail(err,
				            "note '%s' has an unknown remedy "
				            "'%s'",
				            note->id, note->remedies.text[r]);
	}
	return true;
}

/* Names of a row of the guide that mean nothing: the first is returned. */
static const char *unknown_signature(const struct signature_set *set,
                                     const struct text_list *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		if (!entry_find(set, ids->text[i]))
			return ids->text[i];
	return NULL;
}

static bool guide_holds(const struct signature_set *set, struct error *err)
{
	for (size_t i = 0; i < set->guide.count; i++) {
		const struct guide_row *row = &set->guide.rows[i];
		const char *unknown = unknown_signature(set, &row->signatures);

		if (!unknown)
			unknown = unknown_signature(set, &row->in_use);
		if (!unknown)
			unknown = unknown_signature(set, &row->against);
		if (unknown)
			return fail(err,
			            "row '%s' of the guide has an unknown "
			            "signature '%s'",
			            row->id, unknown);
		for (size_t r = 0; r < row->roles.count; r++)
			if (role_find(&set->roles, row->roles.text[r]) < 0)
				return fail(err,
				            "row '%s' of the guide has an "
				            "unknown role '%s'",
				            row->id, row->roles.text[r]);
	}
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;

	return strcmp(left->signature.id, right->signature.id);
}

static struct signature_set *set_create(struct error *err)
{
	struct signature_set *set = calloc(1, sizeof(*set));

	if (set)
		set->aliases = aliases_create();
	if (!set || !set->aliases) {
		free(set);
		fail(err, "out of memory for signatures");
		return NULL;
	}
	return set;
}

/* The set if all of it was read and holds together; NULL and no set if not. */
static struct signature_set *set_finish(struct signature_set *set, bool read,
                                        struct error *err)
{
	if (!read || !remedies_exist(set, err) || !notes_hold(set, err) ||
	    !guide_holds(set, err)) {
		signature_set_free(set);
		return NULL;
	}
	if (set->count)
		qsort(set->entries, set->count, sizeof(*set->entries), by_id);
	set->index = signature_index_create(set->entries, set->count);
	if (!set->index) {
		fail(err, "out of memory for signatures");
		signature_set_free(set);
		return NULL;
	}
	return set;
}

struct signature_set *signature_set_read(const char *const *folders,
                                         size_t count, struct dpi *dpi,
                                         struct error *err)
{
	struct signature_set *set = set_create(err);
	bool read = true;

	if (!set)
		return NULL;
	set->thresholds = thresholds_unset;
	for (size_t i = 0; read && i < count; i++)
		read = read_folder(set, dpi, folders[i], i, err);
	return set_finish(set, read, err);
}

struct signature_set *signature_set_from_text(const char *text, size_t len,
                                              const char *name, struct dpi *dpi,
                                              struct error *err)
{
	struct json_document *document = json_read_text(text, len, name, err);
	struct signature_set *set = document ? set_create(err) : NULL;
	bool read = true;

	for (size_t kind = 0; set && read && kind < KIND_COUNT; kind++)
		read = read_document(set, dpi, document, name, kind, 0, err);
	json_free(document);
	return set ? set_finish(set, read, err) : NULL;
}

size_t signature_count(const struct signature_set *set)
{
	return set->count;
}

const struct signature *signature_at(const struct signature_set *set,
                                     size_t index)
{
	return &set->entries[index].signature;
}

const struct signature *signature_find(const struct signature_set *set,
                                       const char *id)
{
	const struct entry *entry = entry_find(set, id);

	return entry ? &entry->signature : NULL;
}

const struct remedy *signature_remedy(const struct signature_set *set,
                                      const char *id)
{
	const struct kept_remedy *kept = remedy_find(set, id);

	return kept ? &kept->remedy : NULL;
}

const struct role_set *signature_roles(const struct signature_set *set)
{
	return &set->roles;
}

const struct suite_set *signature_suites(const struct signature_set *set)
{
	return &set->suites;
}

const struct note_set *signature_notes(const struct signature_set *set)
{
	return &set->notes;
}

const struct guide *signature_guide(const struct signature_set *set)
{
	return &set->guide;
}

const struct thresholds *signature_thresholds(const struct signature_set *set)
{
	return &set->thresholds;
}

/* An entry that holds and the weight of its most specific alternative. */
struct scored {
	uint16_t index;
	unsigned weight;
};

/* More entries than this never hold for one flow. */
enum { MATCHES_MAX = 64 };

struct match {
	const struct signature_set *set;
	const struct facts *facts;
	struct scored scored[MATCHES_MAX];
	size_t count;
};

static struct scored *scored_of(struct match *match, uint16_t index)
{
	for (size_t i = 0; i < match->count; i++)
		if (match->scored[i].index == index)
			return &match->scored[i];
	return NULL;
}

static void try_candidate(void *self, const struct candidate *candidate)
{
	struct match *match = self;
	const struct entry *entry = &match->set->entries[candidate->entry];
	const struct alternative *alternative =
		&entry->alternatives[candidate->alternative];
	struct scored *scored = scored_of(match, candidate->entry);

	if (scored && scored->weight >= alternative->weight)
		return;
	if (!alternative_fires(alternative, match->facts))
		return;
	if (scored)
		scored->weight = alternative->weight;
	else if (match->count < MATCHES_MAX)
		match->scored[match->count++] =
			(struct scored){ candidate->entry,
			                 alternative->weight };
}

/* Most specific first; among equals by id, in whose order entries are. */
static int most_specific_first(const void *a, const void *b)
{
	const struct scored *left = a;
	const struct scored *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	return (int)left->index - (int)right->index;
}

/* Bits of the categories of what holds by itself. */
static uint32_t categories_fired(const struct match *match)
{
	uint32_t categories = 0;

	for (size_t i = 0; i < match->count; i++) {
		const struct entry *entry =
			&match->set->entries[match->scored[i].index];

		if (!entry->unless)
			categories |= 1u << entry->signature.category;
	}
	return categories;
}

void signature_match(const struct signature_set *set, const struct facts *facts,
                     struct signature_hits *hits)
{
	struct match match = { .set = set, .facts = facts };
	uint32_t fired;

	signature_index_each(set->index, facts, &match, try_candidate);
	fired = categories_fired(&match);
	if (match.count > 1)
		qsort(match.scored, match.count, sizeof(*match.scored),
		      most_specific_first);
	hits->count = 0;
	for (size_t i = 0; i < match.count; i++) {
		uint16_t index = match.scored[i].index;

		/* Catch-alls only fire where nothing of the named categories
		 * did. */
		if (!(set->entries[index].unless & fired) &&
		    hits->count < SIGNATURE_HITS)
			hits->index[hits->count++] = index;
	}
}
