/*
 * The flow log: one line of JSON for each flow at its end.
 *
 * Names are those of the Elastic Common Schema, so that the log can be indexed
 * as it is. Threads may share one log; a line is written whole.
 */
#ifndef REPORT_FLOW_LOG_H
#define REPORT_FLOW_LOG_H

#include "capture/error.h"
#include "classify/classifier.h"
#include "report/coverage.h"

struct flow_log;

/* What a line says beyond the classifier's word. */
struct flow_log_entry {
	const struct classified *classified;
	const struct signature_set *set;
	const char *source_segment;
	const char *destination_segment;
	enum impact impact[MODEL_COUNT];
};

/* "-" is standard output. NULL on failure, with err naming the file. */
struct flow_log *flow_log_open(const char *path, struct error *err);

void flow_log_write(struct flow_log *log, const struct flow_log_entry *entry);

/* False if not everything could be written. Accepts NULL. */
bool flow_log_close(struct flow_log *log, struct error *err);

#endif
