/*
 * What a report says of cost, as JSON: the inside of emit_json.c.
 */
#ifndef REPORT_EMIT_JSON_COST_H
#define REPORT_EMIT_JSON_COST_H

#include "classify/json_writer.h"
#include "report/report.h"

/* Add "cost" and "load" to a segment or path. */
void emit_json_cost(struct json_scope object, const struct report_part *part,
                    const struct report *report);

/* Add "notes" to a path. */
void emit_json_notes(struct json_scope object, const struct report_path *path);

#endif
