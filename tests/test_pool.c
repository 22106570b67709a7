#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "capture/pool.h"

Test(pool, objects_are_clean_aligned_and_apart)
{
	enum { OBJECTS = 5000 };
	static const size_t sizes[] = { 1, 8, 17, 96, 40000 };
	static void *objects[OBJECTS];

	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		size_t count = sizes[s] > 1000 ? 20 : OBJECTS;
		static const char zeroes[40000];
		struct pool pool;

		pool_init(&pool, sizes[s]);
		for (size_t i = 0; i < count; i++) {
			objects[i] = pool_take(&pool);
			cr_assert_not_null(objects[i]);
			cr_expect_eq((uintptr_t)objects[i] % 64, 0);
			cr_expect_eq(memcmp(objects[i], zeroes, sizes[s]), 0);
			memset(objects[i], (int)(i % 251), sizes[s]);
		}
		for (size_t i = 0; i < count; i++)
			cr_expect_eq(*(unsigned char *)objects[i], i % 251);
		pool_release(&pool);
	}
}

Test(pool, what_is_given_back_is_taken_again_and_clean)
{
	struct pool pool;
	void *first;

	pool_init(&pool, 24);
	first = pool_take(&pool);
	memset(first, 7, 24);
	pool_give(&pool, first);
	pool_give(&pool, NULL);
	cr_expect_eq(pool_take(&pool), first);
	cr_expect_eq(((unsigned char *)first)[0], 0);
	cr_expect_eq(((unsigned char *)first)[23], 0);
	cr_expect_eq(pool.piece_count, 1);
	pool_release(&pool);
	pool_release(&pool);
}
