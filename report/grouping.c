#include "report/grouping.h"

#include <stdlib.h>
#include <string.h>

void grouping_release(struct grouping *grouping)
{
	free(grouping->members);
	free(grouping->starts);
	*grouping = (struct grouping){ 0 };
}

bool grouping_make(struct grouping *grouping, const uint32_t *groups,
                   size_t count, size_t group_count)
{
	size_t *starts = calloc(group_count + 2, sizeof(*starts));

	*grouping = (struct grouping){
		.members = malloc((count + 1) * sizeof(uint32_t)),
		.starts = starts,
	};
	if (!grouping->members || !starts)
		return false;
	/* A group's start is kept one place further on, until its members
	 * have moved it there. */
	for (size_t i = 0; i < count; i++)
		if (groups[i] != GROUPING_NONE)
			starts[groups[i] + 2]++;
	for (size_t group = 0; group < group_count; group++)
		starts[group + 2] += starts[group + 1];
	for (uint32_t i = 0; i < count; i++)
		if (groups[i] != GROUPING_NONE)
			grouping->members[starts[groups[i] + 1]++] = i;
	return true;
}
