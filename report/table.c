#include "report/table.h"

#include <stdlib.h>
#include <string.h>

#include "capture/hash.h"

enum { FIRST_SLOTS = 64 };

void table_init(struct table *table, size_t key_len, size_t record_len,
                size_t most)
{
	*table = (struct table){
		.key_len = key_len,
		.record_len = record_len,
		.most = most,
	};
}

void table_release(struct table *table, void (*release)(void *record))
{
	for (size_t i = 0; i < table->count; i++) {
		if (release)
			release(table->records[i]);
		free(table->records[i]);
	}
	free(table->records);
	free(table->slots);
	table_init(table, table->key_len, table->record_len, table->most);
}

static size_t slot_of(const struct table *table, const void *key)
{
	size_t mask = table->slot_count - 1;
	size_t slot = hash_bytes(2, key, table->key_len) & mask;

	while (table->slots[slot] &&
	       memcmp(table->records[table->slots[slot] - 1], key,
	              table->key_len))
		slot = (slot + 1) & mask;
	return slot;
}

void *table_find(const struct table *table, const void *key)
{
	size_t slot;

	if (!table->slot_count)
		return NULL;
	slot = slot_of(table, key);
	return table->slots[slot] ? table->records[table->slots[slot] - 1]
	                          : NULL;
}

static void slots_fill(struct table *table)
{
	memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
	for (size_t i = 0; i < table->count; i++)
		table->slots[slot_of(table, table->records[i])] =
			(uint32_t)(i + 1);
}

static bool grow(struct table *table)
{
	size_t slots = table->slot_count ? table->slot_count * 2 : FIRST_SLOTS;
	uint32_t *larger = realloc(table->slots, slots * sizeof(*larger));
	void **records;

	if (!larger)
		return false;
	table->slots = larger;
	/* Half-full slots: probes stay short. */
	records = realloc(table->records, slots / 2 * sizeof(*records));
	if (!records) {
		if (table->slot_count)
			slots_fill(table);
		return false;
	}
	table->records = records;
	table->room = slots / 2;
	table->slot_count = slots;
	slots_fill(table);
	return true;
}

void *table_add(struct table *table, const void *key)
{
	void *record = table_find(table, key);

	if (record)
		return record;
	if (table->count >= table->most) {
		table->refused++;
		return NULL;
	}
	if (table->count == table->room && !grow(table))
		return NULL;
	record = calloc(1, table->record_len);
	if (!record)
		return NULL;
	memcpy(record, key, table->key_len);
	table->slots[slot_of(table, key)] = (uint32_t)(table->count + 1);
	table->records[table->count++] = record;
	return record;
}

void table_sort(struct table *table, int (*compare)(const void *, const void *))
{
	if (!table->count)
		return;
	qsort(table->records, table->count, sizeof(*table->records), compare);
	slots_fill(table);
}
