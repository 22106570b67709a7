#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "capture/hash.h"
#include "classify/number.h"

static void expect_number(uint64_t number)
{
	char want[32];
	char text[NUMBER_TEXT + 1];

	*number_put(text, number) = '\0';
	snprintf(want, sizeof(want), "%llu", (unsigned long long)number);
	cr_expect_str_eq(text, want);
}

Test(number, is_written_with_all_its_digits)
{
	uint64_t power = 1;

	for (int digits = 1; digits < 20; digits++, power *= 10) {
		expect_number(power - 1);
		expect_number(power);
		expect_number(power + 1);
		expect_number(power * 7 + 5);
	}
	expect_number(UINT64_MAX);
}

Test(number, can_be_filled_up_with_zeros)
{
	char text[8];

	*number_put_wide(text, 42, 5) = '\0';
	cr_expect_str_eq(text, "00042");
	*number_put_wide(text, 0, 1) = '\0';
	cr_expect_str_eq(text, "0");
}

Test(number, can_be_hexadecimal)
{
	char text[17];

	*number_put_hex(text, 0x0123456789abcdef, 16) = '\0';
	cr_expect_str_eq(text, "0123456789abcdef");
	*number_put_hex(text, 0xfed, 2) = '\0';
	cr_expect_str_eq(text, "ed");
}

static void expect_decimal(double number)
{
	for (unsigned decimals = 0; decimals < 10; decimals++) {
		char want[NUMBER_DECIMAL_TEXT];
		char text[NUMBER_DECIMAL_TEXT + 1];

		*number_put_decimal(text, number, decimals) = '\0';
		snprintf(want, sizeof(want), "%.*f", (int)decimals, number);
		cr_expect_str_eq(text, want);
	}
}

/* Halves go to the even neighbour, but only what is one exactly is a half. */
Test(number, decimals_are_rounded_as_printf_does)
{
	static const double cases[] = {
		0,      0.5,     1.5,    2.5,    0.125,  0.375,      0.005,
		0.015,  2.675,   1.005,  99.995, 99.999, 1e-5,       1e-300,
		1e300,  1e15,    1e16,   -1.5,   -0.0,   2.0 / 3,    100,
		0.0005, 0.99999, 4503.5, 1e22,   5e-324, 123456.785,
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_decimal(cases[i]);
	for (uint64_t i = 0; i < 20000; i++) {
		uint64_t chance = hash_bytes(i, &i, sizeof(i));

		expect_decimal((double)(chance % 100000) / 1000);
		expect_decimal((double)(chance >> 20) /
		               (double)(chance % 1000 + 1));
		expect_decimal(ldexp((double)(chance >> 40), -20));
	}
}
