/*
 * Rhythm: how regularly one end of a flow sends, and how large.
 *
 * Voice, video, games and control loops send at a near-constant interval and
 * of near-constant size, whatever protocol or encryption they use. Two small
 * histograms per direction tell such a stream from requests and answers, from
 * a download and from chatter: half-octave bins of the intervals between
 * ticks, and 64-byte bins of the payload. Bounded, integer, and dependent on
 * nothing but the flow's own packets.
 */
#ifndef CLASSIFY_RHYTHM_H
#define CLASSIFY_RHYTHM_H

#include <stdbool.h>
#include <stdint.h>

enum { RHYTHM_INTERVALS = 44, RHYTHM_SIZES = 17 };

struct rhythm {
	uint64_t last_ns;  /* start of the latest tick */
	uint64_t first_ns; /* of the first */
	uint32_t ticks;    /* bursts, which a frame of video may be */
	uint32_t payloads; /* packets with payload */
	uint64_t bytes;    /* of payload */
	uint8_t interval[RHYTHM_INTERVALS]; /* halved together when one is
	                                       full: their ratios count */
	uint8_t size[RHYTHM_SIZES];         /* the last: 1024 and more */
};

void rhythm_add(struct rhythm *rhythm, uint64_t time_ns, uint32_t payload_len);

/* Where most intervals lie, if nearly all lie within one octave. */
struct beat {
	bool steady;
	uint32_t low_ms; /* the octave's lower end */
};

struct beat rhythm_beat(const struct rhythm *rhythm);

/* Whether nearly all payloads are of one size, and none of them full-sized. */
bool rhythm_even(const struct rhythm *rhythm);

/* Average milliseconds between ticks; UINT32_MAX before the second. */
uint32_t rhythm_mean_ms(const struct rhythm *rhythm);

/* Parts of a hundred of the payloads shorter than so many bytes. */
unsigned rhythm_below(const struct rhythm *rhythm, uint32_t bytes);

#endif
