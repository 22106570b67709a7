/*
 * The exemptions of a report's JSON: a part of emit_json.c.
 */
#ifndef REPORT_EMIT_JSON_EXEMPTIONS_H
#define REPORT_EMIT_JSON_EXEMPTIONS_H

#include "classify/json_writer.h"
#include "report/report.h"

/* The exemptions of a report, to be found by what they are about. */
struct exemption_index;

/* The report is borrowed. NULL when out of memory. */
struct exemption_index *exemption_index_create(const struct report *report);

/* Accepts NULL. */
void exemption_index_free(struct exemption_index *index);

/* Add "exemptions" and "protected_sensitive_percent" to a segment, or to a
 * path, by its index in the report. */
void emit_json_segment_exemptions(struct json_scope object, size_t segment,
                                  const struct exemption_index *index);
void emit_json_path_exemptions(struct json_scope object, size_t path,
                               const struct exemption_index *index);

#endif
