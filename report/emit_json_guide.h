/*
 * Answers to the guide, and which hosts to secure first, as JSON: the part of
 * emit_json.c that is about them.
 */
#ifndef REPORT_EMIT_JSON_GUIDE_H
#define REPORT_EMIT_JSON_GUIDE_H

#include "classify/json_writer.h"
#include "report/report.h"

void emit_json_guide(struct json_scope object,
                     const struct guide_answers *answers);

/* What a host has at stake, whether it stays, whether it can. */
void emit_json_standing(struct json_scope object,
                        const struct report_host *host);

void emit_json_priorities(struct json_scope root, const struct report *report);

#endif
