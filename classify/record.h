/*
 * Records: small objects of signature files, each read by a table of its
 * members.
 *
 * Strict: every key must be known and occur once, every required one must be
 * there, and a complaint names file, line and word. What was read is owned by
 * the struct that it was read into, also when reading failed half-way.
 */
#ifndef CLASSIFY_RECORD_H
#define CLASSIFY_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "capture/error.h"
#include "classify/json.h"

struct text_list {
	char **text;
	size_t count;
};

void text_list_release(struct text_list *list);

/* Reads one member's value to where it belongs. */
typedef bool record_reader(void *into, const struct json *value,
                           const struct json_document *document,
                           struct error *err);

struct record_member {
	const char *key; /* NULL behind the last */
	bool required;
	record_reader *read; /* NULL: somebody else reads it */
	size_t offset;       /* in the struct */
};

/* what is the word for such an object, with its article. */
bool record_read(void *into, const struct record_member *members,
                 const char *what, const struct json *object,
                 const struct json_document *document, struct error *err);

record_reader record_text; /* char *, not empty */
record_reader record_id;   /* char * of a-z, 0-9 and - */
record_reader record_list; /* struct text_list */
record_reader record_flag; /* bool */
record_reader record_u64;  /* uint64_t */

#endif
