/*
 * Copying text into room of a fixed size.
 */
#ifndef CAPTURE_TEXT_H
#define CAPTURE_TEXT_H

#include <stddef.h>
#include <string.h>

/* Cuts what does not fit; as snprintf() with "%s", at a tenth of its price. */
static inline void text_copy(char *into, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memcpy(into, text, len);
	into[len] = '\0';
}

#endif
