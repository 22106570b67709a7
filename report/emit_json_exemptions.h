/*
 * The exemptions of a report's JSON: a part of emit_json.c.
 */
#ifndef REPORT_EMIT_JSON_EXEMPTIONS_H
#define REPORT_EMIT_JSON_EXEMPTIONS_H

#include "classify/json_writer.h"
#include "report/exemption.h"

/* Add "exemptions" and "protected_sensitive_percent" to a segment, or to a
 * path, by its index in the report. */
void emit_json_segment_exemptions(struct json_scope object, uint32_t segment,
                                  const struct exemptions *exemptions,
                                  const struct report *report);
void emit_json_path_exemptions(struct json_scope object, size_t path,
                               const struct exemptions *exemptions,
                               const struct report *report);

#endif
