/*
 * Libreswan's ipsec.conf: connections of type "passthrough", one for each pair
 * of prefixes and each port, since neither lists nor ranges are possible.
 */
#include "report/emit.h"
#include "report/policy_text.h"

static const char *const notes[] = {
	"Put it into /etc/ipsec.d, check it with: ipsec addconn --checkconfig,",
	"then: ipsec restart. \"need at least a destination address\" in the",
	"log is harmless: the policies are installed.",
	"IKE and ESP need no exemption: pluto's own sockets are exempt.",
	NULL,
};

const struct platform platform_libreswan = {
	.name = "Libreswan (ipsec.conf)",
	.comment = "# ",
	.model = MODEL_HOST_ANY,
	.baselines = BASELINE_ND | BASELINE_PMTUD | BASELINE_DHCP,
	.notes = notes,
};

/* A connection while it is written. */
struct conn {
	const struct policy *policy;
	const struct exemption *rule;
	const struct policy_view *view;
	size_t number;  /* of the rule */
	size_t *serial; /* within it */
	bool is_raw;    /* for what its senders write whole */
};

static void write_protoport(FILE *out, const char *side,
                            const struct conn *conn, uint16_t value)
{
	unsigned transport =
		conn->is_raw ? TRANSPORT_RAW : conn->rule->transport;
	unsigned number = value;

	/* Below 256 it is a type with any code; 0 is any type. */
	if (exemption_is_icmp(conn->rule) && !(number & 0xff))
		number >>= 8;
	fprintf(out, "    %sprotoport=%u/", side, transport);
	if (number)
		fprintf(out, "%u\n", number);
	else
		fputs("%any\n", out);
}

static void write_conn(const struct conn *conn, const struct prefix *local,
                       const struct prefix *remote, uint16_t value)
{
	FILE *out = conn->policy->out;
	bool is_client = conn->view->side == 'c';
	bool is_ipv6 = conn->rule->family == FAMILY_IPV6;
	uint16_t client =
		exemption_is_icmp(conn->rule) ? value : conn->rule->client_port;
	char word[POLICY_NAME];
	char text[ADDRESS_TEXT];

	fprintf(out, "conn exempt-%zu-%c-%zu-%s\n", conn->number,
	        conn->view->side, ++*conn->serial,
	        policy_rule_word(word, conn->rule));
	fprintf(out, "    type=passthrough\n    authby=never\n");
	if (is_ipv6)
		fputs("    hostaddrfamily=ipv6\n    clientaddrfamily=ipv6\n",
		      out);
	fprintf(out, "    left=%%defaultroute\n    leftsubnet=%s\n",
	        prefix_text(text, local));
	write_protoport(out, "left", conn, is_client ? client : value);
	fprintf(out, "    right=%s\n    rightsubnet=%s\n",
	        is_ipv6 ? "::" : "0.0.0.0", prefix_text(text, remote));
	write_protoport(out, "right", conn, is_client ? value : client);
	fputs("    auto=route\n\n", out);
}

static void write_pairs(const struct conn *conn, uint16_t value)
{
	const struct policy_view *view = conn->view;

	for (size_t l = 0; l < view->local->count; l++)
		for (size_t r = 0; r < view->remote->count; r++)
			write_conn(conn, &view->local->prefix[l],
			           &view->remote->prefix[r], value);
}

static void write_value(const struct conn *conn, uint16_t value)
{
	const struct exemption *rule = conn->rule;
	uint8_t type = (uint8_t)(value >> 8);
	uint8_t answer;

	write_pairs(conn, value);
	if (!exemption_is_icmp(rule) || rule->role != EXEMPTABLE_SERVICE ||
	    !(rule->directions & EXEMPTION_FROM_SERVICE))
		return;
	answer = icmp_answer(rule->transport, type);
	if (!answer)
		policy_note(conn->policy, "",
		            "   echo replies have type 0, which means any type "
		            "of ICMP here");
	if (answer != type)
		write_pairs(conn,
		            (uint16_t)((unsigned)answer << 8 | (value & 0xff)));
}

static void write_view(const struct conn *conn)
{
	const struct port_list *ports = &conn->rule->ports;

	if (!ports->count)
		write_pairs(conn, 0);
	for (size_t i = 0; i < ports->count; i++)
		for (uint32_t value = ports->range[i].first;
		     value <= ports->range[i].last; value++)
			write_value(conn, (uint16_t)value);
}

bool emit_libreswan(const struct report *report, FILE *out)
{
	struct policy policy;

	if (!policy_open(&policy, &platform_libreswan, report, out))
		return false;
	policy_head(&policy);
	for (size_t i = 0; i < policy.exemptions->count; i++) {
		const struct exemption *rule = &policy.exemptions->rules[i];
		struct policy_view view[2];
		size_t count = policy_views(view, rule);
		size_t serial = 0;

		fputc('\n', out);
		policy_evidence(&policy, "", i);
		for (size_t v = 0; v < count; v++) {
			struct conn conn = { &policy, rule,    &view[v],
				             i + 1,   &serial, false };

			write_view(&conn);
			/* Nobody sends from a group. */
			conn.is_raw = policy_has_own_header(rule) &&
			              (rule->role != EXEMPTABLE_GROUP ||
			               view[v].side == 'c');
			if (conn.is_raw)
				write_view(&conn);
		}
	}
	return policy_close(&policy);
}
