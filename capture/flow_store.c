#include "capture/flow_store.h"

#include <stdlib.h>
#include <string.h>

#include "capture/cache.h"

enum {
	FIRST_SLOTS = 1024,
	/* What every packet touches of the flow and of its two extensions. */
	FETCHED_OF_FLOW = 3 * CACHE_LINE,
	FETCHED_OF_FIRST = 2 * CACHE_LINE,
	FETCHED_OF_SECOND = CACHE_LINE,
};

static size_t stride_of(const size_t extension_len[FLOW_EXTENSIONS])
{
	size_t len = cache_round_up(sizeof(struct entry));

	for (size_t i = 0; i < FLOW_EXTENSIONS; i++)
		len += cache_round_up(extension_len[i]);
	return len;
}

size_t flow_store_entry_bytes(const size_t extension_len[FLOW_EXTENSIONS])
{
	/* Slots are a quarter to a half full, and both while they grow. */
	return stride_of(extension_len) + 6 * sizeof(struct slot);
}

bool flow_store_init(struct flow_store *store,
                     const size_t extension_len[FLOW_EXTENSIONS])
{
	*store = (struct flow_store){ .stride = stride_of(extension_len) };
	memcpy(store->extension_len, extension_len,
	       sizeof(store->extension_len));
	return slots_grow(&store->slots, FIRST_SLOTS);
}

void flow_store_release(struct flow_store *store)
{
	for (size_t i = 0; i < store->chunk_count; i++)
		free(store->chunks[i]);
	free(store->chunks);
	slots_release(&store->slots);
}

static size_t slot_find(const struct flow_store *store,
                        const struct flow_key *key, uint32_t hash)
{
	const struct slots *slots = &store->slots;
	size_t i = slots_home(slots, hash);

	for (; slots->at[i].link; i = slots_next(slots, i))
		if (slots->at[i].hash == hash &&
		    flow_key_equal(
			    &entry_at(store, slots->at[i].link)->flow.key, key))
			break;
	return i;
}

uint32_t flow_store_find(const struct flow_store *store,
                         const struct flow_key *key, uint32_t hash)
{
	return store->slots.at[slot_find(store, key, hash)].link;
}

void flow_store_fetch_entry(const struct flow_store *store, uint32_t hash)
{
	const uint8_t *at = (const uint8_t *)flow_store_guess(store, hash);

	if (!at)
		return;
	cache_fetch(at, FETCHED_OF_FLOW);
	at += cache_round_up(sizeof(struct entry));
	if (store->extension_len[0])
		cache_fetch(at, FETCHED_OF_FIRST);
	at += cache_round_up(store->extension_len[0]);
	if (store->extension_len[1])
		cache_fetch(at, FETCHED_OF_SECOND);
}

static bool chunks_grow(struct flow_store *store)
{
	size_t count = store->chunk_count;
	uint8_t **chunks =
		realloc(store->chunks, (count + 1) * sizeof(uint8_t *));

	if (!chunks)
		return false;
	store->chunks = chunks;
	chunks[count] = aligned_alloc(CACHE_LINE, CHUNK_FLOWS * store->stride);
	if (!chunks[count])
		return false;
	store->chunk_count++;
	for (size_t i = CHUNK_FLOWS; i-- > 0;) {
		uint32_t link = (uint32_t)(count * CHUNK_FLOWS + i + 1);

		entry_at(store, link)->stage = STAGE_COUNT;
		entry_at(store, link)->newer = store->free;
		store->free = link;
	}
	return true;
}

static void line_append(struct flow_store *store, uint32_t link,
                        enum stage stage, uint64_t clock_ns)
{
	struct line *line = &store->lines[stage];
	struct entry *entry = entry_at(store, link);

	entry->stage = (uint8_t)stage;
	entry->queued_ns = clock_ns;
	entry->older = line->newest;
	entry->newer = 0;
	if (line->newest)
		entry_at(store, line->newest)->newer = link;
	else
		line->oldest = link;
	line->newest = link;
	line->count++;
}

static void line_remove(struct flow_store *store, const struct entry *entry)
{
	struct line *line = &store->lines[entry->stage];

	if (entry->older)
		entry_at(store, entry->older)->newer = entry->newer;
	else
		line->oldest = entry->newer;
	if (entry->newer)
		entry_at(store, entry->newer)->older = entry->older;
	else
		line->newest = entry->older;
	line->count--;
}

/* Give the extensions their places behind the entry. */
static void entry_clear(const struct flow_store *store, struct entry *entry)
{
	uint8_t *at = (uint8_t *)entry;

	memset(entry, 0, store->stride);
	at += cache_round_up(sizeof(*entry));
	for (size_t i = 0; i < FLOW_EXTENSIONS; i++) {
		if (store->extension_len[i])
			entry->flow.extension[i] = at;
		at += cache_round_up(store->extension_len[i]);
	}
}

uint32_t flow_store_add(struct flow_store *store, const struct flow_key *key,
                        uint32_t hash, uint64_t clock_ns)
{
	uint32_t link;
	struct entry *entry;

	if (store->count * 2 >= store->slots.count &&
	    !slots_grow(&store->slots, FIRST_SLOTS) &&
	    store->count + 1 >= store->slots.count)
		return 0;
	if (!store->free && !chunks_grow(store))
		return 0;
	link = store->free;
	entry = entry_at(store, link);
	store->free = entry->newer;
	entry_clear(store, entry);
	entry->flow.key = *key;
	entry->hash = hash;
	slots_put(&store->slots, link, hash);
	line_append(store, link, STAGE_ATTEMPT, clock_ns);
	store->count++;
	return link;
}

void flow_store_remove(struct flow_store *store, uint32_t link)
{
	struct entry *entry = entry_at(store, link);

	line_remove(store, entry);
	slots_remove(&store->slots,
	             slot_find(store, &entry->flow.key, entry->hash));
	entry->stage = STAGE_COUNT;
	entry->newer = store->free;
	store->free = link;
	store->count--;
}

static void chunk_visit(const struct flow_store *store, size_t chunk,
                        void *self,
                        void (*visit)(void *self, struct flow *flow))
{
	for (size_t i = 0; i < CHUNK_FLOWS; i++) {
		struct entry *entry =
			entry_at(store,
		                 (uint32_t)(chunk * CHUNK_FLOWS + i + 1));

		if (entry->stage != STAGE_COUNT)
			visit(self, &entry->flow);
	}
}

void flow_store_empty(struct flow_store *store, void *self,
                      void (*visit)(void *self, struct flow *flow))
{
	for (size_t i = 0; i < store->chunk_count; i++) {
		chunk_visit(store, i, self, visit);
		free(store->chunks[i]);
	}
	store->chunk_count = 0;
	store->count = 0;
	store->free = 0;
	slots_clear(&store->slots);
	memset(store->lines, 0, sizeof(store->lines));
}

void flow_store_move(struct flow_store *store, uint32_t link, enum stage stage,
                     uint64_t clock_ns)
{
	line_remove(store, entry_at(store, link));
	line_append(store, link, stage, clock_ns);
}
