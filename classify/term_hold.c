#include "classify/term_rows.h"

static bool is_layer2(const struct flow *flow, enum link_kind kind)
{
	return flow->key.family == FAMILY_LAYER2 && flow->link_kind == kind;
}

static uint64_t link_protocol(const struct flow *flow)
{
	return flow->key.detail & ((UINT64_C(1) << 48) - 1);
}

static bool is_icmp(const struct flow *flow)
{
	return flow->key.family != FAMILY_LAYER2 &&
	       transport_is_icmp(flow->key.transport);
}

/* A flow of one layer has no master, which is not to be unknown. */
bool term_holds_application(const union term_value *value,
                            const struct facts *facts)
{
	const struct application *application = &facts->application;

	return in_range(value, application->sub) ||
	       (application->master != DPI_UNKNOWN &&
	        in_range(value, application->master));
}

bool term_holds_application_category(const union term_value *value,
                                     const struct facts *facts)
{
	return in_range(value, facts->application.category);
}

bool term_holds_transport(const union term_value *value,
                          const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, facts->flow->key.transport);
}

/* Port 0 is nobody's, so it stands for a flow without ports. */
static bool is_port(const union term_value *value, uint16_t port)
{
	return port && in_range(value, port);
}

bool term_holds_any_port(const union term_value *value,
                         const struct facts *facts)
{
	return is_port(value, facts->flow->key.port[0]) ||
	       is_port(value, facts->flow->key.port[1]);
}

/* Where nobody saw who called whom, either end may be the service. */
bool term_holds_port(const union term_value *value, const struct facts *facts)
{
	if (!facts->server_known)
		return term_holds_any_port(value, facts);
	return is_port(value, flow_server_port(facts->flow));
}

bool term_holds_client_port(const union term_value *value,
                            const struct facts *facts)
{
	return is_port(value, flow_client_port(facts->flow));
}

bool term_holds_server_port(const union term_value *value,
                            const struct facts *facts)
{
	return is_port(value, flow_server_port(facts->flow));
}

bool term_holds_ip_version(const union term_value *value,
                           const struct facts *facts)
{
	switch ((enum family)facts->flow->key.family) {
	case FAMILY_IPV4: return in_range(value, 4);
	case FAMILY_IPV6: return in_range(value, 6);
	case FAMILY_LAYER2:
	case FAMILY_COUNT: break;
	}
	return false;
}

bool term_holds_cast(const union term_value *value, const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, facts->flow->cast);
}

bool term_holds_scope(const union term_value *value, const struct facts *facts)
{
	return in_range(value, facts->scope);
}

static bool prefix_covers(const union term_value *value,
                          const struct facts *facts,
                          const struct address *address)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       prefix_holds(&value->prefix, address);
}

bool term_holds_destination(const union term_value *value,
                            const struct facts *facts)
{
	return prefix_covers(value, facts, flow_server_address(facts->flow));
}

bool term_holds_source(const union term_value *value, const struct facts *facts)
{
	return prefix_covers(value, facts, flow_client_address(facts->flow));
}

bool term_holds_address(const union term_value *value,
                        const struct facts *facts)
{
	return term_holds_source(value, facts) ||
	       term_holds_destination(value, facts);
}

bool term_holds_hop_limit(const union term_value *value,
                          const struct facts *facts)
{
	const struct flow *flow = facts->flow;

	return flow->packets[TO_SERVER] && flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, flow->hop_limit_min) &&
	       in_range(value, flow->hop_limit_max);
}

bool term_holds_ethertype(const union term_value *value,
                          const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_ETHERTYPE) &&
	       in_range(value, link_protocol(facts->flow));
}

bool term_holds_llc(const union term_value *value, const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_LLC) &&
	       in_range(value, link_protocol(facts->flow));
}

bool term_holds_snap(const union term_value *value, const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_SNAP) &&
	       in_range(value, link_protocol(facts->flow));
}

bool term_holds_wifi(const union term_value *value, const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_WIFI) &&
	       in_range(value, link_protocol(facts->flow));
}

bool term_holds_raw_ipx(const union term_value *value,
                        const struct facts *facts)
{
	return in_range(value, is_layer2(facts->flow, LINK_RAW_IPX));
}

bool term_holds_ip(const union term_value *value, const struct facts *facts)
{
	return in_range(value, facts->flow->key.family != FAMILY_LAYER2);
}

bool term_mac_covers(const union term_value *value, const struct mac *mac)
{
	for (unsigned bit = 0; bit < value->mac.len; bit++) {
		unsigned differ =
			mac->bytes[bit / 8] ^ value->mac.mac.bytes[bit / 8];

		if (differ & 0x80u >> bit % 8)
			return false;
	}
	return true;
}

bool term_holds_source_mac(const union term_value *value,
                           const struct facts *facts)
{
	return term_mac_covers(value, &facts->flow->mac[TO_SERVER]);
}

bool term_holds_destination_mac(const union term_value *value,
                                const struct facts *facts)
{
	return term_mac_covers(value, &facts->flow->mac[TO_CLIENT]);
}

bool term_holds_icmp_type(const union term_value *value,
                          const struct facts *facts)
{
	return is_icmp(facts->flow) && in_range(value, facts->flow->icmp_type);
}

bool term_holds_icmp_code(const union term_value *value,
                          const struct facts *facts)
{
	return is_icmp(facts->flow) && in_range(value, facts->flow->icmp_code);
}

bool term_holds_third_party(const union term_value *value,
                            const struct facts *facts)
{
	return in_range(value, facts->flow->third_party);
}

bool term_holds_icmp_error(const union term_value *value,
                           const struct facts *facts)
{
	return facts->flow->icmp_errors & value->range.low;
}

bool term_holds_dscp(const union term_value *value, const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, facts->flow->dscp_first);
}

static bool head_matches(const struct flow_head *head,
                         const struct pattern *pattern)
{
	if (head->captured < pattern->offset + pattern->len ||
	    head->payload_len < pattern->shortest ||
	    head->payload_len > pattern->longest)
		return false;
	for (unsigned i = 0; i < pattern->len; i++)
		if ((head->bytes[pattern->offset + i] ^ pattern->bytes[i]) &
		    pattern->mask[i])
			return false;
	return true;
}

bool term_holds_payload(const union term_value *value,
                        const struct facts *facts)
{
	const struct pattern *pattern = &value->pattern;
	const struct flow_head *head = facts->flow->head;

	return (pattern->directions & 1 &&
	        head_matches(&head[TO_SERVER], pattern)) ||
	       (pattern->directions & 2 &&
	        head_matches(&head[TO_CLIENT], pattern));
}

static bool field_is_length(const struct flow_head *head,
                            const struct length_field *field)
{
	uint64_t number = 0;

	if (head->captured < field->offset + field->size)
		return false;
	for (unsigned i = 0; i < field->size; i++) {
		unsigned at = field->little_endian ? field->size - 1 - i : i;

		number = number << 8 | head->bytes[field->offset + at];
	}
	return number * field->scale + field->adjust == head->payload_len;
}

bool term_holds_length_field(const union term_value *value,
                             const struct facts *facts)
{
	const struct length_field *field = &value->length_field;
	const struct flow_head *head = facts->flow->head;

	return (field->directions & 1 &&
	        field_is_length(&head[TO_SERVER], field)) ||
	       (field->directions & 2 &&
	        field_is_length(&head[TO_CLIENT], field));
}

bool term_holds_payload_length(const union term_value *value,
                               const struct facts *facts)
{
	const struct flow_head *head = facts->flow->head;

	return (head[TO_SERVER].payload_len &&
	        in_range(value, head[TO_SERVER].payload_len)) ||
	       (head[TO_CLIENT].payload_len &&
	        in_range(value, head[TO_CLIENT].payload_len));
}

bool term_holds_ip_options(const union term_value *value,
                           const struct facts *facts)
{
	return in_range(value, facts->flow->ip_options);
}

bool term_holds_router_alert(const union term_value *value,
                             const struct facts *facts)
{
	return in_range(value, facts->flow->router_alert);
}

bool term_holds_fragmented(const union term_value *value,
                           const struct facts *facts)
{
	return in_range(value, facts->flow->fragmented);
}

bool term_holds_encapsulation(const union term_value *value,
                              const struct facts *facts)
{
	return facts->flow->encapsulation & value->range.low;
}

bool term_holds_gre_protocol(const union term_value *value,
                             const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       facts->flow->key.transport == TRANSPORT_GRE &&
	       in_range(value, facts->flow->gre_protocol);
}

bool term_holds_both_ways(const union term_value *value,
                          const struct facts *facts)
{
	return in_range(value, facts->flow->packets[TO_SERVER] &&
	                               facts->flow->packets[TO_CLIENT]);
}

bool term_holds_packets(const union term_value *value,
                        const struct facts *facts)
{
	return in_range(value, facts->flow->packets[TO_SERVER] +
	                               facts->flow->packets[TO_CLIENT]);
}

bool term_holds_behaviour(const union term_value *value,
                          const struct facts *facts)
{
	return facts->behaviours & value->range.low;
}

bool term_holds_mss(const union term_value *value, const struct facts *facts)
{
	return facts->mss && in_range(value, facts->mss);
}
