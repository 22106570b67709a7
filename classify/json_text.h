/*
 * JSON as text: what the parser would not see, and where in the text things
 * are. The inside of json.c, which alone includes this.
 */
#ifndef CLASSIFY_JSON_TEXT_H
#define CLASSIFY_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "capture/error.h"

/* The line of a place in it. */
int json_text_line(const char *text, const char *at);

/*
 * Blank comments and a byte order mark, so that lines and offsets stay true.
 * False, with err naming file and line, if there is what no parser should be
 * given: a comment that never ends, \u0000, or a byte that is no UTF-8.
 */
bool json_text_prepare(char *text, const char *name, struct error *err);

/* Complains of the place where the parser gave up, NULL if it did not say.
 * Always false. */
bool json_text_refuse(const char *text, const char *end, const char *name,
                      struct error *err);

/* Where the n-th value of valid JSON text begins: its key, if it has one. */
const char *json_text_value(const char *text, size_t n);

#endif
