/*
 * Which parts of a report a path of the ledger belongs to: the inside of the
 * load. Only the load*.c files include this.
 */
#ifndef REPORT_LOAD_PARTS_H
#define REPORT_LOAD_PARTS_H

#include "report/report_parts.h"

enum { LOAD_PARTS = 3 };

/* By report_part_at()'s indices: a path, which may be NULL, and the segments at
 * its ends. */
size_t load_parts_of(const struct report *report,
                     const struct report_path *path, const uint32_t segments[2],
                     uint32_t parts[LOAD_PARTS]);

/* The figures that come from pairs, and from calls. */
bool load_add_pairs(struct report *report);
bool load_add_calls(struct report *report);

#endif
