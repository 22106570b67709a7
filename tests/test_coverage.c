#include <criterion/criterion.h>

#include "report/coverage.h"

/*
 * Coverage against what a real stack did: rows of the measured LAN matrix,
 * neighbour discovery and gateways, in the words of coverage. "in clear" was
 * CLEAR on the wire, "in ESP" PROTECTED, "lost" DROP at either end.
 *
 * Rows that say nothing of coverage are left out:
 * - IKE from a socket with a bypass of its own: the socket decides, before any
 *   policy is looked up.
 * - a peer without IPsec (both directions), a peer with associations but no
 *   policy, only one side configured: the selector takes the packet, whether
 *   the other end can is host capability.
 * - policies without associations, with level use, neighbour discovery
 *   deadlocked before the first association: what becomes of selected packets
 *   until IKE is done is knowledge, so signatures say it.
 * - associations made by hand for groups, bypasses for groups or neighbour
 *   discovery: these are remedies.
 * - a policy for one pair of hosts, or for fe80::/10: no deployment model of
 *   ours has it.
 * - a host's packets to itself: they are on no wire.
 * - CBC and AH: coverage does not depend on the suite.
 */

enum {
	UNREACHED = COVERAGE_UNREACHED,
	CLEAR = COVERAGE_CLEAR,
	ESP = COVERAGE_PROTECT,
	LOST = COVERAGE_DROP,
};

static void expect_coverage(const char *what, enum model model,
                            enum manner manner, enum relation relation,
                            int want)
{
	enum coverage coverage = coverage_of(model, manner, relation);

	cr_expect_eq(coverage, (enum coverage)want,
	             "%s under %s: %s instead of %s", what, model_name(model),
	             coverage_name(coverage),
	             coverage_name((enum coverage)want));
}

struct lan_row {
	const char *what;
	enum manner manner;
	int host_subnet; /* policy 10.0.0.0/24 - 10.0.0.0/24, transport */
	int host_any;    /* policy 0/0 - 0/0, transport */
};

static void expect_lan(const struct lan_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		expect_coverage(rows[i].what, MODEL_HOST_SUBNET, rows[i].manner,
		                RELATION_WITHIN, rows[i].host_subnet);
		expect_coverage(rows[i].what, MODEL_HOST_ANY, rows[i].manner,
		                RELATION_WITHIN, rows[i].host_any);
	}
}

Test(coverage, agrees_with_what_host_policies_did_to_unicast_on_a_lan)
{
	static const struct lan_row rows[] = {
		{ "ICMP echo", MANNER_UNICAST, ESP, ESP },
		{ "a UDP datagram", MANNER_UNICAST, ESP, ESP },
		{ "the same back", MANNER_UNICAST, ESP, ESP },
		{ "a G.711 stream", MANNER_UNICAST, ESP, ESP },
		{ "TCP in writes of one byte", MANNER_UNICAST, ESP, ESP },
		{ "4000 bytes of UDP in fragments", MANNER_UNICAST, ESP, ESP },
		{ "SCTP", MANNER_UNICAST, ESP, ESP },
		{ "GRE", MANNER_UNICAST, ESP, ESP },
		{ "IP in IP", MANNER_UNICAST, ESP, ESP },
		{ "unicast OSPF", MANNER_UNICAST, ESP, ESP },
		{ "UDP with a hop limit of 1", MANNER_UNICAST, ESP, ESP },
		{ "BFD with a hop limit of 255", MANNER_UNICAST, ESP, ESP },
		{ "IKE without a bypass", MANNER_UNICAST, ESP, ESP },
		{ "DHCP renewal", MANNER_UNICAST, ESP, ESP },
	};

	expect_lan(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(coverage, agrees_with_what_host_policies_did_to_the_rest_of_a_lan)
{
	static const struct lan_row rows[] = {
		{ "239.1.1.1", MANNER_GROUP_ROUTED, CLEAR, LOST },
		{ "mDNS", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "OSPF to 224.0.0.5", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "VRRP", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "an IGMP report", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "255.255.255.255", MANNER_LIMITED_BROADCAST, CLEAR, LOST },
		{ "DHCP discover from a socket", MANNER_LIMITED_BROADCAST,
		  CLEAR, LOST },
		{ "DHCP discover past the IP stack", MANNER_LIMITED_BROADCAST,
		  CLEAR, LOST },
		{ "10.0.0.255", MANNER_DIRECTED_BROADCAST, LOST, LOST },
		{ "10.0.0.255 at a bystander", MANNER_DIRECTED_BROADCAST, LOST,
		  LOST },
		{ "NetBIOS names", MANNER_DIRECTED_BROADCAST, LOST, LOST },
		{ "host unreachable from a third host", MANNER_ERROR_INSIDE,
		  LOST, LOST },
		{ "fragmentation needed from a router", MANNER_ERROR_INSIDE,
		  LOST, LOST },
		{ "ARP", MANNER_LAYER2, CLEAR, CLEAR },
	};

	expect_lan(rows, sizeof(rows) / sizeof(rows[0]));
}

/*
 * host-subnet is the policy for the on-link /64, host-any the one for ::/0.
 * Under the latter unicast was seen to work once neighbour discovery had a
 * bypass, and not before: that is the multicast row's doing.
 */
Test(coverage, agrees_with_what_host_policies_did_to_ipv6)
{
	static const struct lan_row rows[] = {
		{ "UDP between global addresses", MANNER_UNICAST, ESP, ESP },
		{ "ping between global addresses", MANNER_UNICAST, ESP, ESP },
		{ "a neighbour advertisement", MANNER_UNICAST, ESP, ESP },
		{ "ping between link-local addresses", MANNER_LINK_LOCAL, CLEAR,
		  LOST },
		{ "a neighbour solicitation", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "a router solicitation", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "mDNS", MANNER_GROUP_LINK, CLEAR, LOST },
		{ "an MLD report", MANNER_GROUP_LINK, CLEAR, LOST },
	};

	expect_lan(rows, sizeof(rows) / sizeof(rows[0]));
}

/*
 * The tunnel of a remote host takes everything to one peer. Of the tunnel
 * measured on the LAN these rows have a counterpart: what it took for a third
 * host or for all of them never got there.
 */
Test(coverage, agrees_with_what_a_host_s_tunnel_did_to_its_lan)
{
	static const struct {
		const char *what;
		enum manner manner;
		enum relation relation;
		int want;
	} rows[] = {
		{ "UDP to a third host", MANNER_UNICAST, RELATION_WITHIN,
		  LOST },
		{ "UDP to the gateway's own address", MANNER_UNICAST,
		  RELATION_WITHIN, LOST },
		{ "UDP to the far site", MANNER_UNICAST, RELATION_BETWEEN,
		  ESP },
		{ "10.0.0.255 at a bystander", MANNER_DIRECTED_BROADCAST,
		  RELATION_WITHIN, LOST },
		{ "an error from a third host", MANNER_ERROR_INSIDE,
		  RELATION_WITHIN, LOST },
		{ "ARP", MANNER_LAYER2, RELATION_WITHIN, CLEAR },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_coverage(rows[i].what, MODEL_REMOTE_ACCESS,
		                rows[i].manner, rows[i].relation, rows[i].want);
}

struct site_row {
	const char *what;
	enum manner manner;
	enum relation relation;
	int policy; /* tunnel with a pair of prefixes */
	int route;  /* GRE over ESP transport: what is routed there */
};

Test(coverage, agrees_with_what_gateways_did)
{
	static const struct site_row rows[] = {
		{ "UDP to the far site", MANNER_UNICAST, RELATION_BETWEEN, ESP,
		  ESP },
		{ "4000 bytes of UDP in fragments", MANNER_UNICAST,
		  RELATION_BETWEEN, ESP, ESP },
		{ "port unreachable from the peer host", MANNER_UNICAST,
		  RELATION_BETWEEN, ESP, ESP },
		{ "time exceeded from the near gateway", MANNER_ERROR_INSIDE,
		  RELATION_WITHIN, UNREACHED, UNREACHED },
		{ "time exceeded from the far gateway's WAN address",
		  MANNER_ERROR_INSIDE, RELATION_OUTSIDE, LOST, ESP },
		{ "host unreachable from a router in no selector",
		  MANNER_ERROR_INSIDE, RELATION_OUTSIDE, LOST, ESP },
		{ "a routed group", MANNER_GROUP_ROUTED, RELATION_BETWEEN, LOST,
		  ESP },
		{ "a routed group seen at its sender", MANNER_GROUP_ROUTED,
		  RELATION_WITHIN, LOST, ESP },
		{ "UDP between hosts of one LAN", MANNER_UNICAST,
		  RELATION_WITHIN, UNREACHED, UNREACHED },
		{ "UDP to the Internet", MANNER_UNICAST, RELATION_OUTSIDE,
		  CLEAR, CLEAR },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect_coverage(rows[i].what, MODEL_GATEWAY_POLICY,
		                rows[i].manner, rows[i].relation,
		                rows[i].policy);
		expect_coverage(rows[i].what, MODEL_GATEWAY_ROUTE,
		                rows[i].manner, rows[i].relation,
		                rows[i].route);
	}
}

Test(coverage, what_stays_on_a_lan_never_reaches_a_gateway)
{
	static const enum manner manners[] = {
		MANNER_UNICAST,
		MANNER_LINK_LOCAL,
		MANNER_ERROR_INSIDE,
		MANNER_ERROR_OUTSIDE,
		MANNER_GROUP_LINK,
		MANNER_LIMITED_BROADCAST,
		MANNER_DIRECTED_BROADCAST,
		MANNER_LAYER2,
	};

	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		const char *name = manner_name(manners[i]);

		expect_coverage(name, MODEL_GATEWAY_POLICY, manners[i],
		                RELATION_WITHIN, UNREACHED);
		expect_coverage(name, MODEL_GATEWAY_ROUTE, manners[i],
		                RELATION_WITHIN, UNREACHED);
	}
}

/* Errors of routers outside the selector were accepted in clear; everything
 * with peers that have no policy is lost where all must be IPsec. */
Test(coverage, the_outside_is_clear_to_narrow_policies_and_lost_to_wide_ones)
{
	static const enum manner manners[] = { MANNER_UNICAST,
		                               MANNER_ERROR_INSIDE,
		                               MANNER_ERROR_OUTSIDE };

	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		const char *name = manner_name(manners[i]);

		expect_coverage(name, MODEL_HOST_SUBNET, manners[i],
		                RELATION_OUTSIDE, CLEAR);
		expect_coverage(name, MODEL_HOST_ANY, manners[i],
		                RELATION_OUTSIDE, LOST);
		expect_coverage(name, MODEL_REMOTE_ACCESS, manners[i],
		                RELATION_OUTSIDE, ESP);
	}
}

Test(coverage, unicast_between_strangers_is_no_policy_s_business)
{
	for (enum model model = 0; model < MODEL_COUNT; model++)
		expect_coverage("transit", model, MANNER_UNICAST,
		                RELATION_TRANSIT, UNREACHED);
}

Test(coverage, decides_what_knowledge_comes_to)
{
	static const struct {
		enum coverage coverage;
		enum impact knowledge;
		enum impact want;
	} cases[] = {
		/* What is selected fares as knowledge says. */
		{ COVERAGE_PROTECT, IMPACT_PROTECTED, IMPACT_PROTECTED },
		{ COVERAGE_PROTECT, IMPACT_DEGRADES, IMPACT_DEGRADES },
		{ COVERAGE_PROTECT, IMPACT_NEEDS_EXEMPTION,
		  IMPACT_NEEDS_EXEMPTION },
		{ COVERAGE_PROTECT, IMPACT_BREAKS, IMPACT_BREAKS },
		/* What is not selected goes on, whatever it is. */
		{ COVERAGE_CLEAR, IMPACT_PROTECTED, IMPACT_IN_CLEAR },
		{ COVERAGE_CLEAR, IMPACT_BREAKS, IMPACT_IN_CLEAR },
		{ COVERAGE_CLEAR, IMPACT_OUT_OF_SCOPE, IMPACT_IN_CLEAR },
		/* What is dropped needs an exemption at least. */
		{ COVERAGE_DROP, IMPACT_PROTECTED, IMPACT_NEEDS_EXEMPTION },
		{ COVERAGE_DROP, IMPACT_IN_CLEAR, IMPACT_NEEDS_EXEMPTION },
		{ COVERAGE_DROP, IMPACT_DEGRADES, IMPACT_NEEDS_EXEMPTION },
		{ COVERAGE_DROP, IMPACT_BREAKS, IMPACT_BREAKS },
		/* What never gets there is nobody's concern. */
		{ COVERAGE_UNREACHED, IMPACT_PROTECTED, IMPACT_OUT_OF_SCOPE },
		{ COVERAGE_UNREACHED, IMPACT_BREAKS, IMPACT_OUT_OF_SCOPE },
		/* A group that could be routed, but is known not to be. */
		{ COVERAGE_DROP, IMPACT_OUT_OF_SCOPE, IMPACT_OUT_OF_SCOPE },
		{ COVERAGE_PROTECT, IMPACT_OUT_OF_SCOPE, IMPACT_OUT_OF_SCOPE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(coverage_impact(cases[i].coverage,
		                             cases[i].knowledge),
		             cases[i].want, "%s of what is %s comes to %s",
		             coverage_name(cases[i].coverage),
		             impact_name(cases[i].knowledge),
		             impact_name(coverage_impact(cases[i].coverage,
		                                         cases[i].knowledge)));
}

Test(coverage, speaks_alone_where_no_signature_does)
{
	cr_expect_eq(coverage_default(COVERAGE_UNREACHED), IMPACT_OUT_OF_SCOPE);
	cr_expect_eq(coverage_default(COVERAGE_CLEAR), IMPACT_IN_CLEAR);
	cr_expect_eq(coverage_default(COVERAGE_PROTECT), IMPACT_PROTECTED);
	cr_expect_eq(coverage_default(COVERAGE_DROP), IMPACT_NEEDS_EXEMPTION);
}

Test(coverage, names_of_manners_lead_back_to_them)
{
	enum manner manner;

	for (enum manner m = 0; m < MANNER_COUNT; m++) {
		cr_expect(manner_from_name(&manner, manner_name(m)));
		cr_expect_eq(manner, m);
	}
	cr_expect_not(manner_from_name(&manner, "anycast"));
	cr_expect_not(manner_from_name(&manner, ""));
	for (enum coverage c = 0; c < COVERAGE_COUNT; c++)
		cr_expect_str_not_empty(coverage_name(c));
}
