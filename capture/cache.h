/*
 * The processor's cache: memory comes in lines, and takes as long to come as
 * a hundred instructions, so that what will be needed is asked for early.
 */
#ifndef CAPTURE_CACHE_H
#define CAPTURE_CACHE_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 }; /* bytes; a wrong one costs time, nothing else */

static inline size_t cache_round_up(size_t len)
{
	return (len + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

/* Have so many bytes, which begin a line, fetched in order to be written. */
static inline void cache_fetch(const void *at, size_t len)
{
	for (size_t i = 0; i < len; i += CACHE_LINE)
		__builtin_prefetch((const char *)at + i, 1);
}

/*
 * Zeroes that have been written; NULL when out of memory, else to be freed.
 * All that calloc() gives is one page of zeroes at first: where it is read
 * before it is written, every other processor has to be told that a page has
 * become another one, and waited for.
 */
static inline void *cache_zeroes(size_t len)
{
	void *zeroes = aligned_alloc(CACHE_LINE, cache_round_up(len));

	return zeroes ? memset(zeroes, 0, len) : NULL;
}

#endif
