/*
 * What segments and paths have in common, as JSON: the inside of emit_json.c.
 */
#ifndef REPORT_EMIT_JSON_PART_H
#define REPORT_EMIT_JSON_PART_H

#include "classify/json_writer.h"
#include "report/report.h"

/* Add "first" and "last", where anything was seen. */
void emit_json_span(struct json_scope object, const struct span *span);

/* Add "flows", "packets" and "bytes". */
void emit_json_sums(struct json_scope object, const struct sums *sums);

/* Add "traffic", "verdicts", "findings" and "applications". */
void emit_json_part(struct json_scope object, const struct report_part *part);

#endif
