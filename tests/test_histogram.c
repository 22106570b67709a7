#include <criterion/criterion.h>

#include "report/histogram.h"

static struct histogram histogram;

static void end(void)
{
	histogram_release(&histogram);
}

TestSuite(histogram, .fini = end);

Test(histogram, an_empty_one_has_no_next)
{
	uint32_t len = 0;
	uint64_t count;

	cr_expect_not(histogram_next(&histogram, &len, &count));
}

Test(histogram, lengths_come_back_in_order_with_their_counts)
{
	static const struct {
		uint32_t len;
		uint64_t count;
	} added[] = { { 65535, 1 }, { 0, 2 },    { 1500, 3 }, { 255, 4 },
		      { 256, 5 },   { 1500, 6 }, { 1280, 0 } },
	  want[] = {
		  { 0, 2 }, { 255, 4 }, { 256, 5 }, { 1500, 9 }, { 65535, 1 }
	  };
	uint32_t len = 0;
	uint64_t count;

	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		histogram_add(&histogram, added[i].len, added[i].count);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++, len++) {
		cr_assert(histogram_next(&histogram, &len, &count));
		cr_expect_eq(len, want[i].len);
		cr_expect_eq(count, want[i].count);
	}
	cr_expect_not(histogram_next(&histogram, &len, &count));
}

Test(histogram, what_offload_made_longer_than_a_datagram_counts_as_the_longest)
{
	uint32_t len = 0;
	uint64_t count;

	histogram_add(&histogram, 65536, 1);
	histogram_add(&histogram, UINT32_MAX, 1);
	cr_assert(histogram_next(&histogram, &len, &count));
	cr_expect_eq(len, HISTOGRAM_MAX);
	cr_expect_eq(count, 2);
}

Test(histogram, merging_adds_counts)
{
	struct histogram other = { 0 };
	uint32_t len = 0;
	uint64_t count;

	histogram_add(&histogram, 100, 1);
	histogram_add(&other, 100, UINT64_C(1) << 60);
	histogram_add(&other, 200, 5);
	histogram_merge(&histogram, &other);
	histogram_release(&other);
	cr_assert(histogram_next(&histogram, &len, &count));
	cr_expect_eq(count, (UINT64_C(1) << 60) + 1);
	len++;
	cr_assert(histogram_next(&histogram, &len, &count));
	cr_expect_eq(len, 200);
	cr_expect_eq(count, 5);
}
