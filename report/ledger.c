#include "report/ledger.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "capture/text.h"
#include "report/exemptable.h"
#include "report/ledger_sources.h"

/*
 * How a memory budget is shared out: parts of a hundred in the table below,
 * and about what a record takes beside itself. Findings, paths and whatever
 * else is as coarse as they are stay once they are there, and what comes when
 * there is no more room is refused. Hosts and what belongs to single ones can
 * be made up by whoever sends packets: of them those that say least go.
 */
enum {
	PATH_OUTSIDE = 1112, /* bytes of a path's histograms and bins */
	OVERHEAD = 32,
	FIRED_MAX = 4096,
	SLIGHT_PACKETS = 8, /* a host or pair that has fewer */
	SLIGHT_FLOWS = 2,   /* a port that has fewer */
};

static bool is_slight_host(const void *record)
{
	const struct host *host = record;

	return host->packets[0] + host->packets[1] < SLIGHT_PACKETS;
}

static bool is_slight_pair(const void *record)
{
	return ((const struct pair *)record)->sums.packets < SLIGHT_PACKETS;
}

static bool is_slight_endpoint(const void *record)
{
	const struct endpoint *endpoint = record;

	return endpoint->called + endpoint->calling < SLIGHT_FLOWS;
}

static bool is_slight_exemptable(const void *record)
{
	return ((const struct exemptable *)record)->sums.packets <
	       SLIGHT_PACKETS;
}

#define TABLE(member, key_type, record_type, percent, outside, is_slight) \
	{ \
		offsetof(struct ledger, member), sizeof(struct key_type), \
			sizeof(struct record_type), percent, outside, \
			is_slight \
	}

/* What a ledger's tables hold, and their share of its memory. */
static const struct table_row {
	size_t offset; /* of a struct table in struct ledger */
	size_t key_len;
	size_t record_len;
	unsigned percent; /* 0: as many records as FIRED_MAX */
	size_t outside;   /* bytes that a record points to, about */
	bool (*is_slight)(const void *record);
} table_rows[] = {
	TABLE(fired, signature_key, fired, 0, 0, NULL),
	TABLE(paths, path_key, path, 20, PATH_OUTSIDE, NULL),
	TABLE(findings, finding_key, finding, 22, 0, NULL),
	TABLE(applications, application_key, application_sums, 4, 0, NULL),
	TABLE(peers, peer_key, peer, 2, 0, NULL),
	TABLE(hosts, host_key, host, 14, 0, is_slight_host),
	TABLE(endpoints, endpoint_key, endpoint, 9, 0, is_slight_endpoint),
	TABLE(pairs, pair_key, pair, 7, 0, is_slight_pair),
	TABLE(calls, call_key, call_sums, 1, 0, NULL),
	TABLE(stations, station_key, station, 2, 0, NULL),
	TABLE(evidence, evidence_key, evidence_sums, 3, 0, NULL),
	TABLE(links, link_key, link_sums, 1, 0, NULL),
	TABLE(exemptables, exemptable_key, exemptable, 15, 0,
	      is_slight_exemptable),
};

enum { TABLES = sizeof(table_rows) / sizeof(table_rows[0]) };

const struct table *ledger_table(const struct ledger *ledger, size_t offset)
{
	return (const struct table *)(const void *)((const char *)ledger +
	                                            offset);
}

static struct table *table_of(struct ledger *ledger,
                              const struct table_row *row)
{
	return (struct table *)(void *)((char *)ledger + row->offset);
}

/* How many records a table may have. */
static size_t most_of(const struct table_row *row, uint64_t memory)
{
	size_t most;

	if (!row->percent)
		return FIRED_MAX;
	most = (size_t)(memory / 100 * row->percent /
	                (row->record_len + row->outside + OVERHEAD));
	return most < 64 ? 64 : most;
}

void ledger_limit(struct ledger *ledger, uint64_t memory)
{
	for (size_t i = 0; i < TABLES; i++)
		table_of(ledger, &table_rows[i])->most =
			most_of(&table_rows[i], memory);
}

static void tables_init(struct ledger *ledger, uint64_t memory)
{
	for (size_t i = 0; i < TABLES; i++) {
		struct table *table = table_of(ledger, &table_rows[i]);

		table_init(table, table_rows[i].key_len,
		           table_rows[i].record_len,
		           most_of(&table_rows[i], memory));
		table->is_slight = table_rows[i].is_slight;
	}
}

struct ledger *ledger_create(const struct segment_map *map, uint64_t memory,
                             struct error *err)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	if (!ledger) {
		fail(err, "out of memory for a ledger");
		return NULL;
	}
	ledger->map = map;
	tables_init(ledger, memory);
	return ledger;
}

static void path_record_release(void *record)
{
	path_release(record);
}

static void fired_release(void *record)
{
	signature_release(&((struct fired *)record)->signature);
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	table_release(&ledger->fired, fired_release);
	table_release(&ledger->paths, path_record_release);
	table_release(&ledger->findings, NULL);
	table_release(&ledger->applications, NULL);
	table_release(&ledger->peers, NULL);
	table_release(&ledger->hosts, NULL);
	table_release(&ledger->endpoints, NULL);
	table_release(&ledger->pairs, NULL);
	table_release(&ledger->calls, NULL);
	table_release(&ledger->stations, NULL);
	table_release(&ledger->evidence, NULL);
	table_release(&ledger->links, NULL);
	table_release(&ledger->exemptables, NULL);
	ledger_sources_release(ledger);
	segment_map_free(ledger->own_map);
	free(ledger);
}

struct path_key path_key_of(const struct place *a, const struct place *b)
{
	bool swapped = memcmp(a, b, sizeof(*a)) > 0;
	struct path_key key;

	key.place[swapped] = *a;
	key.place[!swapped] = *b;
	return key;
}

struct path *ledger_path(struct ledger *ledger, const struct path_key *key)
{
	return table_add(&ledger->paths, key);
}

struct finding *ledger_finding(struct ledger *ledger,
                               const struct finding_key *key)
{
	return table_add(&ledger->findings, key);
}

struct application_sums *ledger_application(struct ledger *ledger,
                                            const struct path_key *path,
                                            const char *name)
{
	struct application_key key;

	memset(&key, 0, sizeof(key));
	key.path = *path;
	text_copy(key.name, sizeof(key.name), name);
	return table_add(&ledger->applications, &key);
}

struct host *ledger_host(struct ledger *ledger, const struct place *place,
                         const struct address *address)
{
	struct host_key key;

	memset(&key, 0, sizeof(key));
	key.place = *place;
	key.address = *address;
	return table_add(&ledger->hosts, &key);
}

struct pair *ledger_pair(struct ledger *ledger, const struct pair_end *a,
                         const struct pair_end *b)
{
	bool swapped = memcmp(a, b, sizeof(*a)) > 0;
	struct pair_key key;

	key.end[swapped] = *a;
	key.end[!swapped] = *b;
	return table_add(&ledger->pairs, &key);
}

bool ledger_fire(struct ledger *ledger, const struct signature *signature,
                 uint32_t *index)
{
	struct signature_key key;
	struct fired *fired;

	memset(&key, 0, sizeof(key));
	snprintf(key.id, sizeof(key.id), "%s", signature->id);
	fired = table_add(&ledger->fired, &key);
	if (!fired)
		return false;
	if (!fired->signature.id &&
	    !signature_copy(&fired->signature, signature))
		return false;
	for (*index = (uint32_t)ledger->fired.count; --*index > 0;)
		if (ledger->fired.records[*index] == fired)
			break;
	return true;
}

const struct signature *ledger_signature(const struct ledger *ledger,
                                         uint32_t index)
{
	const struct fired *fired = ledger->fired.records[index];

	return &fired->signature;
}

void ledger_evidence(struct ledger *ledger, const struct evidence *evidence)
{
	struct evidence_key key;
	struct evidence_sums *sums;

	memset(&key, 0, sizeof(key));
	key.prefix = evidence->prefix;
	key.mac = evidence->mac;
	key.kind = (uint8_t)evidence->kind;
	key.vlan = evidence->vlan;
	sums = table_add(&ledger->evidence, &key);
	if (!sums)
		return;
	sums->count++;
	if (evidence->seconds > sums->seconds)
		sums->seconds = evidence->seconds;
}

#define COUNTER(member) \
	{ \
#member, offsetof(struct ledger_counters, member) \
	}

static const struct counter_field counter_fields[] = {
	COUNTER(fragment_orphans),
	COUNTER(evicted_flows),
	COUNTER(evicted_established),
	COUNTER(evicted_hosts),
	COUNTER(evicted_ports),
	COUNTER(evicted_pairs),
	COUNTER(evicted_services),
	COUNTER(dpi_calls),
	COUNTER(dpi_skipped),
	COUNTER(refused),
	COUNTER(ip_flows),
	COUNTER(tcp_flows),
	COUNTER(one_way_flows),
	COUNTER(reordered_flows),
	COUNTER(duplicated_flows),
	COUNTER(offloaded_flows),
	COUNTER(mirrored_flows),
};

const struct counter_field *ledger_counter(size_t index)
{
	size_t count = sizeof(counter_fields) / sizeof(counter_fields[0]);

	return index < count ? &counter_fields[index] : NULL;
}

uint64_t *counter_of(struct ledger_counters *counters,
                     const struct counter_field *field)
{
	return (uint64_t *)(void *)((char *)counters + field->offset);
}

struct ledger_counters ledger_counters_of(const struct ledger *ledger)
{
	struct ledger_counters counters = ledger->counters;

	for (size_t i = 0; i < TABLES; i++)
		counters.refused +=
			ledger_table(ledger, table_rows[i].offset)->refused;
	counters.evicted_hosts += ledger->hosts.evicted;
	counters.evicted_ports += ledger->endpoints.evicted;
	counters.evicted_pairs += ledger->pairs.evicted;
	counters.evicted_services += ledger->exemptables.evicted;
	return counters;
}

uint64_t ledger_refused(const struct ledger *ledger)
{
	return ledger_counters_of(ledger).refused;
}
