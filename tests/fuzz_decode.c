/*
 * The first byte picks the link type and how much of the frame was captured,
 * the rest is the frame. Whatever the bytes, packets stay inside them.
 */
#include <stdlib.h>

#include "capture/decode.h"
#include "capture/glance.h"

static const int link_types[] = {
	1, 113, 276, 101, 228, 229, 127, 105,  192,
	0, 108, 9,   50,  51,  104, 204, 9999,
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void require_inside(const struct frame *frame, const uint8_t *part,
                           uint32_t len)
{
	if (len == 0)
		return;
	require(part >= frame->bytes);
	require(part + len <= frame->bytes + frame->captured);
}

static void check_ip(const struct packet *packet, const struct frame *frame)
{
	require_inside(frame, packet->ip, packet->ip_captured);
	require(packet->ip_captured <= packet->ip_len);
	require(packet->payload_len <= packet->ip_len);
	require(packet->payload >= packet->ip);
	require(packet->family == FAMILY_IPV6 ||
	        (address_is_ipv4(&packet->source) &&
	         address_is_ipv4(&packet->target)));
	require(!packet->later_fragment ||
	        (packet->fragmented && !packet->has_ports));
}

static void check_packet(const struct packet *packet, const struct frame *frame)
{
	require(packet->family < FAMILY_COUNT);
	require(packet->cast < CAST_COUNT);
	require(packet->link_kind < LINK_KIND_COUNT);
	require(packet->frame_number == frame->number);
	require_inside(frame, packet->payload, packet->payload_captured);
	require(packet->payload_captured <= packet->payload_len);
	require(packet->payload_captured <= frame->captured);
	require(packet->has_ports ||
	        (!packet->source_port && !packet->target_port));
	require(packet->vlan < 4096 && packet->outer_vlan < 4096);
	require(packet->vni < 1 << 24);
	require(!packet->quote.present || packet->transport == TRANSPORT_ICMP ||
	        packet->transport == TRANSPORT_ICMPV6);
	if (packet->family == FAMILY_LAYER2)
		require(!packet->ip && !packet->ip_len && !packet->has_ports);
	else
		check_ip(packet, frame);
}

/* A glance may find less than decoding does, but nothing else. */
static void check_glance(const struct frame *frame,
                         const struct decode_result *result,
                         const struct packet *packet)
{
	struct flow_ends ends;

	if (!frame_glance(&ends, frame))
		return;
	require(result->outcome == DECODED_OK && result->count == 1);
	require(packet->has_ports && !packet->fragmented);
	require(!packet->quote.present);
	require(flow_hash_of_ends(&ends, 1) == flow_hash(packet, 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { LINKS = sizeof(link_types) / sizeof(link_types[0]) };
	struct packet packets[DECODE_MAX_PACKETS];
	struct decode_result result;
	struct frame frame;

	if (size == 0)
		return 0;
	frame = (struct frame){
		.bytes = data + 1,
		.captured = (uint32_t)size - 1,
		.len = (uint32_t)size - 1 + (data[0] >= 128 ? 1000 : 0),
		.link_type = link_types[data[0] % LINKS],
		.number = 1,
	};
	result = packet_decode(packets, &frame);
	require(result.outcome < DECODED_KINDS);
	require(result.count <= DECODE_MAX_PACKETS);
	require(result.outcome != DECODED_OK || result.count > 0);
	require((result.outcome == DECODED_UNKNOWN_LINK) <=
	        (result.count == 0));
	for (size_t i = 0; i < result.count; i++)
		check_packet(&packets[i], &frame);
	check_glance(&frame, &result, packets);
	return 0;
}
