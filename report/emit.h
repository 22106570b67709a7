/*
 * Emitters: every way a report leaves the program.
 *
 * An emitter turns a finished report into text on a stream. The command line
 * picks one by name; tests call them over a memory stream; none of the two
 * knows what is inside.
 */
#ifndef REPORT_EMIT_H
#define REPORT_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/report.h"

struct emitter {
	const char *name;
	const char *what; /* a few words for the help */
	/* False if writing failed. */
	bool (*emit)(const struct report *report, FILE *out);
};

/* NULL if there is no such emitter. */
const struct emitter *emitter_find(const char *name);

/* The index-th emitter, NULL past the last. */
const struct emitter *emitter_at(size_t index);

bool emit_json(const struct report *report, FILE *out);
bool emit_summary(const struct report *report, FILE *out);
bool emit_openmetrics(const struct report *report, FILE *out);

#endif
