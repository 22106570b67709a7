#include <stdlib.h>
#include <string.h>

#include "report/exemption_parts.h"

bool balances_begin(struct exemptions *exemptions, const struct report *report)
{
	size_t segments = report->segment_count;

	exemptions->balances =
		calloc(report->path_count + 1, sizeof(*exemptions->balances));
	exemptions->segment_balances =
		calloc(segments + 1, sizeof(*exemptions->segment_balances));
	if (!exemptions->balances || !exemptions->segment_balances)
		return false;
	exemptions->balance_count = report->path_count;
	exemptions->segment_count = segments;
	for (size_t i = 0; i < report->path_count; i++)
		memcpy(exemptions->balances[i].ends, report->paths[i].ends,
		       sizeof(report->paths[i].ends));
	return true;
}

static void weigh(struct exemption_balance *balance, const struct atom *atom)
{
	for (enum model model = 0; model < MODEL_COUNT; model++) {
		if (!atom_is_protectable(atom, model))
			continue;
		balance->selected[model] += atom->worthy_bytes;
		if (!(atom->models & 1u << model))
			balance->protected_[model] += atom->worthy_bytes;
	}
}

/* The outside's comes behind the segments'. */
static struct exemption_balance *
segment_balance(const struct exemptions *exemptions, uint32_t segment)
{
	return &exemptions->segment_balances[segment == ATLAS_OUTSIDE
	                                             ? exemptions->segment_count
	                                             : segment];
}

void balances_add(struct exemptions *exemptions, const struct atom *atom,
                  const struct report *report)
{
	const uint32_t *ends = atom->key.ends;
	const struct report_path *path;

	if (!atom->worthy_bytes)
		return;
	path = report_path_find(report, ends[0], ends[1]);
	if (!path)
		return;
	weigh(&exemptions->balances[path - report->paths], atom);
	weigh(segment_balance(exemptions, ends[0]), atom);
	if (ends[1] != ends[0])
		weigh(segment_balance(exemptions, ends[1]), atom);
}

int balance_percent(const struct exemption_balance *balance, enum model model)
{
	uint64_t whole = balance->selected[model];

	return whole ? (int)((double)balance->protected_[model] * 100 /
	                     (double)whole)
	             : -1;
}

int exemptions_percent(const struct exemptions *exemptions, uint32_t segment,
                       enum model model)
{
	return balance_percent(segment_balance(exemptions, segment), model);
}
