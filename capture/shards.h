/*
 * Shards: the threads that share the work.
 *
 * The reader hands over packets in batches; each shard has a thread, a queue
 * and a listener of its own, so that downstream everything is single-threaded
 * and nothing is locked per packet. With one shard there is no thread at all.
 * The only file that knows threads.
 *
 * Packets of one flow, and the ICMP errors that quote it, always reach the
 * same listener, in order.
 */
#ifndef CAPTURE_SHARDS_H
#define CAPTURE_SHARDS_H

#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "capture/packet.h"

enum { SHARDS_MAX = 64, SHARDS_PACKET_BYTES = 128 * 1024 };

struct shards;

struct shard_listener {
	void *self;
	/* The packet and what it points to live for the call. clock_ns is the
	 * latest packet time that the reader has seen. */
	void (*packet)(void *self, const struct packet *packet,
	               uint64_t clock_ns);
};

/* One shard for each listener, which are copied. NULL on failure. */
struct shards *shards_create(const struct shard_listener *listeners,
                             size_t count, struct error *err);

/* Waits for the queues to drain, then ends the threads. Accepts NULL. */
void shards_free(struct shards *shards);

/*
 * Queue a copy of a packet for the shard of its flow. Of what was captured at
 * most the first SHARDS_PACKET_BYTES are kept, with one shard as with many.
 */
void shards_packet(struct shards *shards, const struct packet *packet,
                   uint64_t clock_ns);

/*
 * Wait until everything queued has been handled. Until the next
 * shards_packet() the caller may look at all that the listeners own.
 */
void shards_wait(struct shards *shards);

#endif
