#include "classify/behaviour.h"

#include <stddef.h>

#include "capture/cache.h"

static const uint64_t NS_PER_MS = 1000000;

enum {
	/* Fewer ticks show no rhythm. */
	ENOUGH_TICKS = 20,
	ENOUGH_INTERACTIVE_TICKS = 10,
	INTERACTIVE_MS = 400, /* a burst of questions is shorter */
	ENOUGH_PERIODS = 5,

	FASTEST_MS = 4, /* quicker is a transfer's pace */
	SLOWEST_MS = 250,
	PERIOD_FASTEST_MS = 1000,
	PERIOD_SLOWEST_MS = 3600 * 1000,

	SMALL_BYTES = 704,
	SMALL_PERCENT = 85,
	TCP_SMALL_BYTES = 512, /* TCP fills segments when it has something */
	LOPSIDED = 8,

	PROMPT_MS = 2,
	LOCKSTEP_PERCENT = 85,

	DUPLICATE_MS = 5,
	DUPLICATED_PERCENT = 20,

	REORDERED_ENOUGH = 3,
	ONE_WAY_ENOUGH = 5,
	BULK_BYTES = 10 * 1000 * 1000,
	LONGEST_LINK = 9216, /* a jumbo frame's IP datagram and more */
};

const char *behaviour_name(unsigned bit)
{
	switch (bit) {
	case BEHAVIOUR_ISOCHRONOUS: return "isochronous";
	case BEHAVIOUR_INTERACTIVE: return "interactive";
	case BEHAVIOUR_PERIODIC: return "periodic";
	case BEHAVIOUR_LOCKSTEP: return "lockstep";
	case BEHAVIOUR_REORDERED: return "reordered";
	case BEHAVIOUR_BLACK_HOLE: return "black-hole";
	case BEHAVIOUR_ONE_WAY: return "one-way";
	case BEHAVIOUR_BULK: return "bulk";
	case BEHAVIOUR_DUPLICATED: return "duplicated";
	case BEHAVIOUR_OFFLOADED: return "offloaded";
	}
	return NULL;
}

/*
 * The same datagram again: same identification, sequence and length within a
 * moment. Senders that set no identification (RFC 6864) can only be told by
 * TCP's sequence numbers, and those a retransmission repeats.
 */
static bool is_duplicate(const struct behaviour_state *state,
                         const struct packet *packet)
{
	return packet->family == FAMILY_IPV4 && packet->fragment_id &&
	       !packet->fragmented && state->last_id == packet->fragment_id &&
	       state->last_seq == packet->tcp_seq &&
	       state->last_len == packet->ip_len &&
	       packet->time_ns < state->last_ns + DUPLICATE_MS * NS_PER_MS;
}

static void note_prompt(struct behaviour_state *state, enum direction direction,
                        const struct packet *packet)
{
	if (!packet->payload_len)
		return;
	if (direction == TO_SERVER && state->last_was_server &&
	    packet->time_ns < state->last_ns + PROMPT_MS * NS_PER_MS)
		state->prompt++;
	state->last_was_server = direction == TO_CLIENT;
}

/* Only a second payload has a distance: until then the first is remembered. */
static void add_payload(struct behaviour_state *state,
                        struct behaviour_pools *pools, enum direction direction,
                        const struct packet *packet)
{
	struct rhythm **rhythm = &state->rhythm[direction];
	struct first_payload *first = &state->first[direction];

	if (!packet->payload_len)
		return;
	if (!first->len) {
		*first = (struct first_payload){ packet->time_ns,
			                         packet->payload_len };
		return;
	}
	if (!*rhythm) {
		*rhythm = pool_take(&pools->rhythms);
		if (!*rhythm)
			return;
		rhythm_add(*rhythm, first->time_ns, first->len);
	}
	rhythm_add(*rhythm, packet->time_ns, packet->payload_len);
}

static void add_segment(struct behaviour_state *state,
                        struct behaviour_pools *pools, enum direction direction,
                        const struct packet *packet)
{
	if (!state->stream)
		state->stream = pool_take(&pools->streams);
	if (state->stream)
		stream_add(&state->stream[direction],
		           &state->stream[!direction], packet);
}

void behaviour_add(struct behaviour_state *state, struct behaviour_pools *pools,
                   const struct flow *flow, enum direction direction,
                   const struct packet *packet)
{
	if (is_duplicate(state, packet))
		state->duplicates++;
	state->offloaded += packet->ip_len > LONGEST_LINK;
	note_prompt(state, direction, packet);
	add_payload(state, pools, direction, packet);
	if (flow->key.transport == TRANSPORT_TCP && packet->has_ports)
		add_segment(state, pools, direction, packet);
	state->last_ns = packet->time_ns;
	state->last_id = packet->fragment_id;
	state->last_seq = packet->tcp_seq;
	state->last_len = packet->ip_len;
}

void behaviour_fetch(const struct behaviour_state *state)
{
	if (state->stream)
		cache_fetch(state->stream, 2 * sizeof(*state->stream));
	for (unsigned i = 0; i < 2; i++)
		if (state->rhythm[i])
			cache_fetch(state->rhythm[i],
			            sizeof(*state->rhythm[i]));
}

void behaviour_end(struct behaviour_state *state, struct behaviour_pools *pools)
{
	pool_give(&pools->streams, state->stream);
	pool_give(&pools->rhythms, state->rhythm[0]);
	pool_give(&pools->rhythms, state->rhythm[1]);
}

void behaviour_pools_init(struct behaviour_pools *pools)
{
	pool_init(&pools->streams, 2 * sizeof(struct stream));
	pool_init(&pools->rhythms, sizeof(struct rhythm));
}

void behaviour_pools_release(struct behaviour_pools *pools)
{
	pool_release(&pools->streams);
	pool_release(&pools->rhythms);
}

/* What was never needed shows nothing. */
static const struct rhythm *rhythm_of(const struct behaviour_state *state,
                                      enum direction direction)
{
	static const struct rhythm silence;

	return state->rhythm[direction] ? state->rhythm[direction] : &silence;
}

static const struct stream *stream_of(const struct behaviour_state *state,
                                      enum direction direction)
{
	static const struct stream none;

	return state->stream ? &state->stream[direction] : &none;
}

uint16_t behaviour_mss(const struct behaviour_state *state)
{
	uint16_t there = stream_of(state, TO_SERVER)->mss;
	uint16_t back = stream_of(state, TO_CLIENT)->mss;

	if (!there || !back)
		return there ? there : back;
	return there < back ? there : back;
}

static bool is_lockstep(const struct behaviour_state *state)
{
	const struct rhythm *client = rhythm_of(state, TO_SERVER);

	return client->payloads >= ENOUGH_PERIODS &&
	       state->prompt * 100 >= client->payloads * LOCKSTEP_PERCENT;
}

static bool is_isochronous(const struct rhythm *rhythm, uint8_t transport)
{
	struct beat beat;

	if (rhythm->ticks <= ENOUGH_TICKS)
		return false;
	beat = rhythm_beat(rhythm);
	if (!beat.steady || beat.low_ms < FASTEST_MS ||
	    beat.low_ms > SLOWEST_MS || !rhythm_even(rhythm))
		return false;
	return transport != TRANSPORT_TCP ||
	       rhythm_below(rhythm, TCP_SMALL_BYTES) >= SMALL_PERCENT;
}

static bool is_lively(const struct rhythm *rhythm)
{
	return rhythm->ticks >= ENOUGH_INTERACTIVE_TICKS &&
	       rhythm->last_ns - rhythm->first_ns >=
	               INTERACTIVE_MS * NS_PER_MS &&
	       rhythm_mean_ms(rhythm) <= SLOWEST_MS &&
	       rhythm_below(rhythm, SMALL_BYTES) >= SMALL_PERCENT;
}

static bool is_interactive(const struct behaviour_state *state,
                           const struct flow *flow)
{
	uint64_t there = flow->packets[TO_SERVER];
	uint64_t back = flow->packets[TO_CLIENT];

	return flow->key.transport == TRANSPORT_UDP &&
	       is_lively(rhythm_of(state, TO_SERVER)) &&
	       is_lively(rhythm_of(state, TO_CLIENT)) &&
	       there <= back * LOPSIDED && back <= there * LOPSIDED;
}

static bool is_periodic(const struct rhythm *rhythm)
{
	struct beat beat;

	if (rhythm->ticks <= ENOUGH_PERIODS)
		return false;
	beat = rhythm_beat(rhythm);
	return beat.steady && beat.low_ms >= PERIOD_FASTEST_MS / 2 &&
	       rhythm_mean_ms(rhythm) >= PERIOD_FASTEST_MS - 100 &&
	       rhythm_mean_ms(rhythm) <= PERIOD_SLOWEST_MS;
}

/* The answers' acknowledgements advance, but the answers were not seen. */
static bool is_one_way(const struct behaviour_state *state,
                       const struct flow *flow)
{
	enum direction seen = flow->packets[TO_SERVER] ? TO_SERVER : TO_CLIENT;
	const struct stream *stream = stream_of(state, seen);

	return flow->key.transport == TRANSPORT_TCP && !flow->packets[!seen] &&
	       flow->packets[seen] >= ONE_WAY_ENOUGH && stream->acks &&
	       stream->last_ack != stream->first_ack;
}

unsigned behaviour_of(const struct behaviour_state *state,
                      const struct flow *flow)
{
	uint64_t packets = flow_packets(flow);
	const struct rhythm *there = rhythm_of(state, TO_SERVER);
	const struct rhythm *back = rhythm_of(state, TO_CLIENT);
	const struct stream *sent = stream_of(state, TO_SERVER);
	const struct stream *got = stream_of(state, TO_CLIENT);
	bool lockstep = is_lockstep(state);
	const struct {
		bool holds;
		enum behaviour bit;
	} rows[] = {
		{ !lockstep && (is_isochronous(there, flow->key.transport) ||
		                is_isochronous(back, flow->key.transport)),
		  BEHAVIOUR_ISOCHRONOUS },
		{ !lockstep && is_interactive(state, flow),
		  BEHAVIOUR_INTERACTIVE },
		{ is_periodic(there), BEHAVIOUR_PERIODIC },
		{ lockstep, BEHAVIOUR_LOCKSTEP },
		{ sent->reordered + got->reordered >= REORDERED_ENOUGH,
		  BEHAVIOUR_REORDERED },
		{ stream_is_black_hole(sent) || stream_is_black_hole(got),
		  BEHAVIOUR_BLACK_HOLE },
		{ is_one_way(state, flow), BEHAVIOUR_ONE_WAY },
		{ flow_bytes(flow) >= BULK_BYTES, BEHAVIOUR_BULK },
		{ packets >= ENOUGH_PERIODS &&
		          (uint64_t)state->duplicates * 100 >=
		                  packets * DUPLICATED_PERCENT,
		  BEHAVIOUR_DUPLICATED },
		{ state->offloaded > 0, BEHAVIOUR_OFFLOADED },
	};
	unsigned bits = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].holds)
			bits |= rows[i].bit;
	return bits;
}
