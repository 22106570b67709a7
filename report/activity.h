/*
 * When two hosts had anything to say to each other, in 64 bits.
 *
 * A bit for each slot of time in which they did; slots are 300 seconds wide
 * and double whenever the bits would not reach. They are numbered since 1970
 * and their width follows from the time span alone, so the union of two
 * records is what one would have kept.
 */
#ifndef REPORT_ACTIVITY_H
#define REPORT_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>

enum { ACTIVITY_SLOTS = 64, ACTIVITY_WIDTH = 300 };

struct activity {
	uint64_t first; /* slot of the lowest bit, which is set */
	uint64_t slots; /* 0: never active */
	uint32_t width; /* seconds */
};

/* Active in every slot from one second to the other. */
void activity_add(struct activity *activity, uint64_t first_second,
                  uint64_t last_second);

void activity_merge(struct activity *into, const struct activity *from);

/* Make slots at least so wide, a width of some activity. */
void activity_widen(struct activity *activity, uint32_t width);

/* Of a record that was stored: whether some activity could be it. */
bool activity_is_possible(const struct activity *activity);

#endif
