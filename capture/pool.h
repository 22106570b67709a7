/*
 * A pool of objects of one size, cut from larger pieces: cheaper than
 * malloc() for the many small things that flows own, and without its overhead
 * in memory. What is given back is taken again; memory is freed by the pool
 * alone. One thread at a time.
 */
#ifndef CAPTURE_POOL_H
#define CAPTURE_POOL_H

#include <stddef.h>

struct pool {
	size_t size; /* of an object */
	void *free;  /* chained by their first bytes */
	void **pieces;
	size_t piece_count;
};

/* Objects begin cache lines, and have them for themselves. */
void pool_init(struct pool *pool, size_t size);

/* Frees every object, taken or not. */
void pool_release(struct pool *pool);

/* An object of zeroes; NULL when out of memory. */
void *pool_take(struct pool *pool);

/* Accepts NULL. */
void pool_give(struct pool *pool, void *object);

#endif
