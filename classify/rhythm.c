#include "classify/rhythm.h"

#include <stddef.h>

/*
 * Packets closer than this are one tick: the fragments of a video frame leave
 * together, and capture timestamps jitter.
 */
static const uint64_t TICK_NS = 2 * 1000000;

enum {
	SIZE_BIN = 64,
	STEADY_PERCENT = 85, /* a Poisson process has 25 in its best octave */
	NS_PER_MS = 1000000,
	BINS_PER_OCTAVE = 2,
};

static void count(uint8_t *bins, size_t len, size_t bin)
{
	if (bins[bin] == UINT8_MAX)
		for (size_t i = 0; i < len; i++)
			bins[i] /= 2;
	bins[bin]++;
}

/* Half octaves of milliseconds: 1, 1.41, 2, 2.83, 4, ... */
static size_t interval_bin(uint64_t ns)
{
	uint64_t ms = ns / NS_PER_MS;
	size_t octave = 0;
	size_t bin;

	while (octave < 40 && ms >> (octave + 1))
		octave++;
	bin = octave * BINS_PER_OCTAVE;
	/* Beyond 1.41 times the octave's start: compare squares. */
	if (ms && octave < 30 && ms * ms >= UINT64_C(2) << 2 * octave)
		bin++;
	return bin < RHYTHM_INTERVALS ? bin : RHYTHM_INTERVALS - 1;
}

static void add_tick(struct rhythm *rhythm, uint64_t time_ns)
{
	if (rhythm->ticks && time_ns < rhythm->last_ns + TICK_NS)
		return;
	if (rhythm->ticks)
		count(rhythm->interval, RHYTHM_INTERVALS,
		      interval_bin(time_ns - rhythm->last_ns));
	else
		rhythm->first_ns = time_ns;
	rhythm->last_ns = time_ns;
	rhythm->ticks++;
}

void rhythm_add(struct rhythm *rhythm, uint64_t time_ns, uint32_t payload_len)
{
	size_t bin = payload_len / SIZE_BIN;

	if (!payload_len)
		return;
	add_tick(rhythm, time_ns);
	rhythm->payloads++;
	rhythm->bytes += payload_len;
	count(rhythm->size, RHYTHM_SIZES,
	      bin < RHYTHM_SIZES ? bin : RHYTHM_SIZES - 1);
}

/* The best sum of so many neighbouring bins in parts of a hundred of all. */
static unsigned best_window(const uint8_t *bins, size_t len, size_t width,
                            size_t *at)
{
	unsigned total = 0;
	unsigned best = 0;

	for (size_t i = 0; i < len; i++)
		total += bins[i];
	*at = 0;
	for (size_t i = 0; i + width <= len; i++) {
		unsigned sum = 0;

		for (size_t k = 0; k < width; k++)
			sum += bins[i + k];
		if (sum > best) {
			best = sum;
			*at = i;
		}
	}
	return total ? best * 100 / total : 0;
}

struct beat rhythm_beat(const struct rhythm *rhythm)
{
	size_t at;
	unsigned percent = best_window(rhythm->interval, RHYTHM_INTERVALS,
	                               BINS_PER_OCTAVE, &at);

	return (struct beat){
		.steady = percent >= STEADY_PERCENT,
		.low_ms = UINT32_C(1) << at / BINS_PER_OCTAVE,
	};
}

bool rhythm_even(const struct rhythm *rhythm)
{
	size_t at;

	/* The last bin is left out: full segments are a transfer's. */
	return best_window(rhythm->size, RHYTHM_SIZES - 1, 2, &at) >=
	               STEADY_PERCENT &&
	       rhythm_below(rhythm, (RHYTHM_SIZES - 1) * SIZE_BIN) >=
	               STEADY_PERCENT;
}

uint32_t rhythm_mean_ms(const struct rhythm *rhythm)
{
	uint64_t mean;

	if (rhythm->ticks < 2)
		return UINT32_MAX;
	mean = (rhythm->last_ns - rhythm->first_ns) / NS_PER_MS /
	       (rhythm->ticks - 1);
	return mean < UINT32_MAX ? (uint32_t)mean : UINT32_MAX;
}

unsigned rhythm_below(const struct rhythm *rhythm, uint32_t bytes)
{
	unsigned total = 0;
	unsigned below = 0;

	for (size_t i = 0; i < RHYTHM_SIZES; i++) {
		total += rhythm->size[i];
		if ((i + 1) * SIZE_BIN <= bytes)
			below += rhythm->size[i];
	}
	return total ? below * 100 / total : 0;
}
