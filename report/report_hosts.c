#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "capture/parallel.h"
#include "report/grouping.h"
#include "report/report_parts.h"

static int host_order(const struct address *a, const struct address *b)
{
	bool a_is_ipv4 = address_is_ipv4(a);

	if (a_is_ipv4 != address_is_ipv4(b))
		return a_is_ipv4 ? -1 : 1;
	return address_compare(a, b);
}

static int by_address(const void *a, const void *b)
{
	const struct report_host *left = a;
	const struct report_host *right = b;

	return host_order(&left->address, &right->address);
}

static int mac_compare(const struct mac *a, const struct mac *b)
{
	return memcmp(a->bytes, b->bytes, MAC_LEN);
}

/* The smallest few, so that it does not matter which came first. */
static void host_add_mac(struct report_host *host, const struct mac *mac)
{
	size_t at = 0;

	while (at < host->mac_count && mac_compare(&host->macs[at], mac) < 0)
		at++;
	if (at < host->mac_count && mac_compare(&host->macs[at], mac) == 0)
		return;
	if (host->mac_count == LEDGER_MACS) {
		host->more_macs = true;
		if (at == LEDGER_MACS)
			return;
		host->mac_count--;
	}
	memmove(&host->macs[at + 1], &host->macs[at],
	        (host->mac_count - at) * sizeof(*host->macs));
	host->macs[at] = *mac;
	host->mac_count++;
}

struct report_host *report_host_find(struct report_segment *segment,
                                     const struct address *address)
{
	const struct report_host wanted = { .address = *address };

	return segment->host_count
	               ? bsearch(&wanted, segment->hosts, segment->host_count,
	                         sizeof(wanted), by_address)
	               : NULL;
}

struct report_host *report_host_in(const struct report *report, uint32_t index,
                                   const struct address *address)
{
	return index == ATLAS_OUTSIDE
	               ? NULL
	               : report_host_find(&report->segments[index], address);
}

struct report_host *report_host_at(const struct report *report,
                                   const struct place *place,
                                   const struct address *address)
{
	return report_host_in(report, atlas_find(report->atlas, place),
	                      address);
}

static void add_host_evidence(struct report *report,
                              const struct evidence_sums *sums)
{
	const struct address *address = &sums->key.prefix.address;
	uint32_t index =
		atlas_find_address(report->atlas, address, sums->key.vlan);
	struct report_host *host = report_host_in(report, index, address);

	if (!host)
		return;
	host_add_mac(host, &sums->key.mac);
	if (sums->key.kind != EVIDENCE_LEASE)
		return;
	host->leased = true;
	if (sums->seconds > host->lease_seconds)
		host->lease_seconds = sums->seconds;
}

/* The ledger's hosts, by segment. */
struct settling {
	struct report *report;
	struct grouping segments;
	atomic_bool failed;
};

static int by_host_address(const void *a, const void *b)
{
	const struct host *left = *(const struct host *const *)a;
	const struct host *right = *(const struct host *const *)b;

	return host_order(&left->key.address, &right->key.address);
}

/* What is the ledger's is not to be changed. */
static bool merge(struct report_host *host, const struct host *other)
{
	if (!host->merged) {
		host->merged = malloc(sizeof(*host->merged));
		if (!host->merged)
			return false;
		*host->merged = *host->total;
		host->total = host->merged;
	}
	host_merge(host->merged, other);
	return true;
}

/* One host seen on several VLANs is several records in a row: they become
 * one. */
static bool add_in_order(struct report_segment *segment,
                         const struct host *const *hosts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct report_host *host = &segment->hosts[segment->host_count];

		if (i && by_host_address(&hosts[i - 1], &hosts[i]) == 0) {
			if (!merge(&host[-1], hosts[i]))
				return false;
			continue;
		}
		*host = (struct report_host){ .address = hosts[i]->key.address,
			                      .total = hosts[i] };
		segment->host_count++;
	}
	return true;
}

static void settle(void *self, size_t index)
{
	struct settling *settling = self;
	struct report_segment *segment = &settling->report->segments[index];
	void *const *records = settling->report->ledger->hosts.records;
	size_t count;
	const uint32_t *members =
		grouping_of(&settling->segments, index, &count);
	const struct host **hosts;

	if (!count)
		return;
	hosts = malloc(count * sizeof(const struct host *));
	segment->hosts = malloc(count * sizeof(*segment->hosts));
	for (size_t i = 0; hosts && i < count; i++)
		hosts[i] = records[members[i]];
	if (hosts && segment->hosts)
		qsort(hosts, count, sizeof(const struct host *),
		      by_host_address);
	if (!hosts || !segment->hosts || !add_in_order(segment, hosts, count))
		atomic_store(&settling->failed, true);
	free(hosts);
}

_Static_assert(ATLAS_OUTSIDE == GROUPING_NONE, "outside is no segment");

static bool settle_hosts(struct report *report)
{
	const struct table *table = &report->ledger->hosts;
	struct settling settling = { .report = report };
	uint32_t *segments = malloc((table->count + 1) * sizeof(*segments));
	bool grouped;

	for (size_t i = 0; segments && i < table->count; i++) {
		const struct host *host = table->records[i];

		segments[i] = atlas_find(report->atlas, &host->key.place);
	}
	grouped =
		segments && grouping_make(&settling.segments, segments,
	                                  table->count, report->segment_count);
	if (grouped)
		parallel_each(report->segment_count, settle, &settling);
	grouping_release(&settling.segments);
	free(segments);
	return grouped && !atomic_load(&settling.failed);
}

void report_hosts_release(struct report_segment *segment)
{
	for (size_t i = 0; i < segment->host_count; i++)
		free(segment->hosts[i].merged);
	free(segment->hosts);
}

bool report_add_hosts(struct report *report)
{
	const struct ledger *ledger = report->ledger;

	if (!settle_hosts(report))
		return false;
	for (size_t i = 0; i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];

		if (sums->key.kind == EVIDENCE_BINDING ||
		    sums->key.kind == EVIDENCE_LEASE)
			add_host_evidence(report, sums);
	}
	return true;
}
