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

bool report_price(struct report *report)
{
	for (size_t i = 0; i < report->segment_count; i++)
		if (!price(&report->segments[i].part, report))
			return false;
	for (size_t i = 0; i < report->path_count; i++)
		if (!price(&report->paths[i].part, report))
			return false;
	return load_add(report) && notes_attach(report);
}
