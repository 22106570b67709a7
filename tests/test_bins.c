#include <criterion/criterion.h>

#include "capture/hash.h"
#include "report/bins.h"

enum { TIMES = 300 };

static uint64_t chance(uint64_t seed, uint64_t turn, uint64_t most)
{
	return hash_bytes(seed, &turn, sizeof(turn)) % most;
}

/* Seconds of a span that a seed picks, each with packets of its own. */
static void pick_times(uint64_t seed, uint64_t times[static TIMES])
{
	uint64_t start = chance(seed, 1, 1700000000);
	uint64_t span = UINT64_C(1) << chance(seed, 2, 32);

	for (uint64_t i = 0; i < TIMES; i++)
		times[i] = start + chance(seed, 10 + i, span);
}

static bool same_bins(const struct bins *a, const struct bins *b)
{
	return a->width == b->width && a->first == b->first &&
	       a->count == b->count &&
	       (!a->count ||
	        memcmp(a->bin, b->bin, a->count * sizeof(*a->bin)) == 0);
}

/* The narrowest power of two that splits the span into few enough bins. */
static uint64_t width_for(uint64_t low, uint64_t high)
{
	uint64_t width = 1;

	while (high / width - low / width >= BINS_MAX)
		width *= 2;
	return width;
}

Test(bins, an_empty_one_has_no_width_and_no_peak)
{
	struct bins bins = { 0 };
	struct bin peak = bins_peak(&bins);

	cr_expect_eq(peak.packets, 0);
	cr_expect_eq(peak.bytes, 0);
}

Test(bins, seconds_of_a_short_time_are_counted_one_by_one)
{
	struct bins bins = { 0 };

	bins_add(&bins, 1000, 1, 100);
	bins_add(&bins, 1003, 2, 200);
	bins_add(&bins, 1000, 4, 400);
	cr_expect_eq(bins.width, 1);
	cr_expect_eq(bins.first, 1000);
	cr_expect_eq(bins.count, 4);
	cr_expect_eq(bins.bin[0].packets, 5);
	cr_expect_eq(bins.bin[0].bytes, 500);
	cr_expect_eq(bins.bin[1].packets, 0);
	cr_expect_eq(bins.bin[3].bytes, 200);
	bins_release(&bins);
}

Test(bins, width_doubles_just_when_there_would_be_too_many)
{
	struct bins bins = { 0 };

	bins_add(&bins, 8192, 1, 1);
	bins_add(&bins, 8192 + BINS_MAX - 1, 1, 1);
	cr_expect_eq(bins.width, 1);
	cr_expect_eq(bins.count, BINS_MAX);
	bins_add(&bins, 8192 + BINS_MAX, 1, 1);
	cr_expect_eq(bins.width, 2);
	cr_expect_eq(bins.count, BINS_MAX / 2 + 1);
	bins_release(&bins);
}

Test(bins, neither_order_nor_splitting_changes_them)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct bins forward = { 0 };
		struct bins backward = { 0 };
		struct bins part[3] = { { 0 } };
		uint64_t times[TIMES];
		uint64_t low = UINT64_MAX;
		uint64_t high = 0;

		pick_times(seed, times);
		for (unsigned i = 0; i < TIMES; i++) {
			unsigned back = TIMES - 1 - i;

			bins_add(&forward, times[i], i + 1, i + 100);
			bins_add(&backward, times[back], back + 1, back + 100);
			bins_add(&part[chance(seed, 9000 + i, 3)], times[i],
			         i + 1, i + 100);
			low = times[i] < low ? times[i] : low;
			high = times[i] > high ? times[i] : high;
		}
		bins_merge(&part[1], &part[2]);
		bins_merge(&part[0], &part[1]);
		cr_expect_eq(forward.width, width_for(low, high));
		cr_expect(same_bins(&forward, &backward), "seed %d, backwards",
		          (int)seed);
		cr_expect(same_bins(&forward, &part[0]), "seed %d, split",
		          (int)seed);
		bins_release(&forward);
		bins_release(&backward);
		for (unsigned i = 0; i < 3; i++)
			bins_release(&part[i]);
	}
}

Test(bins, nothing_is_lost_whatever_the_times)
{
	static const uint64_t times[] = {
		0,          UINT64_C(18446744073), 1,
		1600000000, UINT64_C(18446744072), UINT64_C(1) << 40,
		7,          UINT64_MAX / 2,        UINT64_MAX,
		5,          UINT64_MAX - 1,
	};
	enum { COUNT = sizeof(times) / sizeof(times[0]) };
	struct bins bins = { 0 };
	uint64_t packets = 0;

	for (unsigned i = 0; i < COUNT; i++) {
		bins_add(&bins, times[i], 1, 1);
		cr_assert_leq(bins.count, BINS_MAX);
	}
	for (size_t i = 0; i < bins.count; i++)
		packets += bins.bin[i].packets;
	cr_expect_eq(packets, COUNT);
	bins_release(&bins);
}

Test(bins, merging_nothing_changes_nothing)
{
	struct bins bins = { 0 };
	struct bins none = { 0 };

	bins_merge(&bins, &none);
	cr_expect_eq(bins.width, 0);
	bins_add(&bins, 50, 1, 1);
	bins_merge(&bins, &none);
	cr_expect_eq(bins.count, 1);
	bins_merge(&none, &bins);
	cr_expect(same_bins(&none, &bins));
	bins_release(&bins);
	bins_release(&none);
}

Test(bins, narrow_ones_fold_into_wide_ones_and_the_other_way)
{
	struct bins wide = { 0 };
	struct bins narrow = { 0 };
	struct bins both = { 0 };

	bins_add(&wide, 0, 1, 1);
	bins_add(&wide, 100000, 1, 1);
	bins_add(&narrow, 99999, 5, 5);
	bins_merge(&both, &narrow);
	bins_merge(&both, &wide);
	bins_merge(&wide, &narrow);
	cr_expect(same_bins(&both, &wide));
	cr_expect_eq(narrow.width, 1);
	bins_release(&wide);
	bins_release(&narrow);
	bins_release(&both);
}

Test(bins, peaks_are_rates_per_second_rounded_up)
{
	struct bins bins = { 0 };
	struct bin peak;

	bins_add(&bins, 0, 10, 3);
	bins_add(&bins, 1, 1, 5000);
	peak = bins_peak(&bins);
	cr_expect_eq(peak.packets, 10);
	cr_expect_eq(peak.bytes, 5000);
	bins_add(&bins, 10000, 1, 1); /* bins of 4 seconds */
	peak = bins_peak(&bins);
	cr_expect_eq(bins.width, 4);
	cr_expect_eq(peak.packets, 3);
	cr_expect_eq(peak.bytes, 1251);
	bins_release(&bins);
}
