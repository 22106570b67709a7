/*
 * Windows from 2012 and 8 on, in PowerShell: rules without security.
 *
 * Multicast and broadcast are never negotiated there, and ICMP is exempt as a
 * whole or not at all. The global exemptions are one list that is replaced.
 */
#include "report/emit.h"
#include "report/policy_text.h"

static const char *const notes[] = {
	"Run it elevated. For a group policy add -PolicyStore to each rule.",
	"An exemption opens no firewall: inbound rules are needed besides.",
	"Windows never protects multicast and broadcast: no rules for them.",
	"It cannot select ICMP types: the global exemption covers all ICMP.",
	NULL,
};

const struct platform platform_windows = {
	.name = "Windows (PowerShell)",
	.comment = "# ",
	.model = MODEL_HOST_ANY,
	.baselines = BASELINE_ND | BASELINE_PMTUD | BASELINE_DHCP |
	             BASELINE_IKE | BASELINE_ESP,
	.notes = notes,
};

static void write_addresses(FILE *out, const char *key,
                            const struct prefix_list *list, enum family family)
{
	char text[ADDRESS_TEXT];

	fprintf(out, " -%s ", key);
	for (size_t i = 0; i < list->count; i++) {
		const struct prefix *prefix = &list->prefix[i];

		fputs(i ? "," : "", out);
		if (prefix->len == 128)
			fprintf(out, "'%s'",
			        address_text(text, &prefix->address, family));
		else
			fprintf(out, "'%s'", prefix_text(text, prefix));
	}
}

static void write_ports(FILE *out, const char *key,
                        const struct port_list *list)
{
	if (!list->count)
		return;
	fprintf(out, " -%s ", key);
	for (size_t i = 0; i < list->count; i++) {
		fprintf(out, "%s'%u", i ? "," : "", list->range[i].first);
		if (list->range[i].last != list->range[i].first)
			fprintf(out, "-%u", list->range[i].last);
		fputc('\'', out);
	}
}

static void write_view(FILE *out, const struct exemption *rule,
                       const struct policy_view *view, size_t number)
{
	char word[POLICY_NAME];

	fprintf(out,
	        "New-NetIPsecRule -DisplayName 'EXEMPT %zu%c %s' -Group "
	        "'ipsec-audit exemptions' -InboundSecurity None "
	        "-OutboundSecurity None -Profile Any",
	        number, view->side, policy_rule_word(word, rule));
	write_addresses(out, "LocalAddress", view->local, rule->family);
	write_addresses(out, "RemoteAddress", view->remote, rule->family);
	if (rule->transport == TRANSPORT_TCP)
		fputs(" -Protocol TCP", out);
	else if (rule->transport == TRANSPORT_UDP)
		fputs(" -Protocol UDP", out);
	else
		fprintf(out, " -Protocol %u", rule->transport);
	write_ports(out, view->side == 'c' ? "RemotePort" : "LocalPort",
	            &rule->ports);
	fputc('\n', out);
}

/* Ports are for TCP and UDP alone; without them a rule would be wider than
 * what was seen. */
static bool is_expressible(const struct exemption *rule)
{
	return !rule->ports.count || rule->transport == TRANSPORT_TCP ||
	       rule->transport == TRANSPORT_UDP;
}

static void write_rule(const struct policy *policy, size_t index)
{
	const struct exemption *rule = &policy->exemptions->rules[index];
	struct policy_view view[2];
	size_t count = policy_views(view, rule);

	if (rule->role == EXEMPTABLE_GROUP) {
		policy_note(policy, "", "   nothing to do: never protected");
		return;
	}
	if (exemption_is_icmp(rule)) {
		policy_note(policy, "", "   see the global exemption of ICMP");
		return;
	}
	if (!is_expressible(rule)) {
		policy_note(policy, "", "   Windows names no ports of it");
		return;
	}
	for (size_t i = 0; i < count; i++)
		write_view(policy->out, rule, &view[i], index + 1);
}

bool emit_windows(const struct report *report, FILE *out)
{
	struct policy policy;

	if (!policy_open(&policy, &platform_windows, report, out))
		return false;
	policy_head(&policy);
	fputs("\n# baseline; the list replaces what was set before. IKE and "
	      "AuthIP are exempt of themselves.\n"
	      "Set-NetFirewallSetting -Exemptions "
	      "NeighborDiscovery,RouterDiscovery,Icmp,Dhcp\n"
	      "Get-NetIPsecRule -Group 'ipsec-audit exemptions' -ErrorAction "
	      "SilentlyContinue | Remove-NetIPsecRule\n",
	      out);
	for (size_t i = 0; i < policy.exemptions->count; i++) {
		if (policy.exemptions->rules[i].baseline)
			continue;
		fputc('\n', out);
		policy_evidence(&policy, "", i);
		write_rule(&policy, i);
	}
	return policy_close(&policy);
}
