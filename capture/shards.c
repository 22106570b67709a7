#include "capture/shards.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "capture/block.h"
#include "capture/cache.h"
#include "capture/flow.h"
#include "capture/glance.h"
#include "capture/parallel.h"
#include "capture/source.h"

enum {
	/*
	 * All rooms together fit the third cache: what the kernel copies to a
	 * line that is in no cache has to be fetched from memory to be
	 * decoded, which took longer than all the rest of reading. Fewer would
	 * fit the second one, but have shards that are done with theirs wait
	 * for the ones that are not.
	 */
	BLOCKS = 48,
	/* A thread that sleeps is woken for so many blocks at once. */
	WORTH_WAKING = BLOCKS / 2,
	/* Blocks that a thread takes a shard through before it looks for one
	 * that is further behind. */
	TURN = 8,
};

/* What has been pushed is for whichever thread claims the shard: what its
 * listener owns is touched by one of them at a time. */
struct shard {
	struct shard_listener listener;
	size_t index;
	size_t taken; /* blocks that it has been through */
	bool claimed;
};

/*
 * A ring of blocks. The reader fills the one at pushed; each shard has a
 * place of its own in the ring. The lock is taken once a block.
 */
struct shards {
	struct block *blocks;
	struct parcel *parcels; /* the blocks' */
	size_t block_count;
	size_t pushed; /* blocks in all; the one being filled is the next */
	size_t told;   /* of them, that sleeping threads were woken for */
	const struct block *awaited; /* by the reader; NULL: none */
	uint64_t seed;
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	pthread_cond_t emptied;
	size_t count; /* of shards */
	size_t thread_count;
	pthread_t threads[SHARDS_MAX];
	uint8_t large[SOURCE_ROOM];
	const struct block *large_user; /* whose frames lie in it; or NULL */
	struct group group; /* the reader's own: of the one shard, or for a
	                       look at a frame */
	struct shard shard[];
};

static struct block *block_at(const struct shards *shards, size_t number)
{
	return &shards->blocks[number % shards->block_count];
}

/* The last shard that is through with a block tells a reader that waits for
 * it. */
static void block_done(struct shards *shards, struct block *block)
{
	if (atomic_fetch_sub(&block->pending, 1) > 1)
		return;
	pthread_mutex_lock(&shards->lock);
	if (shards->awaited == block)
		pthread_cond_signal(&shards->emptied);
	pthread_mutex_unlock(&shards->lock);
}

/* The shard that is furthest behind of those that nobody works on; NULL if
 * there is nothing to do. With the lock held. */
static struct shard *claim(struct shards *shards)
{
	struct shard *last = NULL;

	for (size_t i = 0; i < shards->count; i++) {
		struct shard *shard = &shards->shard[i];

		if (!shard->claimed && shard->taken != shards->pushed &&
		    (!last || shard->taken < last->taken))
			last = shard;
	}
	if (last)
		last->claimed = true;
	return last;
}

/* Take a claimed shard through some blocks. The lock, which is held, is let
 * go meanwhile. */
static void take_turn(struct shards *shards, struct shard *shard)
{
	size_t end = shards->pushed - shard->taken > TURN ? shard->taken + TURN
	                                                  : shards->pushed;

	pthread_mutex_unlock(&shards->lock);
	for (size_t i = shard->taken; i != end; i++) {
		block_deliver(block_at(shards, i), shard->index,
		              &shard->listener);
		block_done(shards, block_at(shards, i));
	}
	pthread_mutex_lock(&shards->lock);
	shard->taken = end;
	shard->claimed = false;
	/* A reader that waits could go on with this one. */
	if (shards->awaited && shard->taken != shards->pushed)
		pthread_cond_signal(&shards->emptied);
}

static void *thread_run(void *self)
{
	struct shards *shards = self;
	struct shard *shard;

	pthread_mutex_lock(&shards->lock);
	while ((shard = claim(shards)) || !shards->stop) {
		if (shard)
			take_turn(shards, shard);
		else
			pthread_cond_wait(&shards->filled, &shards->lock);
	}
	pthread_mutex_unlock(&shards->lock);
	return NULL;
}

/* One processor is the reader's. More threads than processors would only take
 * each other's time. */
static size_t threads_wanted(size_t shards)
{
	size_t width = parallel_width();
	size_t others = width > 2 ? width - 1 : 1;

	if (shards == 1)
		return 0;
	return others < shards ? others : shards;
}

static bool start(struct shards *shards, struct error *err)
{
	size_t each = block_parcels(shards->count);
	size_t wanted = threads_wanted(shards->count);

	shards->blocks = malloc(shards->block_count * sizeof(struct block));
	shards->parcels =
		aligned_alloc(CACHE_LINE, shards->block_count * each *
	                                          sizeof(struct parcel));
	if (!shards->blocks || !shards->parcels)
		return fail(err, "out of memory for workers");
	for (size_t i = 0; i < shards->block_count; i++)
		block_init(&shards->blocks[i], &shards->parcels[i * each],
		           shards->count);
	for (size_t i = 0; i < wanted; i++) {
		if (pthread_create(&shards->threads[i], NULL, thread_run,
		                   shards))
			return fail(err, "cannot start a worker thread");
		shards->thread_count++;
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
	shards->block_count = count > 1 ? BLOCKS : 1;
	for (size_t i = 0; i < count; i++)
		shards->shard[i] =
			(struct shard){ .listener = listeners[i], .index = i };
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
	for (size_t i = 0; i < shards->thread_count; i++)
		pthread_join(shards->threads[i], NULL);
}

void shards_free(struct shards *shards)
{
	if (!shards)
		return;
	if (shards->blocks && shards->parcels)
		shards_wait(shards);
	stop(shards);
	pthread_cond_destroy(&shards->emptied);
	pthread_cond_destroy(&shards->filled);
	pthread_mutex_destroy(&shards->lock);
	free(shards->parcels);
	free(shards->blocks);
	free(shards);
}

static struct block *filling(const struct shards *shards)
{
	return block_at(shards, shards->pushed);
}

struct packet *shards_slots(struct shards *shards)
{
	return block_has_room(filling(shards))
	               ? &shards->group.packets[shards->group.count]
	               : NULL;
}

/* By its upper half, as flow tables use the lower one. */
static size_t shard_of_hash(const struct shards *shards, uint64_t hash)
{
	return (size_t)((hash >> 32) * shards->count >> 32);
}

static size_t shard_of(const struct shards *shards, const struct packet *packet,
                       uint64_t hash)
{
	return shard_of_hash(shards,
	                     packet->quote.present
	                             ? flow_hash_of_quote(packet, shards->seed)
	                             : hash);
}

bool shards_add_plain(struct shards *shards, const struct frame *frame,
                      uint64_t clock_ns)
{
	struct arrival arrival = { .clock_ns = clock_ns };
	struct flow_ends ends;

	/* One shard needs the packets, not only whose they are. */
	if (shards->count == 1 || !frame_glance(&ends, frame))
		return false;
	arrival.hash = flow_hash_of_ends(&ends, shards->seed);
	block_add(filling(shards), shard_of_hash(shards, arrival.hash), frame,
	          0, &arrival);
	return true;
}

void shards_add(struct shards *shards, const struct frame *frame, size_t count,
                uint64_t clock_ns)
{
	struct group *group = &shards->group;
	bool alone = shards->count == 1;

	for (size_t i = 0; i < count; i++) {
		/* Those of one shard stay where they were decoded. */
		const struct packet *packet =
			&group->packets[alone ? group->count : i];
		struct arrival arrival = {
			.packet = packet,
			.clock_ns = clock_ns,
			.hash = flow_hash(packet, shards->seed),
		};

		if (alone)
			group->arrivals[group->count++] = arrival;
		else
			block_add(filling(shards),
			          shard_of(shards, packet, arrival.hash), frame,
			          i, &arrival);
	}
	if (group->count + DECODE_MAX_PACKETS > GROUP)
		group_deliver(group, &shards->shard[0].listener);
}

/* Until a block, and with it all before, has been through all shards. A reader
 * that waits has time for the others' work. */
static void wait_for(struct shards *shards, const struct block *block)
{
	pthread_mutex_lock(&shards->lock);
	shards->awaited = block;
	while (atomic_load(&block->pending)) {
		struct shard *shard = claim(shards);

		if (shard)
			take_turn(shards, shard);
		else
			pthread_cond_wait(&shards->emptied, &shards->lock);
	}
	shards->awaited = NULL;
	pthread_mutex_unlock(&shards->lock);
}

void shards_hurry(struct shards *shards)
{
	pthread_mutex_lock(&shards->lock);
	shards->told = shards->pushed;
	pthread_cond_broadcast(&shards->filled);
	pthread_mutex_unlock(&shards->lock);
}

static void push(struct shards *shards, struct block *block)
{
	atomic_store(&block->pending, shards->count);
	pthread_mutex_lock(&shards->lock);
	shards->pushed++;
	if (shards->pushed - shards->told >= WORTH_WAKING) {
		shards->told = shards->pushed;
		pthread_cond_broadcast(&shards->filled);
	}
	pthread_mutex_unlock(&shards->lock);
}

/* A reader that has to wait does so until it has some blocks to fill. */
static void wait_for_room(struct shards *shards)
{
	if (!atomic_load(&filling(shards)->pending))
		return;
	shards_hurry(shards);
	wait_for(shards, block_at(shards, shards->pushed + WORTH_WAKING - 1));
}

void shards_push(struct shards *shards)
{
	struct block *block = filling(shards);

	if (shards->count == 1) {
		group_deliver(&shards->group, &shards->shard[0].listener);
		block_deliver(block, 0, &shards->shard[0].listener);
	} else {
		push(shards, block);
		wait_for_room(shards);
	}
	block_clear(filling(shards), shards->count);
}

static void wait_all(struct shards *shards)
{
	if (shards->count == 1)
		return;
	shards_hurry(shards);
	for (size_t i = 0; i < shards->block_count; i++)
		wait_for(shards, &shards->blocks[i]);
}

uint8_t *shards_room(struct shards *shards, bool large, size_t *len)
{
	struct block *block = filling(shards);

	if (!large) {
		*len = BLOCK_BYTES;
		return block->room;
	}
	/* Hardly any frame needs it, so that there is one for all blocks. */
	if (shards->large_user && shards->large_user != block) {
		shards_hurry(shards);
		wait_for(shards, shards->large_user);
	}
	shards->large_user = block;
	*len = SOURCE_ROOM;
	return shards->large;
}

void shards_wait(struct shards *shards)
{
	if (!block_is_empty(filling(shards)) || shards->group.count)
		shards_push(shards);
	wait_all(shards);
}

void shards_run(struct shards *shards, void (*work)(void *self))
{
	filling(shards)->work = work;
	shards_push(shards);
	wait_all(shards);
}
