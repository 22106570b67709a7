/*
 * JSON, read strictly. The only file that knows cJSON.
 *
 * Reading accepts comments and keeps the text, so that a complaint can name
 * the line of the value it is about. Counters from 2^53 on, which doubles do
 * not tell from their neighbours, are read from strings of digits.
 *
 * A document owns its values; every pointer into it is borrowed until
 * json_free(). Writing is json_writer.h's.
 */
#ifndef CLASSIFY_JSON_H
#define CLASSIFY_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/error.h"
#include "classify/json_writer.h"

struct json_document;
struct json; /* a value inside a document */

/*
 * Read a file, or text with a name for complaints. NULL on failure, with err
 * naming file and line.
 */
struct json_document *json_read_file(const char *path, struct error *err);
struct json_document *json_read_text(const char *text, size_t len,
                                     const char *name, struct error *err);

/* Accepts NULL. */
void json_free(struct json_document *document);

struct json *json_root(const struct json_document *document);

/* "file:line" of a value, for complaints; text is written and returned. */
const char *json_place(char text[static 256],
                       const struct json_document *document,
                       const struct json *value);

/* fail() with the value's place before the sentence. Always false. */
__attribute__((format(printf, 4, 5))) bool
json_complain(struct error *err, const struct json_document *document,
              const struct json *value, const char *format, ...);

bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);

/* A member of an object; NULL if it is not there. */
struct json *json_member(const struct json *object, const char *key);

/* Iteration over members or elements: first, then the next until NULL. */
struct json *json_first(const struct json *container);
struct json *json_next(const struct json *value);
size_t json_count(const struct json *container);

/* The key of a member, NULL for an element. */
const char *json_key(const struct json *value);

/* Whether an earlier member of the object has the same key. */
bool json_repeats(const struct json *object, const struct json *member);

/* NULL if it is not a string. */
const char *json_string(const struct json *value);

/* False if the value is of another kind, negative, fractional or too large. */
bool json_u64(const struct json *value, uint64_t *number);
bool json_bool(const struct json *value, bool *boolean);

/* Write a value, with all that is in it, as it was read. */
void json_add_copy(struct json_scope scope, const char *key,
                   const struct json *value);

#endif
