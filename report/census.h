/*
 * The census: what the hosts of a report are and how they behave, and how well
 * the sensor saw, so that signatures can be asked about them.
 *
 * A pure function of the ledger's sums, as everything in a report is.
 */
#ifndef REPORT_CENSUS_H
#define REPORT_CENSUS_H

#include "classify/host_facts.h"
#include "report/report.h"

/*
 * Fill in the behaviours, roles and systems of all hosts of a report, which
 * must have its segments and hosts. False when out of memory.
 */
bool census_take(struct report *report);

/* How well the sensor saw, from the observation and the ledger's counters. */
struct sensor_facts census_sensor(const struct report *report);

#endif
