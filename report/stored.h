/*
 * Reports that were stored: back to a ledger, and on to another format.
 */
#ifndef REPORT_STORED_H
#define REPORT_STORED_H

#include "capture/error.h"
#include "report/ledger.h"

/* The ledger of a report file. NULL on failure, with err naming the place. */
struct ledger *stored_ledger(const char *path, struct error *err);

/* Derive the report again and write it. path as for output_write(). */
bool stored_emit(const struct ledger *ledger, const char *format,
                 const char *path, struct error *err);

#endif
