#include <stdlib.h>
#include <string.h>

#include "capture/parallel.h"
#include "report/report_parts.h"

static struct report_host *host_add(struct report_segment *segment)
{
	/* Doubling at powers of two saves a member for the room. */
	size_t count = segment->host_count;
	struct report_host *larger;

	if ((count & (count - 1)) == 0) {
		larger = realloc(segment->hosts,
		                 (count ? count * 2 : 1) * sizeof(*larger));
		if (!larger)
			return NULL;
		segment->hosts = larger;
	}
	larger = &segment->hosts[segment->host_count++];
	*larger = (struct report_host){ 0 };
	return larger;
}

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

	return host_order(&left->total.key.address, &right->total.key.address);
}

/* One host seen on several VLANs is several records in a row: join them. */
static void join_hosts(struct report_segment *segment)
{
	size_t kept = 0;

	for (size_t i = 1; i < segment->host_count; i++) {
		if (by_address(&segment->hosts[kept], &segment->hosts[i]) == 0)
			host_merge(&segment->hosts[kept].total,
			           &segment->hosts[i].total);
		else
			segment->hosts[++kept] = segment->hosts[i];
	}
	if (segment->host_count)
		segment->host_count = kept + 1;
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
	struct report_host wanted = { 0 };

	wanted.total.key.address = *address;
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

static void order_hosts(void *self, size_t index)
{
	struct report_segment *segment =
		&((struct report *)self)->segments[index];

	if (segment->host_count)
		qsort(segment->hosts, segment->host_count,
		      sizeof(*segment->hosts), by_address);
	join_hosts(segment);
}

bool report_add_hosts(struct report *report)
{
	const struct ledger *ledger = report->ledger;

	for (size_t i = 0; i < ledger->hosts.count; i++) {
		const struct host *host = ledger->hosts.records[i];
		uint32_t index = atlas_find(report->atlas, &host->key.place);
		struct report_host *into;

		if (index == ATLAS_OUTSIDE)
			continue;
		into = host_add(&report->segments[index]);
		if (!into)
			return false;
		into->total = *host;
	}
	parallel_each(report->segment_count, order_hosts, report);
	for (size_t i = 0; i < ledger->evidence.count; i++) {
		const struct evidence_sums *sums = ledger->evidence.records[i];

		if (sums->key.kind == EVIDENCE_BINDING ||
		    sums->key.kind == EVIDENCE_LEASE)
			add_host_evidence(report, sums);
	}
	return true;
}
