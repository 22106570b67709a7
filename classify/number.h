/*
 * Numbers as digits, for texts that have millions of them.
 *
 * Each function writes at a place that has room, and returns where it ended;
 * nothing ends in a NUL.
 */
#ifndef CLASSIFY_NUMBER_H
#define CLASSIFY_NUMBER_H

#include <stdint.h>

enum { NUMBER_TEXT = 20, NUMBER_DECIMAL_TEXT = 350 };

char *number_put(char *at, uint64_t number);

/* With zeros in front of it, so that it has that many digits. */
char *number_put_wide(char *at, uint64_t number, unsigned digits);

/* The lowest so many hexadecimal digits, in lower case. */
char *number_put_hex(char *at, uint64_t number, unsigned digits);

/* A finite number, as printf("%.*f") rounds it; up to 9 decimals. */
char *number_put_decimal(char *at, double number, unsigned decimals);

#endif
