#include "capture/glance.h"

#include "capture/layer.h"

enum {
	MACS_LEN = 12,
	TAG_LEN = 4,
	IPV4_PLAIN = 0x45,   /* version 4, a header without options */
	IPV4_PIECE = 0x3fff, /* more fragments, or an offset */
	TCP_LEN = 20,
	UDP_LEN = 8,
};

static uint16_t u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static bool glance_tcp(const uint8_t *header, uint32_t len)
{
	uint32_t header_len = len < TCP_LEN ? 0 : header[12] / 16 * 4;

	return header_len >= TCP_LEN && header_len <= len;
}

static bool glance_udp(const uint8_t *header, uint32_t len)
{
	uint32_t stated = len < UDP_LEN ? 1 : u16(header + 4);

	return (stated == 0 || stated >= UDP_LEN) &&
	       !tunnel_has_ports(u16(header), u16(header + 2));
}

static bool glance_transport(struct flow_ends *ends, const uint8_t *header,
                             uint32_t len)
{
	switch (ends->transport) {
	case TRANSPORT_TCP:
		if (!glance_tcp(header, len))
			return false;
		break;
	case TRANSPORT_UDP:
		if (!glance_udp(header, len))
			return false;
		break;
	default: return false;
	}
	ends->port[0] = u16(header);
	ends->port[1] = u16(header + 2);
	return true;
}

static bool glance_ipv4(struct flow_ends *ends, const uint8_t *header,
                        uint32_t captured)
{
	uint32_t len;

	if (captured < IPV4_HEADER_LEN || header[0] != IPV4_PLAIN ||
	    u16(header + 6) & IPV4_PIECE)
		return false;
	len = u16(header + 2);
	if (len < IPV4_HEADER_LEN || len > captured)
		return false;
	ends->transport = header[9];
	ends->address[0] = address_from_ipv4(header + 12);
	ends->address[1] = address_from_ipv4(header + 16);
	return glance_transport(ends, header + IPV4_HEADER_LEN,
	                        len - IPV4_HEADER_LEN);
}

static bool glance_ipv6(struct flow_ends *ends, const uint8_t *header,
                        uint32_t captured)
{
	uint32_t len;

	if (captured < IPV6_HEADER_LEN || header[0] >> 4 != 6)
		return false;
	len = u16(header + 4);
	if (!len || len > captured - IPV6_HEADER_LEN)
		return false;
	ends->transport = header[6];
	ends->address[0] = address_from_ipv6(header + 8);
	ends->address[1] = address_from_ipv6(header + 24);
	return glance_transport(ends, header + IPV6_HEADER_LEN, len);
}

bool frame_glance(struct flow_ends *ends, const struct frame *frame)
{
	const uint8_t *at = frame->bytes;
	uint32_t left = frame->captured;

	if (layer_of_link(frame->link_type) != LAYER_ETHERNET ||
	    left < MACS_LEN + 2)
		return false;
	at += MACS_LEN;
	left -= MACS_LEN;
	while (left >= TAG_LEN + 2 && ethertype_is_tag(u16(at))) {
		at += TAG_LEN;
		left -= TAG_LEN;
	}
	switch (u16(at)) {
	case ETHERTYPE_IPV4: return glance_ipv4(ends, at + 2, left - 2);
	case ETHERTYPE_IPV6: return glance_ipv6(ends, at + 2, left - 2);
	}
	return false;
}
