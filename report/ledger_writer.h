/*
 * How the pieces of a ledger are written: the inside of ledger_write.c. Only
 * the ledger_write*.c files include this.
 */
#ifndef REPORT_LEDGER_WRITER_H
#define REPORT_LEDGER_WRITER_H

#include "report/ledger_json.h"

/* An order of paths by what their places say. */
int writer_path_compare(const struct path_key *a, const struct path_key *b,
                        const struct segment_map *map);

void writer_sums(struct json_scope parent, const char *key,
                 const struct sums *sums);

void writer_pair(struct json_scope parent, const char *key, uint64_t first,
                 uint64_t second);

void writer_span(struct json_scope parent, const struct span *span);

void writer_place(struct json_scope parent, const char *key,
                  const struct place *place, const struct ledger *ledger);

void writer_path_key(struct json_scope parent, const struct path_key *key,
                     const struct ledger *ledger);

/* What records are ordered by before all else. */
enum writer_order {
	WRITER_BY_OTHERS, /* no place */
	WRITER_BY_PLACE,
	WRITER_BY_PLACES, /* two, as they come */
	WRITER_BY_ENDS,   /* two, the lesser one first */
	WRITER_BY_END,    /* the lesser one of two */
};

/* A table of the ledger, and how it is written. */
struct writer_row {
	const char *key;
	size_t table; /* offset in struct ledger */
	void (*write)(struct json_scope list, const void *record,
	              const struct ledger *ledger);
	/* Of pointers to records, as qsort_r() has it; ledger is const. */
	int (*compare)(const void *a, const void *b, void *ledger);
	/* The places that it compares first, by their offsets in records. */
	enum writer_order order;
	size_t places[2];
};

/* The last members of a row of what is ordered by path. */
#define WRITER_BY_PATH(record, path) \
	WRITER_BY_ENDS, \
	{ \
		offsetof(record, path.place[0]), \
			offsetof(record, path.place[1]) \
	}

/* The map of the ledger that a comparison was given. */
static inline const struct segment_map *writer_map(const void *ledger)
{
	return ((const struct ledger *)ledger)->map;
}

enum { WRITER_TABLES_MOST = 16 };

/* Write tables, at most so many, in the order of their rows: each as a list of
 * its records in an order that does not depend on how they came. */
void writer_tables(struct json_scope object, const struct ledger *ledger,
                   const struct writer_row *const *rows, size_t count);

/* By index: the tables about hosts, in ledger_write_hosts.c, and what
 * exemptions name, in ledger_write_exemptable.c; NULL past the last. */
const struct writer_row *writer_host_row(size_t index);
const struct writer_row *writer_exemptable_row(size_t index);

#endif
