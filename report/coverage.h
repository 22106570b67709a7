/*
 * Coverage: would the policy of a deployment model select a packet at all?
 *
 * Mechanism, not knowledge: it follows from where policies sit and how wide
 * they are (RFC 4301 section 5), and from what a real stack was measured to
 * do. What happens to a packet that is selected, signatures say.
 */
#ifndef REPORT_COVERAGE_H
#define REPORT_COVERAGE_H

#include "capture/flow.h"
#include "classify/words.h"

/* How packets travel, as far as a policy can tell them apart. */
enum manner {
	MANNER_UNICAST,
	MANNER_LINK_LOCAL,    /* unicast between addresses of the link */
	MANNER_ERROR_INSIDE,  /* a router's ICMP error about our own traffic */
	MANNER_ERROR_OUTSIDE, /* ... about traffic with the outside */
	MANNER_GROUP_LINK,    /* multicast that stays on the link */
	MANNER_GROUP_ROUTED,
	MANNER_LIMITED_BROADCAST,
	MANNER_DIRECTED_BROADCAST,
	MANNER_LAYER2, /* not IP at all */
	MANNER_COUNT
};

/* How the two ends of a path lie to the network that gets IPsec. */
enum relation {
	RELATION_WITHIN,  /* one segment */
	RELATION_BETWEEN, /* two segments */
	RELATION_OUTSIDE, /* a segment and the outside */
	RELATION_TRANSIT, /* both outside */
	RELATION_COUNT
};

enum coverage {
	COVERAGE_UNREACHED, /* the packet never comes to that policy */
	COVERAGE_CLEAR,     /* not selected: goes on as before */
	COVERAGE_PROTECT,   /* selected, and an association can exist */
	COVERAGE_DROP,      /* selected, and no association can exist */
	COVERAGE_COUNT
};

const char *manner_name(enum manner manner);
bool manner_from_name(enum manner *manner, const char *name);
const char *coverage_name(enum coverage coverage);

enum coverage coverage_of(enum model model, enum manner manner,
                          enum relation relation);

/* What a model does to traffic of which a signature says knowledge. */
enum impact coverage_impact(enum coverage coverage, enum impact knowledge);

/* What coverage alone does, where no signature speaks. */
enum impact coverage_default(enum coverage coverage);

#endif
