#include "report/lengths.h"

#include <stdlib.h>

static bool add(struct length_list *list, struct length length)
{
	/* Doubling at powers of two saves a member for the room. */
	size_t count = list->count;

	if ((count & (count - 1)) == 0) {
		struct length *larger =
			realloc(list->at,
		                (count ? count * 2 : 1) * sizeof(*larger));

		if (!larger)
			return false;
		list->at = larger;
	}
	list->at[list->count++] = length;
	return true;
}

static bool add_all(struct length_list *list, const struct histogram *histogram,
                    bool df, unsigned more)
{
	struct length length = { .df = df, .more = (uint16_t)more };

	for (; histogram_next(histogram, &length.len, &length.count);
	     length.len++)
		if (!add(list, length))
			return false;
	return true;
}

bool lengths_take(struct lengths *lengths, const struct path *traffic)
{
	bool taken = true;

	*lengths = (struct lengths){ 0 };
	for (unsigned i = 0; taken && i < 4; i++) {
		bool ipv6 = i / 2;
		bool df = i % 2;

		taken = add_all(&lengths->usual[ipv6],
		                &traffic->sizes[ipv6][df], df, 0);
		for (unsigned k = 0; taken && k < LEDGER_LONGER; k++)
			taken = add_all(&lengths->longer[ipv6],
			                &traffic->longer[ipv6][df][k], df,
			                (k + 1) * 4);
	}
	return taken;
}

void lengths_release(struct lengths *lengths)
{
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		free(lengths->usual[ipv6].at);
		free(lengths->longer[ipv6].at);
	}
}

uint64_t lengths_below(const struct lengths *lengths, uint64_t below)
{
	uint64_t all = 0;

	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++)
		for (size_t i = 0; i < lengths->usual[ipv6].count; i++)
			if (lengths->usual[ipv6].at[i].len < below)
				all += lengths->usual[ipv6].at[i].count;
	return all;
}

uint32_t lengths_median(const struct lengths *lengths)
{
	uint64_t packets = lengths_below(lengths, UINT64_MAX);
	uint32_t low = 0;
	uint32_t high = HISTOGRAM_MAX;

	while (packets && low < high) {
		uint32_t middle = (low + high) / 2;

		if (lengths_below(lengths, middle + 1) >= (packets + 1) / 2)
			high = middle;
		else
			low = middle + 1;
	}
	return packets ? low : 0;
}
