#include <criterion/criterion.h>
#include <stdatomic.h>

#include "capture/parallel.h"
#include "tests/thread_limit.h"

static void count(void *self, size_t index)
{
	atomic_fetch_add(&((atomic_uint *)self)[index], 1);
}

Test(parallel, every_part_is_done_once)
{
	cr_expect_geq(parallel_width(), 1);
	cr_expect_leq(parallel_width(), PARALLEL_MAX);
	for (size_t parts = 0; parts <= PARALLEL_MAX; parts++) {
		atomic_uint done[PARALLEL_MAX] = { 0 };

		parallel_do(parts, count, done);
		for (size_t i = 0; i < PARALLEL_MAX; i++)
			cr_expect_eq(atomic_load(&done[i]), i < parts,
			             "%zu of %zu", i, parts);
	}
}

Test(parallel, what_was_begun_can_be_waited_for)
{
	atomic_uint done[PARALLEL_MAX] = { 0 };
	struct parallel *parallel = parallel_begin(PARALLEL_MAX, count, done);

	cr_assert_not_null(parallel);
	parallel_wait(parallel, 7);
	cr_expect_eq(atomic_load(&done[7]), 1);
	parallel_wait(parallel, 7);
	parallel_end(parallel);
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		cr_expect_eq(atomic_load(&done[i]), 1, "%zu", i);
	parallel_end(parallel_begin(0, count, done));
	parallel_end(NULL);
}

Test(parallel, however_many_indices_each_is_worked_at_once)
{
	enum { MANY = 10000 };
	static atomic_uint done[MANY];

	parallel_each(0, count, done);
	cr_expect_eq(atomic_load(&done[0]), 0);
	parallel_each(MANY, count, done);
	for (size_t i = 0; i < MANY; i++)
		cr_expect_eq(atomic_load(&done[i]), 1, "%zu", i);
}

Test(parallel, without_threads_the_caller_does_it_all)
{
	atomic_uint done[PARALLEL_MAX] = { 0 };

	deny_threads();
	parallel_do(PARALLEL_MAX, count, done);
	parallel_each(PARALLEL_MAX, count, done);
	parallel_end(parallel_begin(PARALLEL_MAX, count, done));
	allow_threads();
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		cr_expect_eq(atomic_load(&done[i]), 3, "%zu", i);
}
