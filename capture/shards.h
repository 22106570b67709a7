/*
 * Shards: the parts of the work that threads share.
 *
 * The reader looks at a frame to see whose packets it carries. What it hands
 * over is the frame: a decoded packet is larger than what it was decoded
 * from, and to move it from one processor's cache to another's takes several
 * times as long as to decode it again. Frames lie in blocks, room that sources
 * read into, each of which goes to all shards at once: nothing is copied, and
 * nothing is locked per packet. Each shard has a listener of its own, which one
 * thread at a time calls: downstream everything is single-threaded. With one
 * shard there is no thread at all.
 *
 * There are as many threads as shards, but one processor is left to the
 * reader; which, when it has read far enough ahead, does as they do. So two
 * processors are busy with two threads. With a thread for each shard three
 * took turns, and whenever one shard was behind the other a processor had
 * nothing to do: a fifth of the time.
 *
 * Packets of one flow, and the ICMP errors that quote it, always reach the
 * same listener, in order.
 */
#ifndef CAPTURE_SHARDS_H
#define CAPTURE_SHARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/arrival.h"
#include "capture/decode.h"
#include "capture/error.h"
#include "capture/packet.h"

enum { SHARDS_MAX = 64 };

struct shards;

struct shard_listener {
	void *self;
	/* What arrived, in order; all of it lives for the call. */
	void (*arrived)(void *self, const struct arrival *arrivals,
	                size_t count);
};

/*
 * One shard for each listener, which are copied. seed is flow_hash()'s. NULL
 * on failure.
 */
struct shards *shards_create(const struct shard_listener *listeners,
                             size_t count, uint64_t seed, struct error *err);

/* Waits until everything has been handled, then ends the threads. Accepts
 * NULL. */
void shards_free(struct shards *shards);

/*
 * Where frames' bytes may lie until shards_push(). Small, since what was read
 * has to stay in the cache until it is decoded; large room, as much as
 * SOURCE_ROOM, has to be asked for.
 */
uint8_t *shards_room(struct shards *shards, bool large, size_t *len);

/*
 * Where to decode the next frame's packets to: DECODE_MAX_PACKETS of them.
 * NULL when the block is full: push it.
 */
struct packet *shards_slots(struct shards *shards);

/*
 * Queue a frame, whose bytes lie in this block's room, and its count packets
 * in those slots, which may have been completed since they were decoded.
 */
void shards_add(struct shards *shards, const struct frame *frame, size_t count,
                uint64_t clock_ns);

/* Queue a plain frame, without its having been decoded: false if it has to be
 * (see capture/glance.h). */
bool shards_add_plain(struct shards *shards, const struct frame *frame,
                      uint64_t clock_ns);

/* Hand the block over and begin another one, whose room is a different one;
 * waits while all of them are still being looked at. */
void shards_push(struct shards *shards);

/* Have everything that was pushed looked at now, instead of with more. */
void shards_hurry(struct shards *shards);

/*
 * Wait until everything queued has been handled. Until the next
 * shards_push() the caller may look at all that the listeners own.
 */
void shards_wait(struct shards *shards);

/* The same, and then call a function for each listener, for several at the
 * same time; waits for all of them. */
void shards_run(struct shards *shards, void (*work)(void *self));

#endif
