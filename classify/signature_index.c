#include "classify/signature_index.h"

#include <stdlib.h>
#include <string.h>

#include "classify/signature_drawer.h"
#include "classify/signature_hint.h"

struct filed {
	struct candidate candidate;
	struct hint hint;
};

struct list {
	struct filed *filed;
	size_t count;
};

struct signature_index {
	struct list *lists[DRAWERS];
	struct list any; /* what fits no drawer */
	struct list hosts;
	struct list sensor;
};

static bool list_add(struct list *list, const struct filed *filed)
{
	struct filed *larger;

	/* The values of one term follow each other. */
	if (list->count &&
	    memcmp(&list->filed[list->count - 1].candidate, &filed->candidate,
	           sizeof(filed->candidate)) == 0)
		return true;
	/* Doubling at powers of two saves a member for the room. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count ? list->count * 2 : 1;

		larger = realloc(list->filed, room * sizeof(*larger));
		if (!larger)
			return false;
		list->filed = larger;
	}
	list->filed[list->count++] = *filed;
	return true;
}

/* Whether all values of a term can be filed here. */
static bool fits(const struct drawer *drawer, const struct term *term)
{
	struct range keys;

	for (size_t i = 0; i < term->count; i++)
		if (!drawer->keys_of_value(&term->values[i], &keys) ||
		    keys.high - keys.low >= drawer->widest)
			return false;
	return true;
}

static bool is_of_kind(const struct drawer *drawer, const struct term *term)
{
	for (size_t i = 0; i < drawer->kind_count; i++)
		if (term->row->holds == drawer->kinds[i])
			return true;
	return false;
}

/* The first term that can be filed in a drawer; NULL if there is none. */
static const struct term *find_term(const struct drawer *drawer,
                                    const struct alternative *alternative)
{
	for (size_t i = 0; i < alternative->count; i++)
		if (is_of_kind(drawer, &alternative->terms[i]) &&
		    fits(drawer, &alternative->terms[i]))
			return &alternative->terms[i];
	return NULL;
}

/* File under each key of the term's values. */
static bool file(struct list *lists, const struct drawer *drawer,
                 const struct term *term, const struct filed *filed)
{
	struct range keys;

	for (size_t i = 0; i < term->count; i++) {
		drawer->keys_of_value(&term->values[i], &keys);
		/* An application that this nDPI lacks is an empty range. */
		for (uint64_t key = keys.low; key <= keys.high; key++)
			if (!list_add(&lists[key % drawer->slots], filed))
				return false;
	}
	return true;
}

static bool file_alternative(struct signature_index *index,
                             const struct alternative *alternative,
                             struct candidate candidate)
{
	const struct filed filed = { candidate, hint_of(alternative) };

	if (alternative->subject == SUBJECT_HOST)
		return list_add(&index->hosts, &filed);
	if (alternative->subject == SUBJECT_SENSOR)
		return list_add(&index->sensor, &filed);
	for (size_t i = 0; i < DRAWERS; i++) {
		const struct term *term = find_term(&drawers[i], alternative);

		if (term)
			return file(index->lists[i], &drawers[i], term, &filed);
	}
	return list_add(&index->any, &filed);
}

static bool file_entries(struct signature_index *index,
                         const struct entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t a = 0; a < entries[i].alternative_count; a++) {
			struct candidate candidate = { (uint16_t)i,
				                       (uint16_t)a };

			if (!file_alternative(index,
			                      &entries[i].alternatives[a],
			                      candidate))
				return false;
		}
	return true;
}

struct signature_index *signature_index_create(const struct entry *entries,
                                               size_t count)
{
	struct signature_index *index = calloc(1, sizeof(*index));
	bool made = index;

	for (size_t i = 0; made && i < DRAWERS; i++) {
		index->lists[i] = calloc(drawers[i].slots, sizeof(struct list));
		made = index->lists[i];
	}
	if (made && file_entries(index, entries, count))
		return index;
	signature_index_free(index);
	return NULL;
}

static void lists_free(struct list *lists, size_t count)
{
	for (size_t i = 0; lists && i < count; i++)
		free(lists[i].filed);
}

void signature_index_free(struct signature_index *index)
{
	if (!index)
		return;
	for (size_t i = 0; i < DRAWERS; i++) {
		lists_free(index->lists[i], drawers[i].slots);
		free(index->lists[i]);
	}
	lists_free(&index->any, 1);
	lists_free(&index->hosts, 1);
	lists_free(&index->sensor, 1);
	free(index);
}

/* Who asks, about what. */
struct visitor {
	void *self;
	void (*visit)(void *self, const struct candidate *candidate);
	const struct facts *facts;
	uint32_t traits;
};

static void visit_allowed(const struct list *list,
                          const struct visitor *visitor)
{
	for (size_t i = 0; i < list->count; i++)
		if (hint_allows(&list->filed[i].hint, visitor->facts->flow,
		                visitor->traits))
			visitor->visit(visitor->self,
			               &list->filed[i].candidate);
}

static void visit_all(const struct list *list, const struct visitor *visitor)
{
	for (size_t i = 0; i < list->count; i++)
		visitor->visit(visitor->self, &list->filed[i].candidate);
}

static void visit_flow(const struct signature_index *index,
                       const struct visitor *visitor)
{
	uint32_t keys[DRAWER_KEYS_MAX];

	for (size_t i = 0; i < DRAWERS; i++) {
		size_t count = drawers[i].keys_of_flow(visitor->facts, keys);

		for (size_t k = 0; k < count; k++)
			visit_allowed(
				&index->lists[i][keys[k] % drawers[i].slots],
				visitor);
	}
	visit_allowed(&index->any, visitor);
}

void signature_index_each(const struct signature_index *index,
                          const struct facts *facts, void *self,
                          void (*visit)(void *self,
                                        const struct candidate *candidate))
{
	struct visitor visitor = { self, visit, facts, 0 };

	switch (facts->subject) {
	case SUBJECT_FLOW:
		visitor.traits = traits_of(facts);
		visit_flow(index, &visitor);
		break;
	case SUBJECT_HOST: visit_all(&index->hosts, &visitor); break;
	case SUBJECT_SENSOR: visit_all(&index->sensor, &visitor); break;
	}
}
