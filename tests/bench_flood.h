/*
 * Benchmark captures of a flood: flows that are established before it begins
 * and go on through all of it, and among their packets those of strangers.
 *
 * Each established flow has CROWD_OPENING packets before the flood, and of
 * what follows every FLOOD_SHARE-th packet is one of theirs. Half of them
 * talk all the time. The others are heard only QUIET_ROUNDS times, so that
 * whoever forgets what was idle longest forgets them first.
 *
 * All frames have 74 bytes; established clients are in 172.16.0.0/16.
 */
#ifndef TESTS_BENCH_FLOOD_H
#define TESTS_BENCH_FLOOD_H

#include <stdlib.h>

#include "tests/bench_frames.h"

enum {
	CROWD_OPENING = 8,
	FLOOD_SHARE = 8,
	QUIET_ROUNDS = 5,
	TCP_SMALL_LEN = 8
};

struct crowd {
	struct talk *talks; /* the first half talks all the time */
	uint32_t count;
	uint32_t busy_next;
	uint32_t quiet_next;
	unsigned long turn;
	unsigned long quiet_every;
};

static inline uint32_t small_len(const struct talk *talk)
{
	return talk->protocol == PROTOCOL_TCP ? TCP_SMALL_LEN : SMALL_LEN;
}

static inline void crowd_say(struct frames *frames, struct talk *talk,
                             unsigned from)
{
	frames_talk(frames, talk, from, FLAG_PUSH | FLAG_ACK, small_len(talk));
}

static inline void crowd_open(struct frames *frames, struct talk *talk)
{
	unsigned said = 0;

	if (talk->protocol == PROTOCOL_TCP) {
		frames_talk(frames, talk, 0, FLAG_SYN, 0);
		frames_talk(frames, talk, 1, FLAG_SYN | FLAG_ACK, 0);
		said = 2;
	}
	for (; said < CROWD_OPENING; said++)
		crowd_say(frames, talk, said & 1);
}

/* Turns are all those that the crowd will have. */
static inline bool crowd_init(struct crowd *crowd, struct frames *frames,
                              unsigned long count, unsigned long turns)
{
	*crowd = (struct crowd){ .talks = talks_create(count),
		                 .count = (uint32_t)count };
	if (!crowd->talks)
		return false;
	crowd->quiet_every = turns / (count * QUIET_ROUNDS / 2 + 1);
	if (crowd->quiet_every < 2)
		crowd->quiet_every = 2;
	for (uint32_t i = 0; i < count; i++) {
		crowd->talks[i] = (struct talk){
			.addr = { 0xac100000 | (i & 0xffff),
			          0xac1f0001 + i % 16 },
			.port = { (uint16_t)(40000 + (i >> 16)), 443 },
			.protocol = i & 1 ? PROTOCOL_UDP : PROTOCOL_TCP,
		};
		crowd_open(frames, &crowd->talks[i]);
	}
	return true;
}

static inline void crowd_turn(struct crowd *crowd, struct frames *frames)
{
	uint32_t busy = (crowd->count + 1) / 2;
	uint32_t quiet = crowd->count - busy;
	uint32_t who;

	if (quiet && crowd->turn++ % crowd->quiet_every == 1)
		who = busy + crowd->quiet_next++ % quiet;
	else
		who = crowd->busy_next++ % busy;
	crowd_say(frames, &crowd->talks[who], frames_random(frames) & 1);
}

/* Any unicast address but the established ones'. */
static inline uint32_t stranger_addr(struct frames *frames)
{
	for (;;) {
		uint32_t addr =
			frames_random(frames) << 8 ^ frames_random(frames);
		uint32_t net = addr >> 24;

		if (net != 0 && net != 127 && net != 172 && net < 224)
			return addr;
	}
}

static inline struct talk stranger(struct frames *frames)
{
	return (struct talk){
		.addr = { stranger_addr(frames), stranger_addr(frames) },
		.port = { (uint16_t)(1024 + frames_random(frames) % 60000),
		          (uint16_t)(1024 + frames_random(frames) % 60000) },
		.protocol = PROTOCOL_UDP,
	};
}

/* Wants to connect to a server that has established flows. */
static inline void intruder_syn(struct frames *frames, struct talk *state)
{
	*state = stranger(frames);
	state->addr[1] = 0xac1f0001;
	state->port[1] = 443;
	state->protocol = PROTOCOL_TCP;
	frames_talk(frames, state, 0, FLAG_SYN, 0);
}

/* A datagram from anywhere to anywhere. */
static inline void intruder_datagram(struct frames *frames, struct talk *state)
{
	*state = stranger(frames);
	frames_talk(frames, state, 0, 0, SMALL_LEN);
}

/* The same, and it is answered. */
static inline void intruder_answered(struct frames *frames, struct talk *state)
{
	bool answer = state->protocol;

	if (!answer)
		*state = stranger(frames);
	frames_talk(frames, state, answer, 0, SMALL_LEN);
	if (answer)
		state->protocol = 0;
}

/* What strangers do with a turn, for which they have a state; NULL where
 * there are none. */
static inline bool flood(struct frames *frames, const struct wish *wish,
                         void (*intruder)(struct frames *frames,
                                          struct talk *state))
{
	struct crowd crowd;
	struct talk state = { 0 };
	unsigned long share = intruder ? FLOOD_SHARE : 1;

	if (!crowd_init(&crowd, frames, wish->first, wish->second / share))
		return false;
	for (unsigned long n = 0; n < wish->second; n++) {
		if (n % share == share - 1)
			crowd_turn(&crowd, frames);
		else
			intruder(frames, &state);
	}
	free(crowd.talks);
	return true;
}

/* The established flows alone. */
static inline bool make_calm(struct frames *frames, const struct wish *wish)
{
	return flood(frames, wish, NULL);
}

static inline bool make_syns(struct frames *frames, const struct wish *wish)
{
	return flood(frames, wish, intruder_syn);
}

static inline bool make_strangers(struct frames *frames,
                                  const struct wish *wish)
{
	return flood(frames, wish, intruder_datagram);
}

static inline bool make_answered(struct frames *frames, const struct wish *wish)
{
	return flood(frames, wish, intruder_answered);
}

#endif
