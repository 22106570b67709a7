#include <stdlib.h>

#include "capture/parallel.h"
#include "report/report_parts.h"

enum { CHUNK = 1024 }; /* pairs that are looked up at a time */

/* Looking up something for each of a report's pairs. */
struct lookup {
	struct report *report;
	void (*find)(const struct report *report, struct report_pair *pair);
};

static void find_chunk(void *self, size_t index)
{
	const struct lookup *lookup = self;
	struct report *report = lookup->report;
	size_t end = (index + 1) * CHUNK;

	if (end > report->pair_count)
		end = report->pair_count;
	for (size_t i = index * CHUNK; i < end; i++)
		lookup->find(report, &report->pairs[i]);
}

static void find_each(struct report *report,
                      void (*find)(const struct report *report,
                                   struct report_pair *pair))
{
	struct lookup lookup = { report, find };

	parallel_each((report->pair_count + CHUNK - 1) / CHUNK, find_chunk,
	              &lookup);
}

static void find_hosts(const struct report *report, struct report_pair *pair)
{
	for (unsigned e = 0; e < 2; e++) {
		const struct pair_end *end = &pair->sums->key.end[e];

		pair->segments[e] = atlas_find(report->atlas, &end->place);
		pair->hosts[e] = report_host_in(report, pair->segments[e],
		                                &end->address);
	}
}

static void find_path(const struct report *report, struct report_pair *pair)
{
	pair->path =
		report_path_find(report, pair->segments[0], pair->segments[1]);
}

bool report_add_pairs(struct report *report)
{
	const struct table *table = &report->ledger->pairs;

	report->pairs = malloc((table->count + 1) * sizeof(*report->pairs));
	if (!report->pairs)
		return false;
	report->pair_count = table->count;
	for (size_t i = 0; i < table->count; i++)
		report->pairs[i] =
			(struct report_pair){ .sums = table->records[i] };
	find_each(report, find_hosts);
	return true;
}

void report_pairs_find_paths(struct report *report)
{
	find_each(report, find_path);
}
