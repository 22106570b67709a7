/*
 * A packet: what one layer of one frame says, decoded.
 *
 * A frame yields one packet for each IP datagram that it carries: a GRE or
 * 6in4 tunnel is one packet for the tunnel and one for the datagram inside.
 * A frame without IP yields one packet of family FAMILY_LAYER2, whose
 * addresses are MACs. Encapsulations that mirror ports add (ERSPAN, TZSP,
 * VXLAN, GENEVE) are taken off and only noted in encapsulation.
 *
 * A plain value that borrows: ip and payload point into the frame and live as
 * long as the frame does. Ports and integers are in host order, lengths are
 * bytes.
 */
#ifndef CAPTURE_PACKET_H
#define CAPTURE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/address.h"

/* How the bytes of a frame without IP name its protocol. */
enum link_kind {
	LINK_ETHERTYPE, /* link_protocol is the ethertype */
	LINK_LLC,       /* DSAP << 16 | SSAP << 8 | control */
	LINK_SNAP,      /* OUI << 16 | protocol id */
	LINK_RAW_IPX,   /* Novell's 802.3 without LLC */
	LINK_WIFI,      /* frame control's type << 4 | subtype; protected data
	                   frames have 0x40 added */
	LINK_PPP,       /* PPP protocol number */
	LINK_KIND_COUNT
};

enum cast {
	CAST_UNICAST,
	CAST_MULTICAST,
	CAST_LIMITED_BROADCAST,  /* 255.255.255.255 or a layer-2 broadcast */
	CAST_DIRECTED_BROADCAST, /* a unicast-looking IPv4 target in a frame to
	                            ff:ff:ff:ff:ff:ff */
	CAST_COUNT
};

/* What a datagram was carried in, outermost first lost: a set of bits. */
enum encapsulation {
	ENCAP_VLAN = 1 << 0,
	ENCAP_QINQ = 1 << 1,
	ENCAP_MPLS = 1 << 2,
	ENCAP_PPPOE = 1 << 3,
	ENCAP_ERSPAN = 1 << 4,
	ENCAP_TZSP = 1 << 5,
	ENCAP_VXLAN = 1 << 6,
	ENCAP_GENEVE = 1 << 7,
	ENCAP_GRE = 1 << 8,
	ENCAP_IPIP = 1 << 9, /* IPv4 or IPv6 in IPv4 or IPv6, but for 6in4 */
	ENCAP_6IN4 = 1 << 10,
	ENCAP_TEREDO = 1 << 11,
	ENCAP_WIFI = 1 << 12,
	ENCAP_GTP = 1 << 13, /* GTP-U of mobile networks */
};

/* Text of one bit, "vlan", "6in4", ...; NULL if it is no single known bit. */
const char *encapsulation_name(unsigned bit);

const char *cast_name(enum cast cast);

/* IP protocol numbers the code itself must know. */
enum transport {
	TRANSPORT_HOPOPTS = 0,
	TRANSPORT_ICMP = 1,
	TRANSPORT_IGMP = 2,
	TRANSPORT_IPIP = 4,
	TRANSPORT_TCP = 6,
	TRANSPORT_UDP = 17,
	TRANSPORT_IPV6 = 41,
	TRANSPORT_ROUTING = 43,
	TRANSPORT_FRAGMENT = 44,
	TRANSPORT_GRE = 47,
	TRANSPORT_ESP = 50,
	TRANSPORT_AH = 51,
	TRANSPORT_ICMPV6 = 58,
	TRANSPORT_NONE = 59,
	TRANSPORT_DSTOPTS = 60,
	TRANSPORT_SCTP = 132,
	TRANSPORT_MOBILITY = 135,
	TRANSPORT_UDPLITE = 136,
	TRANSPORT_HIP = 139,
	TRANSPORT_SHIM6 = 140,
};

/* Of either family. */
static inline bool transport_is_icmp(uint8_t transport)
{
	return transport == TRANSPORT_ICMP || transport == TRANSPORT_ICMPV6;
}

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
};

/* The datagram that an ICMP error quotes: whose packet went wrong. */
struct quote {
	bool present;
	uint8_t transport;
	uint16_t source_port; /* 0 where the quote is too short or has none */
	uint16_t target_port;
	uint8_t icmp_type; /* of a quoted ICMP query, so that a ping can be */
	uint8_t icmp_code; /* told which of its requests went wrong */
	uint16_t icmp_id;
	struct address source;
	struct address target;
};

struct packet {
	uint64_t time_ns;      /* since 1970, from the capture */
	uint64_t frame_number; /* from 1, within its source */
	uint32_t source_index; /* which of the inputs */
	uint32_t frame_len;    /* on the wire */

	struct mac source_mac; /* zero where the link has none */
	struct mac target_mac;
	bool has_macs; /* both; a cooked link knows the source alone */
	enum family family;
	enum link_kind link_kind; /* for FAMILY_LAYER2 */
	uint64_t link_protocol;
	uint16_t encapsulation; /* bits of enum encapsulation */
	uint16_t outer_vlan;    /* 802.1Q id of the service tag, 0 if none */
	uint16_t vlan; /* 802.1Q id nearest to the datagram, 0 if none */
	uint32_t vni;  /* VXLAN or GENEVE network id, 0 if none */

	struct address source;
	struct address target;
	enum cast cast;
	uint8_t hop_limit;
	uint8_t dscp;
	uint8_t ecn;
	bool dont_fragment; /* IPv6: always, routers do not fragment it */
	bool ip_options;    /* IPv4 options or IPv6 extension headers other than
	                       fragment */
	bool router_alert;
	bool fragmented;     /* first, middle or last piece of a datagram */
	bool later_fragment; /* has no transport header of its own */
	uint32_t fragment_id;
	uint32_t ip_len;        /* the whole datagram on the wire, 0..65535; an
	                           offloaded jumbo may say more */
	uint16_t ip_header_len; /* what stays in front of ESP in transport mode
	                           (RFC 4303 section 3.1.1): options included;
	                           IPv6: up to the last hop-by-hop, routing or
	                           fragment header */

	uint8_t transport; /* IP protocol number behind extension headers */
	bool has_ports;    /* TCP, UDP, SCTP, UDP-Lite and whole */
	uint16_t source_port;
	uint16_t target_port;
	uint8_t tcp_flags;
	uint32_t tcp_seq;
	uint32_t tcp_ack;
	uint16_t tcp_mss; /* of a SYN's option, 0 if none */
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint16_t icmp_id;  /* echo and timestamp identifiers */
	uint32_t icmp_mtu; /* of fragmentation needed and packet too big */
	uint16_t gre_protocol;
	struct quote quote;

	const uint8_t *ip; /* the datagram from its IP header on, as captured */
	uint32_t ip_captured;
	const uint8_t *payload; /* behind the transport header (behind the
	                           link header for FAMILY_LAYER2) */
	uint32_t payload_captured;
	uint32_t payload_len; /* on the wire */
};

#endif
