#include "classify/signature_index.h"

#include <stdlib.h>
#include <string.h>

#include "classify/signature_hint.h"
#include "classify/term_rows.h"

enum {
	KEYS_MAX = 2 * FLOW_HEAD_LEN, /* of one flow in one drawer */
	BYTE_VALUES = 256,
	OUI_BITS = 24,
	LAYER2 = 256, /* beside the numbers of transports */
	/* Prefixes as long as these have a key. */
	NETWORK_LEN_IPV4 = IPV4_PREFIX_OFFSET + 8,
	NETWORK_LEN_IPV6 = 16,
};

struct filed {
	struct candidate candidate;
	struct hint hint;
};

struct list {
	struct filed *filed;
	size_t count;
};

struct range {
	uint64_t low;
	uint64_t high;
};

/*
 * A drawer holds the alternatives that have a term of some kind, by keys that
 * the term's values have. A flow has a few keys of that kind as well: only
 * what lies under those can hold. Keys share slots by their remainder: what
 * is in a slot by chance is asked and does not hold.
 */
struct drawer {
	term_holder *const *kinds; /* of terms */
	size_t kind_count;
	size_t slots;
	uint64_t widest; /* a value of more keys than this is no narrow one */
	/* The keys of a value; false if it has none. */
	bool (*keys_of_value)(const union term_value *value,
	                      struct range *keys);
	/* At most KEYS_MAX; returns how many. */
	size_t (*keys_of_flow)(const struct facts *facts, uint32_t *keys);
};

static bool range_of_number(const union term_value *value, struct range *keys)
{
	keys->low = value->range.low;
	keys->high = value->range.high;
	return true;
}

static bool range_of_link(const union term_value *value, struct range *keys)
{
	(void)value;
	*keys = (struct range){ 0, 0 };
	return true;
}

static size_t keys_of_link(const struct facts *facts, uint32_t *keys)
{
	keys[0] = 0;
	return facts->flow->key.family == FAMILY_LAYER2;
}

static size_t keys_of_ports(const struct facts *facts, uint32_t *keys)
{
	keys[0] = facts->flow->key.port[0];
	keys[1] = facts->flow->key.port[1];
	return facts->flow->key.family == FAMILY_LAYER2 ? 0 : 2;
}

static bool range_of_byte(const union term_value *value, struct range *keys)
{
	struct hint hint = { .directions = 0 };

	if (!hint_find_byte(&value->pattern, &hint))
		return false;
	keys->low = (uint64_t)hint.offset * BYTE_VALUES + hint.byte;
	keys->high = keys->low;
	return true;
}

static size_t keys_of_bytes(const struct facts *facts, uint32_t *keys)
{
	size_t count = 0;

	for (unsigned end = 0; end < 2; end++) {
		const struct flow_head *head = &facts->flow->head[end];

		for (unsigned at = 0; at < head->captured; at++)
			keys[count++] = at * BYTE_VALUES + head->bytes[at];
	}
	return count;
}

/* The first byte of an IPv4 address, the first two of an IPv6 one. */
static uint32_t network_key(const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (address_is_ipv4(address))
		return bytes[12];
	return 256u + (uint32_t)bytes[0] * 256 + bytes[1];
}

static bool range_of_network(const union term_value *value, struct range *keys)
{
	const struct prefix *prefix = &value->prefix;

	if (prefix->len < (address_is_ipv4(&prefix->address)
	                           ? NETWORK_LEN_IPV4
	                           : NETWORK_LEN_IPV6))
		return false;
	keys->low = network_key(&prefix->address);
	keys->high = keys->low;
	return true;
}

static size_t keys_of_networks(const struct facts *facts, uint32_t *keys)
{
	if (facts->flow->key.family == FAMILY_LAYER2)
		return 0;
	keys[0] = network_key(&facts->flow->key.address[0]);
	keys[1] = network_key(&facts->flow->key.address[1]);
	return 2;
}

static uint32_t oui_of(const struct mac *mac)
{
	return (uint32_t)mac->bytes[0] << 16 | (uint32_t)mac->bytes[1] << 8 |
	       mac->bytes[2];
}

static bool range_of_oui(const union term_value *value, struct range *keys)
{
	keys->low = oui_of(&value->mac.mac);
	keys->high = keys->low;
	return value->mac.len >= OUI_BITS;
}

static size_t keys_of_ouis(const struct facts *facts, uint32_t *keys)
{
	keys[0] = oui_of(&facts->flow->mac[0]);
	keys[1] = oui_of(&facts->flow->mac[1]);
	return 2;
}

static size_t keys_of_applications(const struct facts *facts, uint32_t *keys)
{
	if (facts->flow->key.family == FAMILY_LAYER2)
		return 0;
	keys[0] = facts->application.sub;
	keys[1] = facts->application.master;
	return 2;
}

static size_t keys_of_transport(const struct facts *facts, uint32_t *keys)
{
	keys[0] = facts->flow->key.family == FAMILY_LAYER2
	                  ? LAYER2
	                  : facts->flow->key.transport;
	return 1;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static term_holder *const link_terms[] = {
	term_holds_ethertype, term_holds_llc,  term_holds_snap,
	term_holds_raw_ipx,   term_holds_wifi,
};
static term_holder *const port_terms[] = {
	term_holds_port,
	term_holds_server_port,
	term_holds_any_port,
	term_holds_client_port,
};
static term_holder *const payload_terms[] = { term_holds_payload };
static term_holder *const application_terms[] = { term_holds_application };
static term_holder *const network_terms[] = {
	term_holds_destination,
	term_holds_source,
	term_holds_address,
};
static term_holder *const mac_terms[] = {
	term_holds_source_mac,
	term_holds_destination_mac,
};
static term_holder *const transport_terms[] = { term_holds_transport };

/* The narrower, the further up: an alternative goes into the first that has
 * room for one of its terms. */
static const struct drawer drawers[] = {
	{ link_terms, COUNT(link_terms), 1, UINT64_MAX, range_of_link,
	  keys_of_link },
	{ port_terms, COUNT(port_terms), 4096, 128, range_of_number,
	  keys_of_ports },
	{ payload_terms, COUNT(payload_terms), FLOW_HEAD_LEN *BYTE_VALUES,
	  UINT64_MAX, range_of_byte, keys_of_bytes },
	{ application_terms, COUNT(application_terms), 1024, UINT64_MAX,
	  range_of_number, keys_of_applications },
	{ network_terms, COUNT(network_terms), 1024, UINT64_MAX,
	  range_of_network, keys_of_networks },
	{ mac_terms, COUNT(mac_terms), 1024, UINT64_MAX, range_of_oui,
	  keys_of_ouis },
	{ transport_terms, COUNT(transport_terms), LAYER2 + 1, UINT64_MAX,
	  range_of_number, keys_of_transport },
};

enum { DRAWERS = COUNT(drawers) };

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
	uint32_t keys[KEYS_MAX];

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
