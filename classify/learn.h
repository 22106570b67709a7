/*
 * Learning about hosts: what protocols that manage addresses say on the wire.
 *
 * ARP, DHCP, router advertisements and directed broadcasts tell which prefix
 * a link has and which MAC an address belongs to. Each packet is looked at by
 * itself, so that it does not matter which thread saw it.
 */
#ifndef CLASSIFY_LEARN_H
#define CLASSIFY_LEARN_H

#include <stdint.h>

#include "capture/packet.h"

enum evidence_kind {
	EVIDENCE_DHCP_MASK,     /* prefix is a link's, by a DHCP server */
	EVIDENCE_ROUTER_PREFIX, /* prefix is a link's, by its router (RFC 4861
	                           section 4.6.2) */
	EVIDENCE_BROADCAST,     /* prefix is the broadcast address, whole */
	EVIDENCE_ARP,           /* both ends of an ARP lie in prefix */
	EVIDENCE_BINDING,       /* prefix is one address, which mac has */
	EVIDENCE_LEASE,         /* the same, leased by DHCP for seconds */
	EVIDENCE_KIND_COUNT
};

const char *evidence_kind_name(enum evidence_kind kind);

struct evidence {
	enum evidence_kind kind;
	uint16_t vlan;
	struct prefix prefix;
	struct mac mac;
	uint32_t seconds;
};

struct evidence_listener {
	void *self;
	void (*evidence)(void *self, const struct evidence *evidence);
};

/* Pass on what a packet shows, if anything. */
void learn_from(const struct packet *packet,
                const struct evidence_listener *listener);

#endif
