#include <criterion/criterion.h>

#include "classify/dpi_stock.h"

static struct error err;

/* A module that works knows names. */
static struct dpi *take(struct dpi_stock *stock)
{
	struct dpi *dpi = dpi_stock_take(stock, &err);
	uint16_t id;

	cr_assert_not_null(dpi, "%s", err.text);
	cr_expect(dpi_find_protocol(dpi, "DNS", &id));
	return dpi;
}

Test(dpi_stock, more_can_be_taken_than_were_made_ahead)
{
	struct dpi_stock *stock = dpi_stock_create(2);
	struct dpi *taken[3];

	cr_assert_not_null(stock);
	for (size_t i = 0; i < 3; i++)
		taken[i] = take(stock);
	cr_expect_neq(taken[0], taken[1]);
	for (size_t i = 0; i < 3; i++)
		dpi_free(taken[i]);
	dpi_stock_free(stock);
}

Test(dpi_stock, what_is_given_back_is_the_next_to_be_taken)
{
	struct dpi_stock *stock = dpi_stock_create(2);
	struct dpi *first;

	cr_assert_not_null(stock);
	first = take(stock);
	dpi_stock_give(stock, first);
	cr_expect_eq(take(stock), first);
	dpi_free(first);
	/* The other one was never taken. */
	dpi_stock_free(stock);
}

Test(dpi_stock, without_a_stock_modules_are_made_when_they_are_asked_for)
{
	dpi_stock_give(NULL, take(NULL));
	dpi_stock_give(NULL, NULL);
	dpi_stock_free(NULL);
}
