/*
 * A grouping: which of many things are in which of several groups, found by
 * counting instead of sorting.
 */
#ifndef REPORT_GROUPING_H
#define REPORT_GROUPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GROUPING_NONE UINT32_MAX

struct grouping {
	uint32_t *
		members; /* indices of things, group by group, in their order */
	size_t *starts; /* in members, of each group, and where the last ends */
};

/* groups has the group of each thing, which is below group_count, or
 * GROUPING_NONE. False when out of memory; release in any case. */
bool grouping_make(struct grouping *grouping, const uint32_t *groups,
                   size_t count, size_t group_count);
void grouping_release(struct grouping *grouping);

/* The members of a group, and how many there are. */
static inline const uint32_t *grouping_of(const struct grouping *grouping,
                                          size_t group, size_t *count)
{
	*count = grouping->starts[group + 1] - grouping->starts[group];
	return grouping->members + grouping->starts[group];
}

#endif
