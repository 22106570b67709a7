#include "capture/shards.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "capture/decode.h"
#include "capture/flow.h"
#include "capture/source.h"

enum {
	BLOCK_PACKETS = 1024,
	BLOCK_BYTES = SOURCE_ROOM + 64 * 1024,
	SPARE_BLOCKS = 3, /* to ride out a slow moment */
};

static const uint16_t NONE = UINT16_MAX;

/* The packets of one shard in a block: a chain of their indices. */
struct chain {
	uint16_t first;
	uint16_t last;
};

struct block {
	size_t count;
	struct chain chains[SHARDS_MAX];
	uint16_t next[BLOCK_PACKETS];
	uint64_t clocks[BLOCK_PACKETS];
	uint64_t hashes[BLOCK_PACKETS];
	struct packet packets[BLOCK_PACKETS];
	void (*work)(void *self); /* to be done behind the packets, or NULL */
	atomic_size_t pending;    /* shards that have not been through it */
	uint8_t room[BLOCK_BYTES];
};

struct shard {
	struct shards *shards;
	struct shard_listener listener;
	size_t index;
	pthread_t thread;
};

/*
 * A ring of blocks. The reader fills the one at pushed; each shard has a
 * place of its own in the ring. The lock is taken once a block.
 */
struct shards {
	struct block *blocks;
	size_t block_count;
	size_t pushed; /* blocks in all; the one being filled is the next */
	uint64_t seed;
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	pthread_cond_t emptied;
	size_t count;   /* of shards */
	size_t running; /* threads; none for one shard */
	struct shard shard[];
};

static struct block *block_at(const struct shards *shards, size_t number)
{
	return &shards->blocks[number % shards->block_count];
}

static void block_clear(struct block *block, size_t shards)
{
	block->count = 0;
	block->work = NULL;
	for (size_t i = 0; i < shards; i++)
		block->chains[i] = (struct chain){ NONE, NONE };
}

static void block_deliver(const struct block *block, const struct shard *shard)
{
	struct arrival arrivals[BLOCK_PACKETS];
	size_t count = 0;

	for (uint16_t i = block->chains[shard->index].first; i != NONE;
	     i = block->next[i])
		arrivals[count++] = (struct arrival){
			.packet = &block->packets[i],
			.clock_ns = block->clocks[i],
			.hash = block->hashes[i],
		};
	if (count)
		shard->listener.arrived(shard->listener.self, arrivals, count);
	if (block->work)
		block->work(shard->listener.self);
}

/* The last shard that is through with a block tells the reader. */
static void block_done(struct shards *shards, struct block *block)
{
	if (atomic_fetch_sub(&block->pending, 1) > 1)
		return;
	pthread_mutex_lock(&shards->lock);
	pthread_cond_signal(&shards->emptied);
	pthread_mutex_unlock(&shards->lock);
}

static void *shard_run(void *self)
{
	const struct shard *shard = self;
	struct shards *shards = shard->shards;

	for (size_t taken = 0;; taken++) {
		pthread_mutex_lock(&shards->lock);
		while (taken == shards->pushed && !shards->stop)
			pthread_cond_wait(&shards->filled, &shards->lock);
		bool over = taken == shards->pushed;
		pthread_mutex_unlock(&shards->lock);
		if (over)
			return NULL;
		block_deliver(block_at(shards, taken), shard);
		block_done(shards, block_at(shards, taken));
	}
}

static bool start(struct shards *shards, struct error *err)
{
	shards->blocks = malloc(shards->block_count * sizeof(struct block));
	if (!shards->blocks)
		return fail(err, "out of memory for workers");
	for (size_t i = 0; i < shards->block_count; i++)
		atomic_init(&shards->blocks[i].pending, 0);
	block_clear(shards->blocks, shards->count);
	for (size_t i = 0; shards->count > 1 && i < shards->count; i++) {
		struct shard *shard = &shards->shard[i];

		if (pthread_create(&shard->thread, NULL, shard_run, shard))
			return fail(err, "cannot start a worker thread");
		shards->running++;
	}
	return true;
}

struct shards *shards_create(const struct shard_listener *listeners,
                             size_t count, uint64_t seed, struct error *err)
{
	struct shards *shards =
		calloc(1, sizeof(*shards) + count * sizeof(struct shard));

	if (!shards) {
		fail(err, "out of memory for workers");
		return NULL;
	}
	pthread_mutex_init(&shards->lock, NULL);
	pthread_cond_init(&shards->filled, NULL);
	pthread_cond_init(&shards->emptied, NULL);
	shards->seed = seed;
	shards->count = count;
	shards->block_count = count > 1 ? count + SPARE_BLOCKS : 1;
	for (size_t i = 0; i < count; i++)
		shards->shard[i] = (struct shard){ .shards = shards,
			                           .listener = listeners[i],
			                           .index = i };
	if (start(shards, err))
		return shards;
	shards_free(shards);
	return NULL;
}

static void stop(struct shards *shards)
{
	pthread_mutex_lock(&shards->lock);
	shards->stop = true;
	pthread_cond_broadcast(&shards->filled);
	pthread_mutex_unlock(&shards->lock);
	for (size_t i = 0; i < shards->running; i++)
		pthread_join(shards->shard[i].thread, NULL);
}

void shards_free(struct shards *shards)
{
	if (!shards)
		return;
	if (shards->blocks &&
	    (shards->count == 1 || shards->running == shards->count))
		shards_wait(shards);
	stop(shards);
	pthread_cond_destroy(&shards->emptied);
	pthread_cond_destroy(&shards->filled);
	pthread_mutex_destroy(&shards->lock);
	free(shards->blocks);
	free(shards);
}

static struct block *filling(const struct shards *shards)
{
	return block_at(shards, shards->pushed);
}

uint8_t *shards_room(struct shards *shards, size_t *len)
{
	*len = BLOCK_BYTES;
	return filling(shards)->room;
}

struct packet *shards_slots(struct shards *shards)
{
	struct block *block = filling(shards);

	if (block->count + DECODE_MAX_PACKETS > BLOCK_PACKETS)
		return NULL;
	return &block->packets[block->count];
}

/* By its upper half, as flow tables use the lower one. */
static size_t shard_of(const struct shards *shards, uint64_t hash)
{
	return (size_t)((hash >> 32) * shards->count >> 32);
}

static void chain_add(struct block *block, struct chain *chain, uint16_t index)
{
	block->next[index] = NONE;
	if (chain->first == NONE)
		chain->first = index;
	else
		block->next[chain->last] = index;
	chain->last = index;
}

void shards_add(struct shards *shards, size_t count, uint64_t clock_ns)
{
	struct block *block = filling(shards);

	for (size_t i = 0; i < count; i++) {
		size_t index = block->count++;
		const struct packet *packet = &block->packets[index];
		uint64_t hash = flow_hash(packet, shards->seed);
		uint64_t affinity =
			packet->quote.present
				? flow_hash_of_quote(packet, shards->seed)
				: hash;

		block->hashes[index] = hash;
		block->clocks[index] = clock_ns;
		chain_add(block, &block->chains[shard_of(shards, affinity)],
		          (uint16_t)index);
	}
}

/* Until a block has been through all shards. */
static void wait_for(struct shards *shards, struct block *block)
{
	pthread_mutex_lock(&shards->lock);
	while (atomic_load(&block->pending))
		pthread_cond_wait(&shards->emptied, &shards->lock);
	pthread_mutex_unlock(&shards->lock);
}

void shards_push(struct shards *shards)
{
	struct block *block = filling(shards);

	if (shards->count == 1) {
		block_deliver(block, &shards->shard[0]);
	} else {
		atomic_store(&block->pending, shards->count);
		pthread_mutex_lock(&shards->lock);
		shards->pushed++;
		pthread_cond_broadcast(&shards->filled);
		pthread_mutex_unlock(&shards->lock);
		block = filling(shards);
		wait_for(shards, block);
	}
	block_clear(block, shards->count);
}

static void wait_all(struct shards *shards)
{
	for (size_t i = 0; i < shards->block_count; i++)
		wait_for(shards, &shards->blocks[i]);
}

void shards_wait(struct shards *shards)
{
	if (filling(shards)->count)
		shards_push(shards);
	wait_all(shards);
}

void shards_run(struct shards *shards, void (*work)(void *self))
{
	filling(shards)->work = work;
	shards_push(shards);
	wait_all(shards);
}
