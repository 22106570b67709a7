#include "report/coverage.h"

#include <string.h>

const char *manner_name(enum manner manner)
{
	switch (manner) {
	case MANNER_UNICAST: return "unicast";
	case MANNER_LINK_LOCAL: return "link-local";
	case MANNER_ERROR_INSIDE: return "icmp-error-inside";
	case MANNER_ERROR_OUTSIDE: return "icmp-error-outside";
	case MANNER_GROUP_LINK: return "link-multicast";
	case MANNER_GROUP_ROUTED: return "routed-multicast";
	case MANNER_LIMITED_BROADCAST: return "limited-broadcast";
	case MANNER_DIRECTED_BROADCAST: return "directed-broadcast";
	case MANNER_LAYER2: return "layer-2";
	case MANNER_COUNT: break;
	}
	return "";
}

bool manner_from_name(enum manner *manner, const char *name)
{
	for (*manner = 0; *manner < MANNER_COUNT; (*manner)++)
		if (strcmp(manner_name(*manner), name) == 0)
			return true;
	return false;
}

const char *coverage_name(enum coverage coverage)
{
	switch (coverage) {
	case COVERAGE_UNREACHED: return "unreached";
	case COVERAGE_CLEAR: return "clear";
	case COVERAGE_PROTECT: return "protect";
	case COVERAGE_DROP: return "drop";
	case COVERAGE_COUNT: break;
	}
	return "";
}

#define UNREACHED COVERAGE_UNREACHED
#define CLEAR COVERAGE_CLEAR
#define PROTECT COVERAGE_PROTECT
#define DROP COVERAGE_DROP

/*
 * Columns: within a segment, between two, with the outside, transit.
 *
 * host-subnet: selectors are the segments' prefixes. Groups and
 * 255.255.255.255 lie outside them, a directed broadcast inside; a router in
 * them that is no peer has no association for its errors.
 * host-any: everything is selected, and only unicast between our own hosts
 * can have an association: IKE needs one identified peer (RFC 4301 section
 * 4.1), and the outside has no policy.
 * gateway-policy: selectors are pairs of prefixes at the routers, which
 * LAN-local traffic never reaches. An error from a router outside the pair is
 * lost on its way back to the host; a routed group is in no pair.
 * gateway-route: what is routed into the tunnel interface is in, groups and
 * errors included.
 * remote-access: one host sends everything to its gateway, the LAN around it
 * included.
 */
static const unsigned char
	table[MODEL_COUNT][MANNER_COUNT][RELATION_COUNT] = {
	[MODEL_HOST_SUBNET] = {
		[MANNER_UNICAST] = { PROTECT, PROTECT, CLEAR, UNREACHED },
		[MANNER_LINK_LOCAL] = { CLEAR, CLEAR, CLEAR, CLEAR },
		[MANNER_ERROR_INSIDE] = { DROP, DROP, CLEAR, UNREACHED },
		[MANNER_ERROR_OUTSIDE] = { DROP, DROP, CLEAR, UNREACHED },
		[MANNER_GROUP_LINK] = { CLEAR, CLEAR, CLEAR, CLEAR },
		[MANNER_GROUP_ROUTED] = { CLEAR, CLEAR, CLEAR, CLEAR },
		[MANNER_LIMITED_BROADCAST] = { CLEAR, CLEAR, CLEAR, CLEAR },
		[MANNER_DIRECTED_BROADCAST] = { DROP, DROP, CLEAR, CLEAR },
		[MANNER_LAYER2] = { CLEAR, CLEAR, CLEAR, CLEAR },
	},
	[MODEL_HOST_ANY] = {
		[MANNER_UNICAST] = { PROTECT, PROTECT, DROP, UNREACHED },
		[MANNER_LINK_LOCAL] = { DROP, DROP, DROP, DROP },
		[MANNER_ERROR_INSIDE] = { DROP, DROP, DROP, UNREACHED },
		[MANNER_ERROR_OUTSIDE] = { DROP, DROP, DROP, UNREACHED },
		[MANNER_GROUP_LINK] = { DROP, DROP, DROP, DROP },
		[MANNER_GROUP_ROUTED] = { DROP, DROP, DROP, DROP },
		[MANNER_LIMITED_BROADCAST] = { DROP, DROP, DROP, DROP },
		[MANNER_DIRECTED_BROADCAST] = { DROP, DROP, DROP, DROP },
		[MANNER_LAYER2] = { CLEAR, CLEAR, CLEAR, CLEAR },
	},
	[MODEL_GATEWAY_POLICY] = {
		[MANNER_UNICAST] = { UNREACHED, PROTECT, CLEAR, UNREACHED },
		[MANNER_ERROR_INSIDE] = { UNREACHED, PROTECT, DROP, UNREACHED },
		[MANNER_ERROR_OUTSIDE] = { UNREACHED, CLEAR, CLEAR, UNREACHED },
		[MANNER_GROUP_ROUTED] = { DROP, DROP, DROP, UNREACHED },
	},
	[MODEL_GATEWAY_ROUTE] = {
		[MANNER_UNICAST] = { UNREACHED, PROTECT, CLEAR, UNREACHED },
		[MANNER_ERROR_INSIDE] = { UNREACHED, PROTECT, PROTECT,
		                          UNREACHED },
		[MANNER_ERROR_OUTSIDE] = { UNREACHED, CLEAR, CLEAR, UNREACHED },
		[MANNER_GROUP_ROUTED] = { PROTECT, PROTECT, PROTECT, UNREACHED },
	},
	[MODEL_REMOTE_ACCESS] = {
		[MANNER_UNICAST] = { DROP, PROTECT, PROTECT, UNREACHED },
		[MANNER_LINK_LOCAL] = { DROP, DROP, DROP, DROP },
		[MANNER_ERROR_INSIDE] = { DROP, PROTECT, PROTECT, UNREACHED },
		[MANNER_ERROR_OUTSIDE] = { DROP, PROTECT, PROTECT, UNREACHED },
		[MANNER_GROUP_LINK] = { DROP, DROP, DROP, DROP },
		[MANNER_GROUP_ROUTED] = { DROP, DROP, DROP, DROP },
		[MANNER_LIMITED_BROADCAST] = { DROP, DROP, DROP, DROP },
		[MANNER_DIRECTED_BROADCAST] = { DROP, DROP, DROP, DROP },
		[MANNER_LAYER2] = { CLEAR, CLEAR, CLEAR, CLEAR },
	},
};

enum coverage coverage_of(enum model model, enum manner manner,
                          enum relation relation)
{
	return (enum coverage)table[model][manner][relation];
}

enum impact coverage_impact(enum coverage coverage, enum impact knowledge)
{
	/* Routed groups may cross a router; these, it is known, do not. */
	if (knowledge == IMPACT_OUT_OF_SCOPE)
		coverage = coverage == COVERAGE_CLEAR ? COVERAGE_CLEAR
		                                      : COVERAGE_UNREACHED;
	switch (coverage) {
	case COVERAGE_UNREACHED: return IMPACT_OUT_OF_SCOPE;
	case COVERAGE_CLEAR: return IMPACT_IN_CLEAR;
	case COVERAGE_DROP:
		return knowledge > IMPACT_NEEDS_EXEMPTION
		               ? knowledge
		               : IMPACT_NEEDS_EXEMPTION;
	case COVERAGE_PROTECT:
	case COVERAGE_COUNT: break;
	}
	return knowledge;
}

enum impact coverage_default(enum coverage coverage)
{
	return coverage_impact(coverage, IMPACT_PROTECTED);
}
