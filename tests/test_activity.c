#include <criterion/criterion.h>

#include "capture/hash.h"
#include "report/activity.h"

static bool is_active(const struct activity *activity, uint64_t second)
{
	uint64_t slot;

	if (!activity->slots)
		return false;
	slot = second / activity->width;
	return slot >= activity->first &&
	       slot - activity->first < ACTIVITY_SLOTS &&
	       activity->slots >> (slot - activity->first) & 1;
}

static void expect_same(const struct activity *a, const struct activity *b)
{
	cr_expect_eq(a->width, b->width, "%u, %u", a->width, b->width);
	cr_expect_eq(a->first, b->first);
	cr_expect_eq(a->slots, b->slots);
}

Test(activity, fills_the_slots_from_first_to_last)
{
	struct activity activity = { 0 };

	activity_add(&activity, 3000, 3899);
	cr_expect_eq(activity.first, 10);
	cr_expect_eq(activity.slots, 7);
	cr_expect_eq(activity.width, 300);
	activity_add(&activity, 2400, 2400);
	cr_expect_eq(activity.first, 8);
	cr_expect_eq(activity.slots, 29);
}

Test(activity, slots_double_when_they_no_longer_reach)
{
	struct activity activity = { 0 };

	activity_add(&activity, 300, 300);
	activity_add(&activity, 300 * 64, 300 * 64);
	cr_expect_eq(activity.width, 300);
	activity_add(&activity, 300 * 65, 300 * 65);
	cr_expect_eq(activity.width, 600);
	cr_expect(is_active(&activity, 300));
	cr_expect(is_active(&activity, 300 * 65));
	cr_expect_not(is_active(&activity, 300 * 30));
	activity_add(&activity, 0, 300 * 64 * 1024);
	cr_expect(is_active(&activity, 300 * 30));
	cr_expect(activity_is_possible(&activity));
}

/* However the times are shared out and merged, the record is the same. */
Test(activity, of_parts_adds_up_to_the_whole)
{
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct activity whole = { 0 };
		struct activity part[3] = { { 0 } };
		struct activity sum = { 0 };
		uint64_t reach = UINT64_C(1) << (10 + seed % 22);

		for (uint64_t i = 0; i < 12; i++) {
			uint64_t chance = hash_u64(seed, i);
			uint64_t first = 1600000000 + chance % reach;
			uint64_t last = first + (chance >> 40) % 1000;

			activity_add(&whole, first, last);
			activity_add(&part[chance >> 60 & 1], first, last);
			cr_expect(is_active(&whole, first));
			cr_expect(is_active(&whole, last));
		}
		activity_merge(&sum, &part[seed & 1]);
		activity_merge(&sum, &part[2]);
		activity_merge(&sum, &part[~seed & 1]);
		activity_merge(&sum, &part[0]);
		expect_same(&sum, &whole);
		cr_expect(activity_is_possible(&sum));
	}
}

Test(activity, only_what_could_have_been_is_possible)
{
	static const struct {
		struct activity activity;
		bool possible;
	} cases[] = {
		{ { 0, 0, 0 }, true },    { { 5, 1, 300 }, true },
		{ { 5, 1, 1200 }, true }, { { 5, 1, 0 }, false },
		{ { 5, 1, 450 }, false }, { { 5, 2, 300 }, false },
		{ { 5, 0, 300 }, false }, { { UINT64_MAX, 1, 300 }, false },
		{ { 0, 0, 300 }, false }, { { 1, 1, UINT32_MAX }, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(activity_is_possible(&cases[i].activity),
		             cases[i].possible, "case %zu", i);
}
