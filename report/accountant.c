#include "report/accountant.h"

#include <stdlib.h>
#include <string.h>

#include "capture/hash.h"
#include "report/account.h"

enum {
	EXTENSION = 1,
	NAME_LEN = 320,
	PROVISIONAL_LEN = IPV4_PREFIX_OFFSET + 24
};

struct accountant {
	struct accounting accounting;
	struct ledger *ledger;
	uint32_t *fired; /* index in the ledger plus one, by signature */
	struct classify_listener listener;
};

static bool is_outside(const struct accountant *accountant,
                       const struct packet *packet,
                       const struct address *address)
{
	return place_of(accountant->accounting.map, address, packet->family,
	                packet->vlan)
	               .kind == PLACE_OUTSIDE;
}

static enum manner error_manner(const struct accountant *accountant,
                                const struct packet *packet)
{
	const struct quote *quote = &packet->quote;

	return is_outside(accountant, packet, &quote->source) ||
	                       is_outside(accountant, packet, &quote->target)
	               ? MANNER_ERROR_OUTSIDE
	               : MANNER_ERROR_INSIDE;
}

static enum manner manner_of(const struct accountant *accountant,
                             const struct flow *flow,
                             const struct packet *packet)
{
	if (packet->family == FAMILY_LAYER2)
		return MANNER_LAYER2;
	switch (packet->cast) {
	case CAST_MULTICAST:
		return address_is_link_group(&packet->target) ||
		                       packet->hop_limit <= 1
		               ? MANNER_GROUP_LINK
		               : MANNER_GROUP_ROUTED;
	case CAST_LIMITED_BROADCAST: return MANNER_LIMITED_BROADCAST;
	case CAST_DIRECTED_BROADCAST: return MANNER_DIRECTED_BROADCAST;
	case CAST_UNICAST:
	case CAST_COUNT: break;
	}
	if (flow->third_party)
		return error_manner(accountant, packet);
	return address_is_link_local(&packet->source) ||
	                       address_is_link_local(&packet->target)
	               ? MANNER_LINK_LOCAL
	               : MANNER_UNICAST;
}

static void open_account(const struct accountant *accountant,
                         struct account *account, const struct flow *flow,
                         const struct packet *packet)
{
	const struct segment_map *map = accountant->accounting.map;
	enum family family = (enum family)flow->key.family;

	account->manner = manner_of(accountant, flow, packet);
	account->client = place_of(map, flow_client_address(flow), family,
	                           flow->key.vlan);
	/* Who listens to a group cannot be seen: it is the sender's segment
	 * that a policy for the group is written for. */
	account->server = packet->cast == CAST_UNICAST
	                          ? place_of(map, flow_server_address(flow),
	                                     family, flow->key.vlan)
	                          : account->client;
}

static void begin(void *self, struct flow *flow, const struct packet *packet)
{
	struct accountant *accountant = self;
	struct account *account = flow->extension[EXTENSION];

	struct path_key key;

	open_account(accountant, account, flow, packet);
	key = account_key(account);
	account->path = ledger_path(accountant->ledger, &key);
}

static bool is_sized(const struct packet *packet)
{
	return packet->family != FAMILY_LAYER2 && packet->cast == CAST_UNICAST;
}

/* Words of four bytes, modulo four, by which an IP header is longer than
 * usual. */
static unsigned words_longer(const struct packet *packet)
{
	unsigned usual = packet->family == FAMILY_IPV6 ? 40 : 20;

	return packet->ip_header_len > usual
	               ? (packet->ip_header_len - usual) % 16 / 4
	               : 0;
}

/* Lengths that follow each other hardly ever share a place. */
static struct account_size *size_of(struct account *account, uint32_t ip_len)
{
	return &account->sizes[(ip_len * 40503u >> 8) % ACCOUNT_SIZES];
}

static void enter_size(const struct account_size *size, struct path *path,
                       bool ipv6)
{
	if (path && size->count)
		histogram_add(&path->sizes[ipv6][size->dont_fragment],
		              size->ip_len, size->count);
}

/* Among the lengths, and among those of headers that are longer than usual. */
static void count_size(struct account *account, const struct packet *packet)
{
	bool ipv6 = packet->family == FAMILY_IPV6;
	bool df = packet->dont_fragment;
	uint32_t ip_len =
		packet->ip_len < HISTOGRAM_MAX ? packet->ip_len : HISTOGRAM_MAX;
	struct account_size *size = size_of(account, ip_len);
	unsigned more = words_longer(packet);

	if (size->ip_len != ip_len || size->dont_fragment != df) {
		enter_size(size, account->path, ipv6);
		*size = (struct account_size){ .ip_len = (uint16_t)ip_len,
			                       .dont_fragment = df };
	}
	size->count++;
	if (more && account->path)
		histogram_add(&account->path->longer[ipv6][df][more - 1],
		              ip_len, 1);
}

/* What came in the second of a flow's latest packets. */
static void enter_second(const struct account *account, struct path *path)
{
	if (path && account->count)
		bins_add(&path->bins, account->second, account->count,
		         account->bytes);
}

static void count_second(struct account *account, uint64_t second,
                         uint64_t bytes)
{
	if (second != account->second) {
		enter_second(account, account->path);
		account->second = second;
		account->count = 0;
		account->bytes = 0;
	}
	account->bytes += bytes;
	if (++account->count > account->peak)
		account->peak = account->count;
}

static void packet(void *self, struct flow *flow, const struct packet *packet)
{
	struct account *account = flow->extension[EXTENSION];

	(void)self;
	count_second(account, packet->time_ns / 1000000000,
	             packet->family == FAMILY_LAYER2 ? packet->frame_len
	                                             : packet->ip_len);
	if (packet->transport == TRANSPORT_UDP)
		account_call_packet(account, flow, packet);
	if (is_sized(packet))
		count_size(account, packet);
}

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

/* path is the account's, or that of the same places in another ledger. */
static void enter(struct accountant *accountant, const struct account *account,
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
		enter_second(account, path);
		for (size_t i = 0; i < ACCOUNT_SIZES; i++)
			enter_size(&account->sizes[i], path,
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

/*
 * What to call a place in the log: without a map, segments are only known at
 * the end, so it is the /24 or /64 that holds it.
 */
static const char *place_name(char text[static NAME_LEN],
                              const struct accountant *accountant,
                              const struct place *place)
{
	struct prefix prefix;

	switch ((enum place_kind)place->kind) {
	case PLACE_OUTSIDE: break;
	case PLACE_SEGMENT:
		return segment_map_at(accountant->accounting.map,
		                      place->segment)
		        ->name;
	case PLACE_PIECE:
		prefix = prefix_around(&place->address,
		                       place->len > PROVISIONAL_LEN
		                               ? PROVISIONAL_LEN
		                               : place->len);
		return prefix_text(text, &prefix);
	case PLACE_LINK:
		if (!place->vlan)
			return "link";
		snprintf(text, NAME_LEN, "link-vlan-%u", place->vlan);
		return text;
	}
	return "outside";
}

static enum relation relation_of(const struct account *account,
                                 const char *client, const char *server)
{
	bool client_out = account->client.kind == PLACE_OUTSIDE;
	bool server_out = account->server.kind == PLACE_OUTSIDE;

	if (client_out || server_out)
		return client_out && server_out ? RELATION_TRANSIT
		                                : RELATION_OUTSIDE;
	return strcmp(client, server) == 0 ? RELATION_WITHIN : RELATION_BETWEEN;
}

static enum impact worst_impact(const struct accountant *accountant,
                                const struct signature_hits *hits,
                                enum model model, enum coverage coverage)
{
	enum impact worst = IMPACT_OUT_OF_SCOPE;

	if (!hits->count)
		return coverage_default(coverage);
	for (size_t i = 0; i < hits->count; i++) {
		const struct signature *signature =
			signature_at(accountant->accounting.set,
		                     hits->index[i]);
		enum impact impact = coverage_impact(
			coverage, signature->impact[impact_column_of(model)]);

		if (impact > worst)
			worst = impact;
	}
	return worst;
}

static void log_flow(struct accountant *accountant,
                     const struct account *account,
                     const struct classified *classified)
{
	char client[NAME_LEN];
	char server[NAME_LEN];
	struct flow_log_entry entry = {
		.classified = classified,
		.set = accountant->accounting.set,
		.source_segment =
			place_name(client, accountant, &account->client),
		.destination_segment =
			place_name(server, accountant, &account->server),
	};
	enum relation relation = relation_of(account, entry.source_segment,
	                                     entry.destination_segment);

	for (enum model model = 0; model < MODEL_COUNT; model++)
		entry.impact[model] =
			worst_impact(accountant, &classified->hits, model,
		                     coverage_of(model, account->manner,
		                                 relation));
	flow_log_write(accountant->accounting.flow_log, &entry);
}

static void end(void *self, const struct classified *classified)
{
	struct accountant *accountant = self;
	struct account *account = classified->flow->extension[EXTENSION];

	enter(accountant, account, account->path, classified);
	if (accountant->accounting.flow_log &&
	    classified->flow->key.family != FAMILY_LAYER2)
		log_flow(accountant, account, classified);
	free(account->call);
}

void accountant_enter(struct accountant *accountant,
                      const struct classified *classified)
{
	const struct account *account = classified->flow->extension[EXTENSION];
	const struct path_key key = account_key(account);

	enter(accountant, account, ledger_path(accountant->ledger, &key),
	      classified);
}

static void evidence(void *self, const struct evidence *evidence)
{
	struct accountant *accountant = self;

	ledger_evidence(accountant->ledger, evidence);
}

struct accountant *accountant_create(const struct accounting *accounting,
                                     struct error *err)
{
	struct accountant *accountant = calloc(1, sizeof(*accountant));

	if (accountant) {
		accountant->fired = calloc(signature_count(accounting->set) + 1,
		                           sizeof(*accountant->fired));
		accountant->ledger =
			ledger_create(accounting->map, accounting->memory, err);
	}
	if (!accountant || !accountant->fired || !accountant->ledger) {
		accountant_free(accountant);
		fail(err, "out of memory for a ledger");
		return NULL;
	}
	accountant->accounting = *accounting;
	accountant->listener = (struct classify_listener){
		.self = accountant,
		.extension_len = sizeof(struct account),
		.begin = begin,
		.packet = packet,
		.end = end,
		.evidence = evidence,
	};
	return accountant;
}

void accountant_free(struct accountant *accountant)
{
	if (!accountant)
		return;
	ledger_free(accountant->ledger);
	free(accountant->fired);
	free(accountant);
}

const struct classify_listener *
accountant_listener(const struct accountant *accountant)
{
	return &accountant->listener;
}

struct ledger *accountant_ledger(struct accountant *accountant)
{
	return accountant->ledger;
}

struct ledger *accountant_give_ledger(struct accountant *accountant)
{
	struct ledger *ledger = accountant->ledger;

	accountant->ledger = NULL;
	return ledger;
}
