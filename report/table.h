/*
 * A hash table of records that start with their key.
 *
 * Every sum in a ledger is a record found by a key of fixed size; records
 * stay where they are, so pointers to them hold as long as the table does.
 * Keys are compared as bytes: zero them before filling them.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/slots.h"

struct table {
	size_t key_len;
	size_t record_len;
	size_t most;      /* records; beyond it nothing new gets in */
	uint64_t refused; /* additions that found the table full */
	/* Whether a record says so little that another may have its place;
	 * NULL: none does. */
	bool (*is_slight)(const void *record);
	uint64_t evicted; /* records that had to go */
	size_t hand;      /* where the search for the next of them begins */
	void **records;   /* in the order of their arrival */
	size_t count;
	size_t room;
	uint8_t **slabs; /* where records lie, many in each */
	size_t slab_count;
	struct slots slots; /* links are indices plus one */
	uint64_t seed;      /* of the hash: a secret */
};

void table_init(struct table *table, size_t key_len, size_t record_len,
                size_t most);

/* release, if given, is called for each record. */
void table_release(struct table *table, void (*release)(void *record));

/* NULL if there is none. */
void *table_find(const struct table *table, const void *key);

/*
 * The record of a key, made of zeroes behind the key if it is new. A full
 * table gives it the place of a slight one, which pointers to that do not
 * survive; where a few looks find none, and when memory is full, the answer
 * is NULL. All of it is counted.
 */
void *table_add(struct table *table, const void *key);

/* Order the records; only for output, adding goes on afterwards. */
void table_sort(struct table *table,
                int (*compare)(const void *, const void *));

#endif
