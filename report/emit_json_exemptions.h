/*
 * The exemptions of a report's JSON: a part of emit_json.c.
 */
#ifndef REPORT_EMIT_JSON_EXEMPTIONS_H
#define REPORT_EMIT_JSON_EXEMPTIONS_H

#include "classify/json.h"
#include "report/report.h"

/* Add "exemptions" and "protected_sensitive_percent" to the segments and paths
 * that stand in the root already, in the order of the report. */
void emit_json_exemptions(struct json *root, const struct report *report);

#endif
