/*
 * Where frames come from: files, or as many rings of an interface as there
 * are workers.
 */
#ifndef REPORT_ORIGIN_H
#define REPORT_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "capture/error.h"
#include "capture/shards.h"
#include "capture/source.h"
#include "report/options.h"

struct origin {
	struct source *source[SHARDS_MAX];
	size_t count;
	unsigned workers;
	struct error one_ring; /* why an interface has no more; or "" */
};

/* How many workers were asked for: as many as processors if nobody said. */
unsigned origin_workers(const struct options *options);

/* False with err; what is open is for origin_close() in any case. */
bool origin_open(struct origin *origin, const struct options *options,
                 struct error *err);

/* Twice does no harm, nor without having been opened. */
void origin_close(struct origin *origin);

/* As source_stop(): signal handlers may. */
void origin_stop(struct origin *origin);

/* Say to standard error by how many rings an interface is listened to. */
void origin_say(const struct origin *origin, const char *interface);

#endif
