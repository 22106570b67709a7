#include "capture/layer.h"

enum {
	IPV4_DONT_FRAGMENT = 0x4000,
	IPV4_MORE_FRAGMENTS = 0x2000,
	IPV4_OPTION_END = 0,
	IPV4_OPTION_NOP = 1,
	IPV4_ROUTER_ALERT = 148, /* RFC 2113 */
	IPV6_OPTION_PAD1 = 0,
	IPV6_ROUTER_ALERT = 5, /* RFC 2711 */
	IPV6_MORE_FRAGMENTS = 1,
	IPV6_EXTENSIONS_MAX = 12,
};

static void note_traffic_class(struct packet *packet, uint8_t traffic_class)
{
	packet->dscp = traffic_class >> 2;
	packet->ecn = traffic_class & 3;
}

static enum cast ipv4_cast(const struct address *target, enum cast link_cast)
{
	const uint8_t *b = target->bytes + 12;

	if ((b[0] & b[1] & b[2] & b[3]) == 0xff)
		return CAST_LIMITED_BROADCAST;
	if (b[0] >> 4 == 0xe)
		return CAST_MULTICAST;
	if (link_cast == CAST_LIMITED_BROADCAST)
		return CAST_DIRECTED_BROADCAST;
	return CAST_UNICAST;
}

/* What was captured of the datagram, whose header starts at the cursor. */
static void note_datagram(struct walk *w, uint32_t len)
{
	walk_bound(w, len);
	w->packet->ip_len = len;
	w->packet->ip = w->c.at;
	w->packet->ip_captured = (uint32_t)cursor_left(&w->c);
}

/* Whether a router alert is among the options; contradictions end the list. */
static bool ipv4_router_alert(struct cursor options)
{
	while (cursor_left(&options) > 0) {
		uint8_t type = cursor_u8(&options);
		uint8_t len;

		if (type == IPV4_ROUTER_ALERT)
			return true;
		if (type == IPV4_OPTION_END)
			return false;
		if (type == IPV4_OPTION_NOP)
			continue;
		len = cursor_u8(&options);
		if (len < 2 || !cursor_take(&options, len - 2U))
			return false;
	}
	return false;
}

static void ipv4_fragment(struct packet *packet, uint16_t flags_offset)
{
	packet->dont_fragment = flags_offset & IPV4_DONT_FRAGMENT;
	packet->later_fragment = flags_offset & IPV4_OFFSET_MASK;
	packet->fragmented =
		flags_offset & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET_MASK);
}

/* Options between the fixed header and header_len. */
static enum layer ipv4_options(struct walk *w, size_t len)
{
	const uint8_t *options = cursor_take(&w->c, len);

	if (!options)
		return walk_dry(w);
	w->packet->ip_options = len > 0;
	if (len > 0)
		w->packet->router_alert =
			ipv4_router_alert(cursor_over(options, len));
	return layer_transport(w, LAYER_END);
}

/*
 * RFC 791. A total length of 0 was left to the interface to fill in by
 * segmentation offload.
 */
enum layer layer_ipv4(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor behind = w->c;
	struct cursor header;
	uint8_t version_words;
	uint32_t header_len;
	uint16_t total_len;

	if (!cursor_header(&header, &behind, IPV4_HEADER_LEN))
		return walk_dry(w);
	version_words = cursor_u8(&header);
	header_len = (version_words & 15U) * 4;
	note_traffic_class(packet, cursor_u8(&header));
	total_len = cursor_u16(&header);
	packet->fragment_id = cursor_u16(&header);
	ipv4_fragment(packet, cursor_u16(&header));
	packet->hop_limit = cursor_u8(&header);
	packet->transport = cursor_u8(&header);
	cursor_take(&header, 2); /* checksum */
	packet->source = address_from_ipv4(cursor_take(&header, 4));
	packet->target = address_from_ipv4(cursor_take(&header, 4));
	if (version_words >> 4 != 4 || header_len < IPV4_HEADER_LEN ||
	    (total_len && total_len < header_len))
		return LAYER_MALFORMED;

	packet->family = FAMILY_IPV4;
	packet->cast = ipv4_cast(&packet->target, w->link_cast);
	note_datagram(w, total_len ? total_len : walk_left(w));
	packet->ip_header_len = (uint16_t)header_len;
	cursor_take(&w->c, IPV4_HEADER_LEN);
	return ipv4_options(w, header_len - IPV4_HEADER_LEN);
}

/* Hop-by-hop and destination options, RFC 8200 section 4.2. */
static bool ipv6_router_alert(struct cursor options)
{
	while (cursor_left(&options) > 0) {
		uint8_t type = cursor_u8(&options);

		if (type == IPV6_ROUTER_ALERT)
			return true;
		if (type == IPV6_OPTION_PAD1)
			continue;
		if (!cursor_take(&options, cursor_u8(&options)))
			return false;
	}
	return false;
}

static enum layer ipv6_options(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor c = w->c;
	uint8_t next = cursor_u8(&c);
	size_t len = cursor_u8(&c) * 8U + 6;
	const uint8_t *options = cursor_take(&c, len);

	if (!options)
		return walk_dry(w);
	if (packet->transport == TRANSPORT_HOPOPTS)
		packet->router_alert =
			ipv6_router_alert(cursor_over(options, len));
	packet->ip_options = true;
	packet->transport = next;
	w->c = c;
	return LAYER_END;
}

/* RFC 8200 section 4.5; an offset of 0 with nothing to follow is whole. */
static enum layer ipv6_fragment(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor header;
	uint16_t offset_more;

	if (!cursor_header(&header, &w->c, 8))
		return walk_dry(w);
	packet->transport = cursor_u8(&header);
	cursor_take(&header, 1); /* reserved */
	offset_more = cursor_u16(&header);
	packet->fragment_id = cursor_u32(&header);
	packet->later_fragment = offset_more >> 3;
	packet->fragmented =
		packet->later_fragment || (offset_more & IPV6_MORE_FRAGMENTS);
	return LAYER_END;
}

/* All up to here goes in front of ESP. */
static void ipv6_front(struct walk *w)
{
	w->packet->ip_header_len = (uint16_t)(w->c.at - w->packet->ip);
}

/*
 * Extension headers up to the transport. AH, mobility, HIP and shim6 are
 * transports here: what they carry is not the network's to read.
 */
static enum layer ipv6_extensions(struct walk *w)
{
	enum layer next = LAYER_END;

	for (int n = 0; n < IPV6_EXTENSIONS_MAX && next == LAYER_END; n++) {
		uint8_t header = w->packet->transport;

		switch (header) {
		case TRANSPORT_HOPOPTS:
		case TRANSPORT_ROUTING:
		case TRANSPORT_DSTOPTS: next = ipv6_options(w); break;
		case TRANSPORT_FRAGMENT: next = ipv6_fragment(w); break;
		default: return LAYER_END;
		}
		if (header != TRANSPORT_DSTOPTS)
			ipv6_front(w);
		if (w->packet->later_fragment)
			return next;
	}
	return next == LAYER_END ? LAYER_TOO_DEEP : next;
}

/*
 * A payload length of 0 belongs to a jumbogram (RFC 2675) or to segmentation
 * offload, unless nothing follows.
 */
static uint32_t ipv6_len(const struct walk *w, uint16_t payload_len)
{
	if (payload_len || w->packet->transport == TRANSPORT_NONE ||
	    walk_left(w) < IPV6_HEADER_LEN)
		return payload_len + (uint32_t)IPV6_HEADER_LEN;
	return walk_left(w);
}

/* RFC 8200 section 3 */
enum layer layer_ipv6(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor behind = w->c;
	struct cursor header;
	uint32_t version_class;
	uint16_t payload_len;

	if (!cursor_header(&header, &behind, IPV6_HEADER_LEN))
		return walk_dry(w);
	version_class = cursor_u32(&header);
	payload_len = cursor_u16(&header);
	packet->transport = cursor_u8(&header);
	packet->hop_limit = cursor_u8(&header);
	packet->source = address_from_ipv6(cursor_take(&header, 16));
	packet->target = address_from_ipv6(cursor_take(&header, 16));
	if (version_class >> 28 != 6)
		return LAYER_MALFORMED;

	packet->family = FAMILY_IPV6;
	packet->dont_fragment = true;
	note_traffic_class(packet, (uint8_t)(version_class >> 20));
	if (packet->target.bytes[0] == 0xff)
		packet->cast = CAST_MULTICAST;
	note_datagram(w, ipv6_len(w, payload_len));
	packet->ip_header_len = IPV6_HEADER_LEN;
	cursor_take(&w->c, IPV6_HEADER_LEN);
	return layer_transport(w, ipv6_extensions(w));
}

/* Links and tunnels that leave the version to the datagram. */
enum layer layer_ip(struct walk *w)
{
	struct cursor peek = w->c;

	switch (cursor_u8(&peek) >> 4) {
	case 4: return LAYER_IPV4;
	case 6: return LAYER_IPV6;
	}
	return peek.ok ? LAYER_MALFORMED : walk_dry(w);
}
