/*
 * Progress of long work, on standard error when a person is looking.
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/source.h"

struct progress {
	const struct source *source;
	uint64_t started_ms;
	uint64_t shown_ms;
	bool wanted;
	bool shown;
};

struct progress progress_start(const struct source *source, bool wanted);

/* At most a few times a second, whenever it is called. */
void progress_show(struct progress *progress);

/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
