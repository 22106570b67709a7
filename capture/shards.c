#include "capture/shards.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "capture/flow.h"

enum {
	BATCH_PACKETS = 256,
	BATCH_BYTES = SHARDS_PACKET_BYTES,
	BATCHES = 8, /* for each shard: enough to ride out a slow moment */
};

struct item {
	struct packet packet;
	uint64_t clock_ns;
};

struct batch {
	size_t count;
	size_t used;
	struct item items[BATCH_PACKETS];
	uint8_t bytes[BATCH_BYTES];
};

/*
 * A ring of batches. The reader fills the one at head, the thread empties the
 * one at tail; each index is written by one side only, under the lock, once a
 * batch.
 */
struct shard {
	struct shard_listener listener;
	struct batch *batches;
	size_t head;
	size_t tail;
	bool stop;
	pthread_mutex_t lock;
	pthread_cond_t filled;
	pthread_cond_t emptied;
	pthread_t thread;
};

struct shards {
	size_t count;
	bool threaded;
	struct shard shard[];
};

static void batch_deliver(const struct shard *shard, const struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		shard->listener.packet(shard->listener.self,
		                       &batch->items[i].packet,
		                       batch->items[i].clock_ns);
}

static void *shard_run(void *self)
{
	struct shard *shard = self;

	pthread_mutex_lock(&shard->lock);
	for (;;) {
		while (shard->tail == shard->head && !shard->stop)
			pthread_cond_wait(&shard->filled, &shard->lock);
		if (shard->tail == shard->head)
			break;
		pthread_mutex_unlock(&shard->lock);
		batch_deliver(shard, &shard->batches[shard->tail % BATCHES]);
		pthread_mutex_lock(&shard->lock);
		shard->tail++;
		pthread_cond_signal(&shard->emptied);
	}
	pthread_mutex_unlock(&shard->lock);
	return NULL;
}

static bool shard_start(struct shard *shard, struct error *err)
{
	shard->batches = malloc(BATCHES * sizeof(*shard->batches));
	if (!shard->batches)
		return fail(err, "out of memory for a worker");
	shard->batches[0].count = 0;
	shard->batches[0].used = 0;
	pthread_mutex_init(&shard->lock, NULL);
	pthread_cond_init(&shard->filled, NULL);
	pthread_cond_init(&shard->emptied, NULL);
	if (pthread_create(&shard->thread, NULL, shard_run, shard)) {
		free(shard->batches);
		return fail(err, "cannot start a worker thread");
	}
	return true;
}

static void shard_stop(struct shard *shard)
{
	pthread_mutex_lock(&shard->lock);
	shard->stop = true;
	pthread_cond_signal(&shard->filled);
	pthread_mutex_unlock(&shard->lock);
	pthread_join(shard->thread, NULL);
	pthread_cond_destroy(&shard->emptied);
	pthread_cond_destroy(&shard->filled);
	pthread_mutex_destroy(&shard->lock);
	free(shard->batches);
}

struct shards *shards_create(const struct shard_listener *listeners,
                             size_t count, struct error *err)
{
	struct shards *shards =
		calloc(1, sizeof(*shards) + count * sizeof(struct shard));

	if (!shards) {
		fail(err, "out of memory for workers");
		return NULL;
	}
	shards->threaded = count > 1;
	for (size_t i = 0; i < count; i++) {
		shards->shard[i].listener = listeners[i];
		if (shards->threaded && !shard_start(&shards->shard[i], err)) {
			shards_free(shards);
			return NULL;
		}
		shards->count++;
	}
	return shards;
}

void shards_free(struct shards *shards)
{
	if (!shards)
		return;
	if (shards->threaded) {
		shards_wait(shards);
		for (size_t i = 0; i < shards->count; i++)
			shard_stop(&shards->shard[i]);
	}
	free(shards);
}

/* Hand the batch at head over and wait for the next one to be free. */
static void shard_push(struct shard *shard)
{
	pthread_mutex_lock(&shard->lock);
	shard->head++;
	pthread_cond_signal(&shard->filled);
	while (shard->head - shard->tail == BATCHES)
		pthread_cond_wait(&shard->emptied, &shard->lock);
	pthread_mutex_unlock(&shard->lock);
	shard->batches[shard->head % BATCHES].count = 0;
	shard->batches[shard->head % BATCHES].used = 0;
}

static void shard_wait(struct shard *shard)
{
	if (shard->batches[shard->head % BATCHES].count)
		shard_push(shard);
	pthread_mutex_lock(&shard->lock);
	while (shard->head != shard->tail)
		pthread_cond_wait(&shard->emptied, &shard->lock);
	pthread_mutex_unlock(&shard->lock);
}

void shards_wait(struct shards *shards)
{
	for (size_t i = 0; shards->threaded && i < shards->count; i++)
		shard_wait(&shards->shard[i]);
}

/* The part of the frame that a packet's pointers reach: from its IP header,
 * or its payload where there is none, to its last captured byte. */
static const uint8_t *packet_bytes(const struct packet *packet, size_t *len)
{
	if (packet->ip) {
		*len = packet->ip_captured;
		return packet->ip;
	}
	*len = packet->payload_captured;
	return packet->payload;
}

static void batch_add(struct batch *batch, const struct packet *packet,
                      uint64_t clock_ns)
{
	struct item *item = &batch->items[batch->count++];
	uint8_t *copy = batch->bytes + batch->used;
	size_t len;
	const uint8_t *bytes = packet_bytes(packet, &len);

	item->packet = *packet;
	item->clock_ns = clock_ns;
	if (len)
		memcpy(copy, bytes, len);
	if (packet->ip)
		item->packet.ip = copy;
	if (packet->payload)
		item->packet.payload = copy + (packet->payload - bytes);
	batch->used += len;
}

static void shard_add(struct shard *shard, const struct packet *packet,
                      uint64_t clock_ns)
{
	struct batch *batch = &shard->batches[shard->head % BATCHES];
	size_t len;

	packet_bytes(packet, &len);
	if (batch->count == BATCH_PACKETS || len > BATCH_BYTES - batch->used) {
		shard_push(shard);
		batch = &shard->batches[shard->head % BATCHES];
	}
	batch_add(batch, packet, clock_ns);
}

static void deliver(struct shards *shards, const struct packet *packet,
                    uint64_t clock_ns)
{
	const struct shard_listener *only = &shards->shard[0].listener;

	if (shards->threaded)
		shard_add(&shards->shard[flow_affinity(packet) % shards->count],
		          packet, clock_ns);
	else
		only->packet(only->self, packet, clock_ns);
}

/* As if the snap length had cut it behind its first BATCH_BYTES. */
static struct packet packet_cut(const struct packet *packet)
{
	struct packet cut = *packet;
	size_t len;
	const uint8_t *bytes = packet_bytes(packet, &len);
	size_t before = packet->payload ? (size_t)(packet->payload - bytes) : 0;

	if (packet->ip)
		cut.ip_captured = BATCH_BYTES;
	if (before > BATCH_BYTES) {
		before = BATCH_BYTES;
		cut.payload = bytes + before;
	}
	if (cut.payload_captured > BATCH_BYTES - before)
		cut.payload_captured = (uint32_t)(BATCH_BYTES - before);
	return cut;
}

void shards_packet(struct shards *shards, const struct packet *packet,
                   uint64_t clock_ns)
{
	struct packet cut;
	size_t len;

	packet_bytes(packet, &len);
	if (len > BATCH_BYTES) {
		cut = packet_cut(packet);
		packet = &cut;
	}
	deliver(shards, packet, clock_ns);
}
