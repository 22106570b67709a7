/*
 * Which notes apply to the paths of a report, and what shows it.
 */
#ifndef REPORT_NOTES_H
#define REPORT_NOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/note.h"

struct report;
struct report_finding;

enum { NOTE_EVIDENCE = 8 };

struct report_note {
	const struct note *note; /* borrowed from the set */
	/* Findings of the path in which its signatures fired. */
	const struct report_finding *evidence[NOTE_EVIDENCE];
	size_t evidence_count;
	uint64_t packets; /* that its condition is about */
};

/*
 * Attach notes to a report's paths, which must have their findings, costs and
 * loads. False when out of memory.
 */
bool notes_attach(struct report *report);

#endif
