/*
 * The lengths of a place's packets, taken out of its histograms once: costs
 * ask for them again for each suite and mode.
 */
#ifndef REPORT_LENGTHS_H
#define REPORT_LENGTHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/ledger.h"

struct length {
	uint64_t count;
	uint32_t len;
	uint16_t more; /* bytes of header beyond a usual one */
	bool df;
};

struct length_list {
	struct length *at;
	size_t count;
};

/* By family, 0 for IPv4. Packets with longer headers stand among the usual
 * ones as well, as they do in a ledger. */
struct lengths {
	struct length_list usual[2];
	struct length_list longer[2];
};

/* False when out of memory. Release in any case. */
bool lengths_take(struct lengths *lengths, const struct path *traffic);
void lengths_release(struct lengths *lengths);

/* Packets shorter than that. */
uint64_t lengths_below(const struct lengths *lengths, uint64_t below);

/* The smallest length that half of the packets do not exceed; 0 if there are
 * none. */
uint32_t lengths_median(const struct lengths *lengths);

#endif
