/*
 * UTF-8, strictly as RFC 3629 has it: no overlong forms, no surrogates.
 */
#ifndef CLASSIFY_UTF8_H
#define CLASSIFY_UTF8_H

#include <stddef.h>

/* How long the character that starts here is, 0 if none does. Text ends with
 * a NUL, so that no character is read past it. */
size_t utf8_len(const char *text);

#endif
