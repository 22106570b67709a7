/*
 * Source stats: the books kept on the frames of each source.
 *
 * An array with one entry per input, each of which owns its name. The shape
 * of an entry is struct source_stats in capture/source.h.
 */
#ifndef CAPTURE_SOURCE_STATS_H
#define CAPTURE_SOURCE_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "capture/inputs.h"
#include "capture/source.h"

/* Named after the inputs; NULL for want of memory. */
struct source_stats *source_stats_create(const struct inputs *inputs);

/* Accepts NULL. */
void source_stats_free(struct source_stats *stats, size_t count);

/* Count a frame; *previous_ns is the time of the one before and is moved on. */
void source_stats_note(struct source_stats *stats, const struct frame *frame,
                       uint64_t *previous_ns);

/* Add the books of one ring of an interface to those of others. */
void source_stats_add(struct source_stats *stats,
                      const struct source_stats *ring);

#endif
