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
	slots_release(&table->slots);
	table_init(table, table->key_len, table->record_len, table->most);
}

static uint32_t hash_of(const struct table *table, const void *key)
{
	return (uint32_t)hash_quick(table->seed, key, table->key_len);
}

static size_t slot_of(const struct table *table, const void *key, uint32_t hash)
{
	const struct slots *slots = &table->slots;
	size_t i = slots_home(slots, hash);

	for (; slots->at[i].link; i = slots_next(slots, i))
		if (slots->at[i].hash == hash &&
		    memcmp(table->records[slots->at[i].link - 1], key,
		           table->key_len) == 0)
			break;
	return i;
}

static void *find(const struct table *table, const void *key, uint32_t hash)
{
	uint32_t link;

	if (!table->slots.count)
		return NULL;
	link = table->slots.at[slot_of(table, key, hash)].link;
	return link ? table->records[link - 1] : NULL;
}

void *table_find(const struct table *table, const void *key)
{
	return find(table, key, hash_of(table, key));
}

static bool grow(struct table *table)
{
	/* Half-full slots: probes stay short. */
	size_t room = table->room ? table->room * 2 : FIRST_SLOTS / 2;
	void **records = realloc(table->records, room * sizeof(*records));

	if (!records)
		return false;
	table->records = records;
	if (!slots_grow(&table->slots, FIRST_SLOTS))
		return false;
	table->room = room;
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
		slabs[table->slab_count] = malloc(each * table->record_len);
		if (!slabs[table->slab_count])
			return NULL;
		table->slab_count++;
	}
	return memset(table->slabs[table->slab_count - 1] +
	                      table->count % each * table->record_len,
	              0, table->record_len);
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
		slots_remove(&table->slots,
		             slot_of(table, record, hash_of(table, record)));
		memset(record, 0, table->record_len);
		memcpy(record, key, table->key_len);
		slots_put(&table->slots, (uint32_t)(index + 1), hash);
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
	table->records[table->count++] = record;
	slots_put(&table->slots, (uint32_t)table->count, hash);
	return record;
}

void table_sort(struct table *table, int (*compare)(const void *, const void *))
{
	if (!table->count)
		return;
	qsort(table->records, table->count, sizeof(*table->records), compare);
	slots_clear(&table->slots);
	for (size_t i = 0; i < table->count; i++)
		slots_put(&table->slots, (uint32_t)(i + 1),
		          hash_of(table, table->records[i]));
}
