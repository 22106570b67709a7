/*
 * Text for a person at a terminal: counts, and names that others chose.
 */
#ifndef REPORT_EMIT_TEXT_H
#define REPORT_EMIT_TEXT_H

#include <stdint.h>
#include <stdio.h>

enum { COUNT_TEXT = 32 };

/* 1234567 as "1,234,567" */
const char *count_text(char text[static COUNT_TEXT], uint64_t count);

/*
 * Names come from users and captures: a terminal must not obey what stands in
 * them. Control characters are those of ASCII and U+0080 to U+009F.
 */
void print_text(const char *text, FILE *out);

/* The same cut to a width in characters, or filled up to it. */
void print_column(const char *text, int width, FILE *out);

#endif
