/*
 * What switches put before the frames that they mirror or bridge elsewhere.
 * A header that contradicts itself means that the datagram only looked like
 * a carrier; walk_unwrap() has kept it.
 */
#include "capture/layer.h"

enum {
	GRE_SEQUENCE = 0x1000,
	ERSPAN_2_VERSION = 1,
	ERSPAN_3_VERSION = 2,
	ERSPAN_VLAN_MASK = 0x0fff,
	ERSPAN_3_SUBHEADER = 0x0001,
	ERSPAN_3_FRAME_TYPE = 0x7c00,
	ERSPAN_3_ETHERNET = 0x0000,
	ERSPAN_3_IP = 0x0800,

	VXLAN_FLAG_VNI = 0x08,
	VXLAN_FLAG_POLICY = 0x80,

	TZSP_VERSION = 1,
	TZSP_TRANSMIT = 1, /* and 0, received; other types carry no frame */
	TZSP_TAG_PADDING = 0,
	TZSP_TAG_END = 1,
	TZSP_ETHERNET = 1,
	TZSP_WIFI = 18,
};

/*
 * Cisco's draft-foschiano-erspan section 4. Type II has a sequence number in
 * the GRE header and a header of its own; type I has neither. The VLAN that
 * the header names is that of the mirrored port; a tag in the frame overrides
 * it.
 */
enum layer layer_erspan(struct walk *w)
{
	struct cursor header;
	uint16_t version_vlan;

	if (!(w->gre_flags & GRE_SEQUENCE))
		return LAYER_ETHERNET;
	if (!cursor_header(&header, &w->c, 8))
		return walk_dry(w);
	version_vlan = cursor_u16(&header);
	if (version_vlan >> 12 != ERSPAN_2_VERSION)
		return LAYER_MALFORMED;
	w->packet->vlan = version_vlan & ERSPAN_VLAN_MASK;
	return LAYER_ETHERNET;
}

enum layer layer_erspan_3(struct walk *w)
{
	struct cursor header;
	uint16_t version_vlan;
	uint16_t frame_flags;

	if (!cursor_header(&header, &w->c, 12))
		return walk_dry(w);
	version_vlan = cursor_u16(&header);
	cursor_take(&header, 8); /* session, timestamp, security group */
	frame_flags = cursor_u16(&header);
	if (version_vlan >> 12 != ERSPAN_3_VERSION)
		return LAYER_MALFORMED;
	if (frame_flags & ERSPAN_3_SUBHEADER)
		cursor_take(&w->c, 8);
	if (!w->c.ok)
		return walk_dry(w);
	w->packet->vlan = version_vlan & ERSPAN_VLAN_MASK;
	switch (frame_flags & ERSPAN_3_FRAME_TYPE) {
	case ERSPAN_3_ETHERNET: return LAYER_ETHERNET;
	case ERSPAN_3_IP: return LAYER_IP;
	}
	return LAYER_MALFORMED;
}

/* RFC 7348 section 5, and the group policy that some switches add. */
enum layer layer_vxlan(struct walk *w)
{
	uint8_t flags = cursor_u8(&w->c);
	uint32_t policy = (uint32_t)cursor_u8(&w->c) << 16;
	uint32_t vni;

	policy |= cursor_u16(&w->c);
	vni = cursor_u32(&w->c);
	if (!w->c.ok)
		return walk_dry(w);
	if (!(flags & VXLAN_FLAG_VNI) || vni & 0xff ||
	    flags & ~(VXLAN_FLAG_VNI | VXLAN_FLAG_POLICY) ||
	    (policy && !(flags & VXLAN_FLAG_POLICY)))
		return LAYER_MALFORMED;
	w->packet->vni = vni >> 8;
	return LAYER_ETHERNET;
}

/* RFC 8926 section 3.4 */
enum layer layer_geneve(struct walk *w)
{
	uint8_t version_words = cursor_u8(&w->c);
	uint16_t protocol;
	uint32_t vni;

	cursor_take(&w->c, 1); /* flags */
	protocol = cursor_u16(&w->c);
	vni = cursor_u32(&w->c);
	cursor_take(&w->c, (version_words & 0x3fU) * 4); /* options */
	if (!w->c.ok)
		return walk_dry(w);
	if (version_words >> 6 != 0)
		return LAYER_MALFORMED;
	w->packet->vni = vni >> 8;
	switch (protocol) {
	case ETHERTYPE_BRIDGED: return LAYER_ETHERNET;
	case ETHERTYPE_IPV4: return LAYER_IPV4;
	case ETHERTYPE_IPV6: return LAYER_IPV6;
	}
	return LAYER_MALFORMED;
}

/* TaZmen sniffer protocol: a header, tagged fields, the frame. */
enum layer layer_tzsp(struct walk *w)
{
	uint8_t version = cursor_u8(&w->c);
	uint8_t type = cursor_u8(&w->c);
	uint16_t protocol = cursor_u16(&w->c);
	uint8_t tag = TZSP_TAG_PADDING;

	while (w->c.ok && tag != TZSP_TAG_END) {
		tag = cursor_u8(&w->c);
		if (tag != TZSP_TAG_END && tag != TZSP_TAG_PADDING)
			cursor_take(&w->c, cursor_u8(&w->c));
	}
	if (!w->c.ok)
		return walk_dry(w);
	if (version != TZSP_VERSION || type > TZSP_TRANSMIT)
		return LAYER_MALFORMED;
	switch (protocol) {
	case TZSP_ETHERNET: return LAYER_ETHERNET;
	case TZSP_WIFI: return LAYER_WIFI;
	}
	return LAYER_MALFORMED;
}
