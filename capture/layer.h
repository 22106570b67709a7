/*
 * Layers: how one frame is walked, from the link inwards.
 *
 * A layer reads its header, notes in the packet being filled what the header
 * says, and names the layer that follows or how the walk ends. Only the
 * decoders include this; everybody else wants decode.h.
 */
#ifndef CAPTURE_LAYER_H
#define CAPTURE_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/cursor.h"
#include "capture/decode.h"
#include "capture/packet.h"

/* The first ones end the walk and are enum decoded. */
enum layer {
	LAYER_END = DECODED_OK,
	LAYER_TRUNCATED = DECODED_TRUNCATED,
	LAYER_MALFORMED = DECODED_MALFORMED,
	LAYER_TOO_DEEP = DECODED_TOO_DEEP,
	LAYER_UNKNOWN_LINK = DECODED_UNKNOWN_LINK,
	LAYER_ETHERNET = DECODED_KINDS,
	LAYER_LLC,
	LAYER_VLAN,
	LAYER_MPLS,
	LAYER_PPPOE,
	LAYER_PPP,
	LAYER_PPP_HDLC,
	LAYER_PPP_DIRECTION,
	LAYER_CISCO_HDLC,
	LAYER_LOOPBACK,
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_WIFI,
	LAYER_RADIOTAP,
	LAYER_PPI,
	LAYER_ERSPAN,
	LAYER_ERSPAN_3,
	LAYER_VXLAN,
	LAYER_GENEVE,
	LAYER_TZSP,
	LAYER_IP,
	LAYER_IPV4,
	LAYER_IPV6,
};

/* Those that more than one decoder knows; GRE and GENEVE use them as well. */
enum ethertype {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_BRIDGED = 0x6558, /* an Ethernet frame in a tunnel */
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_CTAG = 0x8100,
	ETHERTYPE_STAG = 0x88a8,
	ETHERTYPE_OLD_STAG = 0x9100,
};

/* Whether a VLAN tag follows. */
static inline bool ethertype_is_tag(uint16_t type)
{
	return type == ETHERTYPE_CTAG || type == ETHERTYPE_STAG ||
	       type == ETHERTYPE_OLD_STAG;
}

enum { IPV4_HEADER_LEN = 20, IPV4_OFFSET_MASK = 0x1fff, IPV6_HEADER_LEN = 40 };

struct walk {
	const struct frame *frame;
	struct packet *packets;
	size_t count;          /* packets yielded; packet is the next one */
	struct packet *packet; /* being filled */
	struct cursor c;
	uint32_t wire_end;   /* offset in the frame, as on the wire, where what
	                        the cursor is in ends */
	unsigned tags;       /* VLAN tags since the MAC addresses */
	bool complete;       /* the cursor ends where a length field says */
	bool wifi_padded;    /* radiotap: MAC headers fill whole words */
	uint16_t gre_flags;  /* of the GRE header read last */
	enum cast link_cast; /* how the link addressed the frame */
	bool mirrored;       /* carrier holds the datagram taken off last */
	size_t mirrored_at;  /* count at that time */
	struct packet *carrier;
};

static inline uint32_t walk_offset(const struct walk *w)
{
	return w->frame->captured ? (uint32_t)(w->c.at - w->frame->bytes) : 0;
}

/* How many bytes were left on the wire from here on. */
static inline uint32_t walk_left(const struct walk *w)
{
	uint32_t offset = walk_offset(w);

	return w->wire_end > offset ? w->wire_end - offset : 0;
}

/* Go past len bytes of which not all were captured: what is left on the wire
 * is what lies behind them. */
static inline void walk_skip_missing(struct walk *w, size_t len)
{
	uint32_t missing = (uint32_t)(len - cursor_left(&w->c));
	uint32_t left;

	w->c.at = w->c.end;
	left = walk_left(w);
	w->wire_end -= missing < left ? missing : left;
}

/* A length field says that len bytes from here on are what matters. */
static inline void walk_bound(struct walk *w, uint32_t len)
{
	w->complete = len <= cursor_left(&w->c);
	w->wire_end = walk_offset(w) + len;
	cursor_clip(&w->c, len);
}

/* The same where an enclosing header has the last word. */
static inline void walk_clip(struct walk *w, uint32_t len)
{
	if (len < walk_left(w))
		walk_bound(w, len);
}

/*
 * Why the cursor ran dry: the snap length is to blame unless all that a
 * length field promised was there.
 */
static inline enum layer walk_dry(const struct walk *w)
{
	return w->complete ? LAYER_MALFORMED : LAYER_TRUNCATED;
}

/* The packet being filled is done. */
static inline enum layer walk_yield(struct walk *w)
{
	w->count++;
	return LAYER_END;
}

/* The same, without IP: what is behind the cursor is its payload. */
enum layer walk_yield_layer2(struct walk *w, enum link_kind kind,
                             uint64_t protocol);

/* The packet is done, and carries another that starts with inner. */
enum layer walk_descend(struct walk *w, enum encapsulation bit,
                        enum layer inner);

/*
 * The packet only carried a mirrored frame that starts with inner: take it
 * off. It comes back should there be no such frame after all.
 */
enum layer walk_unwrap(struct walk *w, enum encapsulation bit,
                       enum layer inner);

/* The layer for a LINKTYPE_ value, or LAYER_UNKNOWN_LINK. */
enum layer layer_of_link(int link_type);

/* The layer for an ethertype; yields what is none of ours. */
enum layer layer_of_ethertype(struct walk *w, uint16_t type);

/* How the link addressed a frame to this MAC. */
enum cast mac_cast(const struct mac *mac);

enum layer layer_ethernet(struct walk *w);
enum layer layer_llc(struct walk *w);
enum layer layer_vlan(struct walk *w);
enum layer layer_mpls(struct walk *w);
enum layer layer_pppoe(struct walk *w);
enum layer layer_ppp(struct walk *w);
enum layer layer_ppp_hdlc(struct walk *w);
enum layer layer_ppp_direction(struct walk *w);
enum layer layer_cisco_hdlc(struct walk *w);
enum layer layer_loopback(struct walk *w);
enum layer layer_sll(struct walk *w);
enum layer layer_sll2(struct walk *w);
enum layer layer_wifi(struct walk *w);
enum layer layer_radiotap(struct walk *w);
enum layer layer_ppi(struct walk *w);
enum layer layer_erspan(struct walk *w);
enum layer layer_erspan_3(struct walk *w);
enum layer layer_vxlan(struct walk *w);
enum layer layer_geneve(struct walk *w);
enum layer layer_tzsp(struct walk *w);
enum layer layer_ip(struct walk *w);
enum layer layer_ipv4(struct walk *w);
enum layer layer_ipv6(struct walk *w);

/*
 * Behind the IP header: the transport header, and whether it is a tunnel.
 * Where the extension headers before it failed, failure says how.
 */
enum layer layer_transport(struct walk *w, enum layer failure);
enum layer transport_icmp(struct walk *w);
enum layer transport_gre(struct walk *w);
enum layer tunnel_gre(struct walk *w);
enum layer tunnel_udp(struct walk *w);

/* Whether a datagram of UDP may carry another, by its ports. */
bool tunnel_has_ports(uint16_t source, uint16_t target);

/* Whether ports lead the transport header. */
static inline bool transport_has_ports(uint8_t transport)
{
	switch (transport) {
	case TRANSPORT_TCP:
	case TRANSPORT_UDP:
	case TRANSPORT_UDPLITE:
	case TRANSPORT_SCTP: return true;
	}
	return false;
}

#endif
