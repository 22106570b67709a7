#include "report/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "capture/hash.h"

enum { FIRST_SLOTS = 64, SLAB_BYTES = 16 * 1024, LOOKS = 16 };

void table_init(struct table *table, size_t key_len, size_t record_len,
                size_t most)
{
	*table = (struct table){
		.key_len = key_len,
		.record_len = record_len,
		.most = most,
	};
	/* Keys are addresses from the wire: who knew the hash could make them
	 * all collide. */
	if (getrandom(&table->seed, sizeof(table->seed), 0) < 0)
		table->seed = (uint64_t)(uintptr_t)table;
}

void table_release(struct table *table, void (*release)(void *record))
{
	for (size_t i = 0; release && i < table->count; i++)
		release(table->records[i]);
	for (size_t i = 0; i < table->slab_count; i++)
		free(table->slabs[i]);
	free(table->slabs);
	free(table->records);
	free(table->slots);
	table_init(table, table->key_len, table->record_len, table->most);
}

static uint32_t hash_of(const struct table *table, const void *key)
{
	return (uint32_t)hash_quick(table->seed, key, table->key_len);
}

static size_t slot_of(const struct table *table, const void *key, uint32_t hash)
{
	size_t mask = table->slot_count - 1;
	size_t slot = hash & mask;

	while (table->slots[slot].link &&
	       (table->slots[slot].hash != hash ||
	        memcmp(table->records[table->slots[slot].link - 1], key,
	               table->key_len)))
		slot = (slot + 1) & mask;
	return slot;
}

static void *find(const struct table *table, const void *key, uint32_t hash)
{
	size_t slot;

	if (!table->slot_count)
		return NULL;
	slot = slot_of(table, key, hash);
	return table->slots[slot].link
	               ? table->records[table->slots[slot].link - 1]
	               : NULL;
}

void *table_find(const struct table *table, const void *key)
{
	return find(table, key, hash_of(table, key));
}

static void slots_fill(struct table *table)
{
	memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
	for (size_t i = 0; i < table->count; i++) {
		uint32_t hash = hash_of(table, table->records[i]);

		table->slots[slot_of(table, table->records[i], hash)] =
			(struct table_slot){ (uint32_t)(i + 1), hash };
	}
}

static bool grow(struct table *table)
{
	size_t slots = table->slot_count ? table->slot_count * 2 : FIRST_SLOTS;
	struct table_slot *larger =
		realloc(table->slots, slots * sizeof(*larger));
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

static size_t records_in_slab(const struct table *table)
{
	size_t count = SLAB_BYTES / table->record_len;

	return count ? count : 1;
}

/* Room for the record that comes next. NULL when out of memory. */
static void *record_create(struct table *table)
{
	size_t each = records_in_slab(table);
	uint8_t **slabs;

	if (table->count == table->slab_count * each) {
		slabs = realloc(table->slabs,
		                (table->slab_count + 1) * sizeof(uint8_t *));
		if (!slabs)
			return NULL;
		table->slabs = slabs;
		slabs[table->slab_count] = calloc(each, table->record_len);
		if (!slabs[table->slab_count])
			return NULL;
		table->slab_count++;
	}
	return table->slabs[table->slab_count - 1] +
	       table->count % each * table->record_len;
}

/* Close the gap that a removal leaves, so that probing needs no tombstones. */
static void slot_remove(struct table *table, size_t hole)
{
	size_t mask = table->slot_count - 1;

	table->slots[hole].link = 0;
	for (size_t slot = (hole + 1) & mask; table->slots[slot].link;
	     slot = (slot + 1) & mask) {
		size_t home = table->slots[slot].hash & mask;

		if (((slot - home) & mask) < ((slot - hole) & mask))
			continue;
		table->slots[hole] = table->slots[slot];
		table->slots[slot].link = 0;
		hole = slot;
	}
}

/* The place of a slight record for one of another key; NULL if none is near.
 */
static void *replace(struct table *table, const void *key, uint32_t hash)
{
	for (unsigned i = 0; table->is_slight && i < LOOKS; i++) {
		size_t index = table->hand++ % table->count;
		void *record = table->records[index];

		if (!table->is_slight(record))
			continue;
		slot_remove(table,
		            slot_of(table, record, hash_of(table, record)));
		memset(record, 0, table->record_len);
		memcpy(record, key, table->key_len);
		table->slots[slot_of(table, key, hash)] =
			(struct table_slot){ (uint32_t)(index + 1), hash };
		table->evicted++;
		return record;
	}
	table->refused++;
	return NULL;
}

void *table_add(struct table *table, const void *key)
{
	uint32_t hash = hash_of(table, key);
	void *record = find(table, key, hash);

	if (record)
		return record;
	if (table->count >= table->most)
		return replace(table, key, hash);
	if (table->count == table->room && !grow(table))
		return NULL;
	record = record_create(table);
	if (!record)
		return NULL;
	memcpy(record, key, table->key_len);
	table->slots[slot_of(table, key, hash)] =
		(struct table_slot){ (uint32_t)(table->count + 1), hash };
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
