/*
 * How many packets had each IP length, exactly.
 *
 * What a cipher suite adds to a packet depends on its exact length, so costs
 * can only be computed afterwards if every length was counted by itself. A
 * tree of sixteen branches a level grows only where lengths were seen.
 */
#ifndef REPORT_HISTOGRAM_H
#define REPORT_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

/* Longest IP datagram; longer ones (offloaded) count as this. */
enum { HISTOGRAM_MAX = 65535 };

struct histogram_node;

/* All zero is an empty one. */
struct histogram {
	struct histogram_node *root;
};

void histogram_release(struct histogram *histogram);

/* Silently loses counts when out of memory. */
void histogram_add(struct histogram *histogram, uint32_t len, uint64_t count);

void histogram_merge(struct histogram *into, const struct histogram *from);

/* The next length from *len on that was seen; false when there is none. */
bool histogram_next(const struct histogram *histogram, uint32_t *len,
                    uint64_t *count);

#endif
