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

struct platform;

struct emitter {
	const char *name;
	const char *what; /* a few words for the help */
	/* False if writing failed. */
	bool (*emit)(const struct report *report, FILE *out);
	const struct platform *platform; /* of exemptions; NULL otherwise */
};

/* NULL if there is no such emitter. */
const struct emitter *emitter_find(const char *name);

/* The index-th emitter, NULL past the last. */
const struct emitter *emitter_at(size_t index);

bool emit_json(const struct report *report, FILE *out);
bool emit_cost(const struct report *report, FILE *out);
bool emit_summary(const struct report *report, FILE *out);
bool emit_guide(const struct report *report, FILE *out);
bool emit_openmetrics(const struct report *report, FILE *out);

/* Exemptions in a form that platforms load. Each has a model that it is for,
 * unless the report's user chose another. */
bool emit_swanctl(const struct report *report, FILE *out);
bool emit_libreswan(const struct report *report, FILE *out);
bool emit_xfrm(const struct report *report, FILE *out);
bool emit_windows(const struct report *report, FILE *out);
bool emit_netsh(const struct report *report, FILE *out);
bool emit_cisco(const struct report *report, FILE *out);

#endif
