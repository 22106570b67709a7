/*
 * strongSwan's swanctl.conf: children of mode "pass" under connections of
 * their own that match no peer.
 *
 * One key on each line: a second key on a line is dropped without a word, and
 * its selector becomes everything. Selectors are mirrored by the daemon: a
 * child passes local to remote, and remote to local. Ports end up as a value
 * and a mask, so that ranges are cut into aligned blocks.
 */
#include "report/emit.h"
#include "report/policy_text.h"

static const char *const notes[] = {
	"Put it into /etc/swanctl/conf.d, then: swanctl --load-conns",
	"Compare what was installed with: swanctl --list-pols --pass",
	"IKE and ESP need no exemption: charon's own sockets are exempt.",
	NULL,
};

const struct platform platform_swanctl = {
	.name = "strongSwan (swanctl.conf)",
	.comment = "# ",
	.model = MODEL_HOST_ANY,
	.baselines = BASELINE_ND | BASELINE_PMTUD | BASELINE_DHCP,
	.notes = notes,
};

#define INDENT "      "

/* What stands in the brackets behind a prefix. */
struct selector {
	uint8_t transport;
	const struct port_list *ports; /* NULL: none, or port alone */
	uint16_t port;                 /* 0: none; of ICMP a type and code */
	bool is_icmp;
};

static void write_prefix(FILE *out, bool *first, const struct prefix *prefix,
                         uint8_t transport)
{
	char text[ADDRESS_TEXT];

	fprintf(out, "%s%s[%u", *first ? "" : ",", prefix_text(text, prefix),
	        transport);
	*first = false;
}

/* Below 256 it is a type with any code, which code 0 is good enough for. But
 * for type 0, which is exact. */
static unsigned icmp_number(uint16_t value)
{
	return value & 0xff ? value : value >> 8;
}

static void write_blocks(FILE *out, bool *first, const struct prefix *prefix,
                         const struct selector *selector,
                         struct port_range range)
{
	struct port_range block[PORT_BLOCKS];
	size_t count = port_blocks(block, range);

	for (size_t i = 0; i < count; i++) {
		write_prefix(out, first, prefix, selector->transport);
		fprintf(out, "/%u", block[i].first);
		if (block[i].last != block[i].first)
			fprintf(out, "-%u", block[i].last);
		fputc(']', out);
	}
}

static void write_selector(FILE *out, const char *key,
                           const struct prefix_list *prefixes,
                           const struct selector *selector)
{
	bool first = true;

	fprintf(out, INDENT "   %s = ", key);
	for (size_t i = 0; i < prefixes->count; i++) {
		const struct prefix *prefix = &prefixes->prefix[i];

		for (size_t p = 0;
		     selector->ports && p < selector->ports->count; p++)
			write_blocks(out, &first, prefix, selector,
			             selector->ports->range[p]);
		if (selector->ports && selector->ports->count)
			continue;
		write_prefix(out, &first, prefix, selector->transport);
		if (selector->is_icmp)
			fprintf(out, "/%u", icmp_number(selector->port));
		else if (selector->port)
			fprintf(out, "/%u", selector->port);
		fputc(']', out);
	}
	fputc('\n', out);
}

static void write_child(FILE *out, const char *name,
                        const struct policy_view *view,
                        const struct selector *client,
                        const struct selector *service)
{
	bool is_client = view->side == 'c';

	fprintf(out, INDENT "%s {\n", name);
	write_selector(out, "local_ts", view->local,
	               is_client ? client : service);
	write_selector(out, "remote_ts", view->remote,
	               is_client ? service : client);
	fputs(INDENT "   mode = pass\n" INDENT "   start_action = trap\n" INDENT
	             "}\n",
	      out);
}

static void write_icmp(FILE *out, const char *name,
                       const struct policy_view *view, uint8_t transport,
                       uint16_t value)
{
	const struct selector selector = { .transport = transport,
		                           .port = value,
		                           .is_icmp = true };
	char text[POLICY_NAME + 64];

	snprintf(text, sizeof(text), "%s-%u-%u", name, (unsigned)value >> 8,
	         (unsigned)value & 0xff);
	write_child(out, text, view, &selector, &selector);
}

/* A child for each type, and for the one that answers it: both ends of a
 * selector have the same. */
static void write_icmps(FILE *out, const char *name,
                        const struct policy_view *view,
                        const struct exemption *rule)
{
	for (size_t i = 0; i < rule->ports.count; i++) {
		for (uint32_t value = rule->ports.range[i].first;
		     value <= rule->ports.range[i].last; value++) {
			uint8_t type = (uint8_t)(value >> 8);
			uint8_t answer = icmp_answer(rule->transport, type);

			write_icmp(out, name, view, rule->transport,
			           (uint16_t)value);
			if (rule->role == EXEMPTABLE_SERVICE &&
			    answer != type &&
			    rule->directions & EXEMPTION_FROM_SERVICE)
				write_icmp(out, name, view, rule->transport,
				           (uint16_t)((unsigned)answer << 8 |
				                      (value & 0xff)));
		}
	}
}

static void write_raw(FILE *out, const char *name,
                      const struct policy_view *view,
                      const struct exemption *rule)
{
	const struct selector raw = { .transport = TRANSPORT_RAW };
	char text[POLICY_NAME + 64];

	/* Nobody sends from a group. */
	if (!policy_has_own_header(rule) ||
	    (rule->role == EXEMPTABLE_GROUP && view->side == 's'))
		return;
	snprintf(text, sizeof(text), "%s-raw", name);
	write_child(out, text, view, &raw, &raw);
}

static void write_rule(FILE *out, const struct exemption *rule, size_t number)
{
	const struct selector client = { .transport = rule->transport,
		                         .port = rule->client_port };
	const struct selector service = { .transport = rule->transport,
		                          .ports = &rule->ports };
	struct policy_view view[2];
	size_t count = policy_views(view, rule);
	char word[POLICY_NAME];
	char name[POLICY_NAME + 32];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "r%zu-%c-%s", number, view[i].side,
		         policy_rule_word(word, rule));
		if (exemption_is_icmp(rule))
			write_icmps(out, name, &view[i], rule);
		else
			write_child(out, name, &view[i], &client, &service);
		write_raw(out, name, &view[i], rule);
	}
}

static void write_family(const struct policy *policy, enum family family,
                         const char *name, const char *nobody)
{
	fprintf(policy->out,
	        "\n   %s {\n      remote_addrs = %s\n      children {\n", name,
	        nobody);
	for (size_t i = 0; i < policy->exemptions->count; i++) {
		const struct exemption *rule = &policy->exemptions->rules[i];

		if (rule->family != family)
			continue;
		policy_evidence(policy, INDENT, i);
		write_rule(policy->out, rule, i + 1);
	}
	fputs("      }\n   }\n", policy->out);
}

bool emit_swanctl(const struct report *report, FILE *out)
{
	struct policy policy;

	if (!policy_open(&policy, &platform_swanctl, report, out))
		return false;
	policy_head(&policy);
	fputs("connections {\n", out);
	write_family(&policy, FAMILY_IPV4, "ipsec-exempt", "127.0.0.1");
	write_family(&policy, FAMILY_IPV6, "ipsec-exempt-v6", "::1");
	fputs("}\n", out);
	return policy_close(&policy);
}
