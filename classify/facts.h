/*
 * Facts: what is known of a flow when signatures are asked about it.
 *
 * Built once at the end of a flow from the flow record and nDPI's verdict; a
 * plain value that borrows the flow.
 */
#ifndef CLASSIFY_FACTS_H
#define CLASSIFY_FACTS_H

#include <stdbool.h>

#include "capture/flow.h"
#include "classify/behaviour.h"
#include "classify/dpi.h"

/* How far a packet to a group or broadcast address can go. */
enum scope { SCOPE_NONE, SCOPE_LINK, SCOPE_ROUTED };

struct facts {
	const struct flow *flow;
	struct application application;
	enum scope scope;  /* SCOPE_NONE for unicast */
	bool server_known;   /* which end is the server was seen, not assumed */
	unsigned behaviours; /* bits of enum behaviour */
	uint16_t mss;        /* smaller of the two that a handshake announced,
	                        0 if none was seen */
};

/* state may be NULL: then nothing is known of behaviour. */
struct facts facts_of(const struct flow *flow, struct application application,
                      const struct behaviour_state *state);

/* Link-local addresses of both families: 169.254/16, fe80::/10. */
bool address_is_link_local(const struct address *address);

/* Groups that no router forwards: 224.0.0.0/24 (RFC 5771 section 4), and the
 * interface-local and link-local scopes of IPv6 (RFC 4291 section 2.7). */
bool address_is_link_group(const struct address *group);

/* 0.0.0.0 or :: */
bool address_is_unspecified(const struct address *address);

#endif
