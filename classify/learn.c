#include "classify/learn.h"

#include <string.h>

#include "capture/cursor.h"
#include "classify/facts.h"

enum {
	ETHERTYPE_ARP = 0x0806,
	ARP_IPV4_LEN = 4,

	PORT_DHCP_SERVER = 67,
	PORT_DHCP_CLIENT = 68,
	DHCP_FIXED_LEN = 236,
	DHCP_PAD = 0,
	DHCP_MASK = 1,
	DHCP_LEASE = 51,
	DHCP_TYPE = 53,
	DHCP_END = 255,
	DHCP_ACK = 5,

	ICMPV6_ROUTER_ADVERTISEMENT = 134,
	ICMPV6_NEIGHBOUR_SOLICITATION = 135,
	ICMPV6_NEIGHBOUR_ADVERTISEMENT = 136,
	ND_SOURCE_LINK_ADDRESS = 1,
	ND_TARGET_LINK_ADDRESS = 2,
	ND_PREFIX = 3,
	ND_MAC_OPTION_LEN = 8,
	ND_ON_LINK = 0x80,

	/* Wider than this, two ends of an ARP are a mistake or a proxy. */
	WIDEST_ARP_PREFIX = IPV4_PREFIX_OFFSET + 16,
};

static const uint32_t DHCP_MAGIC = 0x63825363;

const char *evidence_kind_name(enum evidence_kind kind)
{
	switch (kind) {
	case EVIDENCE_DHCP_MASK: return "dhcp-mask";
	case EVIDENCE_ROUTER_PREFIX: return "router-advertisement";
	case EVIDENCE_BROADCAST: return "directed-broadcast";
	case EVIDENCE_ARP: return "arp";
	case EVIDENCE_BINDING: return "binding";
	case EVIDENCE_LEASE: return "lease";
	case EVIDENCE_KIND_COUNT: break;
	}
	return "";
}

static void tell(const struct evidence_listener *listener,
                 const struct packet *packet, enum evidence_kind kind,
                 struct prefix prefix, struct mac mac, uint32_t seconds)
{
	struct evidence evidence = {
		.kind = kind,
		.vlan = packet->vlan,
		.prefix = prefix,
		.mac = mac,
		.seconds = seconds,
	};

	listener->evidence(listener->self, &evidence);
}

static struct prefix whole(const struct address *address)
{
	return prefix_around(address, 128);
}

static uint8_t common_len(const struct address *a, const struct address *b)
{
	uint8_t len = 0;

	while (len < 128) {
		unsigned differ = a->bytes[len / 8] ^ b->bytes[len / 8];

		if (differ & 0x80u >> len % 8)
			break;
		len++;
	}
	return len;
}

/* RFC 826 */
static void learn_arp(const struct packet *packet,
                      const struct evidence_listener *listener)
{
	struct cursor c =
		cursor_over(packet->payload, packet->payload_captured);
	struct mac sender_mac;
	uint8_t sender[4];
	uint8_t target[4];

	cursor_take(&c, 4); /* hardware and protocol type */

	unsigned mac_len = cursor_u8(&c);
	unsigned ip_len = cursor_u8(&c);

	cursor_take(&c, 2); /* operation */
	if (mac_len != MAC_LEN || ip_len != ARP_IPV4_LEN)
		return;
	cursor_copy(&c, sender_mac.bytes, MAC_LEN);
	cursor_copy(&c, sender, sizeof(sender));
	cursor_take(&c, MAC_LEN);
	cursor_copy(&c, target, sizeof(target));

	struct address from = address_from_ipv4(sender);
	struct address to = address_from_ipv4(target);
	uint8_t len = common_len(&from, &to);

	/* A probe (RFC 5227) has no sender yet, a gratuitous one no other. */
	if (!c.ok || address_is_unspecified(&from))
		return;
	tell(listener, packet, EVIDENCE_BINDING, whole(&from), sender_mac, 0);
	if (!address_is_unspecified(&to) && len < 128 &&
	    len >= WIDEST_ARP_PREFIX)
		tell(listener, packet, EVIDENCE_ARP, prefix_around(&from, len),
		     (struct mac){ { 0 } }, 0);
}

struct dhcp {
	uint8_t type;
	uint8_t mask[4];
	uint32_t lease;
	bool has_mask;
};

/* RFC 2132 */
static void read_dhcp_options(struct cursor *c, struct dhcp *dhcp)
{
	while (c->ok && cursor_left(c)) {
		uint8_t code = cursor_u8(c);

		if (code == DHCP_END)
			return;
		if (code == DHCP_PAD)
			continue;

		size_t len = cursor_u8(c);
		const uint8_t *bytes = cursor_take(c, len);
		struct cursor value = cursor_over(bytes, bytes ? len : 0);

		if (code == DHCP_TYPE) {
			dhcp->type = cursor_u8(&value);
		} else if (code == DHCP_LEASE) {
			dhcp->lease = cursor_u32(&value);
			dhcp->lease = value.ok ? dhcp->lease : 0;
		} else if (code == DHCP_MASK) {
			cursor_copy(&value, dhcp->mask, sizeof(dhcp->mask));
			dhcp->has_mask = value.ok;
		}
	}
}

static bool mask_len(const uint8_t mask[static 4], uint8_t *len)
{
	uint32_t bits = (uint32_t)mask[0] << 24 | (uint32_t)mask[1] << 16 |
	                (uint32_t)mask[2] << 8 | mask[3];

	for (*len = 0; *len < 32 && bits & 0x80000000u >> *len; ++*len)
		;
	return *len >= 8 && (*len == 32 || !(bits << *len));
}

/* RFC 2131: what the server grants */
static void learn_dhcp(const struct packet *packet,
                       const struct evidence_listener *listener)
{
	struct cursor c =
		cursor_over(packet->payload, packet->payload_captured);
	struct dhcp dhcp = { 0 };
	uint8_t yours[4];
	struct mac client;
	uint8_t len;

	cursor_take(&c, 16); /* op .. ciaddr */
	cursor_copy(&c, yours, sizeof(yours));
	cursor_take(&c, 8); /* siaddr, giaddr */
	cursor_copy(&c, client.bytes, MAC_LEN);
	cursor_take(&c, DHCP_FIXED_LEN - 28 - MAC_LEN);
	if (cursor_u32(&c) != DHCP_MAGIC || !c.ok)
		return;
	read_dhcp_options(&c, &dhcp);

	struct address address = address_from_ipv4(yours);

	if (dhcp.type != DHCP_ACK || address_is_unspecified(&address))
		return;
	if (dhcp.has_mask && mask_len(dhcp.mask, &len))
		tell(listener, packet, EVIDENCE_DHCP_MASK,
		     prefix_around(&address,
		                   (uint8_t)(IPV4_PREFIX_OFFSET + len)),
		     (struct mac){ { 0 } }, 0);
	tell(listener, packet, EVIDENCE_LEASE, whole(&address), client,
	     dhcp.lease);
}

/* RFC 4861 section 4.6.2 */
static void learn_nd_prefix(struct cursor option, const struct packet *packet,
                            const struct evidence_listener *listener)
{
	uint8_t len = cursor_u8(&option);
	uint8_t flags = cursor_u8(&option);
	uint8_t bytes[16];

	cursor_take(&option, 12); /* lifetimes, reserved */
	cursor_copy(&option, bytes, sizeof(bytes));

	struct address address = address_from_ipv6(bytes);

	if (option.ok && flags & ND_ON_LINK && len <= 128 &&
	    !address_is_link_local(&address))
		tell(listener, packet, EVIDENCE_ROUTER_PREFIX,
		     prefix_around(&address, len), (struct mac){ { 0 } }, 0);
}

static void learn_nd_options(struct cursor c, const struct address *owner,
                             unsigned owner_option, const struct packet *packet,
                             const struct evidence_listener *listener)
{
	while (c.ok && cursor_left(&c) >= 8) {
		unsigned type = cursor_u8(&c);
		size_t len = (size_t)cursor_u8(&c) * 8;
		const uint8_t *bytes = len ? cursor_take(&c, len - 2) : NULL;

		if (!bytes)
			return;
		if (type == ND_PREFIX) {
			learn_nd_prefix(cursor_over(bytes, len - 2), packet,
			                listener);
		} else if (type == owner_option && len == ND_MAC_OPTION_LEN &&
		           !address_is_unspecified(owner)) {
			struct mac mac;

			memcpy(mac.bytes, bytes, MAC_LEN);
			tell(listener, packet, EVIDENCE_BINDING, whole(owner),
			     mac, 0);
		}
	}
}

/* RFC 4861 section 4; the payload starts behind the first eight bytes. */
static void learn_nd(const struct packet *packet,
                     const struct evidence_listener *listener)
{
	struct cursor c =
		cursor_over(packet->payload, packet->payload_captured);
	uint8_t target[16];
	struct address owner = packet->source;
	unsigned owner_option = ND_SOURCE_LINK_ADDRESS;

	switch (packet->icmp_type) {
	case ICMPV6_ROUTER_ADVERTISEMENT: cursor_take(&c, 8); break;
	case ICMPV6_NEIGHBOUR_SOLICITATION: cursor_take(&c, 16); break;
	case ICMPV6_NEIGHBOUR_ADVERTISEMENT:
		cursor_copy(&c, target, sizeof(target));
		owner = address_from_ipv6(target);
		owner_option = ND_TARGET_LINK_ADDRESS;
		break;
	default: return;
	}
	/* Anyone could forge these from afar if the hop limit were less. */
	if (c.ok && packet->hop_limit == UINT8_MAX)
		learn_nd_options(c, &owner, owner_option, packet, listener);
}

void learn_from(const struct packet *packet,
                const struct evidence_listener *listener)
{
	if (packet->family == FAMILY_LAYER2) {
		if (packet->link_kind == LINK_ETHERTYPE &&
		    packet->link_protocol == ETHERTYPE_ARP)
			learn_arp(packet, listener);
		return;
	}
	if (packet->cast == CAST_DIRECTED_BROADCAST)
		tell(listener, packet, EVIDENCE_BROADCAST,
		     whole(&packet->target), (struct mac){ { 0 } }, 0);
	if (packet->later_fragment)
		return;
	if (packet->transport == TRANSPORT_UDP &&
	    packet->source_port == PORT_DHCP_SERVER &&
	    packet->target_port == PORT_DHCP_CLIENT)
		learn_dhcp(packet, listener);
	else if (packet->family == FAMILY_IPV6 &&
	         packet->transport == TRANSPORT_ICMPV6)
		learn_nd(packet, listener);
}
