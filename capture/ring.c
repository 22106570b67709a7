#include "capture/ring.h"

#include <time.h>

#include "capture/decode.h"
#include "capture/flow.h"

enum {
	PRESSING = STRAYS_MAX / 2, /* so many strays do not wait for their time
	                            */
	LOOK_UP = 16,              /* frames between two looks at them */
	NAP_NS = 50000,
};

static void tell_time(struct rings *rings, uint64_t time_ns)
{
	uint64_t latest = atomic_load(&rings->latest_ns);

	while (latest < time_ns &&
	       !atomic_compare_exchange_weak(&rings->latest_ns, &latest,
	                                     time_ns))
		;
}

/* Up to when every ring has been read. */
static uint64_t settled_everywhere(const struct rings *rings)
{
	uint64_t settled = UINT64_MAX;

	for (size_t i = 0; i < rings->count; i++) {
		uint64_t own = atomic_load(&rings->ring[i].settled_ns);

		if (own < settled)
			settled = own;
	}
	return settled;
}

/* False where there is no room. */
static bool put(struct ring *to, const struct packet *packet,
                enum stray_kind kind, unsigned asked)
{
	bool room;
	size_t count;

	pthread_mutex_lock(&to->lock);
	room = strays_put(to->strays, packet, kind, asked);
	count = strays_count(to->strays);
	atomic_store(&to->waiting, count);
	pthread_mutex_unlock(&to->lock);
	if (!room || count == PRESSING)
		source_wake(to->source);
	return room;
}

static struct stray *take(struct ring *ring, uint64_t until_ns)
{
	struct stray *stray;

	pthread_mutex_lock(&ring->lock);
	if (strays_count(ring->strays) >= PRESSING)
		until_ns = UINT64_MAX;
	stray = strays_take(ring->strays, until_ns);
	atomic_store(&ring->waiting, strays_count(ring->strays));
	pthread_mutex_unlock(&ring->lock);
	return stray;
}

static void give_back(struct ring *ring, struct stray *stray)
{
	pthread_mutex_lock(&ring->lock);
	strays_give_back(ring->strays, stray);
	pthread_mutex_unlock(&ring->lock);
}

static struct ring *ring_after(struct ring *ring)
{
	struct rings *rings = ring->rings;

	return &rings->ring[(ring->index + 1) % rings->count];
}

/* A stray that was sent here. What does not find room further on stays. */
static void take_in(struct ring *ring, const struct stray *stray)
{
	const struct packet *packet = &stray->packet;
	struct arrival arrival = {
		.packet = packet,
		.hash = flow_hash(packet, ring->rings->seed),
	};

	if (packet->time_ns > ring->clock_ns)
		ring->clock_ns = packet->time_ns;
	arrival.clock_ns = ring->clock_ns;
	if (stray->kind == STRAY_ERROR) {
		flow_table_quoted(ring->flows, packet, ring->clock_ns);
		return;
	}
	if (stray->kind == STRAY_GUEST && stray->asked < ring->rings->count &&
	    !flow_table_holds(ring->flows, &arrival) &&
	    put(ring_after(ring), packet, STRAY_GUEST, stray->asked + 1))
		return;
	flow_table_arrived(ring->flows, &arrival, 1);
}

static void take_strays(struct ring *ring, uint64_t until_ns)
{
	struct stray *stray;

	while (atomic_load(&ring->waiting) && (stray = take(ring, until_ns))) {
		take_in(ring, stray);
		give_back(ring, stray);
	}
}

void ring_look_up(struct ring *ring)
{
	tell_time(ring->rings, ring->clock_ns);
	if (atomic_load(&ring->waiting))
		take_strays(ring, settled_everywhere(ring->rings));
}

void ring_rest(struct ring *ring)
{
	struct rings *rings = ring->rings;

	pthread_mutex_lock(&rings->lock);
	rings->resting++;
	pthread_cond_broadcast(&rings->changed);
	while (atomic_load(&rings->pausing))
		pthread_cond_wait(&rings->changed, &rings->lock);
	rings->resting--;
	pthread_mutex_unlock(&rings->lock);
}

/* Whoever has to wait for room goes on making some: two that waited for each
 * other would wait for ever. */
static void hand_over(struct ring *ring, struct ring *to,
                      const struct packet *packet, enum stray_kind kind)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };

	while (!put(to, packet, kind, 1)) {
		ring_look_up(ring);
		if (atomic_load(&ring->rings->pausing))
			ring_rest(ring);
		nanosleep(&nap, NULL);
	}
}

/*
 * Whether the kernel brings both directions here, and all of the flow. It
 * looks into tunnels, but not into all that we do; the ports that it sees in
 * ESP and AH are halves of their SPI.
 */
static bool comes_together(const struct packet *packet)
{
	const unsigned plain = ENCAP_VLAN | ENCAP_QINQ | ENCAP_PPPOE;

	return packet->has_ports && !(packet->encapsulation & ~plain);
}

static struct ring *home_of(struct rings *rings, uint64_t hash)
{
	return &rings->ring[(hash >> 32) * rings->count >> 32];
}

/* An error is for the flow that it quotes as well, wherever that is. */
static void send_home(struct ring *ring, const struct packet *packet,
                      uint64_t hash)
{
	struct rings *rings = ring->rings;
	struct ring *home = home_of(rings, hash);
	bool error = packet->quote.present && icmp_error_of(packet);

	for (size_t i = 0; error && i < rings->count; i++)
		if (&rings->ring[i] != home)
			hand_over(ring, &rings->ring[i], packet, STRAY_ERROR);
	/* By its time even here: another ring may have earlier ones. */
	hand_over(ring, home, packet, STRAY_HOME);
}

/* A packet that came by this ring. */
static void pass_on(struct ring *ring, const struct packet *packet)
{
	const struct arrival arrival = {
		.packet = packet,
		.clock_ns = ring->clock_ns,
		.hash = flow_hash(packet, ring->rings->seed),
	};

	if (!comes_together(packet))
		send_home(ring, packet, arrival.hash);
	else if (packet->fragmented && !flow_table_holds(ring->flows, &arrival))
		hand_over(ring, ring_after(ring), packet, STRAY_GUEST);
	else
		flow_table_arrived(ring->flows, &arrival, 1);
}

static void take_frame(struct ring *ring, const struct frame *frame)
{
	struct packet packets[DECODE_MAX_PACKETS];
	struct decode_result result = packet_decode(packets, frame);

	source_count(ring->source, frame, result.outcome);
	if (frame->time_ns > ring->clock_ns)
		ring->clock_ns = frame->time_ns;
	for (size_t i = 0; i < result.count; i++) {
		fragments_resolve(ring->fragments, &packets[i]);
		pass_on(ring, &packets[i]);
	}
	if (frame->time_ns > atomic_load(&ring->settled_ns))
		atomic_store_explicit(&ring->settled_ns, frame->time_ns,
		                      memory_order_release);
	if (++ring->frames % LOOK_UP == 0)
		ring_look_up(ring);
}

/* A block that is not full is handed over within two silences: all before
 * them has been read. */
static void fall_silent(struct ring *ring)
{
	uint64_t latest;

	tell_time(ring->rings, ring->clock_ns);
	latest = atomic_load(&ring->rings->latest_ns);
	if (ring->silent_ns[0] > atomic_load(&ring->settled_ns))
		atomic_store(&ring->settled_ns, ring->silent_ns[0]);
	ring->silent_ns[0] = ring->silent_ns[1];
	ring->silent_ns[1] = latest;
	if (latest > ring->clock_ns)
		ring->clock_ns = latest;
	ring_look_up(ring);
	flow_table_sweep(ring->flows, ring->clock_ns);
}

enum source_event ring_step(struct ring *ring)
{
	struct frame frame;
	enum source_event event = source_next(ring->source, &frame);

	switch (event) {
	case SOURCE_FRAME: take_frame(ring, &frame); break;
	case SOURCE_IDLE: fall_silent(ring); break;
	case SOURCE_WOKEN: ring_look_up(ring); break;
	case SOURCE_FULL:
	case SOURCE_END: break;
	}
	return event;
}

void ring_take_all(struct ring *ring)
{
	take_strays(ring, UINT64_MAX);
}
