#include "capture/flow.h"

#include <string.h>

#include "capture/hash.h"

/* Tunnels make a flow another one; tags that switches add and remove do not,
 * they have members of their own. */
static const uint16_t TUNNELS = ENCAP_VXLAN | ENCAP_GENEVE | ENCAP_GRE |
                                ENCAP_IPIP | ENCAP_6IN4 | ENCAP_TEREDO;

enum {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMP_TIMESTAMP = 13,
	ICMP_TIMESTAMP_REPLY = 14,
	ICMP_INFORMATION = 15,
	ICMP_INFORMATION_REPLY = 16,
	ICMP_MASK = 17,
	ICMP_MASK_REPLY = 18,
	ICMP_FRAGMENTATION_NEEDED = 4, /* a code of ICMP_UNREACHABLE */

	ICMPV6_UNREACHABLE = 1,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_TIME_EXCEEDED = 3,
	ICMPV6_PARAMETER = 4,
	ICMPV6_ECHO = 128,
	ICMPV6_ECHO_REPLY = 129,
};

static unsigned icmpv4_error(const struct packet *packet)
{
	switch (packet->icmp_type) {
	case ICMP_UNREACHABLE:
		return packet->icmp_code == ICMP_FRAGMENTATION_NEEDED
		               ? ICMP_ERROR_TOO_BIG
		               : ICMP_ERROR_UNREACHABLE;
	case ICMP_TIME_EXCEEDED: return ICMP_ERROR_TIME_EXCEEDED;
	case ICMP_PARAMETER: return ICMP_ERROR_PARAMETER;
	}
	return 0;
}

static unsigned icmpv6_error(const struct packet *packet)
{
	switch (packet->icmp_type) {
	case ICMPV6_UNREACHABLE: return ICMP_ERROR_UNREACHABLE;
	case ICMPV6_TOO_BIG: return ICMP_ERROR_TOO_BIG;
	case ICMPV6_TIME_EXCEEDED: return ICMP_ERROR_TIME_EXCEEDED;
	case ICMPV6_PARAMETER: return ICMP_ERROR_PARAMETER;
	}
	return 0;
}

unsigned icmp_error_of(const struct packet *packet)
{
	if (packet->family == FAMILY_IPV4 &&
	    packet->transport == TRANSPORT_ICMP)
		return icmpv4_error(packet);
	if (packet->family == FAMILY_IPV6 &&
	    packet->transport == TRANSPORT_ICMPV6)
		return icmpv6_error(packet);
	return 0;
}

const char *icmp_error_name(unsigned bit)
{
	switch (bit) {
	case ICMP_ERROR_TOO_BIG: return "fragmentation-needed";
	case ICMP_ERROR_TIME_EXCEEDED: return "time-exceeded";
	case ICMP_ERROR_UNREACHABLE: return "unreachable";
	case ICMP_ERROR_PARAMETER: return "parameter-problem";
	}
	return NULL;
}

/* A request and its reply carry the same identifier; fold them together. */
static unsigned icmp_exchange(uint8_t transport, uint8_t type)
{
	if (transport == TRANSPORT_ICMPV6)
		return type == ICMPV6_ECHO_REPLY ? ICMPV6_ECHO : type;
	switch (type) {
	case ICMP_ECHO_REPLY: return ICMP_ECHO;
	case ICMP_TIMESTAMP_REPLY: return ICMP_TIMESTAMP;
	case ICMP_INFORMATION_REPLY: return ICMP_INFORMATION;
	case ICMP_MASK_REPLY: return ICMP_MASK;
	}
	return type;
}

bool icmp_is_reply(const struct packet *packet)
{
	return transport_is_icmp(packet->transport) &&
	       icmp_exchange(packet->transport, packet->icmp_type) !=
	               packet->icmp_type;
}

static uint64_t quote_hash(const struct quote *quote)
{
	uint64_t hash = hash_bytes(0, &quote->source, sizeof(quote->source));

	hash = hash_bytes(hash, &quote->target, sizeof(quote->target));
	return hash_u64(hash, (uint64_t)quote->transport << 32 |
	                              (uint32_t)quote->source_port << 16 |
	                              quote->target_port);
}

/* What tells ICMP flows between the same two addresses apart. */
static uint64_t icmp_detail(uint8_t transport, uint8_t type, uint8_t code,
                            uint64_t which)
{
	return (uint64_t)icmp_exchange(transport, type) << 56 |
	       (uint64_t)code << 48 | which;
}

static uint64_t detail_of(const struct packet *packet)
{
	if (packet->family == FAMILY_LAYER2)
		return (uint64_t)packet->link_kind << 48 |
		       packet->link_protocol;
	if (transport_is_icmp(packet->transport))
		return icmp_detail(packet->transport, packet->icmp_type,
		                   packet->icmp_code,
		                   packet->quote.present
		                           ? quote_hash(&packet->quote) >> 16
		                           : packet->icmp_id);
	return 0;
}

/* Set both ends, the smaller first; whether the source became end 1. */
static bool set_ends(struct flow_key *key, const struct address *source,
                     uint16_t source_port, const struct address *target,
                     uint16_t target_port)
{
	int order = address_compare(source, target);
	bool swapped = order > 0 || (order == 0 && source_port > target_port);

	key->address[swapped] = *source;
	key->address[!swapped] = *target;
	key->port[swapped] = source_port;
	key->port[!swapped] = target_port;
	return swapped;
}

/* Keys are hashed and compared as bytes. */
_Static_assert(sizeof(struct flow_key) == 56, "a flow's key has no padding");

static struct flow_key key_around(const struct packet *packet)
{
	return (struct flow_key){
		.vni = packet->vni,
		.vlan = packet->vlan,
		.outer_vlan = packet->outer_vlan,
		.encapsulation = packet->encapsulation & TUNNELS,
		.family = (uint8_t)packet->family,
	};
}

struct flow_key flow_key_of(const struct packet *packet, bool *swapped)
{
	struct flow_key key = key_around(packet);
	bool ports = packet->has_ports;

	key.transport = packet->transport;
	key.detail = detail_of(packet);
	*swapped =
		set_ends(&key, &packet->source, ports ? packet->source_port : 0,
	                 &packet->target, ports ? packet->target_port : 0);
	return key;
}

struct flow_key flow_key_of_quote(const struct packet *packet, bool *swapped)
{
	const struct quote *quote = &packet->quote;
	struct flow_key key = key_around(packet);

	key.transport = quote->transport;
	if (transport_is_icmp(quote->transport))
		key.detail = icmp_detail(quote->transport, quote->icmp_type,
		                         quote->icmp_code, quote->icmp_id);
	*swapped = set_ends(&key, &quote->source, quote->source_port,
	                    &quote->target, quote->target_port);
	return key;
}

/* Eight bytes of an address, in the order of this machine. */
static uint64_t half(const struct address *address, unsigned which)
{
	uint64_t value;

	memcpy(&value, address->bytes + 8 * which, sizeof(value));
	return value;
}

static uint64_t end_hash(const struct address *address, uint16_t port,
                         uint64_t seed)
{
	return hash_fold(half(address, 0) ^ seed ^ port,
	                 half(address, 1) ^ (seed >> 32 | seed << 32) ^
	                         0x9e3779b97f4a7c15);
}

/* A sum is the same for both directions. */
static uint64_t ends_hash(const struct address *a, uint16_t a_port,
                          const struct address *b, uint16_t b_port,
                          uint8_t transport, uint64_t seed)
{
	return hash_mix(end_hash(a, a_port, seed) + end_hash(b, b_port, seed) +
	                transport);
}

uint64_t flow_hash(const struct packet *packet, uint64_t seed)
{
	bool ports = packet->has_ports;

	return ends_hash(&packet->source, ports ? packet->source_port : 0,
	                 &packet->target, ports ? packet->target_port : 0,
	                 packet->transport, seed);
}

uint64_t flow_hash_of_ends(const struct flow_ends *ends, uint64_t seed)
{
	return ends_hash(&ends->address[0], ends->port[0], &ends->address[1],
	                 ends->port[1], ends->transport, seed);
}

uint64_t flow_hash_of_quote(const struct packet *packet, uint64_t seed)
{
	const struct quote *quote = &packet->quote;

	return ends_hash(&quote->source, quote->source_port, &quote->target,
	                 quote->target_port, quote->transport, seed);
}
