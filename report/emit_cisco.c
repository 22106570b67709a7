/*
 * Cisco IOS: deny lines for the access lists of crypto maps, one list for the
 * gateway of each segment. What a list denies, its crypto map lets past.
 *
 * The peer's list is the mirror image, so each rule stands in the lists of
 * both ends. The first match wins: these must come before the permits.
 */
#include "report/emit.h"
#include "report/policy_text.h"

static const char *const notes[] = {
	"deny means: not protected by this crypto map entry. These lines must",
	"come before the permit lines of the list that the crypto map names.",
	"Router-made IKE and ESP are exempt of themselves, passing ones not.",
	"With tunnel interfaces there is no such list: exempt by routing.",
	NULL,
};

const struct platform platform_cisco = {
	.name = "Cisco IOS (crypto map)",
	.comment = "! ",
	.model = MODEL_GATEWAY_POLICY,
	.baselines = BASELINE_PMTUD | BASELINE_IKE | BASELINE_ESP,
	.notes = notes,
};

static void write_wildcard(FILE *out, const struct prefix *prefix)
{
	unsigned len = prefix->len - IPV4_PREFIX_OFFSET;
	uint32_t wild = len < 32 ? UINT32_MAX >> len : 0;
	char text[ADDRESS_TEXT];

	fprintf(out, " %s %u.%u.%u.%u",
	        address_text(text, &prefix->address, FAMILY_IPV4), wild >> 24,
	        wild >> 16 & 255, wild >> 8 & 255, wild & 255);
}

static void write_end(FILE *out, const struct prefix *prefix,
                      enum family family)
{
	unsigned none = family == FAMILY_IPV4 ? IPV4_PREFIX_OFFSET : 0;
	char text[ADDRESS_TEXT];

	if (prefix->len == none)
		fputs(" any", out);
	else if (prefix->len == 128)
		fprintf(out, " host %s",
		        address_text(text, &prefix->address, family));
	else if (family == FAMILY_IPV4)
		write_wildcard(out, prefix);
	else
		fprintf(out, " %s", prefix_text(text, prefix));
}

static void write_port(FILE *out, struct port_range range)
{
	if (range.first != range.last)
		fprintf(out, " range %u %u", range.first, range.last);
	else if (range.first)
		fprintf(out, " eq %u", range.first);
}

static void write_protocol(FILE *out, uint8_t transport)
{
	switch (transport) {
	case TRANSPORT_TCP: fputs(" deny tcp", out); break;
	case TRANSPORT_UDP: fputs(" deny udp", out); break;
	case TRANSPORT_ICMP:
	case TRANSPORT_ICMPV6: fputs(" deny icmp", out); break;
	case TRANSPORT_SCTP: fputs(" deny sctp", out); break;
	default: fprintf(out, " deny %u", transport); break;
	}
}

/* One line: from the local to the remote side of a view. */
static void write_line(FILE *out, const struct exemption *rule,
                       const struct policy_view *view,
                       const struct prefix *ends[2], struct port_range range)
{
	const struct port_range client = { rule->client_port,
		                           rule->client_port };
	bool is_client = view->side == 'c';
	bool is_icmp = exemption_is_icmp(rule);

	write_protocol(out, rule->transport);
	write_end(out, ends[0], rule->family);
	if (!is_icmp)
		write_port(out, is_client ? client : range);
	write_end(out, ends[1], rule->family);
	if (!is_icmp)
		write_port(out, is_client ? range : client);
	else
		fprintf(out, " %u %u", (unsigned)range.first >> 8,
		        (unsigned)range.first & 0xff);
	fputc('\n', out);
}

/* A list is read backwards for what comes in: a type and its answer both have
 * to stand there. */
static void write_icmp(FILE *out, const struct exemption *rule,
                       const struct policy_view *view,
                       const struct prefix *ends[2], uint16_t value)
{
	uint8_t type = (uint8_t)(value >> 8);
	uint8_t answer = rule->role == EXEMPTABLE_SERVICE
	                         ? icmp_answer(rule->transport, type)
	                         : type;
	uint16_t back = (uint16_t)((unsigned)answer << 8 | (value & 0xff));

	write_line(out, rule, view, ends, (struct port_range){ value, value });
	if (answer != type)
		write_line(out, rule, view, ends,
		           (struct port_range){ back, back });
}

static void write_pair(FILE *out, const struct exemption *rule,
                       const struct policy_view *view,
                       const struct prefix *ends[2])
{
	if (!rule->ports.count)
		write_line(out, rule, view, ends, (struct port_range){ 0, 0 });
	for (size_t i = 0; i < rule->ports.count; i++) {
		struct port_range range = rule->ports.range[i];

		if (!exemption_is_icmp(rule)) {
			write_line(out, rule, view, ends, range);
			continue;
		}
		for (uint32_t v = range.first; v <= range.last; v++)
			write_icmp(out, rule, view, ends, (uint16_t)v);
	}
}

static void write_view(FILE *out, const struct exemption *rule,
                       const struct policy_view *view)
{
	for (size_t l = 0; l < view->local->count; l++) {
		for (size_t r = 0; r < view->remote->count; r++) {
			const struct prefix *ends[2] = {
				&view->local->prefix[l],
				&view->remote->prefix[r],
			};

			write_pair(out, rule, view, ends);
		}
	}
}

/* Whether the gateway of a segment is on a side. */
static bool is_at(const struct exemption *rule, char side, uint32_t segment)
{
	return rule->baseline || rule->ends[side == 's'] == segment;
}

static void write_rules(const struct policy *policy, uint32_t segment,
                        enum family family)
{
	for (size_t i = 0; i < policy->exemptions->count; i++) {
		const struct exemption *rule = &policy->exemptions->rules[i];
		struct policy_view view[2];
		size_t count = policy_views(view, rule);
		bool is_told = false;

		for (size_t v = 0; v < count && rule->family == family; v++) {
			/* Nobody sends from a group. */
			if (!is_at(rule, view[v].side, segment) ||
			    (rule->role == EXEMPTABLE_GROUP &&
			     view[v].side == 's'))
				continue;
			if (!is_told)
				policy_evidence(policy, "", i);
			is_told = true;
			write_view(policy->out, rule, &view[v]);
		}
	}
}

static bool has_rules(const struct policy *policy, uint32_t segment,
                      enum family family)
{
	for (size_t i = 0; i < policy->exemptions->count; i++) {
		const struct exemption *rule = &policy->exemptions->rules[i];

		if (!rule->baseline && rule->family == family &&
		    (rule->ends[0] == segment || rule->ends[1] == segment))
			return true;
	}
	return false;
}

static void write_list(const struct policy *policy, uint32_t segment,
                       enum family family)
{
	const char *name = report_segment_name(policy->report, segment);
	char word[POLICY_NAME];
	char safe[POLICY_NAME];

	fputc('\n', policy->out);
	policy_note(policy, "", "for the gateway of %s",
	            policy_safe(safe, name));
	fprintf(policy->out, "%s IPSEC-EXEMPT-%u-%.32s\n",
	        family == FAMILY_IPV4 ? "ip access-list extended"
	                              : "ipv6 access-list",
	        segment + 1, policy_word(word, name));
	write_rules(policy, segment, family);
}

bool emit_cisco(const struct report *report, FILE *out)
{
	struct policy policy;

	if (!policy_open(&policy, &platform_cisco, report, out))
		return false;
	policy_head(&policy);
	for (uint32_t i = 0; i < report->segment_count; i++) {
		const struct path *total = &report->segments[i].part.total;

		if (!total->span.last_ns)
			continue;
		write_list(&policy, i, FAMILY_IPV4);
		if (has_rules(&policy, i, FAMILY_IPV6))
			write_list(&policy, i, FAMILY_IPV6);
	}
	return policy_close(&policy);
}
