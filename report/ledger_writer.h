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

void writer_table(struct json_scope parent, const char *key,
                  const struct table *table, const struct ledger *ledger,
                  int (*compare)(const void *, const void *, void *),
                  void (*write)(struct json_scope list, const void *record,
                                const struct ledger *ledger));

/* The tables about hosts, in ledger_write_hosts.c. */
void writer_hosts(const struct ledger *ledger, struct json_scope object);

/* What exemptions name, in ledger_write_exemptable.c. */
void writer_exemptables(const struct ledger *ledger, struct json_scope object);

#endif
