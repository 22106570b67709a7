/*
 * How the pieces of a stored ledger are read: the inside of ledger_read.c.
 * Only the ledger_read*.c files include this.
 */
#ifndef REPORT_LEDGER_READER_H
#define REPORT_LEDGER_READER_H

#include "report/ledger_json.h"

/* Where an example's frame is, read from the sources before the findings. */
struct located {
	uint64_t hash;
	uint64_t frame;
	uint32_t source;
};

struct reader {
	const struct json_document *document;
	struct ledger *ledger;
	struct table located;
	struct error *err;
};

/* Complains about a value; the sentence says what was expected. */
bool reader_expected(struct reader *reader, const struct json *value,
                     const char *what);

bool reader_u64(struct reader *reader, const struct json *object,
                const char *key, uint64_t *number);

bool reader_bool(struct reader *reader, const struct json *object,
                 const char *key, bool *boolean);

const char *reader_string(struct reader *reader, const struct json *object,
                          const char *key);

const struct json *reader_list(struct reader *reader, const struct json *object,
                               const char *key);

/* Exactly count numbers. */
bool reader_numbers(struct reader *reader, const struct json *list,
                    uint64_t *numbers, size_t count);

bool reader_sums(struct reader *reader, const struct json *list,
                 struct sums *sums);

bool reader_span(struct reader *reader, const struct json *object,
                 struct span *span);

bool reader_place(struct reader *reader, const struct json *value,
                  struct place *place);

bool reader_path_key(struct reader *reader, const struct json *object,
                     struct path_key *key);

/* An IP address, or a MAC for FAMILY_LAYER2. */
bool reader_address(struct reader *reader, const struct json *value,
                    enum family family, struct address *address);

/* Each object of a list, by a function of the caller's. */
bool reader_each(struct reader *reader, const struct json *object,
                 const char *key,
                 bool (*read)(struct reader *reader,
                              const struct json *object));

/* The paths, in ledger_read_paths.c. */
bool reader_paths(struct reader *reader, const struct json *ledger);

/* The tables about hosts, in ledger_read_hosts.c. */
bool reader_hosts(struct reader *reader, const struct json *ledger);

/* What exemptions name, in ledger_read_exemptable.c. */
bool reader_exemptables(struct reader *reader, const struct json *ledger);

/* The index of a signature that the report says fired. */
bool reader_fired(struct reader *reader, const char *id, uint32_t *index);

bool reader_no_room(struct reader *reader, const struct json *object);

#endif
