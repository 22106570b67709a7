#include <criterion/criterion.h>

#include "report/lengths.h"

static struct path traffic;
static struct lengths lengths;

static void start(void)
{
	traffic = (struct path){ 0 };
}

static void end(void)
{
	lengths_release(&lengths);
	path_release(&traffic);
}

TestSuite(lengths, .init = start, .fini = end);

Test(lengths, stand_by_family_with_what_is_known_of_them)
{
	histogram_add(&traffic.sizes[0][1], 1500, 3);
	histogram_add(&traffic.sizes[0][0], 40, 2);
	histogram_add(&traffic.longer[0][1][1], 1500, 1);
	histogram_add(&traffic.sizes[1][0], HISTOGRAM_MAX, 5);
	cr_assert(lengths_take(&lengths, &traffic));
	cr_assert_eq(lengths.usual[0].count, 2);
	cr_expect_eq(lengths.usual[0].at[0].len, 40);
	cr_expect_not(lengths.usual[0].at[0].df);
	cr_expect_eq(lengths.usual[0].at[1].count, 3);
	cr_expect(lengths.usual[0].at[1].df);
	cr_assert_eq(lengths.longer[0].count, 1);
	cr_expect_eq(lengths.longer[0].at[0].more, 8);
	cr_assert_eq(lengths.usual[1].count, 1);
	cr_expect_eq(lengths.usual[1].at[0].len, HISTOGRAM_MAX);
	cr_expect_eq(lengths.longer[1].count, 0);
}

Test(lengths, are_counted_below_one)
{
	histogram_add(&traffic.sizes[0][0], 0, 1);
	histogram_add(&traffic.sizes[1][1], 100, 10);
	histogram_add(&traffic.sizes[0][1], 100, 100);
	cr_assert(lengths_take(&lengths, &traffic));
	cr_expect_eq(lengths_below(&lengths, 0), 0);
	cr_expect_eq(lengths_below(&lengths, 1), 1);
	cr_expect_eq(lengths_below(&lengths, 100), 1);
	cr_expect_eq(lengths_below(&lengths, 101), 111);
	cr_expect_eq(lengths_below(&lengths, UINT64_MAX), 111);
}

Test(lengths, have_a_median_of_both_families)
{
	cr_assert(lengths_take(&lengths, &traffic));
	cr_expect_eq(lengths_median(&lengths), 0);
	histogram_add(&traffic.sizes[0][0], 60, 2);
	histogram_add(&traffic.sizes[1][0], 80, 1);
	histogram_add(&traffic.sizes[0][1], 1500, 3);
	cr_assert(lengths_take(&lengths, &traffic));
	cr_expect_eq(lengths_median(&lengths), 80);
	histogram_add(&traffic.sizes[1][1], HISTOGRAM_MAX, 100);
	lengths_release(&lengths);
	cr_assert(lengths_take(&lengths, &traffic));
	cr_expect_eq(lengths_median(&lengths), HISTOGRAM_MAX);
}
