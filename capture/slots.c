#include "capture/slots.h"

#include <stdlib.h>
#include <string.h>

#include "capture/cache.h"

bool slots_grow(struct slots *slots, size_t first)
{
	struct slots larger = { .count = slots->count ? slots->count * 2
		                                      : first };

	larger.at = cache_zeroes(larger.count * sizeof(*larger.at));
	if (!larger.at)
		return false;
	for (size_t i = 0; i < slots->count; i++)
		if (slots->at[i].link)
			slots_put(&larger, slots->at[i].link,
			          slots->at[i].hash);
	free(slots->at);
	*slots = larger;
	return true;
}

void slots_release(struct slots *slots)
{
	free(slots->at);
	*slots = (struct slots){ 0 };
}

void slots_clear(struct slots *slots)
{
	if (slots->count)
		memset(slots->at, 0, slots->count * sizeof(*slots->at));
}

void slots_put(struct slots *slots, uint32_t link, uint32_t hash)
{
	size_t index = slots_home(slots, hash);

	while (slots->at[index].link)
		index = slots_next(slots, index);
	slots->at[index] = (struct slot){ link, hash };
}

void slots_remove(struct slots *slots, size_t hole)
{
	size_t mask = slots->count - 1;

	slots->at[hole].link = 0;
	for (size_t index = slots_next(slots, hole); slots->at[index].link;
	     index = slots_next(slots, index)) {
		size_t home = slots_home(slots, slots->at[index].hash);

		if (((index - home) & mask) < ((index - hole) & mask))
			continue;
		slots->at[hole] = slots->at[index];
		slots->at[index].link = 0;
		hole = index;
	}
}
