/*
 * Facts: what is known of a flow, a host or the sensor when signatures are
 * asked about it.
 *
 * A flow's are built once at its end from the flow record and nDPI's verdict;
 * a plain value that borrows what it points to.
 */
#ifndef CLASSIFY_FACTS_H
#define CLASSIFY_FACTS_H

#include <stdbool.h>

#include "capture/flow.h"
#include "classify/behaviour.h"
#include "classify/dpi.h"
#include "classify/fields.h"
#include "classify/host_facts.h"

/* How far a packet to a group or broadcast address can go. */
enum scope { SCOPE_NONE, SCOPE_LINK, SCOPE_ROUTED };

/* Whom signatures are asked about. */
enum subject { SUBJECT_FLOW, SUBJECT_HOST, SUBJECT_SENSOR };

struct facts {
	enum subject subject; /* only that one's members are set */
	const struct host_facts *host;
	const struct sensor_facts *sensor;

	const struct flow *flow;
	struct application application;
	enum scope scope;    /* SCOPE_NONE for unicast */
	bool server_known;   /* which end is the server was seen, not assumed */
	unsigned behaviours; /* bits of enum behaviour */
	uint16_t mss;        /* smaller of the two that a handshake announced,
	                        0 if none was seen */
	struct fields fields; /* what the first payloads say; set by whoever
	                         read them */
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
