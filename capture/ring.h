/*
 * What the files behind capture/rings.h share: the work of one ring's thread,
 * and how long threads live. Only they include this.
 */
#ifndef CAPTURE_RING_H
#define CAPTURE_RING_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/flow_table.h"
#include "capture/fragments.h"
#include "capture/source.h"
#include "capture/strays.h"

enum { SILENCES = 2 }; /* that a frame may wait in a block that is not full */

struct ring {
	struct rings *rings;
	struct source *source;
	struct flow_table *flows;
	struct fragments *fragments;
	size_t index;
	pthread_t thread;
	uint64_t clock_ns;            /* as flow_table_packet() has it */
	uint64_t silent_ns[SILENCES]; /* latest time anywhere, at the last times
	                                 that it was silent */
	unsigned frames;

	/* For all to see. Everything up to this time has been read. */
	_Alignas(64) atomic_uint_fast64_t settled_ns;
	atomic_size_t waiting; /* strays */
	pthread_mutex_t lock;  /* of strays alone */
	struct strays *strays;
};

struct rings {
	uint64_t seed;
	size_t count;
	size_t running;                 /* threads */
	atomic_uint_fast64_t latest_ns; /* of the packets of any ring, about */
	atomic_bool pausing;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	size_t resting;
	size_t ended;
	struct source_stats stats;
	struct ring ring[];
};

/* Take in a frame, or whatever else there is to do. By the ring's thread. */
enum source_event ring_step(struct ring *ring);

/* Take in strays whose time has come. */
void ring_look_up(struct ring *ring);

/* Take in all strays, whatever their time. */
void ring_take_all(struct ring *ring);

/* Rest until nobody has the rings pause. */
void ring_rest(struct ring *ring);

#endif
