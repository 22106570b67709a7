#include "capture/decode.h"

#include "capture/layer.h"

/* Every header takes a step; more than this many is an attack. */
enum { STEPS_MAX = 32 };

/* What the link around a datagram was; meaningless once it was mirrored. */
enum {
	ENCAP_LINK =
		ENCAP_VLAN | ENCAP_QINQ | ENCAP_MPLS | ENCAP_PPPOE | ENCAP_WIFI
};

static const struct {
	int link_type;
	enum layer layer;
} links[] = {
	{ 1, LAYER_ETHERNET },        /* EN10MB */
	{ 113, LAYER_SLL },           /* LINUX_SLL */
	{ 276, LAYER_SLL2 },          /* LINUX_SLL2 */
	{ 101, LAYER_IP },            /* RAW */
	{ 12, LAYER_IP },             /* RAW, by its number in libpcap */
	{ 14, LAYER_IP },             /* RAW, the same on OpenBSD */
	{ 228, LAYER_IPV4 },          /* IPV4 */
	{ 229, LAYER_IPV6 },          /* IPV6 */
	{ 127, LAYER_RADIOTAP },      /* IEEE802_11_RADIOTAP */
	{ 105, LAYER_WIFI },          /* IEEE802_11 */
	{ 192, LAYER_PPI },           /* PPI */
	{ 0, LAYER_LOOPBACK },        /* NULL */
	{ 108, LAYER_LOOPBACK },      /* LOOP */
	{ 9, LAYER_PPP },             /* PPP */
	{ 50, LAYER_PPP_HDLC },       /* PPP_HDLC */
	{ 51, LAYER_PPPOE },          /* PPP_ETHER */
	{ 104, LAYER_CISCO_HDLC },    /* C_HDLC */
	{ 204, LAYER_PPP_DIRECTION }, /* PPP_WITH_DIR */
};

enum layer layer_of_link(int link_type)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].link_type == link_type)
			return links[i].layer;
	return LAYER_UNKNOWN_LINK;
}

bool decode_knows(int link_type)
{
	return layer_of_link(link_type) != LAYER_UNKNOWN_LINK;
}

const char *decoded_name(enum decoded outcome)
{
	switch (outcome) {
	case DECODED_OK: return "ok";
	case DECODED_TRUNCATED: return "truncated";
	case DECODED_MALFORMED: return "malformed";
	case DECODED_TOO_DEEP: return "too-deep";
	case DECODED_UNKNOWN_LINK: return "unknown-link";
	case DECODED_KINDS: break;
	}
	return "";
}

enum cast mac_cast(const struct mac *mac)
{
	static const struct mac broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff,
		                                0xff } };

	if (!(mac->bytes[0] & 1))
		return CAST_UNICAST;
	if (memcmp(mac->bytes, broadcast.bytes, MAC_LEN) == 0)
		return CAST_LIMITED_BROADCAST;
	return CAST_MULTICAST;
}

enum layer walk_yield_layer2(struct walk *w, enum link_kind kind,
                             uint64_t protocol)
{
	struct packet *packet = w->packet;

	packet->family = FAMILY_LAYER2;
	packet->link_kind = kind;
	packet->link_protocol = protocol;
	packet->source = address_from_mac(packet->source_mac.bytes);
	packet->target = address_from_mac(packet->target_mac.bytes);
	packet->cast = w->link_cast;
	packet->payload = w->c.at;
	packet->payload_captured = (uint32_t)cursor_left(&w->c);
	packet->payload_len = walk_left(w);
	return walk_yield(w);
}

/*
 * Only what every packet of the frame has in common. Cleared in pieces, as
 * compilers turn the whole into a string instruction with a slow start.
 */
static void packet_clear(struct packet *packet, const struct frame *frame)
{
	enum { PIECE = 32 };
	uint8_t *bytes = (uint8_t *)packet;
	size_t whole = sizeof(*packet) / PIECE * PIECE;

	for (size_t i = 0; i < whole; i += PIECE)
		memset(bytes + i, 0, PIECE);
	memset(bytes + whole, 0, sizeof(*packet) - whole);
	packet->time_ns = frame->time_ns;
	packet->frame_number = frame->number;
	packet->source_index = frame->source_index;
	packet->frame_len = frame->len;
}

enum layer walk_descend(struct walk *w, enum encapsulation bit,
                        enum layer inner)
{
	const struct packet *outer = w->packet;

	walk_yield(w);
	if (w->count == DECODE_MAX_PACKETS)
		return LAYER_TOO_DEEP;
	w->packet = &w->packets[w->count];
	packet_clear(w->packet, w->frame);
	w->packet->source_mac = outer->source_mac;
	w->packet->target_mac = outer->target_mac;
	w->packet->has_macs = outer->has_macs;
	w->packet->vlan = outer->vlan;
	w->packet->outer_vlan = outer->outer_vlan;
	w->packet->vni = outer->vni;
	w->packet->encapsulation = (uint16_t)(outer->encapsulation | bit);
	w->link_cast = CAST_UNICAST;
	return inner;
}

enum layer walk_unwrap(struct walk *w, enum encapsulation bit, enum layer inner)
{
	unsigned kept = w->packet->encapsulation & ~(unsigned)ENCAP_LINK;

	*w->carrier = *w->packet;
	w->mirrored = true;
	w->mirrored_at = w->count;
	packet_clear(w->packet, w->frame);
	w->packet->encapsulation = (uint16_t)(kept | bit);
	w->link_cast = CAST_UNICAST;
	return inner;
}

static enum layer layer_step(enum layer layer, struct walk *w)
{
	switch (layer) {
	case LAYER_ETHERNET: return layer_ethernet(w);
	case LAYER_IPV4: return layer_ipv4(w);
	case LAYER_IPV6: return layer_ipv6(w);
	case LAYER_IP: return layer_ip(w);
	case LAYER_LLC: return layer_llc(w);
	case LAYER_VLAN: return layer_vlan(w);
	case LAYER_MPLS: return layer_mpls(w);
	case LAYER_PPPOE: return layer_pppoe(w);
	case LAYER_PPP: return layer_ppp(w);
	case LAYER_PPP_HDLC: return layer_ppp_hdlc(w);
	case LAYER_PPP_DIRECTION: return layer_ppp_direction(w);
	case LAYER_CISCO_HDLC: return layer_cisco_hdlc(w);
	case LAYER_LOOPBACK: return layer_loopback(w);
	case LAYER_SLL: return layer_sll(w);
	case LAYER_SLL2: return layer_sll2(w);
	case LAYER_WIFI: return layer_wifi(w);
	case LAYER_RADIOTAP: return layer_radiotap(w);
	case LAYER_PPI: return layer_ppi(w);
	case LAYER_ERSPAN: return layer_erspan(w);
	case LAYER_ERSPAN_3: return layer_erspan_3(w);
	case LAYER_VXLAN: return layer_vxlan(w);
	case LAYER_GENEVE: return layer_geneve(w);
	case LAYER_TZSP: return layer_tzsp(w);
	case LAYER_END:
	case LAYER_TRUNCATED:
	case LAYER_MALFORMED:
	case LAYER_TOO_DEEP:
	case LAYER_UNKNOWN_LINK: break;
	}
	return layer;
}

/*
 * A datagram was taken off as the carrier of a mirrored frame, but no frame
 * was found in it: then it is a datagram like any other.
 */
static enum layer restore_carrier(struct walk *w, enum layer end)
{
	if (!w->mirrored || w->count != w->mirrored_at || end == LAYER_END)
		return end;
	*w->packet = *w->carrier;
	walk_yield(w);
	return end == LAYER_MALFORMED ? LAYER_END : end;
}

struct decode_result packet_decode(struct packet packets[DECODE_MAX_PACKETS],
                                   const struct frame *frame)
{
	enum layer layer = layer_of_link(frame->link_type);
	unsigned steps = 0;
	struct packet carrier;
	struct walk w = {
		.frame = frame,
		.packets = packets,
		.packet = packets,
		.c = cursor_over(frame->bytes, frame->captured),
		.wire_end = frame->len > frame->captured ? frame->len
		                                         : frame->captured,
		.link_cast = CAST_UNICAST,
		.carrier = &carrier,
	};

	packet_clear(w.packet, frame);

	while (layer >= LAYER_ETHERNET)
		layer = ++steps > STEPS_MAX ? LAYER_TOO_DEEP
		                            : layer_step(layer, &w);
	layer = restore_carrier(&w, layer);
	return (struct decode_result){ .outcome = (enum decoded)layer,
		                       .count = w.count };
}
