/*
 * A frame, decoded and learned from. Whatever the bytes, evidence is a prefix
 * whose host bits are clear, or one address that a MAC has.
 */
#include <stdlib.h>

#include "capture/decode.h"
#include "classify/facts.h"
#include "classify/learn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check(void *self, const struct evidence *evidence)
{
	const struct packet *packet = self;
	struct prefix clear =
		prefix_around(&evidence->prefix.address, evidence->prefix.len);

	require(evidence->kind < EVIDENCE_KIND_COUNT);
	require(evidence->vlan == packet->vlan);
	require(evidence->prefix.len <= 128);
	require(address_compare(&clear.address, &evidence->prefix.address) ==
	        0);
	if (evidence->kind == EVIDENCE_BINDING ||
	    evidence->kind == EVIDENCE_LEASE)
		require(evidence->prefix.len == 128 &&
		        !address_is_unspecified(&evidence->prefix.address));
	if (evidence->kind == EVIDENCE_ROUTER_PREFIX)
		require(packet->hop_limit == 255);
	if (evidence->kind == EVIDENCE_DHCP_MASK ||
	    evidence->kind == EVIDENCE_ARP)
		require(evidence->prefix.len >= IPV4_PREFIX_OFFSET + 8 &&
		        address_is_ipv4(&evidence->prefix.address));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet packets[DECODE_MAX_PACKETS];
	struct frame frame = {
		.bytes = data,
		.captured = (uint32_t)size,
		.len = (uint32_t)size,
		.link_type = 1,
		.number = 1,
	};
	struct decode_result result = packet_decode(packets, &frame);

	for (size_t i = 0; i < result.count; i++) {
		struct evidence_listener listener = { &packets[i], check };

		learn_from(&packets[i], &listener);
	}
	return 0;
}
