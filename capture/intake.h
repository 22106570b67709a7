/*
 * The intake: all there is between sources and flow tables.
 *
 * One source is read and decoded by the calling thread and shared out among
 * the tables (see capture/shards.h). Where there is a source for each table,
 * which are the rings of an interface, threads of their own read them (see
 * capture/rings.h), and the caller has nothing to do but to look after them.
 */
#ifndef CAPTURE_INTAKE_H
#define CAPTURE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "capture/flow_table.h"
#include "capture/source.h"

struct intake;

/*
 * Begin. Sources, one or as many as tables, and tables are borrowed, and are
 * not to be touched until intake_pause(). seed is flow_hash()'s and the
 * tables'. NULL on failure.
 */
struct intake *intake_create(struct source *const *sources, size_t source_count,
                             struct flow_table *const *tables,
                             size_t table_count, uint64_t seed,
                             struct error *err);

/* Accepts NULL. */
void intake_free(struct intake *intake);

/* Take in one frame, or notice that none is there. Rings take in theirs by
 * themselves: then a tenth of a second passes. */
enum source_event intake_step(struct intake *intake);

/* Until intake_resume() or intake_step(), all that is in tables, and the
 * sources, are the caller's. */
void intake_pause(struct intake *intake);
void intake_resume(struct intake *intake);

/* After the end of all sources: end all flows, those of several tables at the
 * same time, and then the threads. Tables are the caller's again. */
void intake_flush(struct intake *intake);

/* The stats of every source so far, all rings of an interface as one; borrowed
 * until the next call. While it is paused or after the end. */
size_t intake_stats(struct intake *intake, const struct source_stats **stats);

/* Later fragments whose first was not known. */
uint64_t intake_fragment_orphans(const struct intake *intake);

#endif
