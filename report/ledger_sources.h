/*
 * The sources of a ledger: the inside of the ledger. Only the ledger*.c files
 * include this.
 */
#ifndef REPORT_LEDGER_SOURCES_H
#define REPORT_LEDGER_SOURCES_H

#include "report/ledger.h"

/* Forget them all; the ledger stays. */
void ledger_sources_release(struct ledger *ledger);

/* False, with err naming it, when both have a source: its traffic would count
 * twice. */
bool ledger_sources_check(const struct ledger *into, const struct ledger *from,
                          struct error *err);

/* Copies of from's after those that are there. When out of memory, those that
 * were copied stay. */
bool ledger_sources_append(struct ledger *into, const struct ledger *from,
                           struct error *err);

/* By time, so that a sum lists its sources in one order, however it came.
 * Examples keep their source. False when out of memory; nothing has moved. */
bool ledger_sources_sort(struct ledger *ledger, struct error *err);

#endif
