/*
 * One sentence for the operator about why something could not be done.
 *
 * Every function that can fail for a reason outside the program takes a
 * struct error last. The caller owns it, usually on its stack. Only main()
 * prints one; only main() exits.
 */
#ifndef CAPTURE_ERROR_H
#define CAPTURE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct error {
	char text[512];
};

/* Always false, so that a failing function can end: return fail(err, ...); */
__attribute__((format(printf, 2, 3))) static inline bool
fail(struct error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return false;
}

#endif
