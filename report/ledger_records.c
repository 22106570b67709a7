#include <string.h>

#include "capture/hash.h"
#include "capture/text.h"
#include "report/ledger.h"

void sums_add(struct sums *sums, uint64_t flows, uint64_t packets,
              uint64_t bytes)
{
	sums->flows += flows;
	sums->packets += packets;
	sums->bytes += bytes;
}

void sums_merge(struct sums *into, const struct sums *from)
{
	sums_add(into, from->flows, from->packets, from->bytes);
}

void span_add(struct span *span, uint64_t first_ns, uint64_t last_ns)
{
	if (!last_ns && !first_ns)
		return;
	/* Clocks that began in 1970 lose a nanosecond: 0 is nothing seen. */
	if (!first_ns)
		first_ns = 1;
	if (!span->last_ns || first_ns < span->first_ns)
		span->first_ns = first_ns;
	if (last_ns > span->last_ns)
		span->last_ns = last_ns;
}

void path_release(struct path *path)
{
	for (unsigned i = 0; i < 4; i++) {
		histogram_release(&path->sizes[i / 2][i % 2]);
		for (unsigned k = 0; k < LEDGER_LONGER; k++)
			histogram_release(&path->longer[i / 2][i % 2][k]);
	}
	bins_release(&path->bins);
}

void path_merge(struct path *into, const struct path *from)
{
	for (unsigned i = 0; i < MANNER_COUNT; i++)
		sums_merge(&into->by_manner[i], &from->by_manner[i]);
	for (unsigned i = 0; i < CATEGORY_COUNT; i++)
		sums_merge(&into->by_category[i], &from->by_category[i]);
	for (unsigned i = 0; i < 4; i++) {
		histogram_merge(&into->sizes[i / 2][i % 2],
		                &from->sizes[i / 2][i % 2]);
		for (unsigned k = 0; k < LEDGER_LONGER; k++)
			histogram_merge(&into->longer[i / 2][i % 2][k],
			                &from->longer[i / 2][i % 2][k]);
	}
	into->too_big_flows += from->too_big_flows;
	into->black_hole_flows += from->black_hole_flows;
	bins_merge(&into->bins, &from->bins);
	span_add(&into->span, from->span.first_ns, from->span.last_ns);
}

void finding_add_example(struct finding *finding, const struct example *example)
{
	uint32_t at = finding->example_count;

	for (uint32_t i = 0; i < finding->example_count; i++) {
		if (finding->examples[i].hash != example->hash)
			continue;
		if (example->frame < finding->examples[i].frame)
			finding->examples[i] = *example;
		return;
	}
	if (at == LEDGER_EXAMPLES) {
		if (finding->examples[at - 1].hash <= example->hash)
			return;
		at--;
	} else {
		finding->example_count++;
	}
	for (; at > 0 && finding->examples[at - 1].hash > example->hash; at--)
		finding->examples[at] = finding->examples[at - 1];
	finding->examples[at] = *example;
}

static uint64_t host_rank(const struct address *address)
{
	return hash_bytes(3, address, sizeof(*address));
}

void host_set_add(struct host_set *set, const struct address *address,
                  enum family family)
{
	uint64_t rank = host_rank(address);
	uint32_t at = set->count;

	/* In the order of their ranks: the largest is the one to go. */
	while (at > 0 && host_rank(&set->address[at - 1]) > rank)
		at--;
	if (at > 0 && address_compare(&set->address[at - 1], address) == 0)
		return;
	if (set->count == LEDGER_HOSTS) {
		set->more = true;
		if (at == LEDGER_HOSTS)
			return;
		set->count--;
	}
	memmove(&set->address[at + 1], &set->address[at],
	        (set->count - at) * sizeof(*set->address));
	memmove(&set->family[at + 1], &set->family[at], set->count - at);
	set->address[at] = *address;
	set->family[at] = (uint8_t)family;
	set->count++;
}

void finding_merge(struct finding *into, const struct finding *from,
                   uint32_t source_offset)
{
	sums_merge(&into->sums, &from->sums);
	span_add(&into->span, from->span.first_ns, from->span.last_ns);
	for (uint32_t i = 0; i < from->example_count; i++) {
		struct example example = from->examples[i];

		if (example.source != UINT32_MAX)
			example.source += source_offset;
		finding_add_example(into, &example);
	}
	for (uint32_t i = 0; i < from->hosts.count; i++)
		host_set_add(&into->hosts, &from->hosts.address[i],
		             (enum family)from->hosts.family[i]);
	into->hosts.more |= from->hosts.more;
}

static int service_compare(const struct service *a, const struct service *b)
{
	if (a->transport != b->transport)
		return (int)a->transport - (int)b->transport;
	return (int)a->port - (int)b->port;
}

/* How much a name says: nothing at all, that it is unknown, or what it is. */
static unsigned meaning_of(const char *name)
{
	if (!*name)
		return 0;
	return strcmp(name, "Unknown") == 0 ? 1 : 2;
}

void application_keep(char kept[static LEDGER_APPLICATION], const char *name)
{
	unsigned before = meaning_of(kept);
	unsigned now = meaning_of(name);

	if (now > before || (now == before && strcmp(name, kept) < 0))
		text_copy(kept, LEDGER_APPLICATION, name);
}

void host_add_service(struct host *host, const struct service *service)
{
	uint32_t at = 0;

	while (at < host->service_count &&
	       service_compare(&host->services[at], service) < 0)
		at++;
	if (at < host->service_count &&
	    service_compare(&host->services[at], service) == 0) {
		application_keep(host->services[at].application,
		                 service->application);
		return;
	}
	if (at == LEDGER_SERVICES)
		return;
	if (host->service_count == LEDGER_SERVICES)
		host->service_count--;
	memmove(&host->services[at + 1], &host->services[at],
	        (host->service_count - at) * sizeof(*host->services));
	host->services[at] = *service;
	host->service_count++;
}

void host_merge(struct host *into, const struct host *from)
{
	for (unsigned i = 0; i < 2; i++) {
		into->packets[i] += from->packets[i];
		into->bytes[i] += from->bytes[i];
	}
	into->exposure += from->exposure;
	into->ipsec += from->ipsec;
	span_add(&into->span, from->span.first_ns, from->span.last_ns);
	into->unanswered += from->unanswered;
	sketch_merge(&into->tried, &from->tried);
	sketch_merge(&into->pinged, &from->pinged);
	sketch_merge(&into->hop_limits, &from->hop_limits);
	for (uint32_t i = 0; i < from->service_count; i++)
		host_add_service(into, &from->services[i]);
}
