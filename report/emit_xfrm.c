/*
 * Linux policies as `ip -batch FILE` reads them. A policy without a template
 * lets past; update makes loading it twice harmless.
 */
#include "report/emit.h"
#include "report/policy_text.h"

static const char *const notes[] = {
	"Load with: ip -batch FILE. The policies that require IPsec must have",
	"a larger priority number than 100, which these have.",
	NULL,
};

const struct platform platform_xfrm = {
	.name = "Linux (ip xfrm)",
	.comment = "# ",
	.model = MODEL_HOST_ANY,
	.baselines = BASELINE_ND | BASELINE_PMTUD | BASELINE_DHCP |
	             BASELINE_IKE | BASELINE_ESP,
	.notes = notes,
};

/* One way of a rule. */
struct leg {
	const struct exemption *rule;
	const struct prefix_list *source;
	const struct prefix_list *target;
	unsigned source_end; /* of rule->ends */
	bool is_answer;      /* the service's port is the source's */
};

static void write_ports(FILE *out, const struct leg *leg, uint16_t port)
{
	uint16_t client = leg->rule->client_port;
	uint16_t source = leg->is_answer ? port : client;
	uint16_t target = leg->is_answer ? client : port;

	if (source)
		fprintf(out, " sport %u", source);
	if (target)
		fprintf(out, " dport %u", target);
}

static void write_icmp(FILE *out, const struct leg *leg, uint16_t value)
{
	uint8_t type = (uint8_t)(value >> 8);

	if (leg->is_answer && leg->rule->role == EXEMPTABLE_SERVICE)
		type = icmp_answer(leg->rule->transport, type);
	fprintf(out, " type %u code %u", type, (unsigned)value & 0xff);
}

static void write_transport(FILE *out, const struct leg *leg, uint16_t value)
{
	switch (leg->rule->transport) {
	case TRANSPORT_ICMP:
		fputs(" proto icmp", out);
		write_icmp(out, leg, value);
		break;
	case TRANSPORT_ICMPV6:
		fputs(" proto ipv6-icmp", out);
		write_icmp(out, leg, value);
		break;
	case TRANSPORT_TCP:
		fputs(" proto tcp", out);
		write_ports(out, leg, value);
		break;
	case TRANSPORT_UDP:
		fputs(" proto udp", out);
		write_ports(out, leg, value);
		break;
	case TRANSPORT_SCTP:
		fputs(" proto sctp", out);
		write_ports(out, leg, value);
		break;
	default: fprintf(out, " proto %u", leg->rule->transport); break;
	}
}

static void write_addresses(FILE *out, const struct prefix *ends[2])
{
	char text[ADDRESS_TEXT];

	fprintf(out, "xfrm policy update src %s", prefix_text(text, ends[0]));
	fprintf(out, " dst %s", prefix_text(text, ends[1]));
}

static void write_line(const struct policy *policy, const struct leg *leg,
                       const struct prefix *ends[2], uint16_t value,
                       const char *direction)
{
	write_addresses(policy->out, ends);
	write_transport(policy->out, leg, value);
	fprintf(policy->out, " dir %s priority 100 action allow\n", direction);
}

static void write_raw(const struct policy *policy, const struct prefix *ends[2])
{
	write_addresses(policy->out, ends);
	fprintf(policy->out, " proto %u dir out priority 100 action allow\n",
	        (unsigned)TRANSPORT_RAW);
}

static bool is_ours(const struct exemption *rule, unsigned end)
{
	return rule->baseline || rule->role == EXEMPTABLE_GROUP ||
	       rule->ends[end] != ATLAS_OUTSIDE;
}

/* In the directions in which some host or gateway of ours meets it. */
static void write_directions(const struct policy *policy, const struct leg *leg,
                             const struct prefix *ends[2], uint16_t value)
{
	if (is_ours(leg->rule, leg->source_end)) {
		write_line(policy, leg, ends, value, "out");
		if (policy_has_own_header(leg->rule))
			write_raw(policy, ends);
	}
	if (is_ours(leg->rule, !leg->source_end))
		write_line(policy, leg, ends, value, "in");
	if (policy_is_gateway(policy))
		write_line(policy, leg, ends, value, "fwd");
}

static void write_ends(const struct policy *policy, const struct leg *leg,
                       uint16_t value)
{
	for (size_t s = 0; s < leg->source->count; s++) {
		for (size_t t = 0; t < leg->target->count; t++) {
			const struct prefix *ends[2] = {
				&leg->source->prefix[s],
				&leg->target->prefix[t],
			};

			write_directions(policy, leg, ends, value);
		}
	}
}

/* ip takes no ranges of ports. */
static void write_leg(const struct policy *policy, const struct leg *leg)
{
	const struct port_list *ports = &leg->rule->ports;

	if (!ports->count)
		write_ends(policy, leg, 0);
	for (size_t i = 0; i < ports->count; i++)
		for (uint32_t port = ports->range[i].first;
		     port <= ports->range[i].last; port++)
			write_ends(policy, leg, (uint16_t)port);
}

static void write_rule(const struct policy *policy,
                       const struct exemption *rule)
{
	const struct leg to = { rule, &rule->clients, &rule->servers, 0,
		                false };
	const struct leg from = { rule, &rule->servers, &rule->clients, 1,
		                  true };

	/* Its ports would have to be any, which is wider than what was seen. */
	if (rule->transport == TRANSPORT_UDPLITE) {
		policy_note(policy, "", "   ip cannot name ports of UDP-Lite");
		return;
	}
	if (rule->directions & EXEMPTION_TO_SERVICE)
		write_leg(policy, &to);
	if (rule->directions & EXEMPTION_FROM_SERVICE)
		write_leg(policy, &from);
}

bool emit_xfrm(const struct report *report, FILE *out)
{
	struct policy policy;

	if (!policy_open(&policy, &platform_xfrm, report, out))
		return false;
	policy_head(&policy);
	for (size_t i = 0; i < policy.exemptions->count; i++) {
		fputc('\n', out);
		policy_evidence(&policy, "", i);
		write_rule(&policy, &policy.exemptions->rules[i]);
	}
	return policy_close(&policy);
}
