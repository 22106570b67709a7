#include <stdlib.h>
#include <string.h>

#include "report/codec.h"
#include "report/ledger_reader.h"

static bool read_application(struct reader *reader, const struct json *object)
{
	const char *name = reader_string(reader, object, "name");
	struct application_sums *application;
	struct path_key key;

	if (!name || !reader_path_key(reader, object, &key))
		return false;
	application = ledger_application(reader->ledger, &key, name);
	if (!application)
		return reader_no_room(reader, object);
	return reader_sums(reader, json_member(object, "sums"),
	                   &application->sums);
}

static bool read_peer(struct reader *reader, const struct json *object)
{
	const char *organization =
		reader_string(reader, object, "organization");
	const char *country = reader_string(reader, object, "country");
	struct peer_key key;
	struct peer *peer;
	uint64_t number;

	memset(&key, 0, sizeof(key));
	if (!organization || !country ||
	    !reader_u64(reader, object, "as", &number) ||
	    !reader_place(reader, json_member(object, "place"), &key.place))
		return false;
	if (number > UINT32_MAX)
		return reader_expected(reader, object, "a peer");
	key.as_number = (uint32_t)number;
	snprintf(key.organization, sizeof(key.organization), "%s",
	         organization);
	snprintf(key.country, sizeof(key.country), "%s", country);
	peer = table_add(&reader->ledger->peers, &key);
	if (!peer)
		return reader_no_room(reader, object);
	return reader_sums(reader, json_member(object, "sums"), &peer->sums);
}

static bool read_service(struct reader *reader, const struct json *object,
                         struct host *host)
{
	const char *application = reader_string(reader, object, "application");
	struct service service = { 0 };
	uint64_t transport;
	uint64_t port;

	if (!application ||
	    !reader_u64(reader, object, "transport", &transport) ||
	    !reader_u64(reader, object, "port", &port))
		return false;
	if (transport > UINT8_MAX || port > UINT16_MAX)
		return reader_expected(reader, object, "a service");
	service.transport = (uint8_t)transport;
	service.port = (uint16_t)port;
	snprintf(service.application, sizeof(service.application), "%s",
	         application);
	host_add_service(host, &service);
	return true;
}

static bool read_sketch(struct reader *reader, const struct json *object,
                        const char *key, struct sketch *sketch)
{
	struct sketch read = { 0 };
	const char *text;

	if (!json_member(object, key))
		return true;
	text = reader_string(reader, object, key);
	if (!text)
		return false;
	if (!sketch_parse(&read, text))
		return reader_expected(reader, object, key);
	sketch_merge(sketch, &read);
	return true;
}

static bool read_host(struct reader *reader, const struct json *object)
{
	const struct json *services;
	struct address address;
	struct place place;
	struct host *host;

	if (!reader_place(reader, json_member(object, "place"), &place) ||
	    !reader_address(reader, json_member(object, "address"), FAMILY_IPV6,
	                    &address))
		return false;
	host = ledger_host(reader->ledger, &place, &address);
	if (!host)
		return reader_no_room(reader, object);
	if (!reader_numbers(reader, json_member(object, "packets"),
	                    host->packets, 2) ||
	    !reader_numbers(reader, json_member(object, "bytes"), host->bytes,
	                    2) ||
	    !reader_u64(reader, object, "exposure", &host->exposure) ||
	    !reader_u64(reader, object, "ipsec", &host->ipsec) ||
	    !reader_span(reader, object, &host->span) ||
	    !reader_u64(reader, object, "unanswered", &host->unanswered) ||
	    !read_sketch(reader, object, "tried", &host->tried) ||
	    !read_sketch(reader, object, "pinged", &host->pinged) ||
	    !read_sketch(reader, object, "hop_limits", &host->hop_limits))
		return false;
	services = reader_list(reader, object, "services");
	for (const struct json *item = json_first(services); item;
	     item = json_next(item))
		if (!read_service(reader, item, host))
			return false;
	return services;
}

static bool evidence_kind_from_name(enum evidence_kind *kind, const char *name)
{
	for (*kind = 0; *kind < EVIDENCE_KIND_COUNT; (*kind)++)
		if (strcmp(evidence_kind_name(*kind), name) == 0)
			return true;
	return false;
}

static bool read_evidence(struct reader *reader, const struct json *object)
{
	const char *kind_name = reader_string(reader, object, "kind");
	const char *prefix = reader_string(reader, object, "prefix");
	const char *mac = reader_string(reader, object, "mac");
	struct evidence_key key;
	struct evidence_sums *sums;
	enum evidence_kind kind;
	uint64_t vlan;
	uint64_t seconds;
	uint64_t count;

	memset(&key, 0, sizeof(key));
	if (!kind_name || !prefix || !mac ||
	    !reader_u64(reader, object, "vlan", &vlan) ||
	    !reader_u64(reader, object, "seconds", &seconds) ||
	    !reader_u64(reader, object, "count", &count))
		return false;
	if (!evidence_kind_from_name(&kind, kind_name) ||
	    !prefix_parse(&key.prefix, prefix) || !mac_parse(&key.mac, mac) ||
	    vlan > UINT16_MAX || seconds > UINT32_MAX)
		return reader_expected(reader, object, "evidence");
	key.kind = (uint8_t)kind;
	key.vlan = (uint16_t)vlan;
	sums = table_add(&reader->ledger->evidence, &key);
	if (!sums)
		return reader_no_room(reader, object);
	sums->count += count;
	if (seconds > sums->seconds)
		sums->seconds = (uint32_t)seconds;
	return true;
}

static bool read_link(struct reader *reader, const struct json *object)
{
	struct link_sums *link;
	struct link_key key;
	uint64_t kind;
	uint64_t vlan;

	memset(&key, 0, sizeof(key));
	if (!reader_u64(reader, object, "kind", &kind) ||
	    !reader_u64(reader, object, "protocol", &key.protocol) ||
	    !reader_u64(reader, object, "vlan", &vlan))
		return false;
	if (kind >= LINK_KIND_COUNT || vlan > UINT16_MAX)
		return reader_expected(reader, object, "a link protocol");
	key.kind = (uint32_t)kind;
	key.vlan = (uint32_t)vlan;
	link = table_add(&reader->ledger->links, &key);
	if (!link)
		return reader_no_room(reader, object);
	return reader_sums(reader, json_member(object, "sums"), &link->sums);
}

static bool read_endpoint(struct reader *reader, const struct json *object)
{
	const char *application = reader_string(reader, object, "application");
	struct endpoint_key key;
	struct endpoint *endpoint;
	uint64_t numbers[3];
	uint64_t port;
	uint64_t transport;

	memset(&key, 0, sizeof(key));
	if (!application ||
	    !reader_place(reader, json_member(object, "place"), &key.place) ||
	    !reader_address(reader, json_member(object, "address"), FAMILY_IPV6,
	                    &key.address) ||
	    !reader_u64(reader, object, "port", &port) ||
	    !reader_u64(reader, object, "transport", &transport) ||
	    !reader_numbers(reader, json_member(object, "flows"), numbers, 3))
		return false;
	if (transport > UINT8_MAX || port > UINT16_MAX)
		return reader_expected(reader, object, "an endpoint");
	key.port = (uint16_t)port;
	key.transport = (uint8_t)transport;
	endpoint = table_add(&reader->ledger->endpoints, &key);
	if (!endpoint)
		return reader_no_room(reader, object);
	endpoint->called += numbers[0];
	endpoint->calling += numbers[1];
	endpoint->answered += numbers[2];
	application_keep(endpoint->application, application);
	return read_sketch(reader, object, "peers", &endpoint->peers) &&
	       read_sketch(reader, object, "networks", &endpoint->networks);
}

static bool read_pair_ends(struct reader *reader, const struct json *object,
                           struct pair_end ends[2])
{
	const struct json *places = reader_list(reader, object, "places");
	const struct json *addresses = reader_list(reader, object, "addresses");

	if (!places || !addresses)
		return false;
	if (json_count(places) != 2 || json_count(addresses) != 2)
		return reader_expected(reader, object, "two ends");
	memset(ends, 0, 2 * sizeof(*ends));
	return reader_place(reader, json_first(places), &ends[0].place) &&
	       reader_place(reader, json_next(json_first(places)),
	                    &ends[1].place) &&
	       reader_address(reader, json_first(addresses), FAMILY_IPV6,
	                      &ends[0].address) &&
	       reader_address(reader, json_next(json_first(addresses)),
	                      FAMILY_IPV6, &ends[1].address);
}

static bool read_activity(struct reader *reader, const struct json *object,
                          struct activity *into)
{
	const struct json *list = reader_list(reader, object, "active");
	const struct json *item = json_first(list);
	struct activity activity;
	uint64_t width;
	const char *digits;
	char *end;

	if (!list)
		return false;
	if (json_count(list) != 3 || !json_u64(item, &width) ||
	    !json_u64(json_next(item), &activity.first) || width > UINT32_MAX)
		return reader_expected(reader, list, "slots of time");
	digits = json_string(json_next(json_next(item)));
	activity.width = (uint32_t)width;
	activity.slots = digits ? strtoull(digits, &end, 16) : 0;
	if (!digits || end != digits + 16 || *end ||
	    !activity_is_possible(&activity))
		return reader_expected(reader, list, "slots of time");
	activity_merge(into, &activity);
	return true;
}

static bool read_pair(struct reader *reader, const struct json *object)
{
	struct pair_end ends[2];
	struct pair *pair;
	uint64_t exposure;
	uint64_t dscps;
	uint64_t peak;

	if (!read_pair_ends(reader, object, ends) ||
	    !reader_u64(reader, object, "exposure", &exposure) ||
	    !reader_u64(reader, object, "dscps", &dscps) ||
	    !reader_u64(reader, object, "peak", &peak))
		return false;
	pair = ledger_pair(reader->ledger, &ends[0], &ends[1]);
	if (!pair)
		return reader_no_room(reader, object);
	pair->exposure += exposure;
	pair->dscps |= dscps;
	if (peak > pair->peak)
		pair->peak = peak;
	return reader_sums(reader, json_member(object, "sums"), &pair->sums) &&
	       reader_span(reader, object, &pair->span) &&
	       read_activity(reader, object, &pair->activity);
}

static bool read_call(struct reader *reader, const struct json *object)
{
	struct call_key key;
	struct call_sums *call;
	uint64_t family;
	uint64_t payload_type;
	uint64_t ip_len;
	uint64_t paces[2];

	memset(&key, 0, sizeof(key));
	if (!reader_path_key(reader, object, &key.path) ||
	    !reader_u64(reader, object, "family", &family) ||
	    !reader_u64(reader, object, "payload_type", &payload_type) ||
	    !reader_u64(reader, object, "ip_len", &ip_len) ||
	    !reader_numbers(reader, json_member(object, "paces"), paces, 2))
		return false;
	if ((family != FAMILY_IPV4 && family != FAMILY_IPV6) ||
	    payload_type > UINT8_MAX || !codec_name((uint32_t)payload_type) ||
	    ip_len > HISTOGRAM_MAX)
		return reader_expected(reader, object, "a codec's streams");
	key.family = (uint32_t)family;
	key.payload_type = (uint32_t)payload_type;
	key.ip_len = (uint32_t)ip_len;
	call = table_add(&reader->ledger->calls, &key);
	if (!call)
		return reader_no_room(reader, object);
	call->paces += paces[0];
	call->ns += paces[1];
	return reader_sums(reader, json_member(object, "sums"), &call->sums);
}

static bool read_station(struct reader *reader, const struct json *object)
{
	const char *mac = reader_string(reader, object, "mac");
	struct station_key key;
	struct station *station;
	uint64_t vlan;

	memset(&key, 0, sizeof(key));
	if (!mac || !reader_u64(reader, object, "vlan", &vlan))
		return false;
	if (!mac_parse(&key.mac, mac) || vlan > UINT16_MAX)
		return reader_expected(reader, object, "a station");
	key.vlan = (uint16_t)vlan;
	station = table_add(&reader->ledger->stations, &key);
	if (!station)
		return reader_no_room(reader, object);
	return read_sketch(reader, object, "addresses", &station->addresses);
}

bool reader_hosts(struct reader *reader, const struct json *ledger)
{
	return reader_each(reader, ledger, "applications", read_application) &&
	       reader_each(reader, ledger, "peers", read_peer) &&
	       reader_each(reader, ledger, "hosts", read_host) &&
	       reader_each(reader, ledger, "endpoints", read_endpoint) &&
	       reader_each(reader, ledger, "pairs", read_pair) &&
	       reader_each(reader, ledger, "calls", read_call) &&
	       reader_each(reader, ledger, "stations", read_station) &&
	       reader_each(reader, ledger, "evidence", read_evidence) &&
	       reader_each(reader, ledger, "links", read_link);
}
