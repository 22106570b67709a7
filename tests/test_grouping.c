#include <criterion/criterion.h>

#include "report/grouping.h"

static void expect_group(const struct grouping *grouping, size_t group,
                         const uint32_t *want, size_t want_count)
{
	size_t count;
	const uint32_t *members = grouping_of(grouping, group, &count);

	cr_assert_eq(count, want_count, "group %zu", group);
	for (size_t i = 0; i < count; i++)
		cr_expect_eq(members[i], want[i], "group %zu, %zu", group, i);
}

Test(grouping, things_are_in_their_groups_in_their_order)
{
	static const uint32_t groups[] = { 2, 0, GROUPING_NONE, 2, 0, 2 };
	struct grouping grouping;

	cr_assert(grouping_make(&grouping, groups, 6, 4));
	expect_group(&grouping, 0, (uint32_t[]){ 1, 4 }, 2);
	expect_group(&grouping, 1, NULL, 0);
	expect_group(&grouping, 2, (uint32_t[]){ 0, 3, 5 }, 3);
	expect_group(&grouping, 3, NULL, 0);
	grouping_release(&grouping);
}

Test(grouping, nothing_is_in_no_group)
{
	struct grouping grouping;

	cr_assert(grouping_make(&grouping, NULL, 0, 0));
	grouping_release(&grouping);
	cr_assert(
		grouping_make(&grouping, (uint32_t[]){ GROUPING_NONE }, 1, 1));
	expect_group(&grouping, 0, NULL, 0);
	grouping_release(&grouping);
	grouping_release(&grouping);
}
