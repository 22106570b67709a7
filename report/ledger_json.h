/*
 * A ledger as JSON: what a report carries so that it can be merged and
 * rendered again. What was written reads back as the same ledger.
 *
 * Frame numbers stand with the sources, since only there they mean anything;
 * everything else is the same however the traffic was split into files.
 */
#ifndef REPORT_LEDGER_JSON_H
#define REPORT_LEDGER_JSON_H

#include "classify/json.h"
#include "report/ledger.h"

/* The version of the format; report.schema.json says the same. */
#define LEDGER_SCHEMA "ipsec-audit/report/1"

/* Add "sources", "signatures" and "ledger" to a report's root. */
void ledger_write(const struct ledger *ledger, struct json_scope root);

/* From a document that holds a whole report. NULL on failure, with err naming
 * the place. memory as for ledger_create(). */
struct ledger *ledger_read(const struct json_document *document,
                           uint64_t memory, struct error *err);

enum { EXAMPLE_ID_TEXT = 17, SIZES_NAME = 16 };

/* "ipv4-df+8": what a histogram of lengths is of; longer is an index into
 * path.longer plus one, 0 for path.sizes. */
const char *sizes_name(char text[static SIZES_NAME], bool ipv6, bool df,
                       unsigned longer);

/* Name of an example, the same in findings and sources. */
const char *example_id(char text[static EXAMPLE_ID_TEXT],
                       const struct example *example);

#endif
