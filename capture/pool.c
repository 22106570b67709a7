#include "capture/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture/cache.h"

enum { PIECE_BYTES = 256 * 1024, PIECE_LEAST = 8 };

void pool_init(struct pool *pool, size_t size)
{
	*pool = (struct pool){ .size = cache_round_up(size) };
}

void pool_release(struct pool *pool)
{
	for (size_t i = 0; i < pool->piece_count; i++)
		free(pool->pieces[i]);
	free(pool->pieces);
	pool->free = NULL;
	pool->pieces = NULL;
	pool->piece_count = 0;
}

static void grow(struct pool *pool)
{
	size_t count = PIECE_BYTES / pool->size;
	void **pieces = realloc(pool->pieces,
	                        (pool->piece_count + 1) * sizeof(*pieces));
	uint8_t *piece;

	if (!pieces)
		return;
	pool->pieces = pieces;
	if (count < PIECE_LEAST)
		count = PIECE_LEAST;
	piece = aligned_alloc(CACHE_LINE, count * pool->size);
	if (!piece)
		return;
	pieces[pool->piece_count++] = piece;
	/* The first in memory is to be the first taken. */
	for (size_t i = count; i-- > 0;)
		pool_give(pool, piece + i * pool->size);
}

void *pool_take(struct pool *pool)
{
	void *object;

	if (!pool->free)
		grow(pool);
	object = pool->free;
	if (!object)
		return NULL;
	memcpy(&pool->free, object, sizeof(pool->free));
	return memset(object, 0, pool->size);
}

void pool_give(struct pool *pool, void *object)
{
	if (!object)
		return;
	memcpy(object, &pool->free, sizeof(pool->free));
	pool->free = object;
}
