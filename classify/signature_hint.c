#include "classify/signature_hint.h"

#include "classify/term_rows.h"

/* Numbers and truths may be zero, which takes nothing. */
static bool may_be_zero(const struct term *term)
{
	if (term->row->read != term_read_range &&
	    term->row->read != term_read_bool)
		return false;
	for (size_t i = 0; i < term->count; i++)
		if (!term->values[i].range.low)
			return true;
	return false;
}

/* What a value of its own asks for. */
static uint32_t trait_of_value(const struct term *term)
{
	const union term_value *value = term->values;

	if (term->count != 1 || value->range.low != value->range.high)
		return 0;
	if (term->row->holds == term_holds_cast)
		return (uint32_t)TRAIT_UNICAST << value->range.low;
	if (term->row->holds == term_holds_ip_version)
		return value->range.low == 4 ? TRAIT_IPV4 : TRAIT_IPV6;
	return 0;
}

bool hint_find_byte(const struct pattern *pattern, struct hint *hint)
{
	bool found = false;

	for (uint8_t i = 0; i < pattern->len; i++) {
		if (pattern->mask[i] != 0xff || (found && !pattern->bytes[i]))
			continue;
		hint->directions = pattern->directions;
		hint->offset = (uint8_t)(pattern->offset + i);
		hint->byte = pattern->bytes[i];
		found = true;
		/* Zeroes are in everything. */
		if (hint->byte)
			break;
	}
	return found;
}

struct hint hint_of(const struct alternative *alternative)
{
	struct hint hint = { .transport = HINT_ANY_TRANSPORT };

	for (size_t i = 0; i < alternative->count; i++) {
		const struct term *term = &alternative->terms[i];
		const union term_value *value = term->values;

		if (!may_be_zero(term))
			hint.traits |= (uint32_t)term->row->trait;
		hint.traits |= trait_of_value(term);
		if (term->count != 1)
			continue;
		if (term->row->holds == term_holds_transport &&
		    value->range.low == value->range.high)
			hint.transport = (uint8_t)value->range.low;
		if (term->row->holds == term_holds_payload)
			hint_find_byte(&value->pattern, &hint);
	}
	return hint;
}

static bool has_fields(const struct fields *fields)
{
	uint32_t any = fields->flags;

	if (any & FIELD_DHCP)
		return true;
	for (size_t i = 0; i < FIELD_SHORT_COUNT; i++)
		any |= fields->words[i];
	return any | fields->ike_vendors;
}

static bool has_tcp_options(const struct fields *fields)
{
	uint32_t any = 0;

	if (fields->flags & FIELD_DHCP)
		return false;
	for (size_t i = 0;
	     i < sizeof(fields->tcp_options) / sizeof(fields->tcp_options[0]);
	     i++)
		any |= fields->tcp_options[i];
	return any;
}

uint32_t traits_of(const struct facts *facts)
{
	const struct flow *flow = facts->flow;
	const bool is_ip = flow->key.family != FAMILY_LAYER2;
	const struct {
		bool has;
		enum trait trait;
	} rows[] = {
		{ flow->key.family == FAMILY_IPV4, TRAIT_IPV4 },
		{ flow->key.family == FAMILY_IPV6, TRAIT_IPV6 },
		{ is_ip && flow->dscp_first, TRAIT_DSCP },
		{ transport_is_icmp(flow->key.transport), TRAIT_ICMP },
		{ flow->third_party, TRAIT_THIRD_PARTY },
		{ flow->icmp_errors, TRAIT_ICMP_ERROR },
		{ flow->ip_options || flow->router_alert, TRAIT_IP_OPTIONS },
		{ flow->fragmented, TRAIT_FRAGMENTED },
		{ flow->encapsulation, TRAIT_ENCAPSULATED },
		{ flow->key.transport == TRANSPORT_GRE, TRAIT_GRE },
		{ flow->packets[0] && flow->packets[1], TRAIT_BOTH_WAYS },
		{ facts->behaviours, TRAIT_BEHAVIOUR },
		{ facts->mss, TRAIT_MSS },
		{ has_fields(&facts->fields), TRAIT_FIELDS },
		{ has_tcp_options(&facts->fields), TRAIT_TCP_OPTIONS },
		{ flow->head[0].captured || flow->head[1].captured,
		  TRAIT_PAYLOAD },
	};
	uint32_t traits = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].has)
			traits |= (uint32_t)rows[i].trait;
	/* Frames without IP have no cast to a term. */
	return is_ip ? traits | (uint32_t)TRAIT_UNICAST << flow->cast : traits;
}
