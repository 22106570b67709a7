#include "report/inventory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/report.h"

enum { IKE_PORT = 500, LINE = 256 };

const char *address_class_name(enum address_class address_class)
{
	switch (address_class) {
	case ADDRESS_UNKNOWN: return "unknown";
	case ADDRESS_STATIC: return "static";
	case ADDRESS_LEASED: return "leased";
	case ADDRESS_MOVING: return "moving";
	case ADDRESS_CLASS_COUNT: break;
	}
	return "";
}

const char *capability_name(enum capability capability)
{
	switch (capability) {
	case CAPABILITY_UNKNOWN: return "unknown";
	case CAPABILITY_CAPABLE: return "capable";
	case CAPABILITY_VERIFY: return "verify";
	case CAPABILITY_SUSPECTED: return "suspected-incapable";
	case CAPABILITY_COUNT: break;
	}
	return "";
}

bool text_list_say(struct text_list *list, const char *format, ...)
{
	char **larger =
		realloc(list->text, (list->count + 1) * sizeof(*larger));
	char line[LINE];
	va_list args;

	if (!larger)
		return false;
	list->text = larger;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	larger[list->count] = strdup(line);
	if (!larger[list->count])
		return false;
	list->count++;
	return true;
}

uint64_t inventory_needed_seconds(const struct report *report)
{
	const struct table *evidence = &report->ledger->evidence;
	uint64_t needed = report->thresholds.ready_seconds;

	for (size_t i = 0; i < evidence->count; i++) {
		const struct evidence_sums *sums = evidence->records[i];

		if (sums->key.kind == EVIDENCE_LEASE && sums->seconds > needed)
			needed = sums->seconds;
	}
	return needed;
}

uint64_t inventory_roles(const struct report *report,
                         const struct text_list *ids)
{
	uint64_t roles = 0;

	for (size_t i = 0; i < ids->count; i++) {
		int role =
			role_find(signature_roles(report->set), ids->text[i]);

		if (role >= 0)
			roles |= UINT64_C(1) << role;
	}
	return roles;
}

/* The roles that a row of the guide is about. */
static uint64_t row_roles(const struct report *report, const char *id)
{
	const struct guide_row *row =
		guide_find(signature_guide(report->set), id);

	return row ? inventory_roles(report, &row->roles) : 0;
}

static enum address_class address_class_of(const struct report_host *host,
                                           bool is_watched)
{
	if (host->behaviours & (HOST_MOVED | HOST_TEMPORARY_ADDRESS))
		return ADDRESS_MOVING;
	if (host->leased)
		return ADDRESS_LEASED;
	return is_watched ? ADDRESS_STATIC : ADDRESS_UNKNOWN;
}

static void judge_capability(struct report_host *host,
                             const struct report *report, uint64_t devices)
{
	const struct role_set *roles = signature_roles(report->set);

	if (host->total->ipsec) {
		host->capability = CAPABILITY_CAPABLE;
		snprintf(host->capability_evidence, CAPABILITY_EVIDENCE,
		         "sent %" PRIu64 " packets of IKE, ESP or AH",
		         host->total->ipsec);
		return;
	}
	/* Silent to IKE, while it talked with others. */
	if (host->ike_in_vain && host->total->packets[0]) {
		host->capability = CAPABILITY_SUSPECTED;
		snprintf(host->capability_evidence, CAPABILITY_EVIDENCE,
		         "did not answer IKE in %" PRIu64 " flows",
		         host->ike_in_vain);
		return;
	}
	for (size_t i = 0; i < roles->count; i++) {
		if (!(host->roles & devices & UINT64_C(1) << i))
			continue;
		host->capability = CAPABILITY_VERIFY;
		snprintf(host->capability_evidence, CAPABILITY_EVIDENCE,
		         "by its ports: %s", roles->roles[i].name);
		return;
	}
}

static void judge_hosts(struct report *report)
{
	bool is_watched =
		report->observation.seconds >= inventory_needed_seconds(report);
	uint64_t devices = row_roles(report, "capability");

	for (size_t s = 0; s < report->segment_count; s++)
		for (size_t h = 0; h < report->segments[s].host_count; h++) {
			struct report_host *host =
				&report->segments[s].hosts[h];

			host->address_class =
				address_class_of(host, is_watched);
			judge_capability(host, report, devices);
		}
}

/* Flows of IKE to a host that came to nothing. */
static uint64_t silence(const struct endpoint *endpoint)
{
	bool is_ike = endpoint->key.port == IKE_PORT &&
	              endpoint->key.transport == TRANSPORT_UDP &&
	              strncasecmp(endpoint->application, "IPsec", 5) == 0;

	return is_ike && !endpoint->answered ? endpoint->called : 0;
}

static void add_endpoints(struct report *report)
{
	const struct table *endpoints = &report->ledger->endpoints;

	for (size_t i = 0; i < endpoints->count; i++) {
		const struct endpoint *endpoint = endpoints->records[i];
		uint32_t clients = sketch_count(&endpoint->peers);
		struct report_host *host =
			report_host_at(report, &endpoint->key.place,
		                       &endpoint->key.address);

		if (!host)
			continue;
		host->ike_in_vain += silence(endpoint);
		if (endpoint->called && endpoint->answered &&
		    clients > host->clients)
			host->clients = clients;
	}
}

static void add_pairs(struct report *report)
{
	uint64_t controllers = row_roles(report, "member-to-controller");

	for (size_t i = 0; i < report->pair_count; i++) {
		const struct report_pair *pair = &report->pairs[i];
		struct report_host *const *ends = pair->hosts;

		for (unsigned e = 0; e < 2; e++)
			if (ends[e])
				activity_merge(&ends[e]->activity,
				               &pair->sums->activity);
		for (unsigned e = 0; e < 2 && ends[0] && ends[1]; e++)
			if (ends[!e]->roles & controllers)
				ends[e]->member = true;
	}
}

bool inventory_stays(const struct report_host *host)
{
	return host->address_class == ADDRESS_STATIC ||
	       host->address_class == ADDRESS_UNKNOWN;
}

static int most_exposed_first(const void *a, const void *b)
{
	const struct priority *left = a;
	const struct priority *right = b;
	uint64_t left_bytes = left->host->total->exposure;
	uint64_t right_bytes = right->host->total->exposure;

	if (left_bytes != right_bytes)
		return left_bytes > right_bytes ? -1 : 1;
	if (left->segment != right->segment)
		return left->segment < right->segment ? -1 : 1;
	return address_compare(&left->host->address, &right->host->address);
}

static bool give_reasons(struct priority *priority, const struct report *report)
{
	const struct report_host *host = priority->host;
	const struct role_set *roles = signature_roles(report->set);
	struct text_list *reasons = &priority->reasons;
	bool given = text_list_say(reasons,
	                           "%" PRIu64 " bytes that IPsec would protect",
	                           host->total->exposure);

	for (size_t i = 0; given && i < roles->count; i++)
		if (host->roles >> i & 1)
			given = text_list_say(reasons, "by its ports: %s",
			                      roles->roles[i].name);
	if (given && host->clients)
		given = text_list_say(reasons, "its busiest port has %u peers",
		                      host->clients);
	if (given && host->capability != CAPABILITY_UNKNOWN)
		given = text_list_say(reasons, "IPsec %s: %s",
		                      capability_name(host->capability),
		                      host->capability_evidence);
	return given;
}

static size_t collect_exposed(struct report *report)
{
	size_t count = 0;

	for (uint32_t s = 0; s < report->segment_count; s++)
		for (size_t h = 0; h < report->segments[s].host_count; h++) {
			const struct report_host *host =
				&report->segments[s].hosts[h];

			if (!host->total->exposure)
				continue;
			if (report->priorities)
				report->priorities[count] =
					(struct priority){ .segment = s,
					                   .host = host };
			count++;
		}
	return count;
}

static bool rank(struct report *report)
{
	size_t count = collect_exposed(report);
	size_t most = report->thresholds.priority_hosts;

	report->priorities = calloc(count + 1, sizeof(*report->priorities));
	if (!report->priorities)
		return false;
	collect_exposed(report);
	qsort(report->priorities, count, sizeof(*report->priorities),
	      most_exposed_first);
	report->priority_count = count < most ? count : most;
	for (size_t i = 0; i < report->priority_count; i++)
		if (!give_reasons(&report->priorities[i], report))
			return false;
	return true;
}

bool inventory_take(struct report *report)
{
	add_endpoints(report);
	judge_hosts(report);
	add_pairs(report);
	return rank(report);
}

void inventory_release(struct report *report)
{
	for (size_t i = 0; i < report->priority_count; i++)
		text_list_release(&report->priorities[i].reasons);
	free(report->priorities);
}
