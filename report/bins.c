#include "report/bins.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void bins_release(struct bins *bins)
{
	free(bins->bin);
	*bins = (struct bins){ 0 };
}

/* Fold neighbours until the span from low to high fits. */
static void widen(struct bins *bins, uint64_t low, uint64_t high)
{
	while (high / bins->width - low / bins->width >= BINS_MAX) {
		uint64_t first = bins->first / 2;

		for (size_t i = 0; i < bins->count; i++) {
			struct bin bin = bins->bin[i];
			size_t to = (size_t)((bins->first + i) / 2 - first);

			bins->bin[i] = (struct bin){ 0 };
			bins->bin[to].packets += bin.packets;
			bins->bin[to].bytes += bin.bytes;
		}
		if (bins->count)
			bins->count =
				(size_t)((bins->first + bins->count - 1) / 2 -
			                 first + 1);
		bins->first = first;
		bins->width *= 2;
	}
}

/* Make bins reach from index first to index last. */
static bool extend(struct bins *bins, uint64_t first, uint64_t last)
{
	size_t count = (size_t)(last - first + 1);
	size_t shift = (size_t)(bins->first - first);
	struct bin *larger;

	if (count == bins->count)
		return true;
	larger = realloc(bins->bin, count * sizeof(*larger));
	if (!larger)
		return false;
	memmove(larger + shift, larger, bins->count * sizeof(*larger));
	memset(larger, 0, shift * sizeof(*larger));
	memset(larger + shift + bins->count, 0,
	       (count - shift - bins->count) * sizeof(*larger));
	bins->bin = larger;
	bins->first = first;
	bins->count = count;
	return true;
}

static void bins_add_at_width(struct bins *bins, uint64_t second,
                              uint64_t width, uint64_t packets, uint64_t bytes)
{
	uint64_t low = second;
	uint64_t high = second;
	uint64_t last;

	if (!bins->width) {
		bins->width = width;
		bins->first = second / width;
	}
	if (bins->count) {
		uint64_t start = bins->first * bins->width;
		uint64_t end = (bins->first + bins->count) * bins->width - 1;

		low = start < low ? start : low;
		high = end > high ? end : high;
	}
	widen(bins, low, high);
	last = high / bins->width;
	if (!extend(bins, low / bins->width, last))
		return;

	struct bin *bin = &bins->bin[second / bins->width - bins->first];

	bin->packets += packets;
	bin->bytes += bytes;
}

void bins_add(struct bins *bins, uint64_t second, uint64_t packets,
              uint64_t bytes)
{
	bins_add_at_width(bins, second, 1, packets, bytes);
}

void bins_merge(struct bins *into, const struct bins *from)
{
	/* Narrow bins fold into wide ones, never the other way. */
	if (from->count && into->width && into->width < from->width) {
		struct bins wide = { 0 };

		bins_merge(&wide, from);
		bins_merge(&wide, into);
		bins_release(into);
		*into = wide;
		return;
	}
	for (size_t i = 0; i < from->count; i++)
		bins_add_at_width(into, (from->first + i) * from->width,
		                  from->width, from->bin[i].packets,
		                  from->bin[i].bytes);
}

struct bin bins_peak(const struct bins *bins)
{
	struct bin peak = { 0 };

	for (size_t i = 0; i < bins->count; i++) {
		if (bins->bin[i].packets > peak.packets)
			peak.packets = bins->bin[i].packets;
		if (bins->bin[i].bytes > peak.bytes)
			peak.bytes = bins->bin[i].bytes;
	}
	if (bins->width) {
		peak.packets = (peak.packets + bins->width - 1) / bins->width;
		peak.bytes = (peak.bytes + bins->width - 1) / bins->width;
	}
	return peak;
}
