#include "report/policy_text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"
#include "report/timestamp.h"

enum { HALF_PERCENT = 50, TEXT_MAX = 512 };

bool policy_open(struct policy *policy, const struct platform *platform,
                 const struct report *report, FILE *out)
{
	struct error ignored = { "" };

	*policy = (struct policy){
		.platform = platform,
		.report = report,
		.model = report->model_chosen ? report->model : platform->model,
		.out = out,
	};
	policy->exemptions = exemptions_create(report, 1u << policy->model,
	                                       platform->baselines, &ignored);
	return policy->exemptions;
}

bool policy_close(struct policy *policy)
{
	exemptions_free(policy->exemptions);
	return !ferror(policy->out);
}

static bool is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr(" ._:/+-", c));
}

const char *policy_safe(char text[static POLICY_NAME], const char *name)
{
	size_t len = 0;

	for (; *name && len < POLICY_NAME - 1; name++)
		text[len++] = is_safe(*name) ? *name : '_';
	text[len] = '\0';
	return text;
}

const char *policy_word(char text[static POLICY_NAME], const char *name)
{
	size_t len = 0;

	for (; *name && len < POLICY_NAME - 1; name++)
		text[len++] = is_safe(*name) && !strchr(" ._:/+", *name) ? *name
		                                                         : '-';
	text[len] = '\0';
	return text;
}

const char *policy_rule_word(char text[static POLICY_NAME],
                             const struct exemption *rule)
{
	if (rule->baseline)
		return policy_word(text, baseline_name(rule->baseline));
	return policy_word(text, rule->signature_count ? rule->signatures[0]->id
	                                               : "seen");
}

void policy_note(const struct policy *policy, const char *indent,
                 const char *format, ...)
{
	va_list args;

	fprintf(policy->out, "%s%s", indent, policy->platform->comment);
	va_start(args, format);
	vfprintf(policy->out, format, args);
	va_end(args);
	fputc('\n', policy->out);
}

bool policy_has_own_header(const struct exemption *rule)
{
	enum { RSVP = 46, EIGRP = 88, OSPF = 89, PIM = 103, VRRP = 112 };

	if (rule->family != FAMILY_IPV4)
		return false;
	switch (rule->transport) {
	case RSVP:
	case EIGRP:
	case OSPF:
	case PIM:
	case VRRP: return true;
	default: return false;
	}
}

bool policy_is_gateway(const struct policy *policy)
{
	return policy->model == MODEL_GATEWAY_POLICY ||
	       policy->model == MODEL_GATEWAY_ROUTE;
}

static bool is_inside(const struct exemption *rule, unsigned end)
{
	return rule->baseline || rule->role == EXEMPTABLE_GROUP ||
	       rule->ends[end] != ATLAS_OUTSIDE;
}

size_t policy_views(struct policy_view view[static 2],
                    const struct exemption *rule)
{
	/* A baseline that names both ends alike is its own mirror image. */
	bool is_mirrored =
		rule->baseline && !(rule->directions & EXEMPTION_FROM_SERVICE);
	size_t count = 0;

	if (is_inside(rule, 0))
		view[count++] = (struct policy_view){ 'c', &rule->clients,
			                              &rule->servers };
	if (is_inside(rule, 1) && !is_mirrored)
		view[count++] = (struct policy_view){ 's', &rule->servers,
			                              &rule->clients };
	return count;
}

static bool is_poor(const struct exemption_balance *balance, enum model model)
{
	int percent = balance_percent(balance, model);

	return percent >= 0 && percent < HALF_PERCENT;
}

void policy_warn(const struct policy *policy, const char *before, FILE *out)
{
	const struct exemptions *exemptions = policy->exemptions;
	char names[2][POLICY_NAME];

	for (size_t i = 0; i < exemptions->balance_count; i++) {
		const struct exemption_balance *balance =
			&exemptions->balances[i];

		if (!is_poor(balance, policy->model))
			continue;
		for (unsigned e = 0; e < 2; e++)
			policy_safe(names[e],
			            report_segment_name(policy->report,
			                                balance->ends[e]));
		fprintf(out,
		        "%s%s - %s: of what would gain from IPsec, these "
		        "exemptions leave %d percent of the bytes "
		        "protected\n",
		        before, names[0], names[1],
		        balance_percent(balance, policy->model));
	}
}

static void note_left_out(const struct policy *policy)
{
	const struct exemptions *exemptions = policy->exemptions;
	const struct ledger *ledger = policy->report->ledger;
	uint64_t refused = ledger->exemptables.refused +
	                   ledger_counters_of(ledger).evicted_services;

	if (exemptions->scanned)
		policy_note(policy, "",
		            "Left out: %llu services that only a scanner "
		            "called, and that did not answer.",
		            (unsigned long long)exemptions->scanned);
	if (exemptions->portless)
		policy_note(policy, "",
		            "Left out: %llu services whose port was not seen.",
		            (unsigned long long)exemptions->portless);
	if (refused)
		policy_note(policy, "",
		            "Left out: %llu times the table of services was "
		            "full; raise --memory.",
		            (unsigned long long)refused);
}

void policy_head(const struct policy *policy)
{
	const char *const *notes = policy->platform->notes;
	char before[32];

	policy_note(policy, "", "ipsec-audit %s: exemptions for %s, model %s",
	            VERSION, policy->platform->name, model_name(policy->model));
	for (; notes && *notes; notes++)
		policy_note(policy, "", "%s", *notes);
	snprintf(before, sizeof(before),
	         "%sWARNING: ", policy->platform->comment);
	policy_warn(policy, before, policy->out);
	note_left_out(policy);
}

static void add_range(FILE *out, const struct port_range range, bool is_icmp)
{
	if (!is_icmp) {
		fprintf(out, "%u", range.first);
		if (range.last != range.first)
			fprintf(out, "-%u", range.last);
		return;
	}
	for (uint32_t value = range.first; value <= range.last; value++)
		fprintf(out, "%s%u/%u", value == range.first ? "" : ",",
		        value >> 8, value & 0xff);
}

/* "udp 53,137-138", "icmp 8/0" or "protocol 150" */
static void add_service(FILE *out, const struct exemption *rule)
{
	const char *name = transport_name(rule->transport);

	if (name)
		fprintf(out, "%s", name);
	else
		fprintf(out, "protocol %u", rule->transport);
	for (size_t i = 0; i < rule->ports.count; i++) {
		fputs(i ? "," : " ", out);
		add_range(out, rule->ports.range[i], exemption_is_icmp(rule));
	}
}

static void add_why(FILE *out, const struct exemption *rule)
{
	char text[POLICY_NAME];

	if (rule->baseline) {
		fprintf(out, "baseline: %s, ", baseline_name(rule->baseline));
		return;
	}
	for (size_t i = 0; i < rule->signature_count; i++)
		fprintf(out, "%s%s", i ? ", " : "",
		        policy_safe(text, rule->signatures[i]->id));
	fputs(": ", out);
}

static void add_ends(FILE *out, const struct exemption *rule,
                     const struct report *report)
{
	char text[POLICY_NAME];

	if (rule->baseline)
		return;
	fputs(policy_safe(text, report_segment_name(report, rule->ends[0])),
	      out);
	switch (rule->role) {
	case EXEMPTABLE_GROUP: fputs(" to a group, ", out); return;
	case EXEMPTABLE_ERROR: fputs(" hears errors from ", out); break;
	case EXEMPTABLE_SERVICE:
	case EXEMPTABLE_ROLE_COUNT: fputs(" to ", out); break;
	}
	fprintf(out, "%s, ",
	        policy_safe(text, report_segment_name(report, rule->ends[1])));
}

void policy_evidence(const struct policy *policy, const char *indent,
                     size_t index)
{
	const struct exemption *rule = &policy->exemptions->rules[index];
	char first[TIMESTAMP_TEXT];
	char last[TIMESTAMP_TEXT];

	fprintf(policy->out, "%s%s%zu. ", indent, policy->platform->comment,
	        index + 1);
	add_why(policy->out, rule);
	add_ends(policy->out, rule, policy->report);
	add_service(policy->out, rule);
	fputc('\n', policy->out);
	if (!rule->sums.packets) {
		policy_note(policy, indent, "   not seen");
		return;
	}
	policy_note(policy, indent,
	            "   %llu packets of %llu flows, %zu%s client%s, %s to %s",
	            (unsigned long long)rule->sums.packets,
	            (unsigned long long)rule->sums.flows, rule->client_count,
	            rule->more_clients ? " or more" : "",
	            rule->client_count == 1 && !rule->more_clients ? "" : "s",
	            timestamp_text(first, rule->span.first_ns),
	            timestamp_text(last, rule->span.last_ns));
}

void policy_tell(const struct report *report, const struct platform *platform,
                 FILE *out)
{
	struct policy policy;

	if (!platform)
		return;
	if (policy_open(&policy, platform, report, out))
		policy_warn(&policy, "ipsec-audit: warning: ", out);
	policy_close(&policy);
}
