#include "capture/rings.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture/parallel.h"
#include "capture/ring.h"
#include "capture/source_stats.h"

enum { SERVE_MS = 10 }; /* between two looks of a ring that has ended */

/* The others may still have strays for a ring that has ended. */
static void serve(struct ring *ring)
{
	struct rings *rings = ring->rings;
	bool last;

	atomic_store(&ring->settled_ns, UINT64_MAX);
	pthread_mutex_lock(&rings->lock);
	rings->ended++;
	pthread_cond_broadcast(&rings->changed);
	last = rings->ended == rings->count;
	pthread_mutex_unlock(&rings->lock);
	while (!last) {
		const struct timespec nap = { .tv_nsec = SERVE_MS * 1000000 };

		nanosleep(&nap, NULL);
		if (atomic_load(&rings->pausing))
			ring_rest(ring);
		ring_look_up(ring);
		pthread_mutex_lock(&rings->lock);
		last = rings->ended == rings->count;
		pthread_mutex_unlock(&rings->lock);
	}
}

static void *ring_run(void *self)
{
	struct ring *ring = self;

	while (ring_step(ring) != SOURCE_END)
		if (atomic_load(&ring->rings->pausing))
			ring_rest(ring);
	serve(ring);
	return NULL;
}

/* Signals are for the caller's thread. */
static size_t start(struct rings *rings)
{
	sigset_t all;
	sigset_t before;
	size_t started = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started < rings->count &&
	       pthread_create(&rings->ring[started].thread, NULL, ring_run,
	                      &rings->ring[started]) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static void join(struct rings *rings)
{
	while (rings->running)
		pthread_join(rings->ring[--rings->running].thread, NULL);
}

static bool ring_init(struct ring *ring, struct rings *rings, size_t index,
                      struct error *err)
{
	ring->rings = rings;
	ring->index = index;
	pthread_mutex_init(&ring->lock, NULL);
	ring->strays = strays_create(err);
	ring->fragments = fragments_create(err);
	return ring->strays && ring->fragments;
}

static struct rings *rings_new(size_t count, uint64_t seed, struct error *err)
{
	/* Rings begin at cache lines, so that the size is whole ones. */
	size_t size = sizeof(struct rings) + count * sizeof(struct ring);
	struct rings *rings = aligned_alloc(_Alignof(struct rings), size);

	if (!rings) {
		fail(err, "out of memory for capture rings");
		return NULL;
	}
	memset(rings, 0, size);
	rings->seed = seed;
	rings->count = count;
	pthread_mutex_init(&rings->lock, NULL);
	pthread_cond_init(&rings->changed, NULL);
	return rings;
}

struct rings *rings_create(struct source *const *sources,
                           struct flow_table *const *tables, size_t count,
                           uint64_t seed, struct error *err)
{
	struct rings *rings = rings_new(count, seed, err);
	bool ready = rings;

	for (size_t i = 0; rings && i < count; i++) {
		rings->ring[i].source = sources[i];
		rings->ring[i].flows = tables[i];
		ready = ring_init(&rings->ring[i], rings, i, err) && ready;
	}
	if (ready) {
		rings->running = start(rings);
		/* The others must not wait for one that never was. */
		pthread_mutex_lock(&rings->lock);
		rings->ended += count - rings->running;
		pthread_mutex_unlock(&rings->lock);
		if (rings->running == count)
			return rings;
		fail(err, "cannot start a capture thread");
	}
	rings_free(rings);
	return NULL;
}

static void set_pausing(struct rings *rings, bool pausing)
{
	pthread_mutex_lock(&rings->lock);
	atomic_store(&rings->pausing, pausing);
	pthread_cond_broadcast(&rings->changed);
	pthread_mutex_unlock(&rings->lock);
}

void rings_free(struct rings *rings)
{
	if (!rings)
		return;
	for (size_t i = 0; i < rings->count; i++)
		source_stop(rings->ring[i].source);
	set_pausing(rings, false);
	join(rings);
	for (size_t i = 0; i < rings->count; i++) {
		pthread_mutex_destroy(&rings->ring[i].lock);
		strays_free(rings->ring[i].strays);
		fragments_free(rings->ring[i].fragments);
	}
	pthread_cond_destroy(&rings->changed);
	pthread_mutex_destroy(&rings->lock);
	free(rings);
}

/* No thread is left to wait for: strays all have to go in. */
static void conclude(struct rings *rings)
{
	bool more = true;

	join(rings);
	while (more) {
		more = false;
		for (size_t i = 0; i < rings->count; i++) {
			ring_take_all(&rings->ring[i]);
			more |= atomic_load(&rings->ring[i].waiting) > 0;
		}
	}
}

bool rings_wait(struct rings *rings, unsigned milliseconds)
{
	struct timespec until;
	bool ended;
	int late = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	until.tv_sec += milliseconds / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&rings->lock);
	while (rings->ended < rings->count && !late)
		late = pthread_cond_timedwait(&rings->changed, &rings->lock,
		                              &until);
	ended = rings->ended == rings->count;
	pthread_mutex_unlock(&rings->lock);
	if (ended)
		conclude(rings);
	return ended;
}

void rings_pause(struct rings *rings)
{
	bool ended;

	set_pausing(rings, true);
	pthread_mutex_lock(&rings->lock);
	while (rings->resting < rings->count && rings->ended < rings->count)
		pthread_cond_wait(&rings->changed, &rings->lock);
	ended = rings->ended == rings->count;
	pthread_mutex_unlock(&rings->lock);
	if (!ended)
		return;
	set_pausing(rings, false);
	conclude(rings);
}

void rings_resume(struct rings *rings)
{
	set_pausing(rings, false);
}

static void flush(void *self, size_t index)
{
	const struct rings *rings = self;

	flow_table_flush(rings->ring[index].flows);
}

void rings_flush(struct rings *rings)
{
	parallel_do(rings->count, flush, rings);
}

const struct source_stats *rings_stats(struct rings *rings)
{
	const struct source_stats *stats;

	for (size_t i = 0; i < rings->count; i++) {
		source_stats(rings->ring[i].source, &stats);
		if (i == 0)
			rings->stats = (struct source_stats){
				.name = stats->name,
				.link_type = stats->link_type,
				.live = true,
			};
		source_stats_add(&rings->stats, stats);
	}
	return &rings->stats;
}

uint64_t rings_fragment_orphans(const struct rings *rings)
{
	uint64_t orphans = 0;

	for (size_t i = 0; i < rings->count; i++)
		orphans += fragments_orphans(rings->ring[i].fragments);
	return orphans;
}
