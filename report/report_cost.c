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

static void price_one(void *self, size_t index)
{
	struct pricing *pricing = self;

	if (!price(report_part_at(pricing->report, index), pricing->report))
		atomic_store(&pricing->failed, true);
}

bool report_price(struct report *report)
{
	struct pricing pricing = { .report = report };

	parallel_each(report_part_count(report), price_one, &pricing);
	return !atomic_load(&pricing.failed) && load_add(report) &&
	       notes_attach(report);
}
