/*
 * A process that may have no more threads, as one of a user with too many.
 */
#ifndef TESTS_THREAD_LIMIT_H
#define TESTS_THREAD_LIMIT_H

#include <criterion/criterion.h>
#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

static inline void limit_threads(rlim_t count)
{
	struct rlimit limit;

	cr_assert_eq(getrlimit(RLIMIT_NPROC, &limit), 0);
	limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
	cr_assert_eq(setrlimit(RLIMIT_NPROC, &limit), 0);
}

static inline void *do_nothing(void *self)
{
	return self;
}

/* Fails the test if there can be some nevertheless. Root, who is refused none,
 * becomes nobody. */
static inline void deny_threads(void)
{
	enum { NOBODY = 65534 };
	pthread_t thread;

	if (getuid() == 0)
		cr_assert_eq(setuid(NOBODY), 0);
	limit_threads(1);
	cr_assert_neq(pthread_create(&thread, NULL, do_nothing, NULL), 0);
}

/* As many as before. Leak detection needs one when the process ends. */
static inline void allow_threads(void)
{
	limit_threads(RLIM_INFINITY);
}

#endif
