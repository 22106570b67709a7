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

/* Numbers that are made anywhere and come in a line. */
struct numbers {
	size_t window;
	atomic_size_t places[PARALLEL_MAX]; /* 0: free */
	size_t taken;
};

static void make_number(void *self, size_t index)
{
	struct numbers *numbers = self;
	size_t before =
		atomic_exchange(&numbers->places[index % numbers->window],
	                        index + 1);

	cr_expect_eq(before, 0, "the place of %zu was not free", index);
}

static void take_number(void *self, size_t index)
{
	struct numbers *numbers = self;
	size_t number =
		atomic_exchange(&numbers->places[index % numbers->window], 0);

	cr_expect_eq(index, numbers->taken);
	cr_expect_eq(number, index + 1);
	numbers->taken++;
}

static void take_in_order(size_t count, size_t window)
{
	struct numbers numbers = { .window = window };

	parallel_in_order(count, window, make_number, take_number, &numbers);
	cr_expect_eq(numbers.taken, count);
}

Test(parallel, what_is_made_anywhere_is_taken_in_order)
{
	take_in_order(0, 1);
	take_in_order(1, PARALLEL_MAX);
	take_in_order(1000, 1);
	take_in_order(10000, 3);
	take_in_order(10000, PARALLEL_MAX);
}

Test(parallel, without_threads_the_caller_does_it_all, .timeout = 60)
{
	atomic_uint done[PARALLEL_MAX] = { 0 };

	deny_threads();
	parallel_do(PARALLEL_MAX, count, done);
	parallel_each(PARALLEL_MAX, count, done);
	parallel_end(parallel_begin(PARALLEL_MAX, count, done));
	take_in_order(1000, 3);
	allow_threads();
	for (size_t i = 0; i < PARALLEL_MAX; i++)
		cr_expect_eq(atomic_load(&done[i]), 3, "%zu", i);
}
