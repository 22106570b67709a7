/*
 * How many packets had each IP length, exactly.
 *
 * What a cipher suite adds to a packet depends on its exact length, so costs
 * can only be computed afterwards if every length was counted by itself.
 * Lengths seen lie close together: pages come into being as they are needed.
 */
#ifndef REPORT_HISTOGRAM_H
#define REPORT_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum { HISTOGRAM_PAGES = 256, HISTOGRAM_PAGE = 256 };

/* Longest IP datagram; longer ones (offloaded) count as this. */
enum { HISTOGRAM_MAX = HISTOGRAM_PAGES * HISTOGRAM_PAGE - 1 };

struct histogram {
	uint64_t *pages[HISTOGRAM_PAGES];
};

void histogram_release(struct histogram *histogram);

/* Silently loses counts when out of memory. */
void histogram_add(struct histogram *histogram, uint32_t len, uint64_t count);

void histogram_merge(struct histogram *into, const struct histogram *from);

/* The next length from *len on that was seen; false when there is none. */
bool histogram_next(const struct histogram *histogram, uint32_t *len,
                    uint64_t *count);

#endif
