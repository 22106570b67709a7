/*
 * Reports that were stored: back to a ledger, and on to another format.
 */
#ifndef REPORT_STORED_H
#define REPORT_STORED_H

#include "capture/error.h"
#include "report/ledger.h"

/* The words of a command about stored reports. */
struct stored_options {
	const char *output; /* borrowed from argv, as suites */
	const char *suites;
	uint64_t mtu;
	bool model_chosen; /* for exemptions */
	enum model model;
	int words; /* index of the first word that is no option */
};

/* Read -o, --mtu, --suites and --model before the words. argv[0] is the
 * command. */
bool stored_options_read(struct stored_options *options, int argc, char **argv,
                         struct error *err);

/* The ledger of a report file. NULL on failure, with err naming the place. */
struct ledger *stored_ledger(const char *path, struct error *err);

/* Derive the report again and write it, as output_write() does. */
bool stored_emit(const struct ledger *ledger, const char *format,
                 const struct stored_options *options, struct error *err);

#endif
