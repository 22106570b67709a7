/*
 * Behaviour: facts about a flow that no single packet shows.
 *
 * Kept per flow while it lives, in bounded memory, from that flow's packets
 * alone, so that it does not matter which thread or which file they came
 * from.
 */
#ifndef CLASSIFY_BEHAVIOUR_H
#define CLASSIFY_BEHAVIOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/flow.h"
#include "capture/pool.h"
#include "classify/rhythm.h"
#include "classify/stream.h"

enum behaviour {
	/* Packets at a near-constant interval and of near-constant size in at
	 * least one direction, 4 to 200 times a second. */
	BEHAVIOUR_ISOCHRONOUS = 1 << 0,
	/* Small datagrams both ways, many a second, not in lockstep. */
	BEHAVIOUR_INTERACTIVE = 1 << 1,
	/* Something every second to every hour, as monitors do. */
	BEHAVIOUR_PERIODIC = 1 << 2,
	/* Each request follows at once upon the answer to the one before. */
	BEHAVIOUR_LOCKSTEP = 1 << 3,
	/* Segments overtook each other. */
	BEHAVIOUR_REORDERED = 1 << 4,
	/* Full-sized segments never arrive and nobody says so. */
	BEHAVIOUR_BLACK_HOLE = 1 << 5,
	/* TCP of which one direction is missing though it was answered. */
	BEHAVIOUR_ONE_WAY = 1 << 6,
	/* Ten megabytes or more. */
	BEHAVIOUR_BULK = 1 << 7,
	/* The same packets seen twice, as a mirror of both sides shows them. */
	BEHAVIOUR_DUPLICATED = 1 << 8,
	/* Datagrams longer than any link carries: captured before they were
	 * segmented. */
	BEHAVIOUR_OFFLOADED = 1 << 9,
};

/* "isochronous", ...; NULL if it is no single known bit. */
const char *behaviour_name(unsigned bit);

/* The first payload of a direction, which most flows never have another of. */
struct first_payload {
	uint64_t time_ns;
	uint32_t len; /* 0 until there is one */
};

/* All zero at a flow's first packet. What few flows need comes from pools:
 * streams for TCP, a rhythm for a direction that has two payloads. */
struct behaviour_state {
	uint64_t last_ns; /* of the latest packet */
	uint32_t prompt;  /* client payloads right after a server's */
	uint32_t duplicates;
	uint32_t offloaded; /* packets */
	uint32_t last_id;   /* the latest packet, to know it again */
	uint32_t last_seq;
	uint32_t last_len;
	bool last_was_server;
	struct stream *stream;    /* two, by direction; NULL: none */
	struct rhythm *rhythm[2]; /* by direction */
	struct first_payload first[2];
};

/* Where states' parts come from: one for each thread. */
struct behaviour_pools {
	struct pool streams;
	struct pool rhythms;
};

void behaviour_pools_init(struct behaviour_pools *pools);

/* Every state is worthless from then on. */
void behaviour_pools_release(struct behaviour_pools *pools);

/* What finds no memory is not known later on. */
void behaviour_add(struct behaviour_state *state, struct behaviour_pools *pools,
                   const struct flow *flow, enum direction direction,
                   const struct packet *packet);

/* Have the processor fetch what adding will touch. */
void behaviour_fetch(const struct behaviour_state *state);

/* Give back what a state holds; it must not be used any more. */
void behaviour_end(struct behaviour_state *state,
                   struct behaviour_pools *pools);

/* The smaller of the two segment sizes of a handshake; of one, where the
 * other was not seen; 0 if none was. */
uint16_t behaviour_mss(const struct behaviour_state *state);

/* Bits of enum behaviour that hold by now. */
unsigned behaviour_of(const struct behaviour_state *state,
                      const struct flow *flow);

#endif
