#include "capture/layer.h"

enum {
	ETHERNET_HEADER_LEN = 14,
	ETHERTYPE_MIN = 0x0600, /* below, the field is a length */
	LENGTH_MAX = 1500,
	ETHERTYPE_PPPOE_DISCOVERY = 0x8863,
	ETHERTYPE_PPPOE_SESSION = 0x8864,
	VLAN_ID_MASK = 0x0fff,

	SAP_SNAP = 0xaa,
	SAP_IPX_CHECKSUM = 0xffff, /* where the LLC header would be */
	LLC_UNNUMBERED = 3,
	OUI_ETHERTYPE = 0,

	MPLS_BOTTOM = 0x100,
	PPPOE_VERSION_TYPE = 0x11,
	PPPOE_SESSION = 0,
};

enum layer layer_of_ethertype(struct walk *w, uint16_t type)
{
	if (ethertype_is_tag(type))
		return LAYER_VLAN;
	switch (type) {
	case ETHERTYPE_IPV4: return LAYER_IPV4;
	case ETHERTYPE_IPV6: return LAYER_IPV6;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST: return LAYER_MPLS;
	case ETHERTYPE_PPPOE_SESSION: return LAYER_PPPOE;
	}
	return walk_yield_layer2(w, LINK_ETHERTYPE, type);
}

/* An ethertype, or the length of an LLC frame that may be padded. */
static enum layer type_or_length(struct walk *w, uint16_t value)
{
	if (value > LENGTH_MAX)
		return layer_of_ethertype(w, value);
	walk_clip(w, value);
	return LAYER_LLC;
}

enum layer layer_ethernet(struct walk *w)
{
	struct packet *packet = w->packet;
	struct cursor header;

	if (!cursor_header(&header, &w->c, ETHERNET_HEADER_LEN))
		return walk_dry(w);
	cursor_copy(&header, packet->target_mac.bytes, MAC_LEN);
	cursor_copy(&header, packet->source_mac.bytes, MAC_LEN);
	packet->has_macs = true;
	w->tags = 0;
	w->link_cast = mac_cast(&packet->target_mac);
	return type_or_length(w, cursor_u16(&header));
}

/* IEEE 802.1Q; the outermost of several tags is the service provider's. */
enum layer layer_vlan(struct walk *w)
{
	struct packet *packet = w->packet;
	uint16_t id = cursor_u16(&w->c) & VLAN_ID_MASK;
	uint16_t type = cursor_u16(&w->c);

	if (!w->c.ok)
		return walk_dry(w);
	packet->encapsulation |= w->tags ? ENCAP_QINQ : ENCAP_VLAN;
	if (w->tags < 2)
		packet->outer_vlan = w->tags ? packet->vlan : 0;
	w->tags++;
	packet->vlan = id;
	return type_or_length(w, type);
}

/* IEEE 802.2 section 5.4; SNAP with the null OUI is an ethertype again. */
static enum layer layer_snap(struct walk *w)
{
	uint32_t oui = (uint32_t)cursor_u16(&w->c) << 8;
	uint16_t type;

	oui |= cursor_u8(&w->c);
	type = cursor_u16(&w->c);
	if (!w->c.ok)
		return walk_dry(w);
	if (oui == OUI_ETHERTYPE && type >= ETHERTYPE_MIN)
		return layer_of_ethertype(w, type);
	return walk_yield_layer2(w, LINK_SNAP, (uint64_t)oui << 16 | type);
}

/* IEEE 802.2; only unnumbered frames have a control field of one byte. */
enum layer layer_llc(struct walk *w)
{
	struct cursor start = w->c;
	uint16_t saps = cursor_u16(&w->c);
	uint32_t control = cursor_u8(&w->c);

	if (w->c.ok && saps == SAP_IPX_CHECKSUM) {
		w->c = start;
		return walk_yield_layer2(w, LINK_RAW_IPX, 0);
	}
	if ((control & LLC_UNNUMBERED) != LLC_UNNUMBERED)
		cursor_take(&w->c, 1);
	if (!w->c.ok)
		return walk_dry(w);
	if (saps == (SAP_SNAP << 8 | SAP_SNAP) && control == LLC_UNNUMBERED)
		return layer_snap(w);
	return walk_yield_layer2(w, LINK_LLC,
	                         (uint32_t)(saps >> 8) << 16 |
	                                 (saps & 0xffU) << 8 | control);
}

/*
 * RFC 3032. Nothing says what follows the labels: a version nibble does for
 * IP, and an empty control word for an Ethernet pseudowire (RFC 4448).
 */
enum layer layer_mpls(struct walk *w)
{
	struct cursor start = w->c;
	struct cursor peek;
	uint32_t label;

	do
		label = cursor_u32(&w->c);
	while (w->c.ok && !(label & MPLS_BOTTOM));
	peek = w->c;
	label = cursor_u32(&peek);
	if (!peek.ok)
		return walk_dry(w);

	w->packet->encapsulation |= ENCAP_MPLS;
	switch (label >> 28) {
	case 4: return LAYER_IPV4;
	case 6: return LAYER_IPV6;
	}
	if (label == 0) {
		w->c = peek;
		return LAYER_ETHERNET;
	}
	w->c = start;
	return walk_yield_layer2(w, LINK_ETHERTYPE, ETHERTYPE_MPLS);
}

/* RFC 2516 section 4; a link of PPPoE alone carries discovery as well. */
enum layer layer_pppoe(struct walk *w)
{
	struct cursor start = w->c;
	struct cursor header;
	uint8_t version_type;
	uint8_t code;

	if (!cursor_header(&header, &w->c, 6))
		return walk_dry(w);
	version_type = cursor_u8(&header);
	code = cursor_u8(&header);
	cursor_take(&header, 2); /* session */
	if (version_type != PPPOE_VERSION_TYPE)
		return LAYER_MALFORMED;
	if (code != PPPOE_SESSION) {
		w->c = start;
		return walk_yield_layer2(w, LINK_ETHERTYPE,
		                         ETHERTYPE_PPPOE_DISCOVERY);
	}
	walk_clip(w, cursor_u16(&header));
	w->packet->encapsulation |= ENCAP_PPPOE;
	return LAYER_PPP;
}
