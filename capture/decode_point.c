/* Links without MAC addresses, or with half of one: PPP, loopback, cooked. */
#include "capture/layer.h"

enum {
	HDLC_ALL_STATIONS = 0xff,
	HDLC_CISCO_UNICAST = 0x0f,
	HDLC_CISCO_MULTICAST = 0x8f,
	HDLC_UNNUMBERED = 3,
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_MPLS = 0x0281,
	PPP_MPLS_MULTICAST = 0x0283,

	/* BSDs number the IPv6 family each in their own way. */
	BSD_INET = 2,
	LINUX_INET6 = 10,
	NETBSD_INET6 = 24,
	FREEBSD_INET6 = 28,
	DARWIN_INET6 = 30,

	SLL_BROADCAST = 1,
	SLL_MULTICAST = 2,
	SLL_ADDRESS_ROOM = 8,
	SLL_LLC = 4, /* Linux' pseudo protocols below the ethertypes */
	ARPHRD_RADIOTAP = 803,
};

/* RFC 1661 section 2; an odd first byte is a compressed protocol field. */
static enum layer ppp_protocol(struct walk *w)
{
	struct cursor peek = w->c;
	bool short_field = cursor_u8(&peek) & 1;
	uint16_t protocol = short_field ? cursor_u8(&w->c) : cursor_u16(&w->c);

	if (!w->c.ok)
		return walk_dry(w);
	switch (protocol) {
	case PPP_IPV4: return LAYER_IPV4;
	case PPP_IPV6: return LAYER_IPV6;
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST: return LAYER_MPLS;
	}
	return walk_yield_layer2(w, LINK_PPP, protocol);
}

/* HDLC's address and control may stand before the protocol or not. */
enum layer layer_ppp(struct walk *w)
{
	struct cursor peek = w->c;

	if (cursor_u16(&peek) == (HDLC_ALL_STATIONS << 8 | HDLC_UNNUMBERED))
		w->c = peek;
	if (!peek.ok)
		return walk_dry(w);
	return ppp_protocol(w);
}

/* RFC 1662, or RFC 1547 section 4.3.1, which the address tells apart. */
enum layer layer_ppp_hdlc(struct walk *w)
{
	struct cursor peek = w->c;
	uint8_t address = cursor_u8(&peek);

	if (address == HDLC_CISCO_UNICAST || address == HDLC_CISCO_MULTICAST)
		return LAYER_CISCO_HDLC;
	return LAYER_PPP;
}

/* One byte says who sent the frame. */
enum layer layer_ppp_direction(struct walk *w)
{
	cursor_take(&w->c, 1);
	return w->c.ok ? LAYER_PPP : walk_dry(w);
}

enum layer layer_cisco_hdlc(struct walk *w)
{
	uint16_t type;

	cursor_take(&w->c, 2); /* address, control */
	type = cursor_u16(&w->c);
	return w->c.ok ? layer_of_ethertype(w, type) : walk_dry(w);
}

/* The address family, in the byte order of whoever captured it. */
enum layer layer_loopback(struct walk *w)
{
	uint32_t family = cursor_u32(&w->c);

	if (!w->c.ok)
		return walk_dry(w);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case BSD_INET: return LAYER_IPV4;
	case LINUX_INET6:
	case NETBSD_INET6:
	case FREEBSD_INET6:
	case DARWIN_INET6: return LAYER_IPV6;
	}
	return walk_yield_layer2(w, LINK_ETHERTYPE, 0);
}

/* Only the source's address is recorded, and how the target was meant. */
static void note_sll_address(struct walk *w, unsigned type, unsigned len,
                             const uint8_t *address)
{
	if (len == MAC_LEN)
		memcpy(w->packet->source_mac.bytes, address, MAC_LEN);
	if (type == SLL_BROADCAST) {
		memset(w->packet->target_mac.bytes, 0xff, MAC_LEN);
		w->link_cast = CAST_LIMITED_BROADCAST;
	} else if (type == SLL_MULTICAST) {
		w->link_cast = CAST_MULTICAST;
	}
}

static enum layer sll_protocol(struct walk *w, unsigned hardware,
                               uint16_t protocol)
{
	if (hardware == ARPHRD_RADIOTAP)
		return LAYER_RADIOTAP;
	if (protocol == SLL_LLC)
		return LAYER_LLC;
	return layer_of_ethertype(w, protocol);
}

/* Linux cooked capture, version 1 */
enum layer layer_sll(struct walk *w)
{
	struct cursor header;
	uint16_t type;
	uint16_t hardware;
	uint16_t len;
	const uint8_t *address;

	if (!cursor_header(&header, &w->c, 16))
		return walk_dry(w);
	type = cursor_u16(&header);
	hardware = cursor_u16(&header);
	len = cursor_u16(&header);
	address = cursor_take(&header, SLL_ADDRESS_ROOM);
	note_sll_address(w, type, len, address);
	return sll_protocol(w, hardware, cursor_u16(&header));
}

/* Linux cooked capture, version 2 */
enum layer layer_sll2(struct walk *w)
{
	struct cursor header;
	uint16_t protocol;
	uint16_t hardware;
	uint8_t type;
	uint8_t len;

	if (!cursor_header(&header, &w->c, 20))
		return walk_dry(w);
	protocol = cursor_u16(&header);
	cursor_take(&header, 6); /* reserved, interface */
	hardware = cursor_u16(&header);
	type = cursor_u8(&header);
	len = cursor_u8(&header);
	note_sll_address(w, type, len, cursor_take(&header, SLL_ADDRESS_ROOM));
	return sll_protocol(w, hardware, protocol);
}
