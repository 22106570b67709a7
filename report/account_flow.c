#include "capture/hash.h"
#include "report/account.h"

static struct example example_of(const struct flow *flow)
{
	struct example example = {
		.time_ns = flow->first_ns,
		.frame = flow->frame_number,
		.source = flow->source_index,
		.port = { flow_client_port(flow), flow_server_port(flow) },
		.vlan = flow->key.vlan,
		.transport = flow->key.transport,
		.family = flow->key.family,
		.address = { *flow_client_address(flow),
		             *flow_server_address(flow) },
	};

	example.hash =
		hash_bytes(flow->first_ns, &flow->key, sizeof(flow->key));
	return example;
}

static bool fire(struct accountant *accountant, uint16_t index,
                 uint32_t *in_ledger)
{
	uint32_t *cached = &accountant->fired[index];

	if (!*cached) {
		if (!ledger_fire(accountant->ledger,
		                 signature_at(accountant->accounting.set,
		                              index),
		                 in_ledger))
			return false;
		*cached = *in_ledger + 1;
	}
	*in_ledger = *cached - 1;
	return true;
}

static void enter_finding(struct accountant *accountant,
                          const struct account *account,
                          const struct path_key *path, const struct flow *flow,
                          uint16_t index)
{
	struct finding_key key = { .path = *path, .manner = account->manner };
	struct example example;
	struct finding *finding;

	if (!fire(accountant, index, &key.signature))
		return;
	finding = ledger_finding(accountant->ledger, &key);
	if (!finding)
		return;
	sums_add(&finding->sums, 1, flow_packets(flow), flow_bytes(flow));
	span_add(&finding->span, flow->first_ns, flow->last_ns);
	example = example_of(flow);
	finding_add_example(finding, &example);
	host_set_add(&finding->hosts, flow_client_address(flow),
	             (enum family)flow->key.family);
	if (flow->cast == CAST_UNICAST)
		host_set_add(&finding->hosts, flow_server_address(flow),
		             (enum family)flow->key.family);
}

/* How path MTU discovery fares. */
static void enter_pmtu(struct path *path, const struct classified *classified)
{
	path->too_big_flows +=
		(classified->flow->icmp_errors & ICMP_ERROR_TOO_BIG) != 0;
	path->black_hole_flows +=
		(classified->facts.behaviours & BEHAVIOUR_BLACK_HOLE) != 0;
}

static void enter_categories(struct accountant *accountant, struct path *path,
                             const struct classified *classified)
{
	const struct flow *flow = classified->flow;
	uint32_t seen = 0;

	for (size_t i = 0; i < classified->hits.count; i++) {
		enum category category =
			signature_at(accountant->accounting.set,
		                     classified->hits.index[i])
				->category;

		if (!(seen & 1u << category))
			sums_add(&path->by_category[category], 1,
			         flow_packets(flow), flow_bytes(flow));
		seen |= 1u << category;
	}
}

static void enter_exemptable(struct accountant *accountant,
                             const struct account *account,
                             const struct classified *classified)
{
	uint32_t fired[SIGNATURE_HITS];
	size_t count = 0;

	for (size_t i = 0; i < classified->hits.count; i++)
		count += fire(accountant, classified->hits.index[i],
		              &fired[count]);
	account_exemptable(account, accountant->ledger, classified, fired,
	                   count);
}

static void enter_link(struct accountant *accountant, const struct flow *flow)
{
	struct link_key key = {
		.protocol = flow->key.detail & ((UINT64_C(1) << 48) - 1),
		.kind = flow->link_kind,
		.vlan = flow->key.vlan,
	};
	struct link_sums *link = table_add(&accountant->ledger->links, &key);

	if (link)
		sums_add(&link->sums, 1, flow_packets(flow), flow_bytes(flow));
}

/* What says how good the sensor's view is. */
static void count_flow(struct ledger_counters *counters,
                       const struct classified *classified)
{
	const struct flow *flow = classified->flow;
	unsigned behaviours = classified->facts.behaviours;
	const unsigned mirrors =
		ENCAP_ERSPAN | ENCAP_TZSP | ENCAP_VXLAN | ENCAP_GENEVE;

	counters->ip_flows++;
	counters->tcp_flows += flow->key.transport == TRANSPORT_TCP;
	counters->one_way_flows += (behaviours & BEHAVIOUR_ONE_WAY) != 0;
	counters->reordered_flows += (behaviours & BEHAVIOUR_REORDERED) != 0;
	counters->duplicated_flows += (behaviours & BEHAVIOUR_DUPLICATED) != 0;
	counters->offloaded_flows += (behaviours & BEHAVIOUR_OFFLOADED) != 0;
	counters->mirrored_flows += (flow->encapsulation & mirrors) != 0;
}

static bool is_real_time(const struct accountant *accountant,
                         const struct classified *classified)
{
	for (size_t i = 0; i < classified->hits.count; i++)
		if (signature_at(accountant->accounting.set,
		                 classified->hits.index[i])
		            ->category == CATEGORY_REAL_TIME)
			return true;
	return false;
}

static bool is_ipsec(const struct flow *flow)
{
	switch (flow->key.transport) {
	case TRANSPORT_ESP:
	case TRANSPORT_AH: return true;
	case TRANSPORT_UDP:
		return flow_server_port(flow) == 500 ||
		       flow_server_port(flow) == 4500;
	default: return false;
	}
}

/* A port alone makes no IKE: a signature of tunnels must say so too. */
static struct account_nature nature_of(const struct accountant *accountant,
                                       const struct classified *classified)
{
	struct account_nature nature = { false, false };

	for (size_t i = 0; i < classified->hits.count; i++) {
		const struct signature *signature =
			signature_at(accountant->accounting.set,
		                     classified->hits.index[i]);

		nature.benefits |= signature->benefits;
		nature.is_ipsec |= signature->category == CATEGORY_TUNNEL &&
		                   is_ipsec(classified->flow);
	}
	return nature;
}

void account_flow(const struct account *account, struct accountant *accountant,
                  struct path *path, const struct classified *classified)
{
	const struct flow *flow = classified->flow;
	const struct path_key key = account_key(account);
	struct application_sums *application;

	for (size_t i = 0; i < classified->hits.count; i++)
		enter_finding(accountant, account, &key, flow,
		              classified->hits.index[i]);
	enter_exemptable(accountant, account, classified);
	if (path) {
		sums_add(&path->by_manner[account->manner], 1,
		         flow_packets(flow), flow_bytes(flow));
		span_add(&path->span, flow->first_ns, flow->last_ns);
		account_packets_end(account, path,
		                    flow->key.family == FAMILY_IPV6);
		enter_pmtu(path, classified);
		enter_categories(accountant, path, classified);
	}
	if (flow->key.family == FAMILY_LAYER2) {
		enter_link(accountant, flow);
		return;
	}
	application = ledger_application(accountant->ledger, &key,
	                                 classified->application);
	if (application)
		sums_add(&application->sums, 1, flow_packets(flow),
		         flow_bytes(flow));
	account_hosts(account, accountant->ledger, accountant->accounting.geo,
	              classified, nature_of(accountant, classified));
	if (is_real_time(accountant, classified))
		account_call_end(account, accountant->ledger, flow);
	count_flow(&accountant->ledger->counters, classified);
}
