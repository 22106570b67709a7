#include "capture/layer.h"

enum {
	TCP_HEADER_LEN = 20,
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
	TCP_OPTION_MSS = 2,
	UDP_HEADER_LEN = 8,
	SCTP_HEADER_LEN = 12,
};

/* The maximum segment size option, 0 if there is none. */
static uint16_t tcp_mss(struct cursor options)
{
	while (cursor_left(&options) > 0) {
		uint8_t kind = cursor_u8(&options);
		uint8_t len;

		if (kind == TCP_OPTION_END)
			return 0;
		if (kind == TCP_OPTION_NOP)
			continue;
		len = cursor_u8(&options);
		if (kind == TCP_OPTION_MSS && len == 4)
			return cursor_u16(&options);
		if (len < 2 || !cursor_take(&options, len - 2U))
			return 0;
	}
	return 0;
}

/* RFC 9293 section 3.1 */
static enum layer transport_tcp(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor header;
	uint16_t offset_flags;
	size_t options_len;
	const uint8_t *options;

	if (!cursor_header(&header, &w->c, TCP_HEADER_LEN))
		return walk_dry(w);
	packet->source_port = cursor_u16(&header);
	packet->target_port = cursor_u16(&header);
	packet->tcp_seq = cursor_u32(&header);
	packet->tcp_ack = cursor_u32(&header);
	offset_flags = cursor_u16(&header);
	packet->tcp_flags = (uint8_t)offset_flags;
	if (offset_flags >> 12 < TCP_HEADER_LEN / 4)
		return LAYER_MALFORMED;

	options_len = (offset_flags >> 12) * 4U - TCP_HEADER_LEN;
	options = cursor_take(&w->c, options_len);
	/* A short snap length may cut the options; whose segment it is, the
	 * fixed header has said. */
	packet->has_ports = options || !w->complete;
	if (packet->has_ports && !options)
		walk_skip_missing(w, options_len);
	if (!options)
		return walk_dry(w);
	if (packet->tcp_flags & TCP_SYN)
		packet->tcp_mss = tcp_mss(cursor_over(options, options_len));
	return LAYER_END;
}

/*
 * RFC 768 and, as coverage takes the place of the length, RFC 3828. A length
 * of 0 means all there is. One beyond the datagram is what segmentation
 * offload leaves behind; the datagram has the last word.
 */
static enum layer transport_udp(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor header;
	uint16_t len;

	if (!cursor_header(&header, &w->c, UDP_HEADER_LEN))
		return walk_dry(w);
	packet->source_port = cursor_u16(&header);
	packet->target_port = cursor_u16(&header);
	len = cursor_u16(&header);
	if (len && len < UDP_HEADER_LEN)
		return LAYER_MALFORMED;
	if (len && packet->transport == TRANSPORT_UDP && !packet->fragmented)
		walk_clip(w, len - (uint32_t)UDP_HEADER_LEN);
	packet->has_ports = true;
	return LAYER_END;
}

/* RFC 9260 section 3.1 */
static enum layer transport_sctp(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor header;

	if (!cursor_header(&header, &w->c, SCTP_HEADER_LEN))
		return walk_dry(w);
	packet->source_port = cursor_u16(&header);
	packet->target_port = cursor_u16(&header);
	packet->has_ports = true;
	return LAYER_END;
}

static enum layer transport_header(struct walk *w)
{
	switch (w->packet->transport) {
	case TRANSPORT_TCP: return transport_tcp(w);
	case TRANSPORT_UDP:
	case TRANSPORT_UDPLITE: return transport_udp(w);
	case TRANSPORT_ICMP:
	case TRANSPORT_ICMPV6: return transport_icmp(w);
	case TRANSPORT_SCTP: return transport_sctp(w);
	case TRANSPORT_GRE: return transport_gre(w);
	}
	return LAYER_END;
}

/* A header that failed half way leaves nothing half known. */
static void forget_transport(struct packet *packet)
{
	packet->source_port = 0;
	packet->target_port = 0;
	packet->tcp_flags = 0;
	packet->tcp_seq = 0;
	packet->tcp_ack = 0;
	packet->icmp_type = 0;
	packet->icmp_code = 0;
	packet->gre_protocol = 0;
}

static enum layer tunnel(struct walk *w)
{
	bool ipv4 = w->packet->family == FAMILY_IPV4;

	if (w->packet->later_fragment)
		return walk_yield(w);
	/* The rest of what a first fragment carries is elsewhere. */
	if (w->packet->fragmented)
		w->complete = false;
	switch (w->packet->transport) {
	case TRANSPORT_UDP: return tunnel_udp(w);
	case TRANSPORT_GRE: return tunnel_gre(w);
	case TRANSPORT_IPIP: return walk_descend(w, ENCAP_IPIP, LAYER_IPV4);
	case TRANSPORT_IPV6:
		return walk_descend(w, ipv4 ? ENCAP_6IN4 : ENCAP_IPIP,
		                    LAYER_IPV6);
	}
	return walk_yield(w);
}

enum layer layer_transport(struct walk *w, enum layer failure)
{
	struct packet *packet = w->packet;
	struct cursor start = w->c;

	if (failure == LAYER_END && !packet->later_fragment)
		failure = transport_header(w);
	if (failure != LAYER_END && !packet->has_ports) {
		forget_transport(packet);
		w->c = start;
	}
	packet->payload = w->c.at;
	packet->payload_captured = (uint32_t)cursor_left(&w->c);
	packet->payload_len = walk_left(w);
	if (failure == LAYER_END)
		return tunnel(w);
	walk_yield(w);
	return failure;
}
