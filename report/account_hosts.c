#include <string.h>

#include "capture/hash.h"
#include "capture/text.h"
#include "report/account.h"

enum { FIRST_HIGH_PORT = 1024 };

static uint64_t address_hash(const struct address *address)
{
	return hash_bytes(4, address, sizeof(*address));
}

/* The provider's part of an address: /16, or /32 of IPv6. */
static uint64_t network_hash(const struct address *address)
{
	struct prefix network =
		prefix_around(address, address_is_ipv4(address)
	                                       ? IPV4_PREFIX_OFFSET + 16
	                                       : 32);

	return address_hash(&network.address);
}

static bool is_answered(const struct flow *flow)
{
	return flow->packets[TO_SERVER] && flow->packets[TO_CLIENT];
}

/* Who can do IPsec, and what lies open. */
static void enter_nature(struct host *host, const struct flow *flow,
                         enum direction sent, struct account_nature nature)
{
	if (!host)
		return;
	if (nature.benefits)
		host->exposure += flow_bytes(flow);
	if (nature.is_ipsec)
		host->ipsec += flow->packets[sent];
}

static struct host *enter_host(struct ledger *ledger, const struct place *place,
                               const struct address *address,
                               const struct flow *flow, enum direction sent)
{
	struct host *host = place->kind == PLACE_OUTSIDE
	                            ? NULL
	                            : ledger_host(ledger, place, address);
	uint8_t hop_limit =
		sent == TO_SERVER ? flow->hop_limit_max : flow->hop_limit_back;

	if (!host)
		return NULL;
	host->packets[0] += flow->packets[sent];
	host->packets[1] += flow->packets[!sent];
	host->bytes[0] += flow->bytes[sent];
	host->bytes[1] += flow->bytes[!sent];
	span_add(&host->span, flow->first_ns, flow->last_ns);
	if (flow->packets[sent])
		sketch_add(&host->hop_limits, hop_limit);
	return host;
}

/* Ports without an answer, and targets of pings. */
static void enter_attempts(struct host *client, const struct flow *flow)
{
	const struct address *target = flow_server_address(flow);
	bool is_echo = (flow->key.transport == TRANSPORT_ICMP &&
	                flow->icmp_type == 8) ||
	               (flow->key.transport == TRANSPORT_ICMPV6 &&
	                flow->icmp_type == 128);
	/* A reset answers a SYN, and says no. */
	bool is_refused = flow->key.transport == TRANSPORT_TCP &&
	                  flow->tcp_flags[TO_CLIENT] & TCP_RST &&
	                  !(flow->tcp_flags[TO_CLIENT] & TCP_SYN);

	if (is_echo)
		sketch_add(&client->pinged, address_hash(target));
	if (is_answered(flow) && !is_refused)
		return;
	client->unanswered++;
	sketch_add(&client->tried,
	           hash_u64(address_hash(target), flow_server_port(flow)));
}

static bool has_ports(const struct flow *flow)
{
	return flow->key.transport == TRANSPORT_TCP ||
	       flow->key.transport == TRANSPORT_UDP;
}

/* Whoever answered on a port serves it. */
static bool has_service(const struct classified *classified)
{
	const struct flow *flow = classified->flow;

	return is_answered(flow) &&
	       (flow->key.transport == TRANSPORT_TCP
	                ? classified->facts.server_known
	                : flow->key.transport == TRANSPORT_UDP);
}

static void enter_service(struct host *server,
                          const struct classified *classified)
{
	struct service service = {
		.transport = classified->flow->key.transport,
		.port = flow_server_port(classified->flow),
	};

	if (!has_service(classified))
		return;
	text_copy(service.application, sizeof(service.application),
	          classified->application);
	host_add_service(server, &service);
}

static struct endpoint *enter_endpoint(struct ledger *ledger,
                                       const struct place *place,
                                       const struct flow *flow, unsigned end)
{
	struct endpoint_key key;
	struct endpoint *endpoint;
	const struct address *peer = &flow->key.address[!end];

	if (place->kind == PLACE_OUTSIDE)
		return NULL;
	memset(&key, 0, sizeof(key));
	key.place = *place;
	key.address = flow->key.address[end];
	key.port = flow->key.port[end];
	key.transport = flow->key.transport;
	endpoint = table_add(&ledger->endpoints, &key);
	if (!endpoint)
		return NULL;
	endpoint->answered += is_answered(flow);
	sketch_add(&endpoint->peers, address_hash(peer));
	sketch_add(&endpoint->networks, network_hash(peer));
	return endpoint;
}

/* The called port; and the calling one where peers call peers: of UDP, whose
 * sockets do both, and when neither port is a well-known service's. The one
 * may have to make room for the other. */
static void enter_endpoints(const struct account *account,
                            struct ledger *ledger,
                            const struct classified *classified)
{
	const struct flow *flow = classified->flow;
	struct endpoint *endpoint = enter_endpoint(ledger, &account->server,
	                                           flow, flow_server(flow));

	if (endpoint) {
		endpoint->called++;
		application_keep(endpoint->application,
		                 classified->application);
	}
	if (flow->key.transport != TRANSPORT_UDP ||
	    flow->key.port[0] < FIRST_HIGH_PORT ||
	    flow->key.port[1] < FIRST_HIGH_PORT)
		return;
	endpoint = enter_endpoint(ledger, &account->client, flow, flow->client);
	if (endpoint) {
		endpoint->calling++;
		application_keep(endpoint->application,
		                 classified->application);
	}
}

static void enter_pair(const struct account *account, struct ledger *ledger,
                       const struct flow *flow, bool benefits)
{
	struct pair_end client;
	struct pair_end server;
	struct pair *pair;

	memset(&client, 0, sizeof(client));
	memset(&server, 0, sizeof(server));
	client.place = account->client;
	client.address = *flow_client_address(flow);
	server.place = account->server;
	server.address = *flow_server_address(flow);
	pair = ledger_pair(ledger, &client, &server);
	if (!pair)
		return;
	sums_add(&pair->sums, 1, flow_packets(flow), flow_bytes(flow));
	span_add(&pair->span, flow->first_ns, flow->last_ns);
	if (benefits)
		pair->exposure += flow_bytes(flow);
	pair->dscps |= flow->dscps;
	if (account->peak > pair->peak)
		pair->peak = account->peak;
	activity_add(&pair->activity, flow->first_ns / 1000000000,
	             flow->last_ns / 1000000000);
}

static void enter_station(struct ledger *ledger, const struct flow *flow,
                          const struct address *address, enum direction sent)
{
	static const struct mac zero;
	struct station_key key;
	struct station *station;

	if (!flow->packets[sent] ||
	    memcmp(&flow->mac[sent], &zero, MAC_LEN) == 0)
		return;
	memset(&key, 0, sizeof(key));
	key.mac = flow->mac[sent];
	key.vlan = flow->key.vlan;
	station = table_add(&ledger->stations, &key);
	if (station)
		sketch_add(&station->addresses, address_hash(address));
}

static void enter_peer(const struct account *account, struct ledger *ledger,
                       const struct geo *geo, const struct flow *flow)
{
	bool server_out = account->server.kind == PLACE_OUTSIDE;
	const struct address *outside = server_out ? flow_server_address(flow)
	                                           : flow_client_address(flow);
	struct geo_place where = { 0 };
	struct peer_key key;
	struct peer *peer;

	if (server_out == (account->client.kind == PLACE_OUTSIDE))
		return;
	if (geo)
		where = geo_find(geo, outside);
	memset(&key, 0, sizeof(key));
	key.place = server_out ? account->client : account->server;
	key.as_number = where.as_number;
	text_copy(key.organization, sizeof(key.organization),
	          where.organization);
	text_copy(key.country, sizeof(key.country), where.country);
	peer = table_add(&ledger->peers, &key);
	if (peer)
		sums_add(&peer->sums, 1, flow_packets(flow), flow_bytes(flow));
}

void account_hosts(const struct account *account, struct ledger *ledger,
                   const struct geo *geo, const struct classified *classified,
                   struct account_nature nature)
{
	const struct flow *flow = classified->flow;
	struct host *client =
		enter_host(ledger, &account->client, flow_client_address(flow),
	                   flow, TO_SERVER);
	struct host *server;

	enter_station(ledger, flow, flow_client_address(flow), TO_SERVER);
	enter_nature(client, flow, TO_SERVER, nature);
	if (flow->cast != CAST_UNICAST)
		return;
	/* Before the other is entered, which may take its place. */
	if (client)
		enter_attempts(client, flow);
	enter_station(ledger, flow, flow_server_address(flow), TO_CLIENT);
	server = enter_host(ledger, &account->server, flow_server_address(flow),
	                    flow, TO_CLIENT);
	enter_nature(server, flow, TO_CLIENT, nature);
	if (server)
		enter_service(server, classified);
	if (has_ports(flow))
		enter_endpoints(account, ledger, classified);
	/* A router that sends an error is nobody's peer. */
	if (!flow->third_party && (account->client.kind != PLACE_OUTSIDE ||
	                           account->server.kind != PLACE_OUTSIDE))
		enter_pair(account, ledger, flow, nature.benefits);
	enter_peer(account, ledger, geo, flow);
}
