/* Datagrams that carry others, and how to tell by protocol and port. */
#include "capture/layer.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, /* PPTP's, version 1 */
	GRE_VERSION_MASK = 0x0007,
	GRE_PPTP = 1,
	GRE_ERSPAN = 0x88be,
	GRE_ERSPAN_3 = 0x22eb,

	PORT_GTP = 2152,
	PORT_TEREDO = 3544,
	PORT_VXLAN = 4789,
	PORT_VXLAN_LINUX = 8472, /* before IANA assigned one */
	PORT_GENEVE = 6081,
	PORT_TZSP = 37008,

	GTP_VERSION_MASK = 0xf0, /* with the bit that tells GTP from GTP' */
	GTP_VERSION_1 = 0x30,
	GTP_OPTIONAL = 0x07, /* sequence, N-PDU or extensions follow */
	GTP_PACKET = 255,    /* message type */

	TEREDO_ORIGIN = 0,
	TEREDO_AUTHENTICATION = 1,
	TEREDO_NONCE_LEN = 9, /* with the confirmation byte */
};

/* RFC 2784, RFC 2890, and RFC 2637 section 4.1 for version 1. */
enum layer transport_gre(struct walk *w)
{
	uint16_t flags = cursor_u16(&w->c);

	w->packet->gre_protocol = cursor_u16(&w->c);
	w->gre_flags = flags;
	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		cursor_take(&w->c, 4);
	if (flags & GRE_KEY)
		cursor_take(&w->c, 4);
	if (flags & GRE_SEQUENCE)
		cursor_take(&w->c, 4);
	if ((flags & GRE_VERSION_MASK) == GRE_PPTP && (flags & GRE_ACK))
		cursor_take(&w->c, 4);
	return w->c.ok ? LAYER_END : walk_dry(w);
}

/* Version 1 carries PPP, compressed or encrypted; routing was withdrawn. */
enum layer tunnel_gre(struct walk *w)
{
	uint16_t protocol = w->packet->gre_protocol;

	if (w->gre_flags & (GRE_VERSION_MASK | GRE_ROUTING))
		return walk_yield(w);
	switch (protocol) {
	case ETHERTYPE_IPV4: return walk_descend(w, ENCAP_GRE, LAYER_IPV4);
	case ETHERTYPE_IPV6: return walk_descend(w, ENCAP_GRE, LAYER_IPV6);
	case ETHERTYPE_BRIDGED:
		return walk_descend(w, ENCAP_GRE, LAYER_ETHERNET);
	case GRE_ERSPAN: return walk_unwrap(w, ENCAP_ERSPAN, LAYER_ERSPAN);
	case GRE_ERSPAN_3: return walk_unwrap(w, ENCAP_ERSPAN, LAYER_ERSPAN_3);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return walk_descend(w, ENCAP_GRE, LAYER_MPLS);
	}
	return walk_yield(w);
}

/* RFC 4380 section 5.1.1: what may stand before the IPv6 header. */
static void teredo_indications(struct cursor *c)
{
	struct cursor peek = *c;

	if (cursor_u16(&peek) == TEREDO_AUTHENTICATION) {
		size_t len = cursor_u8(&peek);

		len += cursor_u8(&peek);
		cursor_take(&peek, len + TEREDO_NONCE_LEN);
		*c = peek;
	}
	peek = *c;
	if (cursor_u16(&peek) == TEREDO_ORIGIN && peek.ok) {
		cursor_take(&peek, 6); /* port, address */
		*c = peek;
	}
}

/* Not what its port suggests, unless the snap length kept that from view. */
static enum layer no_tunnel(struct walk *w, const struct cursor *inner)
{
	enum layer dry = walk_dry(w);

	walk_yield(w);
	return inner->ok || dry == LAYER_MALFORMED ? LAYER_END : dry;
}

/* Nothing but a consistent IPv6 header tells Teredo from other uses. */
static enum layer tunnel_teredo(struct walk *w)
{
	struct cursor inner = w->c;
	struct cursor peek;
	bool version_6;
	uint32_t len;

	teredo_indications(&inner);
	peek = inner;
	version_6 = cursor_u32(&peek) >> 28 == 6;
	len = cursor_u16(&peek) + (uint32_t)IPV6_HEADER_LEN;
	if (!peek.ok || !version_6)
		return no_tunnel(w, &peek);
	w->c = inner;
	if (len > walk_left(w))
		return walk_yield(w);
	return walk_descend(w, ENCAP_TEREDO, LAYER_IPV6);
}

/* What the flags announce: numbers, then a list of extension headers. */
static void gtp_options(struct cursor *c)
{
	uint8_t next;

	cursor_take(c, 3); /* sequence and N-PDU numbers */
	next = cursor_u8(c);
	while (next && c->ok) {
		uint8_t words = cursor_u8(c);

		/* Of no words, it is longer than anything captured. */
		cursor_take(c, words * 4U - 2);
		next = cursor_u8(c);
	}
}

/* 3GPP TS 29.281 section 5.1; other messages carry no datagram. */
static enum layer tunnel_gtp(struct walk *w)
{
	struct cursor inner = w->c;
	uint8_t flags = cursor_u8(&inner);
	uint8_t type = cursor_u8(&inner);
	uint16_t len = cursor_u16(&inner);
	struct cursor peek;
	uint8_t version;

	cursor_take(&inner, 4); /* tunnel endpoint */
	if (flags & GTP_OPTIONAL)
		gtp_options(&inner);
	peek = inner;
	version = cursor_u8(&peek) >> 4;
	if (!peek.ok || (flags & GTP_VERSION_MASK) != GTP_VERSION_1 ||
	    type != GTP_PACKET || len > walk_left(w) - 8 ||
	    (version != 4 && version != 6))
		return no_tunnel(w, &peek);
	w->c = inner;
	return walk_descend(w, ENCAP_GTP, LAYER_IP);
}

bool tunnel_has_ports(uint16_t source, uint16_t target)
{
	switch (target) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
	case PORT_GENEVE:
	case PORT_TZSP:
	case PORT_TEREDO:
	case PORT_GTP: return true;
	}
	return source == PORT_TEREDO;
}

enum layer tunnel_udp(struct walk *w)
{
	uint16_t target = w->packet->target_port;

	if (!tunnel_has_ports(w->packet->source_port, target))
		return walk_yield(w);
	switch (target) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX: return walk_unwrap(w, ENCAP_VXLAN, LAYER_VXLAN);
	case PORT_GENEVE: return walk_unwrap(w, ENCAP_GENEVE, LAYER_GENEVE);
	case PORT_TZSP: return walk_unwrap(w, ENCAP_TZSP, LAYER_TZSP);
	case PORT_GTP: return tunnel_gtp(w);
	}
	return tunnel_teredo(w);
}
