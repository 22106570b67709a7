/*
 * Geography: autonomous system and country of an address, from MaxMind
 * databases. The only file that knows libmaxminddb.
 *
 * Several databases complete one another: the first that knows a fact gives
 * it. Immutable once open; threads may share it.
 */
#ifndef CLASSIFY_GEO_H
#define CLASSIFY_GEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/address.h"
#include "capture/error.h"

struct geo;

struct geo_place {
	uint32_t as_number;    /* 0 if unknown */
	char organization[64]; /* "" if unknown; cut at a whole character */
	char country[4];       /* ISO 3166-1 code, "" if unknown */
};

/* NULL on failure, with err naming the file. count may be 0. */
struct geo *geo_open(const char *const *paths, size_t count, struct error *err);

/* Accepts NULL. */
void geo_close(struct geo *geo);

/* All that is known of an IP address; zeroes where nothing is. */
struct geo_place geo_find(const struct geo *geo, const struct address *address);

#endif
