#include <stdlib.h>
#include <string.h>

#include "report/ledger_reader.h"

static bool read_hash(const char *text, uint64_t *hash)
{
	char *end;

	*hash = strtoull(text, &end, 16);
	return end == text + 16 && !*end;
}

static bool read_example_ends(struct reader *reader, const struct json *object,
                              struct example *example)
{
	const struct json *list = reader_list(reader, object, "addresses");
	uint64_t ports[2];

	if (!list ||
	    !reader_numbers(reader, json_member(object, "ports"), ports, 2))
		return false;
	if (json_count(list) != 2 || ports[0] > UINT16_MAX ||
	    ports[1] > UINT16_MAX)
		return reader_expected(reader, object, "two ends");
	example->port[0] = (uint16_t)ports[0];
	example->port[1] = (uint16_t)ports[1];
	return reader_address(reader, json_first(list),
	                      (enum family)example->family,
	                      &example->address[0]) &&
	       reader_address(reader, json_next(json_first(list)),
	                      (enum family)example->family,
	                      &example->address[1]);
}

static bool read_example(struct reader *reader, const struct json *object,
                         struct example *example)
{
	const char *id = reader_string(reader, object, "id");
	const struct located *located;
	uint64_t family;
	uint64_t transport;
	uint64_t vlan;

	*example = (struct example){ .source = UINT32_MAX };
	if (!id || !reader_u64(reader, object, "time", &example->time_ns) ||
	    !reader_u64(reader, object, "family", &family) ||
	    !reader_u64(reader, object, "transport", &transport) ||
	    !reader_u64(reader, object, "vlan", &vlan))
		return false;
	if (!read_hash(id, &example->hash) || family >= FAMILY_COUNT ||
	    transport > UINT8_MAX || vlan > UINT16_MAX)
		return reader_expected(reader, object, "an example");
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

bool reader_fired(struct reader *reader, const char *id, uint32_t *index)
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
	const char *signature = reader_string(reader, object, "signature");
	const char *name = reader_string(reader, object, "manner");
	enum manner manner;

	memset(key, 0, sizeof(*key));
	if (!signature || !name || !reader_path_key(reader, object, &key->path))
		return false;
	if (!reader_fired(reader, signature, &key->signature) ||
	    !manner_from_name(&manner, name))
		return reader_expected(reader, object,
		                       "a known signature and manner");
	key->manner = manner;
	return true;
}

/* A host's text says its family. */
static enum family family_of(const char *text)
{
	struct mac mac;

	if (mac_parse(&mac, text))
		return FAMILY_LAYER2;
	return strchr(text, ':') ? FAMILY_IPV6 : FAMILY_IPV4;
}

static bool read_finding_hosts(struct reader *reader, const struct json *object,
                               struct finding *finding)
{
	const struct json *list = reader_list(reader, object, "hosts");
	struct address address;

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		enum family family =
			family_of(json_string(item) ? json_string(item) : "");

		if (!reader_address(reader, item, family, &address))
			return false;
		host_set_add(&finding->hosts, &address, family);
	}
	return list &&
	       reader_bool(reader, object, "more_hosts", &finding->hosts.more);
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
		return reader_no_room(reader, object);
	if (!reader_sums(reader, json_member(object, "sums"), &finding->sums) ||
	    !reader_span(reader, object, &finding->span) ||
	    !read_finding_hosts(reader, object, finding))
		return false;
	list = reader_list(reader, object, "examples");
	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		if (!read_example(reader, item, &example))
			return false;
		finding_add_example(finding, &example);
	}
	return list;
}

static bool read_signature(struct reader *reader, const struct json *object)
{
	struct signature signature = { 0 };
	uint32_t index;
	bool read = signature_read_public(&signature, object, reader->document,
	                                  reader->err);

	if (read && !ledger_fire(reader->ledger, &signature, &index))
		read = reader_no_room(reader, object);
	signature_release(&signature);
	return read;
}

static bool read_frames(struct reader *reader, const struct json *list,
                        uint32_t source)
{
	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		const char *id = reader_string(reader, item, "id");
		struct located *located;
		uint64_t hash;
		uint64_t frame;

		if (!id || !reader_u64(reader, item, "frame", &frame))
			return false;
		if (!read_hash(id, &hash))
			return reader_expected(reader, item, "an example's id");
		located = table_add(&reader->located, &hash);
		if (!located)
			return reader_no_room(reader, item);
		located->frame = frame;
		located->source = source;
	}
	return true;
}

static bool read_outcomes(struct reader *reader, const struct json *object,
                          struct source_stats *stats)
{
	for (enum decoded d = 0; d < DECODED_KINDS; d++)
		if (!reader_u64(reader, object, decoded_name(d),
		                &stats->outcomes[d]))
			return false;
	return true;
}

static bool read_counts(struct reader *reader, const struct json *object,
                        struct source_stats *stats)
{
	uint64_t span[2];

	if (!reader_u64(reader, object, "frames", &stats->frames) ||
	    !reader_u64(reader, object, "bytes", &stats->bytes) ||
	    !reader_numbers(reader, json_member(object, "span"), span, 2) ||
	    !reader_u64(reader, object, "cut", &stats->cut) ||
	    !reader_u64(reader, object, "out_of_order", &stats->out_of_order) ||
	    !reader_u64(reader, object, "received", &stats->received) ||
	    !reader_u64(reader, object, "dropped", &stats->dropped) ||
	    !reader_u64(reader, object, "if_dropped", &stats->if_dropped))
		return false;
	if (span[0] > span[1])
		return reader_expected(reader, object, "a span");
	stats->first_ns = span[0];
	stats->last_ns = span[1];
	return read_outcomes(reader, json_member(object, "decoded"), stats);
}

static bool read_source(struct reader *reader, const struct json *object)
{
	struct ledger *ledger = reader->ledger;
	struct source_stats *larger;
	const char *id = reader_string(reader, object, "id");
	const char *name = reader_string(reader, object, "name");
	const char *kind = reader_string(reader, object, "kind");
	const char *link_type = reader_string(reader, object, "link_type");
	const char *failure = reader_string(reader, object, "failure");

	if (!id || !name || !kind || !link_type || !failure)
		return false;
	if (strcmp(kind, "file") != 0 && strcmp(kind, "interface") != 0)
		return reader_expected(reader, object, "file or interface");
	larger = realloc(ledger->sources,
	                 (ledger->source_count + 1) * sizeof(*larger));
	if (!larger)
		return reader_no_room(reader, object);
	ledger->sources = larger;
	larger += ledger->source_count;
	*larger = (struct source_stats){ .live = strcmp(kind, "file") != 0 };
	larger->name = strdup(name);
	larger->link_type = source_link_type(link_type);
	snprintf(larger->failure, sizeof(larger->failure), "%s", failure);
	if (!larger->name)
		return reader_no_room(reader, object);
	ledger->source_count++;
	if (!read_hash(id, &larger->digest))
		return reader_expected(reader, object, "a source's id");
	return read_counts(reader, object, larger) &&
	       read_frames(reader, json_member(object, "examples"),
	                   (uint32_t)(ledger->source_count - 1));
}

/* The first has always been there; others came with later versions. */
static bool read_counters(struct reader *reader, const struct json *object)
{
	struct ledger_counters *counters = &reader->ledger->counters;

	for (size_t i = 0; ledger_counter(i); i++)
		if ((i == 0 || json_member(object, ledger_counter(i)->name)) &&
		    !reader_u64(reader, object, ledger_counter(i)->name,
		                counter_of(counters, ledger_counter(i))))
			return false;
	return true;
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
		return reader_expected(reader, root, "a ledger");
	return reader_each(reader, root, "sources", read_source) &&
	       reader_each(reader, root, "signatures", read_signature) &&
	       read_map(reader, ledger) && reader_paths(reader, ledger) &&
	       reader_each(reader, ledger, "findings", read_finding) &&
	       reader_hosts(reader, ledger) &&
	       reader_exemptables(reader, ledger) &&
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
