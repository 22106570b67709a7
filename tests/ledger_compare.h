/*
 * Ledgers compared by what they write.
 */
#ifndef TESTS_LEDGER_COMPARE_H
#define TESTS_LEDGER_COMPARE_H

#include <criterion/criterion.h>

#include "tests/ledger_maker.h"

/* As much as is needed to say which line differs. */
static inline void expect_same_text(const char *a, const char *b,
                                    const char *what)
{
	size_t at = 0;

	while (a[at] && a[at] == b[at])
		at++;
	while (at > 0 && a[at - 1] != '\n')
		at--;
	cr_expect_str_eq(a, b, "%s differ at:\n%.100s\nand\n%.100s", what,
	                 a + at, b + at);
}

static inline void expect_same_ledger(const struct ledger *a,
                                      const struct ledger *b, const char *what)
{
	char *left = ledger_text(a);
	char *right = ledger_text(b);

	expect_same_text(left, right, what);
	free(left);
	free(right);
}

#endif
