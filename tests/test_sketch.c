#include <criterion/criterion.h>
#include <math.h>

#include "capture/hash.h"
#include "report/sketch.h"

static void add_range(struct sketch *sketch, uint64_t from, uint64_t count)
{
	for (uint64_t i = from; i < from + count; i++)
		sketch_add(sketch, hash_bytes(1, &i, sizeof(i)));
}

Test(sketch, counts_distinct_things_about_right)
{
	static const uint32_t counts[] = { 0, 1, 2, 8, 50, 120, 256, 500 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct sketch sketch = { { 0 } };
		double error;

		add_range(&sketch, 0, counts[i]);
		add_range(&sketch, 0, counts[i]);
		error = fabs((double)sketch_count(&sketch) - counts[i]);
		cr_expect_leq(error, 1 + 0.15 * counts[i], "%u is %u",
		              counts[i], sketch_count(&sketch));
	}
}

Test(sketch, a_full_one_still_says_a_number)
{
	struct sketch sketch = { { UINT64_MAX, UINT64_MAX, UINT64_MAX,
		                   UINT64_MAX } };

	cr_expect_gt(sketch_count(&sketch), 1000);
	cr_expect_lt(sketch_count(&sketch), 2000);
}

Test(sketch, merging_counts_what_both_saw_once)
{
	struct sketch all = { { 0 } };
	struct sketch left = { { 0 } };
	struct sketch right = { { 0 } };

	add_range(&all, 0, 90);
	add_range(&left, 0, 60);
	add_range(&right, 30, 60);
	sketch_merge(&left, &right);
	cr_expect_eq(memcmp(&left, &all, sizeof(all)), 0);
}

Test(sketch, its_text_leads_back_to_it)
{
	struct sketch sketch = { { 0 } };
	struct sketch back = { { 1, 2, 3, 4 } };
	char text[SKETCH_TEXT];

	add_range(&sketch, 0, 70);
	cr_expect(sketch_parse(&back, sketch_text(text, &sketch)));
	cr_expect_eq(memcmp(&back, &sketch, sizeof(back)), 0);
}

Test(sketch, other_texts_are_none)
{
	static const char *const texts[] = {
		"",
		"0",
		"zz",
		"00000000000000000000000000000000000000000000000000000000000000"
		"0g",
		"-0000000000000000000000000000000000000000000000000000000000000"
		"00",
		" 0000000000000000000000000000000000000000000000000000000000000"
		"00",
		"00000000000000000000000000000000000000000000000000000000000000"
		"00"
		"0",
		"0x000000000000000000000000000000000000000000000000000000000000"
		"00",
	};
	struct sketch sketch;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_expect_not(sketch_parse(&sketch, texts[i]), "'%s'",
		              texts[i]);
}

Test(sketch, of_nothing_is_empty_until_something_is_added)
{
	struct sketch sketch = { { 0 } };

	cr_expect(sketch_is_empty(&sketch));
	sketch_add(&sketch, 255);
	cr_expect_not(sketch_is_empty(&sketch));
}
