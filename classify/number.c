#include "classify/number.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char pairs[] = "00010203040506070809"
			    "10111213141516171819"
			    "20212223242526272829"
			    "30313233343536373839"
			    "40414243444546474849"
			    "50515253545556575859"
			    "60616263646566676869"
			    "70717273747576777879"
			    "80818283848586878889"
			    "90919293949596979899";

char *number_put(char *at, uint64_t number)
{
	char digits[NUMBER_TEXT];
	char *start = digits + sizeof(digits);

	if (number < 10) {
		*at = (char)('0' + number);
		return at + 1;
	}
	for (; number >= 100; number /= 100) {
		start -= 2;
		memcpy(start, pairs + 2 * (number % 100), 2);
	}
	if (number >= 10) {
		start -= 2;
		memcpy(start, pairs + 2 * number, 2);
	} else {
		*--start = (char)('0' + number);
	}
	memcpy(at, start, (size_t)(digits + sizeof(digits) - start));
	return at + (digits + sizeof(digits) - start);
}

char *number_put_wide(char *at, uint64_t number, unsigned digits)
{
	for (unsigned i = digits; i--; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + digits;
}

char *number_put_hex(char *at, uint64_t number, unsigned digits)
{
	for (unsigned i = digits; i--; number >>= 4)
		at[i] = "0123456789abcdef"[number & 15];
	return at + digits;
}

/*
 * number * scale as an integer, halves to even: a double is an integer of 53
 * bits times a power of two, so that nothing is lost. False if it is negative
 * or the product does not fit.
 */
static bool scale_exactly(uint64_t *scaled, double number, uint64_t scale)
{
	int exponent;
	double fraction = frexp(number, &exponent);
	int shift = DBL_MANT_DIG - exponent;
	uint64_t product;
	uint64_t half;
	uint64_t rest;

	if (signbit(number) || shift <= 0 || scale > 1000)
		return false;
	product = (uint64_t)ldexp(fraction, DBL_MANT_DIG) * scale;
	if (shift > 63) {
		*scaled = 0;
		return true;
	}
	half = UINT64_C(1) << (shift - 1);
	rest = product & (2 * half - 1);
	*scaled = product >> shift;
	*scaled += rest > half || (rest == half && *scaled & 1);
	return true;
}

char *number_put_decimal(char *at, double number, unsigned decimals)
{
	static const uint64_t powers[] = { 1, 10, 100, 1000 };
	uint64_t scale = decimals < 4 ? powers[decimals] : UINT64_MAX;
	uint64_t scaled;

	assert(isfinite(number) && decimals < 10);
	if (!scale_exactly(&scaled, number, scale))
		return at + snprintf(at, NUMBER_DECIMAL_TEXT, "%.*f",
		                     (int)decimals, number);
	at = number_put(at, scaled / scale);
	if (!decimals)
		return at;
	*at++ = '.';
	return number_put_wide(at, scaled % scale, decimals);
}
