#include <string.h>

#include "classify/number.h"
#include "report/ledger_writer.h"

/* One of nothing, as most are, is left out: it would be half of a host. */
static void add_sketch(struct json_scope object, const char *key,
                       const struct sketch *sketch)
{
	char text[SKETCH_TEXT];

	if (sketch_is_empty(sketch))
		return;
	json_add_string(object, key, sketch_text(text, sketch));
}

static int by_application(const void *a, const void *b, void *ledger)
{
	const struct application_sums *left = *(void *const *)a;
	const struct application_sums *right = *(void *const *)b;
	int order = writer_path_compare(&left->key.path, &right->key.path,
	                                writer_map(ledger));

	return order ? order : strcmp(left->key.name, right->key.name);
}

static int by_peer(const void *a, const void *b, void *ledger)
{
	const struct peer *left = *(void *const *)a;
	const struct peer *right = *(void *const *)b;
	int order = place_compare(&left->key.place, &right->key.place,
	                          writer_map(ledger));

	if (order)
		return order;
	if (left->key.as_number != right->key.as_number)
		return left->key.as_number < right->key.as_number ? -1 : 1;
	order = strcmp(left->key.organization, right->key.organization);
	return order ? order : strcmp(left->key.country, right->key.country);
}

static int by_host(const void *a, const void *b, void *ledger)
{
	const struct host *left = *(void *const *)a;
	const struct host *right = *(void *const *)b;
	int order = place_compare(&left->key.place, &right->key.place,
	                          writer_map(ledger));

	return order ? order
	             : address_compare(&left->key.address, &right->key.address);
}

static int by_evidence(const void *a, const void *b, void *ledger)
{
	const struct evidence_sums *left = *(void *const *)a;
	const struct evidence_sums *right = *(void *const *)b;
	int order = address_compare(&left->key.prefix.address,
	                            &right->key.prefix.address);

	(void)ledger;
	if (order)
		return order;
	if (left->key.prefix.len != right->key.prefix.len)
		return (int)left->key.prefix.len - (int)right->key.prefix.len;
	if (left->key.kind != right->key.kind)
		return (int)left->key.kind - (int)right->key.kind;
	if (left->key.vlan != right->key.vlan)
		return (int)left->key.vlan - (int)right->key.vlan;
	return memcmp(&left->key.mac, &right->key.mac, sizeof(left->key.mac));
}

static int by_link(const void *a, const void *b, void *ledger)
{
	const struct link_sums *left = *(void *const *)a;
	const struct link_sums *right = *(void *const *)b;

	(void)ledger;
	if (left->key.kind != right->key.kind)
		return left->key.kind < right->key.kind ? -1 : 1;
	if (left->key.protocol != right->key.protocol)
		return left->key.protocol < right->key.protocol ? -1 : 1;
	return (int)left->key.vlan - (int)right->key.vlan;
}

static void write_application(struct json_scope list, const void *record,
                              const struct ledger *ledger)
{
	const struct application_sums *application = record;
	struct json_scope object = json_add_object(list, NULL);

	writer_path_key(object, &application->key.path, ledger);
	json_add_string(object, "name", application->key.name);
	writer_sums(object, "sums", &application->sums);
}

static void write_peer(struct json_scope list, const void *record,
                       const struct ledger *ledger)
{
	const struct peer *peer = record;
	struct json_scope object = json_add_object(list, NULL);

	writer_place(object, "place", &peer->key.place, ledger);
	json_add_u64(object, "as", peer->key.as_number);
	json_add_string(object, "organization", peer->key.organization);
	json_add_string(object, "country", peer->key.country);
	writer_sums(object, "sums", &peer->sums);
}

static void write_host(struct json_scope list, const void *record,
                       const struct ledger *ledger)
{
	const struct host *host = record;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope services;
	char text[ADDRESS_TEXT];

	writer_place(object, "place", &host->key.place, ledger);
	json_add_string(object, "address",
	                address_text(text, &host->key.address, FAMILY_IPV6));
	writer_pair(object, "packets", host->packets[0], host->packets[1]);
	writer_pair(object, "bytes", host->bytes[0], host->bytes[1]);
	json_add_u64(object, "exposure", host->exposure);
	json_add_u64(object, "ipsec", host->ipsec);
	writer_span(object, &host->span);
	json_add_u64(object, "unanswered", host->unanswered);
	add_sketch(object, "tried", &host->tried);
	add_sketch(object, "pinged", &host->pinged);
	add_sketch(object, "hop_limits", &host->hop_limits);
	services = json_add_array(object, "services");
	for (uint32_t i = 0; i < host->service_count; i++) {
		struct json_scope service = json_add_object(services, NULL);

		json_add_u64(service, "transport", host->services[i].transport);
		json_add_u64(service, "port", host->services[i].port);
		json_add_string(service, "application",
		                host->services[i].application);
	}
}

static void write_evidence(struct json_scope list, const void *record,
                           const struct ledger *ledger)
{
	const struct evidence_sums *sums = record;
	struct json_scope object = json_add_object(list, NULL);
	char text[ADDRESS_TEXT];

	(void)ledger;
	json_add_string(object, "kind",
	                evidence_kind_name((enum evidence_kind)sums->key.kind));
	json_add_u64(object, "vlan", sums->key.vlan);
	json_add_string(object, "prefix", prefix_text(text, &sums->key.prefix));
	json_add_string(object, "mac", mac_text(text, &sums->key.mac));
	json_add_u64(object, "count", sums->count);
	json_add_u64(object, "seconds", sums->seconds);
}

static void write_link(struct json_scope list, const void *record,
                       const struct ledger *ledger)
{
	const struct link_sums *link = record;
	struct json_scope object = json_add_object(list, NULL);

	(void)ledger;
	json_add_u64(object, "kind", link->key.kind);
	json_add_u64(object, "protocol", link->key.protocol);
	json_add_u64(object, "vlan", link->key.vlan);
	writer_sums(object, "sums", &link->sums);
}

static int by_endpoint(const void *a, const void *b, void *ledger)
{
	const struct endpoint_key *left =
		&(*(const struct endpoint *const *)a)->key;
	const struct endpoint_key *right =
		&(*(const struct endpoint *const *)b)->key;
	int order =
		place_compare(&left->place, &right->place, writer_map(ledger));

	if (!order)
		order = address_compare(&left->address, &right->address);
	if (!order)
		order = (int)left->transport - (int)right->transport;
	return order ? order : (int)left->port - (int)right->port;
}

/* Ends are in the order of their bytes, which a segment's index is part of:
 * put them in an order that means the same everywhere. */
static void pair_ends(const struct pair *pair, const struct segment_map *map,
                      const struct pair_end *ends[2])
{
	const struct pair_end *a = &pair->key.end[0];
	const struct pair_end *b = &pair->key.end[1];
	int order = place_compare(&a->place, &b->place, map);

	if (!order)
		order = address_compare(&a->address, &b->address);
	ends[0] = order > 0 ? b : a;
	ends[1] = order > 0 ? a : b;
}

static int by_pair(const void *a, const void *b, void *ledger)
{
	const struct pair_end *left[2];
	const struct pair_end *right[2];
	int order = 0;

	pair_ends(*(const struct pair *const *)a, writer_map(ledger), left);
	pair_ends(*(const struct pair *const *)b, writer_map(ledger), right);
	for (unsigned i = 0; !order && i < 2; i++) {
		order = place_compare(&left[i]->place, &right[i]->place,
		                      writer_map(ledger));
		if (!order)
			order = address_compare(&left[i]->address,
			                        &right[i]->address);
	}
	return order;
}

static int by_station(const void *a, const void *b, void *ledger)
{
	const struct station *left = *(const struct station *const *)a;
	const struct station *right = *(const struct station *const *)b;
	int order = memcmp(&left->key.mac, &right->key.mac, MAC_LEN);

	(void)ledger;
	return order ? order : (int)left->key.vlan - (int)right->key.vlan;
}

static void add_address(struct json_scope parent, const char *key,
                        const struct address *address)
{
	char text[ADDRESS_TEXT];

	json_add_string(parent, key, address_text(text, address, FAMILY_IPV6));
}

static void write_endpoint(struct json_scope list, const void *record,
                           const struct ledger *ledger)
{
	const struct endpoint *endpoint = record;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope flows;

	writer_place(object, "place", &endpoint->key.place, ledger);
	add_address(object, "address", &endpoint->key.address);
	json_add_u64(object, "transport", endpoint->key.transport);
	json_add_u64(object, "port", endpoint->key.port);
	json_add_string(object, "application", endpoint->application);
	flows = json_add_array(object, "flows");
	json_add_u64(flows, NULL, endpoint->called);
	json_add_u64(flows, NULL, endpoint->calling);
	json_add_u64(flows, NULL, endpoint->answered);
	add_sketch(object, "peers", &endpoint->peers);
	add_sketch(object, "networks", &endpoint->networks);
}

/* Width and number of the first slot, and the slots as hexadecimal bits. */
static void add_activity(struct json_scope object,
                         const struct activity *activity)
{
	struct json_scope list = json_add_array(object, "active");
	char text[17];

	*number_put_hex(text, activity->slots, 16) = '\0';
	json_add_u64(list, NULL, activity->width);
	json_add_u64(list, NULL, activity->first);
	json_add_string(list, NULL, text);
}

static void write_pair(struct json_scope list, const void *record,
                       const struct ledger *ledger)
{
	const struct pair *pair = record;
	struct json_scope object = json_add_object(list, NULL);
	const struct pair_end *ends[2];
	struct json_scope sub;

	pair_ends(pair, ledger->map, ends);
	sub = json_add_array(object, "places");
	for (unsigned i = 0; i < 2; i++)
		writer_place(sub, NULL, &ends[i]->place, ledger);
	sub = json_add_array(object, "addresses");
	for (unsigned i = 0; i < 2; i++)
		add_address(sub, NULL, &ends[i]->address);
	writer_sums(object, "sums", &pair->sums);
	writer_span(object, &pair->span);
	json_add_u64(object, "exposure", pair->exposure);
	json_add_u64(object, "dscps", pair->dscps);
	json_add_u64(object, "peak", pair->peak);
	add_activity(object, &pair->activity);
}

static int by_call(const void *a, const void *b, void *ledger)
{
	const struct call_key *left =
		&(*(const struct call_sums *const *)a)->key;
	const struct call_key *right =
		&(*(const struct call_sums *const *)b)->key;
	int order = writer_path_compare(&left->path, &right->path,
	                                writer_map(ledger));

	if (order)
		return order;
	if (left->payload_type != right->payload_type)
		return left->payload_type < right->payload_type ? -1 : 1;
	if (left->ip_len != right->ip_len)
		return left->ip_len < right->ip_len ? -1 : 1;
	return (int)left->family - (int)right->family;
}

static void write_call(struct json_scope list, const void *record,
                       const struct ledger *ledger)
{
	const struct call_sums *call = record;
	struct json_scope object = json_add_object(list, NULL);

	writer_path_key(object, &call->key.path, ledger);
	json_add_u64(object, "family", call->key.family);
	json_add_u64(object, "payload_type", call->key.payload_type);
	json_add_u64(object, "ip_len", call->key.ip_len);
	writer_sums(object, "sums", &call->sums);
	writer_pair(object, "paces", call->paces, call->ns);
}

static void write_station(struct json_scope list, const void *record,
                          const struct ledger *ledger)
{
	const struct station *station = record;
	struct json_scope object = json_add_object(list, NULL);
	char text[ADDRESS_TEXT];

	(void)ledger;
	json_add_string(object, "mac", mac_text(text, &station->key.mac));
	json_add_u64(object, "vlan", station->key.vlan);
	add_sketch(object, "addresses", &station->addresses);
}

const struct writer_row *writer_host_row(size_t index)
{
	static const struct writer_row rows[] = {
		{ "applications", offsetof(struct ledger, applications),
		  write_application, by_application,
		  WRITER_BY_PATH(struct application_sums, key.path) },
		{ "peers",
		  offsetof(struct ledger, peers),
		  write_peer,
		  by_peer,
		  WRITER_BY_PLACE,
		  { offsetof(struct peer, key.place) } },
		{ "hosts",
		  offsetof(struct ledger, hosts),
		  write_host,
		  by_host,
		  WRITER_BY_PLACE,
		  { offsetof(struct host, key.place) } },
		{ "endpoints",
		  offsetof(struct ledger, endpoints),
		  write_endpoint,
		  by_endpoint,
		  WRITER_BY_PLACE,
		  { offsetof(struct endpoint, key.place) } },
		{
			"pairs",
			offsetof(struct ledger, pairs),
			write_pair,
			by_pair,
			WRITER_BY_END,
			{ offsetof(struct pair, key.end[0].place),
		          offsetof(struct pair, key.end[1].place) },
		},
		{ "calls", offsetof(struct ledger, calls), write_call, by_call,
		  WRITER_BY_PATH(struct call_sums, key.path) },
		{ "stations",
		  offsetof(struct ledger, stations),
		  write_station,
		  by_station,
		  WRITER_BY_OTHERS,
		  { 0 } },
		{ "evidence",
		  offsetof(struct ledger, evidence),
		  write_evidence,
		  by_evidence,
		  WRITER_BY_OTHERS,
		  { 0 } },
		{ "links",
		  offsetof(struct ledger, links),
		  write_link,
		  by_link,
		  WRITER_BY_OTHERS,
		  { 0 } },
	};

	return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}
