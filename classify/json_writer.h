/*
 * JSON written as it is made: nothing is kept but what is still open.
 *
 *	writer = json_writer_open(out, 3);
 *	root = json_add_object(json_writer_text(writer), NULL);
 *	json_add_string(root, "name", "office");
 *	list = json_add_array(root, "vlans");
 *	json_add_u64(list, NULL, 10);
 *	json_add_bool(root, "leased", true);
 *	written = json_writer_close(writer);
 *
 * A scope is an object or array that is still open, and a plain value. Adding
 * to it closes whatever was opened inside it since; nothing else has to be
 * closed. Adding to a scope that is closed is a mistake of the program.
 *
 * Members of objects stand on lines of their own so many levels deep, objects
 * and arrays in an array one level more. What lies deeper is one line.
 *
 * Texts may be any bytes: what is no UTF-8 becomes '?'. Numbers that doubles
 * do not tell from their neighbours become strings of digits. Once something
 * could not be written nothing more is, and closing says so.
 */
#ifndef CLASSIFY_JSON_WRITER_H
#define CLASSIFY_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The largest integer that is told from its neighbours as a double. */
#define JSON_EXACT_MAX ((UINT64_C(1) << 53) - 1)

/* How deep objects and arrays may lie in each other. */
enum { JSON_DEPTH = 1024 };

struct json_writer;

struct json_scope {
	struct json_writer *writer;
	uint32_t depth;
	uint32_t serial;
};

/*
 * out is borrowed until the writer is closed. Without levels every value is
 * one line, and goes to out in one call, however long. NULL when out of
 * memory.
 */
struct json_writer *json_writer_open(FILE *out, unsigned levels);

/* False if not everything could be written. Accepts NULL, which is false. */
bool json_writer_close(struct json_writer *writer);

/* The text itself. Each value added to it begins a line. */
struct json_scope json_writer_text(struct json_writer *writer);

/* Members have a key, elements of arrays and texts have NULL. */
struct json_scope json_add_object(struct json_scope scope, const char *key);
struct json_scope json_add_array(struct json_scope scope, const char *key);
void json_add_string(struct json_scope scope, const char *key,
                     const char *text);
void json_add_u64(struct json_scope scope, const char *key, uint64_t number);
void json_add_bool(struct json_scope scope, const char *key, bool boolean);
void json_add_null(struct json_scope scope, const char *key);

/* A ratio or percentage, rounded to so many decimals; null if it is none. */
void json_add_decimal(struct json_scope scope, const char *key, double number,
                      int decimals);

/* What is JSON already, and as short as a number. */
void json_add_token(struct json_scope scope, const char *key,
                    const char *token);

/* What belongs here could not be made: closing the writer will say that the
 * text is not complete. */
void json_give_up(struct json_scope scope);

/*
 * A part of an open array, to be written to memory while the array's first
 * values or other parts are: behind at least one of them. NULL when out of
 * memory, which moving it tells the array's writer.
 */
struct json_writer *json_part_open(struct json_scope list);

/* The array, as far as the part's values are concerned. */
struct json_scope json_part_list(struct json_writer *part);

/* Move its values to the end of the array; it is free for others then. Accepts
 * NULL. */
void json_part_move(struct json_scope list, struct json_writer *part);

/* Accepts NULL. */
void json_part_free(struct json_writer *part);

#endif
