#include <stdatomic.h>

#include "capture/parallel.h"
#include "report/report_parts.h"

static bool price(struct report_part *part, const struct report *report)
{
	struct lengths lengths;
	bool taken = lengths_take(&lengths, &part->total);

	if (taken)
		part->costs = cost_of(&lengths, signature_suites(report->set),
		                      &report->costing, &part->cost_count);
	if (part->costs)
		load_measure(part, &lengths, &report->thresholds);
	lengths_release(&lengths);
	return part->costs;
}

struct pricing {
	struct report *report;
	atomic_bool failed;
};

/* Of segments, and behind them of paths. */
static void price_one(void *self, size_t index)
{
	struct pricing *pricing = self;
	struct report *report = pricing->report;
	size_t segments = report->segment_count;
	struct report_part *part =
		index < segments ? &report->segments[index].part
				 : &report->paths[index - segments].part;

	if (!price(part, report))
		atomic_store(&pricing->failed, true);
}

bool report_price(struct report *report)
{
	struct pricing pricing = { .report = report };

	parallel_each(report->segment_count + report->path_count, price_one,
	              &pricing);
	return !atomic_load(&pricing.failed) && load_add(report) &&
	       notes_attach(report);
}
