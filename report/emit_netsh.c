/*
 * Windows with netsh, as a batch file: connection security rules from Vista
 * on, and the filters of 2000 to 2003 when called with the word static.
 */
#include "report/emit.h"
#include "report/policy_text.h"

static const char *const notes[] = {
	"Run it elevated; with the argument static on Windows 2000 to 2003,",
	"where the policy ipsec-audit must then be assigned.",
	"An exemption opens no firewall: inbound rules are needed besides.",
	"From Vista on multicast and broadcast are never protected, and ICMP",
	"is exempt as a whole.",
	NULL,
};

const struct platform platform_netsh = {
	.name = "Windows (netsh)",
	.comment = "rem ",
	.model = MODEL_HOST_ANY,
	.baselines = BASELINE_ND | BASELINE_PMTUD | BASELINE_DHCP |
	             BASELINE_IKE | BASELINE_ESP,
	.notes = notes,
};

static void write_protocol(FILE *out, uint8_t transport)
{
	switch (transport) {
	case TRANSPORT_TCP: fputs(" protocol=tcp", out); break;
	case TRANSPORT_UDP: fputs(" protocol=udp", out); break;
	default: fprintf(out, " protocol=%u", transport); break;
	}
}

static void write_endpoint(FILE *out, unsigned number,
                           const struct prefix_list *list, enum family family)
{
	char text[ADDRESS_TEXT];

	fprintf(out, " endpoint%u=", number);
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i ? "," : "",
		        list->prefix[i].len == 128
		                ? address_text(text, &list->prefix[i].address,
		                               family)
		                : prefix_text(text, &list->prefix[i]));
}

static void write_ports(FILE *out, unsigned number,
                        const struct port_list *list)
{
	if (!list->count)
		return;
	fprintf(out, " port%u=", number);
	for (size_t i = 0; i < list->count; i++) {
		fprintf(out, "%s%u", i ? "," : "", list->range[i].first);
		if (list->range[i].last != list->range[i].first)
			fprintf(out, "-%u", list->range[i].last);
	}
}

static bool has_named_ports(const struct exemption *rule)
{
	return !rule->ports.count || rule->transport == TRANSPORT_TCP ||
	       rule->transport == TRANSPORT_UDP;
}

static void write_advanced(const struct policy *policy, size_t index)
{
	const struct exemption *rule = &policy->exemptions->rules[index];
	struct policy_view view[2];
	size_t count = policy_views(view, rule);
	char word[POLICY_NAME];

	for (size_t i = 0; i < count; i++) {
		fprintf(policy->out,
		        "netsh advfirewall consec add rule name=\"EXEMPT "
		        "%zu%c %s\"",
		        index + 1, view[i].side, policy_rule_word(word, rule));
		write_endpoint(policy->out, 1, view[i].local, rule->family);
		write_endpoint(policy->out, 2, view[i].remote, rule->family);
		write_ports(policy->out, view[i].side == 'c' ? 2 : 1,
		            &rule->ports);
		write_protocol(policy->out, rule->transport);
		fputs(" action=noauthentication profile=any\n", policy->out);
	}
}

static bool is_advanced(const struct exemption *rule)
{
	return !rule->baseline && rule->role != EXEMPTABLE_GROUP &&
	       !exemption_is_icmp(rule) && has_named_ports(rule);
}

static void write_all_advanced(const struct policy *policy)
{
	fputs("\nrem baseline; the list replaces what was set before. IKE and "
	      "AuthIP are exempt of themselves.\n"
	      "netsh advfirewall set global ipsec defaultexemptions "
	      "neighbordiscovery,icmp,dhcp\n",
	      policy->out);
	for (size_t i = 0; i < policy->exemptions->count; i++) {
		if (!is_advanced(&policy->exemptions->rules[i]))
			continue;
		fputc('\n', policy->out);
		policy_evidence(policy, "", i);
		write_advanced(policy, i);
	}
}

static void write_mask(FILE *out, unsigned prefix_len)
{
	unsigned len = prefix_len - IPV4_PREFIX_OFFSET;
	uint32_t mask = len ? UINT32_MAX << (32 - len) : 0;

	fprintf(out, "%u.%u.%u.%u", mask >> 24, mask >> 16 & 255,
	        mask >> 8 & 255, mask & 255);
}

static void write_filter_end(FILE *out, const char *end,
                             const struct prefix *prefix)
{
	char text[ADDRESS_TEXT];

	fprintf(out, " %saddr=%s %smask=", end,
	        address_text(text, &prefix->address, FAMILY_IPV4), end);
	write_mask(out, prefix->len);
}

static void write_filter(FILE *out, const struct exemption *rule,
                         const struct prefix *client,
                         const struct prefix *server, uint16_t port)
{
	fputs("netsh ipsec static add filter filterlist=ipsec-audit", out);
	write_filter_end(out, "src", client);
	write_filter_end(out, "dst", server);
	fputs(rule->transport == TRANSPORT_ICMP ? " protocol=icmp" : "", out);
	if (rule->transport != TRANSPORT_ICMP)
		write_protocol(out, rule->transport);
	if (rule->transport == TRANSPORT_TCP ||
	    rule->transport == TRANSPORT_UDP)
		fprintf(out, " srcport=%u dstport=%u", rule->client_port, port);
	fputs(" mirrored=yes\n", out);
}

/* No lists and no ranges. ICMP has no types, so that once is enough. */
static void write_filters(FILE *out, const struct exemption *rule,
                          const struct prefix *client,
                          const struct prefix *server)
{
	if (!rule->ports.count || rule->transport == TRANSPORT_ICMP) {
		write_filter(out, rule, client, server, 0);
		return;
	}
	for (size_t i = 0; i < rule->ports.count; i++)
		for (uint32_t port = rule->ports.range[i].first;
		     port <= rule->ports.range[i].last; port++)
			write_filter(out, rule, client, server, (uint16_t)port);
}

static void write_static(const struct policy *policy, size_t index)
{
	const struct exemption *rule = &policy->exemptions->rules[index];

	policy_evidence(policy, "", index);
	for (size_t c = 0; c < rule->clients.count; c++)
		for (size_t s = 0; s < rule->servers.count; s++)
			write_filters(policy->out, rule,
			              &rule->clients.prefix[c],
			              &rule->servers.prefix[s]);
}

static void write_all_static(const struct policy *policy)
{
	fputs("\ngoto :eof\n:static\n"
	      "netsh ipsec static add policy name=ipsec-audit\n"
	      "netsh ipsec static add filterlist name=ipsec-audit\n"
	      "netsh ipsec static add filteraction name=ipsec-audit-permit "
	      "action=permit\n"
	      "netsh ipsec static add rule name=ipsec-audit "
	      "policy=ipsec-audit filterlist=ipsec-audit "
	      "filteraction=ipsec-audit-permit\n",
	      policy->out);
	for (size_t i = 0; i < policy->exemptions->count; i++) {
		const struct exemption *rule = &policy->exemptions->rules[i];

		/* It exempts IKE by itself, and knows no IPv6. */
		if (rule->family == FAMILY_IPV6 ||
		    !(has_named_ports(rule) || exemption_is_icmp(rule)) ||
		    rule->baseline & (BASELINE_IKE | BASELINE_ESP))
			continue;
		fputc('\n', policy->out);
		write_static(policy, i);
	}
}

bool emit_netsh(const struct report *report, FILE *out)
{
	struct policy policy;

	if (!policy_open(&policy, &platform_netsh, report, out))
		return false;
	fputs("@echo off\n", out);
	policy_head(&policy);
	fputs("if \"%1\"==\"static\" goto static\n", out);
	write_all_advanced(&policy);
	write_all_static(&policy);
	return policy_close(&policy);
}
