#include <stdlib.h>
#include <string.h>

#include "report/ledger_json.h"

/* Where an example's frame is, read from the sources before the findings. */
struct located {
	uint64_t hash;
	uint64_t frame;
	uint32_t source;
};

struct reader {
	const struct json_document *document;
	struct ledger *ledger;
	struct table located;
	struct error *err;
};

/* Complains about a value; the sentence says what was expected. */
static bool expected(struct reader *reader, const struct json *value,
                     const char *what)
{
	return json_complain(reader->err, reader->document,
	                     value ? value : json_root(reader->document),
	                     "not a report of ours: %s expected", what);
}

static bool get_u64(struct reader *reader, const struct json *object,
                    const char *key, uint64_t *number)
{
	const struct json *value = json_member(object, key);

	return (value && json_u64(value, number)) ||
	       expected(reader, value ? value : object, key);
}

static bool get_bool(struct reader *reader, const struct json *object,
                     const char *key, bool *boolean)
{
	const struct json *value = json_member(object, key);

	return (value && json_bool(value, boolean)) ||
	       expected(reader, value ? value : object, key);
}

static const char *get_string(struct reader *reader, const struct json *object,
                              const char *key)
{
	const struct json *value = json_member(object, key);
	const char *text = value ? json_string(value) : NULL;

	if (!text)
		expected(reader, value ? value : object, key);
	return text;
}

static const struct json *get_list(struct reader *reader,
                                   const struct json *object, const char *key)
{
	const struct json *value = json_member(object, key);

	if (value && json_is_array(value))
		return value;
	expected(reader, value ? value : object, key);
	return NULL;
}

/* Exactly count numbers. */
static bool read_numbers(struct reader *reader, const struct json *list,
                         uint64_t *numbers, size_t count)
{
	size_t at = 0;

	if (!list || !json_is_array(list) || json_count(list) != count)
		return expected(reader, list, "a list of numbers");
	for (const struct json *item = json_first(list); item;
	     item = json_next(item))
		if (!json_u64(item, &numbers[at++]))
			return expected(reader, item, "a number");
	return true;
}

static bool read_sums(struct reader *reader, const struct json *list,
                      struct sums *sums)
{
	uint64_t numbers[3];

	if (!read_numbers(reader, list, numbers, 3))
		return false;
	sums_add(sums, numbers[0], numbers[1], numbers[2]);
	return true;
}

static bool read_span(struct reader *reader, const struct json *object,
                      struct span *span)
{
	uint64_t numbers[2];

	if (!read_numbers(reader, json_member(object, "span"), numbers, 2))
		return false;
	span_add(span, numbers[0], numbers[1]);
	return true;
}

static bool read_place(struct reader *reader, const struct json *value,
                       struct place *place)
{
	const char *text = value ? json_string(value) : NULL;

	return (text && place_parse(place, text, reader->ledger->map)) ||
	       expected(reader, value, "a place of the map");
}

static bool read_path_key(struct reader *reader, const struct json *object,
                          struct path_key *key)
{
	const struct json *list = get_list(reader, object, "places");
	struct place ends[2];

	if (!list)
		return false;
	if (json_count(list) != 2)
		return expected(reader, list, "two places");
	if (!read_place(reader, json_first(list), &ends[0]) ||
	    !read_place(reader, json_next(json_first(list)), &ends[1]))
		return false;
	*key = path_key_of(&ends[0], &ends[1]);
	return true;
}

static bool no_room(struct reader *reader, const struct json *object)
{
	return json_complain(reader->err, reader->document, object,
	                     "more of a kind than the memory budget allows; "
	                     "raise --memory");
}

static bool read_manners(struct reader *reader, const struct json *object,
                         struct path *path)
{
	enum manner manner;

	for (const struct json *sums = json_first(object); sums;
	     sums = json_next(sums)) {
		if (!manner_from_name(&manner, json_key(sums)))
			return expected(reader, sums, "a manner");
		if (!read_sums(reader, sums, &path->by_manner[manner]))
			return false;
	}
	return true;
}

static bool read_categories(struct reader *reader, const struct json *object,
                            struct path *path)
{
	enum category category;

	for (const struct json *sums = json_first(object); sums;
	     sums = json_next(sums)) {
		if (!category_from_name(&category, json_key(sums)))
			return expected(reader, sums, "a category");
		if (!read_sums(reader, sums, &path->by_category[category]))
			return false;
	}
	return true;
}

static bool read_size_list(struct reader *reader, const struct json *list,
                           struct histogram *sizes)
{
	uint64_t len;
	uint64_t count;

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		if (!json_u64(item, &len) || len > HISTOGRAM_MAX)
			return expected(reader, item, "a length");
		item = json_next(item);
		if (!item || !json_u64(item, &count))
			return expected(reader, item ? item : list, "a count");
		histogram_add(sizes, (uint32_t)len, count);
	}
	return true;
}

static bool read_sizes(struct reader *reader, const struct json *object,
                       struct path *path)
{
	static const char *const names[2][2] = { { "ipv4", "ipv4-df" },
		                                 { "ipv6", "ipv6-df" } };

	for (unsigned i = 0; i < 4; i++) {
		const struct json *list =
			json_member(object, names[i / 2][i % 2]);

		if (list && !read_size_list(reader, list,
		                            &path->sizes[i / 2][i % 2]))
			return false;
	}
	return true;
}

static bool read_bins(struct reader *reader, const struct json *object,
                      struct bins *bins)
{
	struct bins read = { 0 };
	struct bin all[BINS_MAX + 1] = { 0 };
	const struct json *list;

	if (!object || !get_u64(reader, object, "width", &read.width) ||
	    !get_u64(reader, object, "first", &read.first))
		return object || expected(reader, object, "bins");
	list = get_list(reader, object, "bins");
	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		uint64_t number[3] = { BINS_MAX, 0, 0 };

		for (unsigned i = 0; i < 3; i++) {
			if (i && !(item = json_next(item)))
				return expected(reader, list, "bins");
			if (!json_u64(item, &number[i]))
				return expected(reader, item, "bins");
		}
		if (number[0] >= BINS_MAX)
			return expected(reader, item, "a bin's index");
		all[number[0]] = (struct bin){ number[1], number[2] };
		if (number[0] >= read.count)
			read.count = (size_t)number[0] + 1;
	}
	/* Powers of two below the age of the universe in seconds. */
	if (read.count && (!read.width || read.width & (read.width - 1) ||
	                   read.width > UINT64_C(1) << 40 ||
	                   read.first > UINT64_C(1) << 40))
		return expected(reader, object, "a bin width");
	read.bin = all;
	bins_merge(bins, &read);
	return list;
}

static bool read_path(struct reader *reader, const struct json *object)
{
	struct path_key key;
	struct path *path;

	if (!read_path_key(reader, object, &key))
		return false;
	path = ledger_path(reader->ledger, &key);
	if (!path)
		return no_room(reader, object);
	return read_span(reader, object, &path->span) &&
	       read_manners(reader, json_member(object, "manners"), path) &&
	       read_categories(reader, json_member(object, "categories"),
	                       path) &&
	       read_sizes(reader, json_member(object, "sizes"), path) &&
	       read_bins(reader, json_member(object, "bins"), &path->bins);
}

static bool read_address(struct reader *reader, const struct json *value,
                         enum family family, struct address *address)
{
	const char *text = value ? json_string(value) : NULL;
	struct mac mac;

	if (!text)
		return expected(reader, value, "an address");
	if (family != FAMILY_LAYER2)
		return address_parse(address, text) ||
		       expected(reader, value, "an address");
	if (!mac_parse(&mac, text))
		return expected(reader, value, "a MAC address");
	*address = address_from_mac(mac.bytes);
	return true;
}

static bool read_hash(const char *text, uint64_t *hash)
{
	char *end;

	*hash = strtoull(text, &end, 16);
	return end == text + 16 && !*end;
}

static bool read_example_ends(struct reader *reader, const struct json *object,
                              struct example *example)
{
	const struct json *list = get_list(reader, object, "addresses");
	uint64_t ports[2];

	if (!list ||
	    !read_numbers(reader, json_member(object, "ports"), ports, 2))
		return false;
	if (json_count(list) != 2 || ports[0] > UINT16_MAX ||
	    ports[1] > UINT16_MAX)
		return expected(reader, object, "two ends");
	example->port[0] = (uint16_t)ports[0];
	example->port[1] = (uint16_t)ports[1];
	return read_address(reader, json_first(list),
	                    (enum family)example->family,
	                    &example->address[0]) &&
	       read_address(reader, json_next(json_first(list)),
	                    (enum family)example->family, &example->address[1]);
}

static bool read_example(struct reader *reader, const struct json *object,
                         struct example *example)
{
	const char *id = get_string(reader, object, "id");
	const struct located *located;
	uint64_t family;
	uint64_t transport;
	uint64_t vlan;

	*example = (struct example){ .source = UINT32_MAX };
	if (!id || !get_u64(reader, object, "time", &example->time_ns) ||
	    !get_u64(reader, object, "family", &family) ||
	    !get_u64(reader, object, "transport", &transport) ||
	    !get_u64(reader, object, "vlan", &vlan))
		return false;
	if (!read_hash(id, &example->hash) || family >= FAMILY_COUNT ||
	    transport > UINT8_MAX || vlan > UINT16_MAX)
		return expected(reader, object, "an example");
	example->family = (uint8_t)family;
	example->transport = (uint8_t)transport;
	example->vlan = (uint16_t)vlan;
	located = table_find(&reader->located, &example->hash);
	if (located) {
		example->frame = located->frame;
		example->source = located->source;
	}
	return read_example_ends(reader, object, example);
}

static bool find_fired(struct reader *reader, const char *id, uint32_t *index)
{
	const struct table *fired = &reader->ledger->fired;

	for (*index = 0; *index < fired->count; ++*index) {
		const struct fired *one = fired->records[*index];

		if (strcmp(one->key.id, id) == 0)
			return true;
	}
	return false;
}

static bool read_finding_key(struct reader *reader, const struct json *object,
                             struct finding_key *key)
{
	const char *signature = get_string(reader, object, "signature");
	const char *name = get_string(reader, object, "manner");
	enum manner manner;

	memset(key, 0, sizeof(*key));
	if (!signature || !name || !read_path_key(reader, object, &key->path))
		return false;
	if (!find_fired(reader, signature, &key->signature) ||
	    !manner_from_name(&manner, name))
		return expected(reader, object, "a known signature and manner");
	key->manner = manner;
	return true;
}

/* A host's text says its family. */
static enum family family_of(const char *text)
{
	struct mac mac;
	struct address address;

	if (mac_parse(&mac, text))
		return FAMILY_LAYER2;
	return address_parse(&address, text) && address_is_ipv4(&address)
	               ? FAMILY_IPV4
	               : FAMILY_IPV6;
}

static bool read_finding_hosts(struct reader *reader, const struct json *object,
                               struct finding *finding)
{
	const struct json *list = get_list(reader, object, "hosts");
	struct address address;

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		enum family family =
			family_of(json_string(item) ? json_string(item) : "");

		if (!read_address(reader, item, family, &address))
			return false;
		host_set_add(&finding->hosts, &address, family);
	}
	return list && get_bool(reader, object, "more_hosts",
	                        &finding->hosts.more);
}

static bool read_finding(struct reader *reader, const struct json *object)
{
	struct finding_key key;
	struct finding *finding;
	const struct json *list;
	struct example example;

	if (!read_finding_key(reader, object, &key))
		return false;
	finding = ledger_finding(reader->ledger, &key);
	if (!finding)
		return no_room(reader, object);
	if (!read_sums(reader, json_member(object, "sums"), &finding->sums) ||
	    !read_span(reader, object, &finding->span) ||
	    !read_finding_hosts(reader, object, finding))
		return false;
	list = get_list(reader, object, "examples");
	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		if (!read_example(reader, item, &example))
			return false;
		finding_add_example(finding, &example);
	}
	return list;
}

static bool read_application(struct reader *reader, const struct json *object)
{
	const char *name = get_string(reader, object, "name");
	struct application_sums *application;
	struct path_key key;

	if (!name || !read_path_key(reader, object, &key))
		return false;
	application = ledger_application(reader->ledger, &key, name);
	if (!application)
		return no_room(reader, object);
	return read_sums(reader, json_member(object, "sums"),
	                 &application->sums);
}

static bool read_peer(struct reader *reader, const struct json *object)
{
	const char *organization = get_string(reader, object, "organization");
	const char *country = get_string(reader, object, "country");
	struct peer_key key;
	struct peer *peer;
	uint64_t number;

	memset(&key, 0, sizeof(key));
	if (!organization || !country ||
	    !get_u64(reader, object, "as", &number) ||
	    !read_place(reader, json_member(object, "place"), &key.place))
		return false;
	key.as_number = (uint32_t)number;
	snprintf(key.organization, sizeof(key.organization), "%s",
	         organization);
	snprintf(key.country, sizeof(key.country), "%s", country);
	peer = table_add(&reader->ledger->peers, &key);
	if (!peer)
		return no_room(reader, object);
	return read_sums(reader, json_member(object, "sums"), &peer->sums);
}

static bool read_service(struct reader *reader, const struct json *object,
                         struct host *host)
{
	const char *application = get_string(reader, object, "application");
	struct service service = { 0 };
	uint64_t transport;
	uint64_t port;

	if (!application || !get_u64(reader, object, "transport", &transport) ||
	    !get_u64(reader, object, "port", &port))
		return false;
	service.transport = (uint8_t)transport;
	service.port = (uint16_t)port;
	snprintf(service.application, sizeof(service.application), "%s",
	         application);
	host_add_service(host, &service);
	return true;
}

static bool read_host(struct reader *reader, const struct json *object)
{
	const struct json *services;
	struct address address;
	struct place place;
	struct host *host;

	if (!read_place(reader, json_member(object, "place"), &place) ||
	    !read_address(reader, json_member(object, "address"), FAMILY_IPV6,
	                  &address))
		return false;
	host = ledger_host(reader->ledger, &place, &address);
	if (!host)
		return no_room(reader, object);
	if (!read_numbers(reader, json_member(object, "packets"), host->packets,
	                  2) ||
	    !read_numbers(reader, json_member(object, "bytes"), host->bytes,
	                  2) ||
	    !read_span(reader, object, &host->span))
		return false;
	services = get_list(reader, object, "services");
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
	const char *kind_name = get_string(reader, object, "kind");
	const char *prefix = get_string(reader, object, "prefix");
	const char *mac = get_string(reader, object, "mac");
	struct evidence_key key;
	struct evidence_sums *sums;
	enum evidence_kind kind;
	uint64_t vlan;
	uint64_t seconds;
	uint64_t count;

	memset(&key, 0, sizeof(key));
	if (!kind_name || !prefix || !mac ||
	    !get_u64(reader, object, "vlan", &vlan) ||
	    !get_u64(reader, object, "seconds", &seconds) ||
	    !get_u64(reader, object, "count", &count))
		return false;
	if (!evidence_kind_from_name(&kind, kind_name) ||
	    !prefix_parse(&key.prefix, prefix) || !mac_parse(&key.mac, mac) ||
	    vlan > UINT16_MAX)
		return expected(reader, object, "evidence");
	key.kind = (uint8_t)kind;
	key.vlan = (uint16_t)vlan;
	sums = table_add(&reader->ledger->evidence, &key);
	if (!sums)
		return no_room(reader, object);
	sums->count += count;
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
	if (!get_u64(reader, object, "kind", &kind) ||
	    !get_u64(reader, object, "protocol", &key.protocol) ||
	    !get_u64(reader, object, "vlan", &vlan))
		return false;
	if (kind >= LINK_KIND_COUNT || vlan > UINT16_MAX)
		return expected(reader, object, "a link protocol");
	key.kind = (uint32_t)kind;
	key.vlan = (uint32_t)vlan;
	link = table_add(&reader->ledger->links, &key);
	if (!link)
		return no_room(reader, object);
	return read_sums(reader, json_member(object, "sums"), &link->sums);
}

static bool read_signature(struct reader *reader, const struct json *object)
{
	struct signature signature = { 0 };
	uint32_t index;
	bool read = signature_read_public(&signature, object, reader->document,
	                                  reader->err);

	if (read && !ledger_fire(reader->ledger, &signature, &index))
		read = no_room(reader, object);
	signature_release(&signature);
	return read;
}

static bool read_frames(struct reader *reader, const struct json *list,
                        uint32_t source)
{
	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		const char *id = get_string(reader, item, "id");
		struct located *located;
		uint64_t hash;
		uint64_t frame;

		if (!id || !get_u64(reader, item, "frame", &frame))
			return false;
		if (!read_hash(id, &hash))
			return expected(reader, item, "an example's id");
		located = table_add(&reader->located, &hash);
		if (!located)
			return no_room(reader, item);
		located->frame = frame;
		located->source = source;
	}
	return true;
}

static bool read_outcomes(struct reader *reader, const struct json *object,
                          struct source_stats *stats)
{
	for (enum decoded d = 0; d < DECODED_KINDS; d++)
		if (!get_u64(reader, object, decoded_name(d),
		             &stats->outcomes[d]))
			return false;
	return true;
}

static bool read_counts(struct reader *reader, const struct json *object,
                        struct source_stats *stats)
{
	uint64_t span[2];

	if (!get_u64(reader, object, "frames", &stats->frames) ||
	    !get_u64(reader, object, "bytes", &stats->bytes) ||
	    !read_numbers(reader, json_member(object, "span"), span, 2) ||
	    !get_u64(reader, object, "cut", &stats->cut) ||
	    !get_u64(reader, object, "out_of_order", &stats->out_of_order) ||
	    !get_u64(reader, object, "received", &stats->received) ||
	    !get_u64(reader, object, "dropped", &stats->dropped) ||
	    !get_u64(reader, object, "if_dropped", &stats->if_dropped))
		return false;
	stats->first_ns = span[0];
	stats->last_ns = span[1];
	return read_outcomes(reader, json_member(object, "decoded"), stats);
}

static bool read_source(struct reader *reader, const struct json *object)
{
	struct ledger *ledger = reader->ledger;
	struct source_stats *larger;
	const char *id = get_string(reader, object, "id");
	const char *name = get_string(reader, object, "name");
	const char *kind = get_string(reader, object, "kind");
	const char *link_type = get_string(reader, object, "link_type");
	const char *failure = get_string(reader, object, "failure");

	if (!id || !name || !kind || !link_type || !failure)
		return false;
	larger = realloc(ledger->sources,
	                 (ledger->source_count + 1) * sizeof(*larger));
	if (!larger)
		return no_room(reader, object);
	ledger->sources = larger;
	larger += ledger->source_count;
	*larger = (struct source_stats){ .live = strcmp(kind, "file") != 0 };
	larger->name = strdup(name);
	larger->link_type = source_link_type(link_type);
	snprintf(larger->failure, sizeof(larger->failure), "%s", failure);
	if (!larger->name)
		return no_room(reader, object);
	ledger->source_count++;
	if (!read_hash(id, &larger->digest))
		return expected(reader, object, "a source's id");
	return read_counts(reader, object, larger) &&
	       read_frames(reader, json_member(object, "examples"),
	                   (uint32_t)(ledger->source_count - 1));
}

static bool read_each(struct reader *reader, const struct json *object,
                      const char *key,
                      bool (*read)(struct reader *reader,
                                   const struct json *object))
{
	const struct json *list = get_list(reader, object, key);

	for (const struct json *item = json_first(list); item;
	     item = json_next(item))
		if (!read(reader, item))
			return false;
	return list;
}

static bool read_counters(struct reader *reader, const struct json *object)
{
	struct ledger_counters *counters = &reader->ledger->counters;

	return get_u64(reader, object, "fragment_orphans",
	               &counters->fragment_orphans) &&
	       get_u64(reader, object, "evicted_flows",
	               &counters->evicted_flows) &&
	       get_u64(reader, object, "refused", &counters->refused);
}

static bool read_map(struct reader *reader, const struct json *ledger)
{
	const struct json *list = json_member(ledger, "map");

	if (!list)
		return true;
	reader->ledger->own_map =
		segment_map_from(list, reader->document, reader->err);
	reader->ledger->map = reader->ledger->own_map;
	return reader->ledger->map;
}

static bool check_schema(struct reader *reader, const struct json *root)
{
	const struct json *value = json_member(root, "schema");
	const char *schema = value ? json_string(value) : NULL;

	if (!schema || strncmp(schema, "ipsec-audit/report/", 19) != 0)
		return json_complain(reader->err, reader->document, root,
		                     "not a report of ipsec-audit");
	return strcmp(schema, LEDGER_SCHEMA) == 0 ||
	       json_complain(reader->err, reader->document, value,
	                     "report version '%s', this program reads '%s'",
	                     schema, LEDGER_SCHEMA);
}

static bool read_all(struct reader *reader)
{
	const struct json *root = json_root(reader->document);
	const struct json *ledger;

	if (!check_schema(reader, root))
		return false;
	ledger = json_member(root, "ledger");
	if (!ledger || !json_is_object(ledger))
		return expected(reader, root, "a ledger");
	return read_each(reader, root, "sources", read_source) &&
	       read_each(reader, root, "signatures", read_signature) &&
	       read_map(reader, ledger) &&
	       read_each(reader, ledger, "paths", read_path) &&
	       read_each(reader, ledger, "findings", read_finding) &&
	       read_each(reader, ledger, "applications", read_application) &&
	       read_each(reader, ledger, "peers", read_peer) &&
	       read_each(reader, ledger, "hosts", read_host) &&
	       read_each(reader, ledger, "evidence", read_evidence) &&
	       read_each(reader, ledger, "links", read_link) &&
	       read_counters(reader, json_member(ledger, "counters"));
}

struct ledger *ledger_read(const struct json_document *document,
                           uint64_t memory, struct error *err)
{
	struct reader reader = { .document = document, .err = err };

	reader.ledger = ledger_create(NULL, memory, err);
	if (!reader.ledger)
		return NULL;
	table_init(&reader.located, sizeof(uint64_t), sizeof(struct located),
	           SIZE_MAX);
	if (!read_all(&reader)) {
		ledger_free(reader.ledger);
		reader.ledger = NULL;
	}
	table_release(&reader.located, NULL);
	return reader.ledger;
}
