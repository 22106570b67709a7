#include "classify/signature_index.h"

#include <stdlib.h>
#include <string.h>

#include "classify/term_rows.h"

enum {
	TRANSPORTS = 257, /* the last: frames without IP */
	LAYER2 = 256,
	PORT_SLOTS = 4096,
	APPLICATION_SLOTS = 1024,
	WIDE = 128, /* a range of more ports than this is no narrow term */
};

struct list {
	struct candidate *candidates;
	size_t count;
};

/*
 * An alternative is filed under its ports, else under its applications, else
 * under its transport; under "any" where it asks for none of them. Ports and
 * applications share slots by their remainder: what is in a slot by chance is
 * tried and does not hold.
 */
struct signature_index {
	struct list ports[PORT_SLOTS];
	struct list applications[APPLICATION_SLOTS];
	struct list transports[TRANSPORTS];
	struct list any;
	struct list hosts;
	struct list sensor;
};

static bool list_add(struct list *list, struct candidate candidate)
{
	struct candidate *larger;

	/* The values of one term follow each other. */
	if (list->count && memcmp(&list->candidates[list->count - 1],
	                          &candidate, sizeof(candidate)) == 0)
		return true;
	/* Doubling at powers of two saves a member for the room. */
	if ((list->count & (list->count - 1)) == 0) {
		size_t room = list->count ? list->count * 2 : 1;

		larger = realloc(list->candidates, room * sizeof(*larger));
		if (!larger)
			return false;
		list->candidates = larger;
	}
	list->candidates[list->count++] = candidate;
	return true;
}

/* Whether every value of a term is a range of at most so many numbers. */
static bool is_narrow(const struct term *term, uint64_t widest)
{
	for (size_t i = 0; i < term->count; i++)
		if (term->values[i].range.high - term->values[i].range.low >=
		    widest)
			return false;
	return true;
}

/* The first term of a kind; NULL if there is none, or only a wide one. */
static const struct term *find_term(const struct alternative *alternative,
                                    term_holder *const *kinds, size_t count,
                                    uint64_t widest)
{
	for (size_t i = 0; i < alternative->count; i++)
		for (size_t k = 0; k < count; k++)
			if (alternative->terms[i].row->holds == kinds[k] &&
			    is_narrow(&alternative->terms[i], widest))
				return &alternative->terms[i];
	return NULL;
}

/* File under each number that a term's values cover. */
static bool file(struct list *lists, size_t slots, const struct term *term,
                 struct candidate candidate)
{
	for (size_t i = 0; i < term->count; i++) {
		uint64_t low = term->values[i].range.low;
		uint64_t high = term->values[i].range.high;

		/* An application that this nDPI lacks is an empty range. */
		for (uint64_t number = low; number <= high; number++)
			if (!list_add(&lists[number % slots], candidate))
				return false;
	}
	return true;
}

static term_holder *const port_terms[] = {
	term_holds_port,
	term_holds_server_port,
	term_holds_any_port,
	term_holds_client_port,
};
static term_holder *const application_terms[] = { term_holds_application };
static term_holder *const transport_terms[] = { term_holds_transport };
static term_holder *const link_terms[] = {
	term_holds_ethertype, term_holds_llc,  term_holds_snap,
	term_holds_raw_ipx,   term_holds_wifi,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool file_alternative(struct signature_index *index,
                             const struct alternative *alternative,
                             struct candidate candidate)
{
	const struct term *term;

	if (alternative->subject == SUBJECT_HOST)
		return list_add(&index->hosts, candidate);
	if (alternative->subject == SUBJECT_SENSOR)
		return list_add(&index->sensor, candidate);
	if ((term = find_term(alternative, port_terms, COUNT(port_terms),
	                      WIDE)))
		return file(index->ports, PORT_SLOTS, term, candidate);
	if ((term = find_term(alternative, application_terms,
	                      COUNT(application_terms), UINT64_MAX)))
		return file(index->applications, APPLICATION_SLOTS, term,
		            candidate);
	if ((term = find_term(alternative, transport_terms,
	                      COUNT(transport_terms), UINT64_MAX)))
		return file(index->transports, TRANSPORTS, term, candidate);
	if (find_term(alternative, link_terms, COUNT(link_terms), UINT64_MAX))
		return list_add(&index->transports[LAYER2], candidate);
	return list_add(&index->any, candidate);
}

struct signature_index *signature_index_create(const struct entry *entries,
                                               size_t count)
{
	struct signature_index *index = calloc(1, sizeof(*index));

	for (size_t i = 0; index && i < count; i++) {
		for (size_t a = 0; a < entries[i].alternative_count; a++) {
			struct candidate candidate = { (uint16_t)i,
				                       (uint16_t)a };

			if (file_alternative(index, &entries[i].alternatives[a],
			                     candidate))
				continue;
			signature_index_free(index);
			return NULL;
		}
	}
	return index;
}

static void lists_free(struct list *lists, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(lists[i].candidates);
}

void signature_index_free(struct signature_index *index)
{
	if (!index)
		return;
	lists_free(index->ports, PORT_SLOTS);
	lists_free(index->applications, APPLICATION_SLOTS);
	lists_free(index->transports, TRANSPORTS);
	lists_free(&index->any, 1);
	lists_free(&index->hosts, 1);
	lists_free(&index->sensor, 1);
	free(index);
}

static void visit_list(const struct list *list, void *self,
                       void (*visit)(void *self,
                                     const struct candidate *candidate))
{
	for (size_t i = 0; i < list->count; i++)
		visit(self, &list->candidates[i]);
}

static void visit_flow(const struct signature_index *index,
                       const struct facts *facts, void *self,
                       void (*visit)(void *self,
                                     const struct candidate *candidate))
{
	const struct flow *flow = facts->flow;
	uint16_t sub = facts->application.sub;
	uint16_t master = facts->application.master;

	if (flow->key.family == FAMILY_LAYER2) {
		visit_list(&index->transports[LAYER2], self, visit);
		return;
	}
	visit_list(&index->transports[flow->key.transport], self, visit);
	visit_list(&index->ports[flow->key.port[0] % PORT_SLOTS], self, visit);
	if (flow->key.port[1] % PORT_SLOTS != flow->key.port[0] % PORT_SLOTS)
		visit_list(&index->ports[flow->key.port[1] % PORT_SLOTS], self,
		           visit);
	visit_list(&index->applications[sub % APPLICATION_SLOTS], self, visit);
	if (master != sub)
		visit_list(&index->applications[master % APPLICATION_SLOTS],
		           self, visit);
}

void signature_index_each(const struct signature_index *index,
                          const struct facts *facts, void *self,
                          void (*visit)(void *self,
                                        const struct candidate *candidate))
{
	switch (facts->subject) {
	case SUBJECT_FLOW:
		visit_flow(index, facts, self, visit);
		visit_list(&index->any, self, visit);
		break;
	case SUBJECT_HOST: visit_list(&index->hosts, self, visit); break;
	case SUBJECT_SENSOR: visit_list(&index->sensor, self, visit); break;
	}
}
