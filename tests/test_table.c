#include <criterion/criterion.h>
#include <stdlib.h>

#include "report/table.h"

struct record {
	uint32_t key[2];
	uint64_t value;
	char *owned;
};

static struct table table;

static void start(void)
{
	table_init(&table, sizeof(uint32_t[2]), sizeof(struct record), 100000);
}

static void record_release(void *record)
{
	free(((struct record *)record)->owned);
}

static void end(void)
{
	table_release(&table, record_release);
}

TestSuite(table, .init = start, .fini = end);

static struct record *add(uint32_t a, uint32_t b)
{
	uint32_t key[2] = { a, b };

	return table_add(&table, key);
}

static struct record *find(uint32_t a, uint32_t b)
{
	uint32_t key[2] = { a, b };

	return table_find(&table, key);
}

Test(table, an_empty_one_finds_nothing)
{
	cr_expect_null(find(0, 0));
	cr_expect_eq(table.count, 0);
}

Test(table, a_new_record_is_zero_behind_its_key)
{
	struct record *record = add(1, 2);

	cr_assert_not_null(record);
	cr_expect_eq(record->key[0], 1);
	cr_expect_eq(record->key[1], 2);
	cr_expect_eq(record->value, 0);
	cr_expect_null(record->owned);
}

Test(table, a_key_has_one_record)
{
	struct record *record = add(1, 2);

	record->value = 9;
	cr_expect_eq(add(1, 2), record);
	cr_expect_eq(find(1, 2), record);
	cr_expect_null(find(2, 1));
	cr_expect_eq(table.count, 1);
}

Test(table, records_stay_where_they_are_while_it_grows)
{
	struct record *first = add(0, 0);

	for (uint32_t i = 1; i < 5000; i++)
		add(i, i % 7)->value = i;
	cr_expect_eq(table.count, 5000);
	cr_expect_eq(find(0, 0), first);
	for (uint32_t i = 1; i < 5000; i++) {
		struct record *record = find(i, i % 7);

		cr_assert_not_null(record, "%u is lost", i);
		cr_expect_eq(record->value, i);
		cr_expect_eq(table.records[i], record);
	}
}

Test(table, a_full_one_refuses_what_is_new_and_counts_it)
{
	table.most = 3;
	for (uint32_t i = 0; i < 3; i++)
		cr_expect_not_null(add(i, i));
	cr_expect_null(add(3, 3));
	cr_expect_null(add(4, 4));
	cr_expect_eq(table.refused, 2);
	cr_expect_not_null(add(2, 2));
	cr_expect_eq(table.refused, 2);
	cr_expect_null(find(3, 3));
}

static bool is_slight(const void *record)
{
	return ((const struct record *)record)->value < 2;
}

/* What says something stays, whatever else comes. */
Test(table, a_full_one_gives_a_newcomer_the_place_of_a_slight_record)
{
	table.most = 64;
	table.is_slight = is_slight;
	for (uint32_t i = 0; i < 64; i++)
		add(i, 0)->value = i % 2 ? 7 : 1;
	for (uint32_t i = 0; i < 5000; i++) {
		struct record *record = add(1000 + i, 1);

		cr_assert_not_null(record);
		cr_expect_eq(record->value, 0);
		cr_expect_eq(find(1000 + i, 1), record);
	}
	cr_expect_eq(table.count, 64);
	cr_expect_eq(table.evicted, 5000);
	cr_expect_eq(table.refused, 0);
	for (uint32_t i = 0; i < 64; i++)
		cr_expect_eq(find(i, 0) != NULL, i % 2);
	for (uint32_t i = 0; i < 4968; i++)
		cr_expect_null(find(1000 + i, 1));
}

Test(table, where_nothing_is_slight_a_newcomer_is_refused)
{
	table.most = 64;
	table.is_slight = is_slight;
	for (uint32_t i = 0; i < 64; i++)
		add(i, 0)->value = 7;
	cr_expect_null(add(64, 0));
	cr_expect_eq(table.refused, 1);
	cr_expect_eq(table.evicted, 0);
	cr_expect_not_null(find(63, 0));
}

static int largest_first(const void *a, const void *b)
{
	const struct record *left = *(void *const *)a;
	const struct record *right = *(void *const *)b;

	return left->key[0] < right->key[0] ? 1 : -1;
}

Test(table, sorting_orders_records_and_loses_none)
{
	table_sort(&table, largest_first);
	for (uint32_t i = 0; i < 500; i++)
		add(i * 7919 % 500, 0);
	table_sort(&table, largest_first);
	for (uint32_t i = 0; i < 500; i++)
		cr_expect_eq(((struct record *)table.records[i])->key[0],
		             499 - i);
	for (uint32_t i = 0; i < 500; i++)
		cr_expect_not_null(find(i, 0));
	cr_expect_not_null(add(1000, 1));
	cr_expect_eq(table.count, 501);
}

Test(table, releasing_gives_back_what_records_own)
{
	for (uint32_t i = 0; i < 9; i++)
		add(i, i)->owned = malloc(16);
	table_release(&table, record_release);
	cr_expect_eq(table.count, 0);
	cr_expect_null(find(1, 1));
	add(1, 1)->owned = malloc(16);
	cr_expect_eq(table.count, 1);
}
