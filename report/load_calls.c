#include <stdlib.h>
#include <string.h>

#include "report/load_parts.h"

static int compare(const struct load_call *a, const struct load_call *b)
{
	const uint32_t left[] = { a->part, a->payload_type, a->ip_len,
		                  a->ipv6 };
	const uint32_t right[] = { b->part, b->payload_type, b->ip_len,
		                   b->ipv6 };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static int by_part(const void *a, const void *b)
{
	return compare(a, b);
}

static struct load_call *collect(const struct report *report, size_t *count)
{
	const struct table *table = &report->ledger->calls;
	struct load_call *calls =
		calloc(table->count * LOAD_PARTS + 1, sizeof(*calls));

	*count = 0;
	for (size_t i = 0; calls && i < table->count; i++) {
		const struct call_sums *sums = table->records[i];
		const struct place *ends = sums->key.path.place;
		const uint32_t segments[2] = {
			atlas_find(report->atlas, &ends[0]),
			atlas_find(report->atlas, &ends[1]),
		};
		uint32_t parts[LOAD_PARTS];
		size_t part_count =
			load_parts_of(report,
		                      report_path_find(report, segments[0],
		                                       segments[1]),
		                      segments, parts);

		for (size_t p = 0; p < part_count; p++)
			calls[(*count)++] = (struct load_call){
				.part = parts[p],
				.payload_type = sums->key.payload_type,
				.ip_len = sums->key.ip_len,
				.ipv6 = sums->key.family == FAMILY_IPV6,
				.sums = sums->sums,
				.paces = sums->paces,
				.ns = sums->ns,
			};
	}
	return calls;
}

/* Those of one part that are alike become one. */
static size_t join(struct load_call *calls, size_t count)
{
	size_t kept = 0;

	for (size_t i = 1; i < count; i++) {
		if (compare(&calls[kept], &calls[i]) != 0) {
			calls[++kept] = calls[i];
			continue;
		}
		sums_merge(&calls[kept].sums, &calls[i].sums);
		calls[kept].paces += calls[i].paces;
		calls[kept].ns += calls[i].ns;
	}
	return count ? kept + 1 : 0;
}

/* Without NAT traversal, the outer header of the calls' own family. */
static void protect(struct load_call *call, const struct suite *suite)
{
	for (enum esp_mode mode = 0; suite && mode < ESP_MODE_COUNT; mode++) {
		const struct esp_shape shape = { .suite = suite,
			                         .mode = mode,
			                         .outer_ipv6 = call->ipv6 };

		call->protected_len[mode] =
			esp_protected_len(&shape, call->ip_len,
		                          esp_header_len(call->ipv6));
	}
}

static bool hand_out(struct report *report, const struct load_call *calls,
                     size_t count)
{
	struct load *load = &report_part_at(report, calls->part)->load;

	load->calls = malloc(count * sizeof(*calls));
	if (!load->calls)
		return false;
	memcpy(load->calls, calls, count * sizeof(*calls));
	load->call_count = count;
	return true;
}

bool load_add_calls(struct report *report)
{
	const struct suite *suite =
		cost_first_suite(signature_suites(report->set),
	                         &report->costing);
	size_t count;
	struct load_call *calls = collect(report, &count);
	bool added = calls;
	size_t start = 0;

	if (count)
		qsort(calls, count, sizeof(*calls), by_part);
	count = join(calls, count);
	for (size_t i = 0; i < count; i++)
		protect(&calls[i], suite);
	for (size_t i = 1; added && i <= count; i++) {
		if (i < count && calls[i].part == calls[start].part)
			continue;
		added = hand_out(report, &calls[start], i - start);
		start = i;
	}
	free(calls);
	return added;
}
