/*
 * Packet times as text: RFC 3339 in UTC, nanoseconds where there are any.
 */
#ifndef REPORT_TIMESTAMP_H
#define REPORT_TIMESTAMP_H

#include <stdint.h>

enum { TIMESTAMP_TEXT = 40 };

const char *timestamp_text(char text[static TIMESTAMP_TEXT], uint64_t ns);

#endif
