#include <stdlib.h>

#include "classify/signature_index.h"
#include "classify/signature_set.h"

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
