#include "report/census.h"

#include <stdlib.h>
#include <string.h>

#include "capture/parallel.h"

/*
 * A port that many peers of many networks talk with, that called some of them
 * and was called by others. A resolver only calls, a server is only called.
 */
static bool is_peer(const struct endpoint *endpoint,
                    const struct thresholds *thresholds)
{
	return endpoint->key.transport == TRANSPORT_UDP && endpoint->called &&
	       endpoint->calling && endpoint->answered &&
	       sketch_count(&endpoint->peers) >= thresholds->peer_peers &&
	       sketch_count(&endpoint->networks) >= thresholds->peer_networks;
}

static void add_endpoints(struct report *report)
{
	const struct table *endpoints = &report->ledger->endpoints;

	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = endpoints->records[i];
		struct report_host *host =
			report_host_at(report, &endpoint->key.place,
		                       &endpoint->key.address);

		if (!host)
			continue;
		if (is_peer(endpoint, &report->thresholds))
			host->behaviours |= HOST_PEER_TO_PEER;
		else if (endpoint->called && endpoint->answered &&
		         sketch_count(&endpoint->peers) >=
		                 report->thresholds.busy_clients)
			host->behaviours |= HOST_BUSY_SERVER;
	}
}

static void add_pairs(struct report *report)
{
	for (size_t i = 0; i < report->pair_count; i++) {
		const struct report_pair *pair = &report->pairs[i];

		if (__builtin_popcountll(pair->sums->dscps) < 2)
			continue;
		for (unsigned end = 0; end < 2; end++)
			if (pair->hosts[end])
				pair->hosts[end]->behaviours |=
					HOST_SEVERAL_CLASSES;
	}
}

/* An address of a MAC that is bound to it. */
struct binding {
	struct mac mac;
	struct address address;
	struct report_host *host;
};

static int by_mac(const void *a, const void *b)
{
	const struct binding *left = a;
	const struct binding *right = b;
	int order = memcmp(&left->mac, &right->mac, sizeof(left->mac));

	return order ? order : address_compare(&left->address, &right->address);
}

/* The bits of a modified EUI-64 (RFC 4291 appendix A) that say so. */
static bool is_eui64(const struct address *address)
{
	return address->bytes[11] == 0xff && address->bytes[12] == 0xfe;
}

static bool is_random(const struct address *address)
{
	static const uint8_t zero[6];

	/* ::1 and ::10:5 were chosen by a person. */
	return !address_is_ipv4(address) && !address_is_link_local(address) &&
	       !is_eui64(address) &&
	       memcmp(address->bytes + 8, zero, sizeof(zero)) != 0;
}

static bool same_link(const struct binding *a, const struct binding *b)
{
	return memcmp(a->address.bytes, b->address.bytes, 8) == 0;
}

/* The addresses of one MAC, from first to before last. */
static void judge_addresses(struct binding *first, const struct binding *last)
{
	size_t count = 0;

	for (struct binding *one = first; one < last; one++)
		count += !address_is_link_local(&one->address) &&
		         address_is_ipv4(&one->address);
	for (struct binding *one = first; one < last; one++) {
		size_t siblings = 0;

		for (struct binding *other = first; other < last; other++)
			siblings += same_link(one, other);
		if (count > 1 && address_is_ipv4(&one->address))
			one->host->behaviours |= HOST_SEVERAL_ADDRESSES;
		if (siblings > 1 && is_random(&one->address))
			one->host->behaviours |= HOST_TEMPORARY_ADDRESS;
	}
}

static const struct station *station_of(const struct ledger *ledger,
                                        const struct mac *mac, uint16_t vlan)
{
	struct station_key key;

	memset(&key, 0, sizeof(key));
	key.mac = *mac;
	key.vlan = vlan;
	return table_find(&ledger->stations, &key);
}

/* Every binding whose host is in the report, in the order of MACs. */
static struct binding *collect_bindings(struct report *report, size_t *count)
{
	const struct table *evidence = &report->ledger->evidence;
	struct binding *bindings =
		calloc(evidence->count + 1, sizeof(*bindings));

	*count = 0;
	for (size_t i = 0; bindings && i < evidence->count; i++) {
		const struct evidence_sums *sums = evidence->records[i];
		const struct station *station;
		struct report_host *host;
		uint32_t index;

		if (sums->key.kind != EVIDENCE_BINDING)
			continue;
		index = atlas_find_address(report->atlas,
		                           &sums->key.prefix.address,
		                           sums->key.vlan);
		host = report_host_in(report, index, &sums->key.prefix.address);
		if (!host)
			continue;
		bindings[(*count)++] =
			(struct binding){ sums->key.mac,
			                  sums->key.prefix.address, host };
		station = station_of(report->ledger, &sums->key.mac,
		                     sums->key.vlan);
		if (station && sketch_count(&station->addresses) >=
		                       report->thresholds.gateway_addresses)
			host->behaviours |= HOST_GATEWAY;
	}
	if (*count)
		qsort(bindings, *count, sizeof(*bindings), by_mac);
	return bindings;
}

static bool add_bindings(struct report *report)
{
	size_t count;
	struct binding *bindings = collect_bindings(report, &count);
	size_t start = 0;

	if (!bindings)
		return false;
	for (size_t i = 1; i <= count; i++) {
		if (i < count && memcmp(&bindings[i].mac, &bindings[start].mac,
		                        MAC_LEN) == 0)
			continue;
		judge_addresses(&bindings[start], &bindings[i]);
		start = i;
	}
	free(bindings);
	return true;
}

/* What stacks set hop limits to at first, each with whose it is. */
static const struct {
	uint8_t initial;
	enum host_system system;
} stacks[] = {
	{ 64, HOST_SYSTEM_UNIX },
	{ 128, HOST_SYSTEM_WINDOWS },
	{ 255, HOST_SYSTEM_DEVICE },
};

enum { STACKS = sizeof(stacks) / sizeof(stacks[0]), MOST_HOPS = 32 };

/* The stack that a hop limit was set by less than MOST_HOPS ago, as a bit. */
static unsigned stack_of(unsigned hop_limit)
{
	for (unsigned i = 0; i < STACKS; i++)
		if (hop_limit <= stacks[i].initial &&
		    hop_limit + MOST_HOPS > stacks[i].initial)
			return 1u << i;
	return 0;
}

/* The stacks whose hop limits a host was seen with, as bits. */
static unsigned stacks_seen(const struct sketch *hop_limits)
{
	unsigned seen = 0;

	for (unsigned i = 0; i < SKETCH_WORDS; i++)
		for (uint64_t left = hop_limits->word[i]; left;
		     left &= left - 1)
			seen |= stack_of(i * 64 +
			                 (unsigned)__builtin_ctzll(left));
	return seen;
}

static void judge_host(struct report_host *host, const struct report *report)
{
	const struct host *total = host->total;
	const struct thresholds *thresholds = &report->thresholds;
	struct role_service services[LEDGER_SERVICES];
	unsigned seen = stacks_seen(&total->hop_limits);

	for (uint32_t i = 0; i < total->service_count; i++)
		services[i] =
			(struct role_service){ total->services[i].transport,
			                       total->services[i].port };
	host->roles = role_match(signature_roles(report->set), services,
	                         total->service_count);
	if (host->leased)
		host->behaviours |= HOST_LEASED;
	if (host->mac_count > 1)
		host->behaviours |= HOST_MOVED;
	if (sketch_count(&total->pinged) >= thresholds->monitor_targets)
		host->behaviours |= HOST_MONITOR;
	if (sketch_count(&total->tried) >= thresholds->scanner_targets)
		host->behaviours |= HOST_SCANNER;
	/* 255 beside another is what every system does for link protocols. */
	if ((seen & 3) == 3)
		host->behaviours |= HOST_MIXED_HOP_LIMITS;
	for (unsigned i = 0; i < STACKS; i++)
		if (seen & 1u << i) {
			host->system = stacks[i].system;
			break;
		}
}

static void judge_segment(void *self, size_t index)
{
	const struct report *report = self;
	const struct report_segment *segment = &report->segments[index];

	for (size_t i = 0; i < segment->host_count; i++)
		judge_host(&segment->hosts[i], report);
}

bool census_take(struct report *report)
{
	parallel_each(report->segment_count, judge_segment, report);
	add_endpoints(report);
	add_pairs(report);
	return add_bindings(report);
}

static uint64_t part_of(uint64_t count, uint64_t all, uint64_t whole)
{
	uint64_t part = all ? count * whole / all : 0;

	return part > whole ? whole : part;
}

struct sensor_facts census_sensor(const struct report *report)
{
	const struct observation *seen = &report->observation;
	const struct ledger_counters *counters = &report->ledger->counters;
	uint64_t undecoded = 0;

	for (unsigned i = 0; i < DECODED_KINDS; i++)
		if (i != DECODED_OK)
			undecoded += seen->outcomes[i];
	return (struct sensor_facts){
		.seconds = seen->seconds,
		.one_way_percent = part_of(counters->one_way_flows,
		                           counters->tcp_flows, 100),
		.duplicated_percent = part_of(counters->duplicated_flows,
		                              counters->ip_flows, 100),
		.offloaded_percent = part_of(counters->offloaded_flows,
		                             counters->ip_flows, 100),
		.reordered_percent = part_of(counters->reordered_flows,
		                             counters->tcp_flows, 100),
		.dropped_permille = part_of(seen->dropped + seen->if_dropped,
		                            seen->frames + seen->dropped, 1000),
		.cut_permille = part_of(seen->cut, seen->frames, 1000),
		.undecoded_permille = part_of(undecoded, seen->frames, 1000),
		.encapsulated_percent = part_of(counters->mirrored_flows,
		                                counters->ip_flows, 100),
	};
}
