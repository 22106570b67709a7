#include "report/histogram.h"

#include <stdlib.h>

void histogram_release(struct histogram *histogram)
{
	for (unsigned i = 0; i < HISTOGRAM_PAGES; i++)
		free(histogram->pages[i]);
	*histogram = (struct histogram){ 0 };
}

void histogram_add(struct histogram *histogram, uint32_t len, uint64_t count)
{
	uint64_t **page;

	if (len > HISTOGRAM_MAX)
		len = HISTOGRAM_MAX;
	page = &histogram->pages[len / HISTOGRAM_PAGE];
	if (!*page)
		*page = calloc(HISTOGRAM_PAGE, sizeof(**page));
	if (*page)
		(*page)[len % HISTOGRAM_PAGE] += count;
}

bool histogram_next(const struct histogram *histogram, uint32_t *len,
                    uint64_t *count)
{
	for (; *len <= HISTOGRAM_MAX; ++*len) {
		const uint64_t *page = histogram->pages[*len / HISTOGRAM_PAGE];

		if (!page) {
			*len |= HISTOGRAM_PAGE - 1;
			continue;
		}
		*count = page[*len % HISTOGRAM_PAGE];
		if (*count)
			return true;
	}
	return false;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	uint64_t count;

	for (uint32_t len = 0; histogram_next(from, &len, &count); len++)
		histogram_add(into, len, count);
}
