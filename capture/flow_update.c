#include "capture/flow_update.h"

#include <string.h>

/*
 * Who called whom, when the first packet need not be the caller's: a SYN-ACK
 * or an echo reply says so itself; in mid-conversation the lower of two ports
 * is the service if only one of them is a system port (RFC 6335).
 */
static bool starts_with_server(const struct packet *packet)
{
	if (packet->transport == TRANSPORT_TCP && packet->tcp_flags & TCP_SYN)
		return packet->tcp_flags & TCP_ACK;
	if (icmp_is_reply(packet))
		return true;
	return packet->has_ports && packet->cast == CAST_UNICAST &&
	       packet->source_port < 1024 && packet->target_port >= 1024;
}

void flow_begin(struct flow *flow, bool swapped, const struct packet *packet)
{
	flow->client = swapped ^ starts_with_server(packet);
	flow->first_ns = packet->time_ns;
	flow->last_ns = packet->time_ns;
	flow->cast = (uint8_t)packet->cast;
	flow->link_kind = (uint8_t)packet->link_kind;
	flow->icmp_type = packet->icmp_type;
	flow->icmp_code = packet->icmp_code;
	flow->dscp_first = packet->dscp;
	flow->hop_limit_min = UINT8_MAX;
	flow->gre_protocol = packet->gre_protocol;
	flow->encapsulation = packet->encapsulation;
	flow->source_index = packet->source_index;
	flow->frame_number = packet->frame_number;
	flow->third_party =
		packet->quote.present &&
		address_compare(&packet->source, &packet->quote.target) != 0;
}

static void head_keep(struct flow *flow, enum direction direction,
                      const struct packet *packet)
{
	struct flow_head *head = &flow->head[direction];
	uint32_t len = packet->payload_captured;

	if (flow->heads & 1u << direction || !packet->payload_len ||
	    packet->later_fragment)
		return;
	flow->heads |= (uint8_t)(1u << direction);
	if (len > FLOW_HEAD_LEN)
		len = FLOW_HEAD_LEN;
	if (len)
		memcpy(head->bytes, packet->payload, len);
	head->captured = (uint8_t)len;
	head->payload_len = packet->payload_len;
}

void flow_add(struct flow *flow, enum direction direction,
              const struct packet *packet)
{
	bool first = flow->packets[direction]++ == 0;

	flow->bytes[direction] += packet->family == FAMILY_LAYER2
	                                  ? packet->frame_len
	                                  : packet->ip_len;
	if (packet->time_ns < flow->first_ns)
		flow->first_ns = packet->time_ns;
	if (packet->time_ns > flow->last_ns)
		flow->last_ns = packet->time_ns;
	if (first) {
		flow->mac[direction] = packet->source_mac;
		if (flow->packets[!direction] == 0)
			flow->mac[!direction] = packet->target_mac;
	}
	if (direction == TO_SERVER && packet->hop_limit < flow->hop_limit_min)
		flow->hop_limit_min = packet->hop_limit;
	if (direction == TO_SERVER && packet->hop_limit > flow->hop_limit_max)
		flow->hop_limit_max = packet->hop_limit;
	if (direction == TO_CLIENT)
		flow->hop_limit_back = packet->hop_limit;
	flow->dscps |= UINT64_C(1) << (packet->dscp & 63);
	flow->router_alert |= packet->router_alert;
	flow->ip_options |= packet->ip_options;
	flow->fragmented |= packet->fragmented;
	flow->dont_fragment |= packet->dont_fragment;
	head_keep(flow, direction, packet);
}

bool flow_is_done(const struct flow *flow, const struct packet *packet)
{
	return packet->tcp_flags & TCP_RST ||
	       flow->tcp_flags[TO_SERVER] & flow->tcp_flags[TO_CLIENT] &
	               TCP_FIN;
}
