/*
 * The command line of an audit.
 */
#ifndef REPORT_OPTIONS_H
#define REPORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/error.h"
#include "report/emit.h"

/* Arguments of an option that may be repeated; borrowed from argv. */
struct text_args {
	const char **text;
	size_t count;
};

struct options {
	struct text_args reads;
	struct text_args signatures;
	struct text_args mmdbs;
	const char *interface;
	const char *segments;
	const char *output;
	const char *format;
	const char *flows;
	const char *user;
	char *filter;      /* BPF expression, NULL if none; owned */
	uint64_t workers;  /* 0: one for each processor */
	uint64_t memory;   /* bytes */
	uint64_t interval; /* seconds between reports of a live audit */
	uint64_t snap_len;
	uint64_t mtu;       /* of the links, for what no longer fits */
	const char *suites; /* to work costs out for; NULL: the default ones */
	bool fail_on;       /* ... */
	enum verdict fail_verdict;
	bool fail_any_model;
	bool model_chosen; /* for exemptions */
	enum model model;
	enum model fail_model;
	bool quiet;
	unsigned verbose;
	bool version;
	bool help;
};

enum { MEMORY_DEFAULT_MIB = 512 };

/*
 * Read argv. False with a sentence in err when it is not understood. Release
 * in any case.
 */
bool options_read(struct options *options, int argc, char **argv,
                  struct error *err);
void options_release(struct options *options);

/* The table of options, for the help. */
void options_print(FILE *out);

/* The MTU of a link, in bytes. */
bool mtu_parse(uint64_t *mtu, const char *text);

/* A size with K, M or G (powers of 1024) behind it. */
bool size_parse(uint64_t *bytes, const char *text);

#endif
