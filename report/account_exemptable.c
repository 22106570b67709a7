#include <string.h>

#include "report/account.h"
#include "report/exemptable.h"

enum { FIRST_HIGH_PORT = 1024, FIRST_EPHEMERAL_PORT = 32768 };

/* Which end of a flow offers the service. */
static unsigned service_end(const struct classified *classified)
{
	const struct flow *flow = classified->flow;
	uint16_t called = flow_server_port(flow);
	uint16_t calling = flow_client_port(flow);

	if (classified->facts.server_known || flow->cast != CAST_UNICAST)
		return flow_server(flow);
	/* An answer may be all that was seen, or the first that was. */
	if (called >= FIRST_HIGH_PORT && calling && calling < FIRST_HIGH_PORT)
		return flow->client;
	if (called >= FIRST_EPHEMERAL_PORT && calling &&
	    calling < FIRST_EPHEMERAL_PORT)
		return flow->client;
	return flow_server(flow);
}

static bool is_icmp_error(const struct flow *flow)
{
	if (flow->key.transport == TRANSPORT_ICMP)
		return flow->icmp_type == 3 || flow->icmp_type == 4 ||
		       flow->icmp_type == 5 || flow->icmp_type == 11 ||
		       flow->icmp_type == 12;
	return flow->key.transport == TRANSPORT_ICMPV6 &&
	       (flow->icmp_type < 128 || flow->icmp_type == 137);
}

/* An answer to a ping whose question was not seen. */
static bool is_icmp_answer(const struct flow *flow)
{
	const uint8_t type = flow->icmp_type;

	return flow->key.transport == TRANSPORT_ICMP
	               ? type == 0 || type == 14 || type == 16 || type == 18
	               : type == 129 || type == 140;
}

static enum exemptable_role role_of(const struct flow *flow)
{
	if (flow->cast != CAST_UNICAST)
		return EXEMPTABLE_GROUP;
	return transport_is_icmp(flow->key.transport) && is_icmp_error(flow)
	               ? EXEMPTABLE_ERROR
	               : EXEMPTABLE_SERVICE;
}

/* Doors that were tried and stayed closed are no service. */
static bool is_served(const struct flow *flow)
{
	if (flow->key.transport != TRANSPORT_TCP)
		return true;
	return flow->tcp_flags[TO_SERVER] & TCP_ACK ||
	       (flow->packets[TO_CLIENT] &&
	        !(flow->tcp_flags[TO_CLIENT] & TCP_RST &&
	          !(flow->tcp_flags[TO_CLIENT] & TCP_SYN)));
}

static struct exemptable_key key_of(const struct account *account,
                                    const struct classified *classified,
                                    unsigned served)
{
	const struct flow *flow = classified->flow;
	bool swapped = served == flow->client;
	struct exemptable_key key;

	memset(&key, 0, sizeof(key));
	key.client = swapped ? account->server : account->client;
	key.server = swapped ? account->client : account->server;
	key.address = flow->key.address[served];
	key.transport = flow->key.transport;
	key.family = flow->key.family;
	key.role = (uint8_t)role_of(flow);
	key.manner = (uint8_t)account->manner;
	if (transport_is_icmp(flow->key.transport)) {
		key.icmp_type = flow->icmp_type;
		key.icmp_code = flow->icmp_code;
	} else {
		key.port = flow->key.port[served];
	}
	return key;
}

static void enter_sums(struct exemptable *exemptable,
                       const struct classified *classified, unsigned served,
                       bool is_worthy)
{
	const struct flow *flow = classified->flow;
	uint64_t bytes = flow_bytes(flow);

	sums_add(&exemptable->sums, 1, flow_packets(flow), bytes);
	span_add(&exemptable->span, flow->first_ns, flow->last_ns);
	exemptable->packets[0] +=
		flow->packets[served == flow->client ? TO_CLIENT : TO_SERVER];
	exemptable->packets[1] +=
		flow->packets[served == flow->client ? TO_SERVER : TO_CLIENT];
	exemptable->worthy_bytes += is_worthy ? bytes : 0;
}

void account_exemptable(const struct account *account, struct ledger *ledger,
                        const struct classified *classified,
                        const uint32_t *fired, size_t count)
{
	const struct flow *flow = classified->flow;
	unsigned served = service_end(classified);
	struct exemptable_key key;
	struct exemptable *exemptable;
	bool is_worthy = false;

	if (!count || flow->key.family == FAMILY_LAYER2 || !is_served(flow))
		return;
	/* The sender of an error is its end that matters. */
	if (role_of(flow) == EXEMPTABLE_ERROR ||
	    (transport_is_icmp(flow->key.transport) &&
	     flow->cast == CAST_UNICAST && is_icmp_answer(flow)))
		served = flow->client;
	key = key_of(account, classified, served);
	exemptable = ledger_exemptable(ledger, &key);
	if (!exemptable)
		return;
	for (size_t i = 0; i < count; i++) {
		is_worthy |= ledger_signature(ledger, fired[i])->benefits;
		exemptable_add_signature(exemptable, fired[i], ledger);
	}
	enter_sums(exemptable, classified, served, is_worthy);
	if (!transport_is_icmp(flow->key.transport))
		exemptable_add_port(exemptable, flow->key.port[!served]);
	client_set_add(&exemptable->clients, &flow->key.address[!served]);
}
