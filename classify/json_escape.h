/*
 * Texts as JSON has them between quotes (RFC 8259 section 7). The inside of
 * the writer: only json_writer.c includes this.
 */
#ifndef CLASSIFY_JSON_ESCAPE_H
#define CLASSIFY_JSON_ESCAPE_H

#include <stddef.h>

enum { JSON_ESCAPED_MAX = 6 }; /* bytes of one character */

/* Copy what comes before the first byte that is not copied as it is, of len;
 * returns how much it is. There has to be room for all of them. */
size_t json_copy_plain(char *into, const char *text, size_t len);

/* Put a character that is not copied as it is, or a question mark for a byte
 * that begins none, and move the text on. Returns the end of what was put. */
char *json_put_escaped(char *at, const char **text);

#endif
