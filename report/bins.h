/*
 * Packets and bytes over time, in bins that double their width whenever more
 * than BINS_MAX of them would be needed.
 *
 * Bins start at multiples of their width since 1970 and the width follows from
 * the time span alone, so bins of two sensors or two workers add up to what
 * one would have counted.
 */
#ifndef REPORT_BINS_H
#define REPORT_BINS_H

#include <stddef.h>
#include <stdint.h>

enum { BINS_MAX = 4096 };

struct bin {
	uint64_t packets;
	uint64_t bytes;
};

struct bins {
	uint64_t width; /* seconds, a power of two; 0 while empty */
	uint64_t first; /* start of the first bin in widths since 1970 */
	size_t count;
	struct bin *bin;
};

void bins_release(struct bins *bins);

/* Silently loses counts when out of memory. */
void bins_add(struct bins *bins, uint64_t second, uint64_t packets,
              uint64_t bytes);

void bins_merge(struct bins *into, const struct bins *from);

/* Largest rates of any bin: packets and bytes per second, rounded up. */
struct bin bins_peak(const struct bins *bins);

#endif
