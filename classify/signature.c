#include "classify/signature_set.h"

#include <stdlib.h>
#include <string.h>

#include "classify/aliases.h"
#include "classify/signature_index.h"

/* What nobody sets holds for no host. */
static const struct thresholds thresholds_unset = {
	.peer_peers = UINT64_MAX,
	.peer_networks = UINT64_MAX,
	.busy_clients = UINT64_MAX,
	.monitor_targets = UINT64_MAX,
	.scanner_targets = UINT64_MAX,
	.gateway_addresses = UINT64_MAX,
};

struct signature_set *signature_set_create(struct error *err)
{
	struct signature_set *set = calloc(1, sizeof(*set));

	if (set)
		set->aliases = aliases_create();
	if (!set || !set->aliases) {
		free(set);
		fail(err, "out of memory for signatures");
		return NULL;
	}
	set->thresholds = thresholds_unset;
	return set;
}

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

bool entry_keep(struct signature_set *set, struct entry *entry, size_t folder)
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

static struct kept_remedy *remedy_find(const struct signature_set *set,
                                       const char *id)
{
	for (size_t i = 0; i < set->remedy_count; i++)
		if (strcmp(set->remedies[i].remedy.id, id) == 0)
			return &set->remedies[i];
	return NULL;
}

bool remedy_keep(struct signature_set *set, const struct remedy *remedy,
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

struct signature_set *signature_set_finish(struct signature_set *set, bool read,
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
