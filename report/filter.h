/*
 * Display filters: how to see an example's flow in Wireshark or tshark.
 */
#ifndef REPORT_FILTER_H
#define REPORT_FILTER_H

#include "report/ledger.h"

enum { FILTER_TEXT = 256 };

/* Always the same for the same flow; returns text. */
const char *filter_text(char text[static FILTER_TEXT],
                        const struct example *example);

#endif
