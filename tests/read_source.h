/*
 * Reading sources in tests: options and the last complaint are shared by the
 * tests of one file, each of which runs in a folder and a process of its own.
 */
#ifndef TESTS_READ_SOURCE_H
#define TESTS_READ_SOURCE_H

#include <criterion/criterion.h>
#include <signal.h>
#include <sys/time.h>

#include "capture/source.h"
#include "tests/capture_bytes.h"

enum { SECOND = 1700000000 };

static const uint64_t ns = 1000000000;

static struct error err;
static struct source_options options;

/* Open paths that have a space between them. */
static inline struct source *open_paths(const char *paths)
{
	char *words = strdup(paths);
	char *path[8];
	size_t count = 0;
	char *rest = words;
	struct source *source;

	while ((path[count] = strsep(&rest, " ")) != NULL)
		count++;
	err.text[0] = '\0';
	source = source_open_files(path, count, &options, &err);
	free(words);
	return source;
}

/* The stats of a source, after it has been read to its end. */
static inline const struct source_stats *drain(struct source *source)
{
	const struct source_stats *stats;
	struct frame frame;

	cr_assert_not_null(source, "%s", err.text);
	while (source_next(source, &frame) == SOURCE_FRAME)
		cr_expect_leq(frame.captured, frame.len);
	cr_expect_eq(source_next(source, &frame), SOURCE_END);
	source_stats(source, &stats);
	return stats;
}

static inline void write_small(const char *path, uint32_t seconds,
                               uint32_t count)
{
	struct bytes bytes = small_capture(seconds, count);

	write_bytes(path, &bytes);
}

/* Put bytes where standard input comes from. */
static inline void feed_standard_input(const struct bytes *bytes)
{
	int ends[2];

	if (pipe(ends) != 0 ||
	    write(ends[1], bytes->at, bytes->len) != (ssize_t)bytes->len)
		abort();
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
}

static struct source *to_stop;

static inline void stop(int signal)
{
	(void)signal;
	source_stop(to_stop);
}

/* A handler that restarts system calls is the harder case. */
static inline void stop_soon(struct source *source)
{
	struct itimerval soon = { .it_value.tv_usec = 50000 };
	struct sigaction action = { .sa_handler = stop,
		                    .sa_flags = SA_RESTART };

	to_stop = source;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
}

#endif
