/*
 * Where a report goes: standard output, or a file that is replaced whole, so
 * that a reader never sees half of one.
 */
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H

#include "capture/error.h"
#include "report/emit.h"

/* path NULL or "-" is standard output. */
bool output_write(const struct report *report, const struct emitter *emitter,
                  const char *path, struct error *err);

/* Whether output_write() could write there, tried before long work. */
bool output_check(const char *path, struct error *err);

#endif
