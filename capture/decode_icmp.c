#include "capture/layer.h"

enum {
	QUOTED_EXTENSIONS_MAX = 8,

	ICMP_UNREACHABLE = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER_PROBLEM = 12,
	ICMP_FRAGMENTATION_NEEDED = 4, /* code of unreachable */
	ICMPV6_PACKET_TOO_BIG = 2,
	ICMPV6_ERROR_LAST = 127,
};

/*
 * Errors quote 8 bytes of a transport header at least: the identifier of an
 * ICMP query is in them, and ports are the first four wherever there are any.
 */
static void quote_icmp(struct quote *quote, struct cursor *c)
{
	quote->icmp_type = cursor_u8(c);
	quote->icmp_code = cursor_u8(c);
	cursor_take(c, 2); /* checksum */
	quote->icmp_id = cursor_u16(c);
}

static void quote_ports(struct quote *quote, struct cursor *c)
{
	if (transport_is_icmp(quote->transport))
		quote_icmp(quote, c);
	if (!transport_has_ports(quote->transport))
		return;
	quote->source_port = cursor_u16(c);
	quote->target_port = cursor_u16(c);
	if (!c->ok)
		quote->source_port = 0;
}

static void quote_ipv4(struct quote *quote, struct cursor c)
{
	struct cursor header;
	uint32_t header_len;
	bool later_fragment;

	if (!cursor_header(&header, &c, IPV4_HEADER_LEN))
		return;
	header_len = (cursor_u8(&header) & 15U) * 4;
	if (header_len < IPV4_HEADER_LEN)
		return;
	cursor_take(&header, 5); /* class, length, identification */
	later_fragment = cursor_u16(&header) & IPV4_OFFSET_MASK;
	cursor_take(&header, 1); /* time to live */
	quote->transport = cursor_u8(&header);
	cursor_take(&header, 2); /* checksum */
	quote->source = address_from_ipv4(cursor_take(&header, 4));
	quote->target = address_from_ipv4(cursor_take(&header, 4));
	quote->present = true;
	cursor_take(&c, header_len - IPV4_HEADER_LEN);
	if (!later_fragment)
		quote_ports(quote, &c);
}

/* To the transport; false where its header is not the next thing quoted. */
static bool quote_extensions(struct quote *quote, struct cursor *c)
{
	for (int n = 0; n < QUOTED_EXTENSIONS_MAX; n++) {
		uint8_t kind = quote->transport;
		struct cursor header;
		uint8_t next;

		if (kind != TRANSPORT_HOPOPTS && kind != TRANSPORT_ROUTING &&
		    kind != TRANSPORT_DSTOPTS && kind != TRANSPORT_FRAGMENT)
			return true;
		if (!cursor_header(&header, c, 8))
			return false;
		next = cursor_u8(&header);
		if (kind != TRANSPORT_FRAGMENT &&
		    !cursor_take(c, cursor_u8(&header) * 8U))
			return false;
		quote->transport = next;
		if (kind != TRANSPORT_FRAGMENT)
			continue;
		cursor_take(&header, 1); /* reserved */
		if (cursor_u16(&header) >> 3)
			return false;
	}
	return false;
}

static void quote_ipv6(struct quote *quote, struct cursor c)
{
	struct cursor header;

	if (!cursor_header(&header, &c, IPV6_HEADER_LEN))
		return;
	cursor_take(&header, 6); /* version, class, label, payload length */
	quote->transport = cursor_u8(&header);
	cursor_take(&header, 1); /* hop limit */
	quote->source = address_from_ipv6(cursor_take(&header, 16));
	quote->target = address_from_ipv6(cursor_take(&header, 16));
	quote->present = true;
	if (quote_extensions(quote, &c))
		quote_ports(quote, &c);
}

/* How much was quoted is up to the router: too little is no failure. */
static void note_quote(struct quote *quote, struct cursor c)
{
	struct cursor peek = c;

	switch (cursor_u8(&peek) >> 4) {
	case 4: quote_ipv4(quote, c); break;
	case 6: quote_ipv6(quote, c); break;
	}
}

/* RFC 792, RFC 1191; rest is what follows the checksum. */
static void icmp_message(struct packet *packet, uint32_t rest, struct cursor c)
{
	switch (packet->icmp_type) {
	case ICMP_UNREACHABLE:
		if (packet->icmp_code == ICMP_FRAGMENTATION_NEEDED)
			packet->icmp_mtu = rest & 0xffff;
		note_quote(&packet->quote, c);
		break;
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETER_PROBLEM: note_quote(&packet->quote, c); break;
	case 0: /* echo reply */
	case 8:
	case 13: /* timestamp, information, address mask; asked and answered */
	case 14:
	case 15:
	case 16:
	case 17:
	case 18: packet->icmp_id = (uint16_t)(rest >> 16); break;
	}
}

/* RFC 4443 */
static void icmpv6_message(struct packet *packet, uint32_t rest,
                           struct cursor c)
{
	switch (packet->icmp_type) {
	case 128: /* echo, asked and answered */
	case 129: packet->icmp_id = (uint16_t)(rest >> 16); break;
	case ICMPV6_PACKET_TOO_BIG: packet->icmp_mtu = rest; break;
	}
	if (packet->icmp_type <= ICMPV6_ERROR_LAST)
		note_quote(&packet->quote, c);
}

enum layer transport_icmp(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor *c = &w->c;
	uint32_t rest = 0;

	packet->icmp_type = cursor_u8(c);
	packet->icmp_code = cursor_u8(c);
	cursor_take(c, 2); /* checksum */
	/* Some ICMPv6 messages end before the word that others have here. */
	if (w->complete && cursor_left(c) < 4)
		cursor_take(c, cursor_left(c));
	else
		rest = cursor_u32(c);
	if (!c->ok)
		return walk_dry(w);
	if (packet->transport == TRANSPORT_ICMP)
		icmp_message(packet, rest, *c);
	else
		icmpv6_message(packet, rest, *c);
	return LAYER_END;
}
