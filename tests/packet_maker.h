/*
 * Packets made by hand, without frames: as a decoder would have filled them.
 */
#ifndef TESTS_PACKET_MAKER_H
#define TESTS_PACKET_MAKER_H

#include <stdlib.h>

#include "capture/flow.h"

static inline struct address make_address(const char *text)
{
	struct address address;

	if (!address_parse(&address, text))
		abort();
	return address;
}

static inline struct packet make_packet(uint8_t transport, const char *source,
                                        uint16_t source_port,
                                        const char *target,
                                        uint16_t target_port)
{
	struct packet packet = {
		.transport = transport,
		.source = make_address(source),
		.target = make_address(target),
		.source_port = source_port,
		.target_port = target_port,
		.has_ports = transport == TRANSPORT_TCP ||
		             transport == TRANSPORT_UDP,
		.ip_len = 100,
		.frame_len = 114,
		.hop_limit = 64,
	};

	packet.family =
		address_is_ipv4(&packet.source) ? FAMILY_IPV4 : FAMILY_IPV6;
	return packet;
}

static inline struct packet make_tcp(const char *source, uint16_t source_port,
                                     const char *target, uint16_t target_port,
                                     uint8_t flags)
{
	struct packet packet = make_packet(TRANSPORT_TCP, source, source_port,
	                                   target, target_port);

	packet.tcp_flags = flags;
	return packet;
}

static inline struct packet make_icmp(const char *source, const char *target,
                                      uint8_t type, uint16_t id)
{
	struct packet packet =
		make_packet(TRANSPORT_ICMP, source, 0, target, 0);

	if (packet.family == FAMILY_IPV6)
		packet.transport = TRANSPORT_ICMPV6;
	packet.icmp_type = type;
	packet.icmp_id = id;
	return packet;
}

/* The same packet on its way back. */
static inline struct packet make_reply(const struct packet *packet)
{
	struct packet reply = *packet;

	reply.source = packet->target;
	reply.target = packet->source;
	reply.source_port = packet->target_port;
	reply.target_port = packet->source_port;
	reply.source_mac = packet->target_mac;
	reply.target_mac = packet->source_mac;
	return reply;
}

/* What a router answers to a packet that it cannot forward. */
static inline struct packet make_icmp_error(const struct packet *about,
                                            const char *router, uint8_t type,
                                            uint8_t code)
{
	struct packet error = make_icmp(router, router, type, 0);

	error.target = about->source;
	error.icmp_code = code;
	error.vlan = about->vlan;
	error.quote = (struct quote){
		.present = true,
		.transport = about->transport,
		.source_port = about->source_port,
		.target_port = about->target_port,
		.icmp_type = about->icmp_type,
		.icmp_code = about->icmp_code,
		.icmp_id = about->icmp_id,
		.source = about->source,
		.target = about->target,
	};
	return error;
}

/* A frame of an ethertype between the MACs 02:..:a and 02:..:b. */
static inline struct packet make_frame(uint16_t ethertype, uint8_t source,
                                       uint8_t target)
{
	struct packet packet = {
		.family = FAMILY_LAYER2,
		.link_kind = LINK_ETHERTYPE,
		.link_protocol = ethertype,
		.source_mac = { { 2, 0, 0, 0, 0, source } },
		.target_mac = { { 2, 0, 0, 0, 0, target } },
		.has_macs = true,
		.frame_len = 60,
	};

	packet.source = address_from_mac(packet.source_mac.bytes);
	packet.target = address_from_mac(packet.target_mac.bytes);
	return packet;
}

#endif
