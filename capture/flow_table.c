#include "capture/flow_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "capture/hash.h"

const struct flow_limits flow_limits_default = {
	.idle_ns = UINT64_C(300) * 1000000000,
	.closed_ns = UINT64_C(10) * 1000000000,
	.flows = 1u << 20,
};

enum { CHUNK_FLOWS = 256, FIRST_SLOTS = 1024, SWEEP_LIMIT = 16 };

/* An entry of the pool; links are pool indices plus one, 0 is none. */
struct entry {
	struct flow flow;
	uint32_t older;
	uint32_t newer;
	uint32_t hash;
};

/* Entries in the order of their latest packets, so that idle ones are found
 * at the old end without a search. Closed flows expire sooner and have a line
 * of their own. */
struct line {
	uint32_t oldest;
	uint32_t newest;
};

struct flow_table {
	struct flow_limits limits;
	const struct flow_listener *listener;
	struct entry **chunks;
	size_t chunk_count;
	uint32_t *slots; /* open addressing: index plus one, 0 is free */
	size_t slot_count;
	size_t count;
	uint32_t free; /* chained by newer */
	struct line open;
	struct line closed;
	uint64_t seed;
	uint64_t evicted;
};

static struct entry *entry_at(const struct flow_table *table, uint32_t link)
{
	return &table->chunks[(link - 1) / CHUNK_FLOWS]
	                     [(link - 1) % CHUNK_FLOWS];
}

struct flow_table *flow_table_create(const struct flow_limits *limits,
                                     const struct flow_listener *listener,
                                     struct error *err)
{
	struct flow_table *table = calloc(1, sizeof(*table));

	if (table)
		table->slots = calloc(FIRST_SLOTS, sizeof(*table->slots));
	if (!table || !table->slots) {
		free(table);
		fail(err, "out of memory for the flow table");
		return NULL;
	}
	table->limits = *limits;
	table->listener = listener;
	table->slot_count = FIRST_SLOTS;
	/* Without a secret an attacker could fill one probe sequence. */
	if (getrandom(&table->seed, sizeof(table->seed), 0) < 0)
		table->seed = (uint64_t)(uintptr_t)table;
	return table;
}

void flow_table_free(struct flow_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->chunk_count; i++)
		free(table->chunks[i]);
	free(table->chunks);
	free(table->slots);
	free(table);
}

static struct line *line_of(struct flow_table *table, const struct entry *entry)
{
	return entry->flow.closed ? &table->closed : &table->open;
}

static void line_remove(struct flow_table *table, struct line *line,
                        struct entry *entry)
{
	if (entry->older)
		entry_at(table, entry->older)->newer = entry->newer;
	else
		line->oldest = entry->newer;
	if (entry->newer)
		entry_at(table, entry->newer)->older = entry->older;
	else
		line->newest = entry->older;
}

static void line_append(struct flow_table *table, struct line *line,
                        struct entry *entry, uint32_t link)
{
	entry->older = line->newest;
	entry->newer = 0;
	if (line->newest)
		entry_at(table, line->newest)->newer = link;
	else
		line->oldest = link;
	line->newest = link;
}

static size_t slot_find(const struct flow_table *table,
                        const struct flow_key *key, uint32_t hash)
{
	size_t mask = table->slot_count - 1;
	size_t slot = hash & mask;

	for (; table->slots[slot]; slot = (slot + 1) & mask) {
		const struct entry *entry = entry_at(table, table->slots[slot]);

		if (entry->hash == hash &&
		    memcmp(&entry->flow.key, key, sizeof(*key)) == 0)
			break;
	}
	return slot;
}

/* Close the gap that a removal leaves, so that probing needs no tombstones. */
static void slot_remove(struct flow_table *table, size_t hole)
{
	size_t mask = table->slot_count - 1;
	size_t slot = hole;

	table->slots[hole] = 0;
	for (;;) {
		slot = (slot + 1) & mask;
		if (!table->slots[slot])
			return;

		size_t home = entry_at(table, table->slots[slot])->hash & mask;

		if (((slot - home) & mask) < ((slot - hole) & mask))
			continue;
		table->slots[hole] = table->slots[slot];
		table->slots[slot] = 0;
		hole = slot;
	}
}

static bool slots_grow(struct flow_table *table)
{
	size_t count = table->slot_count * 2;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < table->slot_count; i++) {
		uint32_t link = table->slots[i];

		if (!link)
			continue;

		size_t slot = entry_at(table, link)->hash & (count - 1);

		while (slots[slot])
			slot = (slot + 1) & (count - 1);
		slots[slot] = link;
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = count;
	return true;
}

static bool chunks_grow(struct flow_table *table)
{
	size_t count = table->chunk_count;
	struct entry **chunks =
		realloc(table->chunks, (count + 1) * sizeof(struct entry *));

	if (!chunks)
		return false;
	table->chunks = chunks;
	chunks[count] = malloc(CHUNK_FLOWS * sizeof(struct entry));
	if (!chunks[count])
		return false;
	table->chunk_count++;
	for (size_t i = CHUNK_FLOWS; i-- > 0;) {
		chunks[count][i].newer = table->free;
		table->free = (uint32_t)(count * CHUNK_FLOWS + i + 1);
	}
	return true;
}

static void flow_end(struct flow_table *table, uint32_t link)
{
	struct entry *entry = entry_at(table, link);

	table->listener->end(table->listener->self, &entry->flow);
	line_remove(table, line_of(table, entry), entry);
	slot_remove(table, slot_find(table, &entry->flow.key, entry->hash));
	entry->newer = table->free;
	table->free = link;
	table->count--;
}

static bool is_over(const struct flow_table *table, const struct flow *flow,
                    uint64_t clock_ns)
{
	return clock_ns - flow->clock_ns >
	       (flow->closed ? table->limits.closed_ns : table->limits.idle_ns);
}

static size_t line_sweep(struct flow_table *table, struct line *line,
                         uint64_t clock_ns, size_t most)
{
	size_t ended = 0;

	while (ended < most && line->oldest &&
	       is_over(table, &entry_at(table, line->oldest)->flow, clock_ns)) {
		flow_end(table, line->oldest);
		ended++;
	}
	return ended;
}

void flow_table_sweep(struct flow_table *table, uint64_t clock_ns)
{
	line_sweep(table, &table->open, clock_ns, SIZE_MAX);
	line_sweep(table, &table->closed, clock_ns, SIZE_MAX);
}

void flow_table_flush(struct flow_table *table)
{
	while (table->open.oldest)
		flow_end(table, table->open.oldest);
	while (table->closed.oldest)
		flow_end(table, table->closed.oldest);
}

/* Room for one more flow: by growing, or where the limit or memory says no,
 * by ending the flow that has been idle longest. */
static bool make_room(struct flow_table *table)
{
	if (table->count < table->limits.flows) {
		if (table->count * 2 >= table->slot_count &&
		    !slots_grow(table) && table->count + 1 >= table->slot_count)
			return false;
		if (table->free || chunks_grow(table))
			return true;
	}
	if (table->count == 0)
		return false;
	flow_end(table, table->closed.oldest ? table->closed.oldest
	                                     : table->open.oldest);
	table->evicted++;
	return true;
}

/*
 * Who called whom, when the first packet need not be the caller's: a SYN-ACK
 * or an echo reply says so itself; in mid-conversation the lower of two ports
 * is the service if only one of them is a system port (RFC 6335).
 */
static bool starts_with_server(const struct packet *packet)
{
	if (packet->transport == TRANSPORT_TCP && packet->tcp_flags & TCP_SYN)
		return packet->tcp_flags & TCP_ACK;
	if (icmp_is_reply(packet))
		return true;
	return packet->has_ports && packet->cast == CAST_UNICAST &&
	       packet->source_port < 1024 && packet->target_port >= 1024;
}

static void flow_init(struct flow *flow, const struct flow_key *key,
                      bool swapped, const struct packet *packet)
{
	memset(flow, 0, sizeof(*flow));
	flow->key = *key;
	flow->client = swapped ^ starts_with_server(packet);
	flow->first_ns = packet->time_ns;
	flow->last_ns = packet->time_ns;
	flow->cast = (uint8_t)packet->cast;
	flow->link_kind = (uint8_t)packet->link_kind;
	flow->icmp_type = packet->icmp_type;
	flow->icmp_code = packet->icmp_code;
	flow->dscp_first = packet->dscp;
	flow->hop_limit_min = UINT8_MAX;
	flow->gre_protocol = packet->gre_protocol;
	flow->encapsulation = packet->encapsulation;
	flow->source_index = packet->source_index;
	flow->frame_number = packet->frame_number;
	flow->third_party =
		packet->quote.present &&
		address_compare(&packet->source, &packet->quote.target) != 0;
}

static void head_keep(struct flow_head *head, const struct packet *packet)
{
	uint32_t len = packet->payload_captured;

	if (head->payload_len || !packet->payload_len || packet->later_fragment)
		return;
	if (len > FLOW_HEAD_LEN)
		len = FLOW_HEAD_LEN;
	if (len)
		memcpy(head->bytes, packet->payload, len);
	head->captured = (uint8_t)len;
	head->payload_len = packet->payload_len;
}

static bool tcp_is_done(const struct flow *flow, const struct packet *packet)
{
	return packet->tcp_flags & TCP_RST ||
	       flow->tcp_flags[TO_SERVER] & flow->tcp_flags[TO_CLIENT] &
	               TCP_FIN;
}

static void flow_add(struct flow *flow, enum direction direction,
                     const struct packet *packet)
{
	bool first = flow->packets[direction]++ == 0;

	flow->bytes[direction] += packet->family == FAMILY_LAYER2
	                                  ? packet->frame_len
	                                  : packet->ip_len;
	if (packet->time_ns < flow->first_ns)
		flow->first_ns = packet->time_ns;
	if (packet->time_ns > flow->last_ns)
		flow->last_ns = packet->time_ns;
	if (first) {
		flow->mac[direction] = packet->source_mac;
		if (flow->packets[!direction] == 0)
			flow->mac[!direction] = packet->target_mac;
	}
	if (direction == TO_SERVER && packet->hop_limit < flow->hop_limit_min)
		flow->hop_limit_min = packet->hop_limit;
	if (direction == TO_SERVER && packet->hop_limit > flow->hop_limit_max)
		flow->hop_limit_max = packet->hop_limit;
	if (direction == TO_CLIENT)
		flow->hop_limit_back = packet->hop_limit;
	flow->dscps |= UINT64_C(1) << (packet->dscp & 63);
	flow->router_alert |= packet->router_alert;
	flow->ip_options |= packet->ip_options;
	flow->fragmented |= packet->fragmented;
	flow->dont_fragment |= packet->dont_fragment;
	head_keep(&flow->head[direction], packet);
}

/* The entry of a flow that this packet continues, 0 if it begins one. */
static uint32_t find_current(struct flow_table *table,
                             const struct flow_key *key, uint32_t hash,
                             const struct packet *packet, uint64_t clock_ns)
{
	uint32_t link = table->slots[slot_find(table, key, hash)];

	if (!link)
		return 0;

	const struct flow *flow = &entry_at(table, link)->flow;
	bool reopened = flow->closed && packet->tcp_flags & TCP_SYN &&
	                !(packet->tcp_flags & TCP_ACK);

	if (!reopened && !is_over(table, flow, clock_ns))
		return link;
	flow_end(table, link);
	return 0;
}

static uint32_t begin(struct flow_table *table, const struct flow_key *key,
                      uint32_t hash, bool swapped, const struct packet *packet)
{
	if (!make_room(table))
		return 0;

	uint32_t link = table->free;
	struct entry *entry = entry_at(table, link);

	table->free = entry->newer;
	flow_init(&entry->flow, key, swapped, packet);
	entry->hash = hash;
	table->slots[slot_find(table, key, hash)] = link;
	line_append(table, &table->open, entry, link);
	table->count++;
	table->listener->begin(table->listener->self, &entry->flow, packet);
	return link;
}

static uint32_t key_hash(const struct flow_table *table,
                         const struct flow_key *key)
{
	return (uint32_t)hash_bytes(table->seed, key, sizeof(*key));
}

/* An ICMP error is the quoted flow's fate: note it there. */
static void mark_quoted(struct flow_table *table, const struct packet *packet,
                        uint64_t clock_ns)
{
	unsigned error = icmp_error_of(packet);
	bool swapped;

	if (!error || !packet->quote.present)
		return;

	struct flow_key key = flow_key_of_quote(packet, &swapped);
	uint32_t link =
		table->slots[slot_find(table, &key, key_hash(table, &key))];

	if (link && !is_over(table, &entry_at(table, link)->flow, clock_ns))
		entry_at(table, link)->flow.icmp_errors |= (uint8_t)error;
}

void flow_table_packet(struct flow_table *table, const struct packet *packet,
                       uint64_t clock_ns)
{
	bool swapped;
	struct flow_key key = flow_key_of(packet, &swapped);
	uint32_t hash = key_hash(table, &key);
	uint32_t link = find_current(table, &key, hash, packet, clock_ns);

	if (!link)
		link = begin(table, &key, hash, swapped, packet);
	if (!link) {
		table->evicted++;
		return;
	}

	struct entry *entry = entry_at(table, link);
	struct flow *flow = &entry->flow;
	enum direction direction =
		swapped == flow->client ? TO_SERVER : TO_CLIENT;

	flow_add(flow, direction, packet);
	flow->clock_ns = clock_ns;
	table->listener->packet(table->listener->self, flow, direction, packet);
	line_remove(table, line_of(table, entry), entry);
	flow->tcp_flags[direction] |= packet->tcp_flags;
	if (packet->transport == TRANSPORT_TCP && tcp_is_done(flow, packet))
		flow->closed = true;
	line_append(table, line_of(table, entry), entry, link);
	mark_quoted(table, packet, clock_ns);
	/* Pay for expiry a little at a time. */
	line_sweep(table, &table->open, clock_ns, SWEEP_LIMIT);
	line_sweep(table, &table->closed, clock_ns, SWEEP_LIMIT);
}

void flow_table_each(const struct flow_table *table, void *self,
                     void (*visit)(void *self, const struct flow *flow))
{
	for (uint32_t link = table->open.oldest; link;
	     link = entry_at(table, link)->newer)
		visit(self, &entry_at(table, link)->flow);
	for (uint32_t link = table->closed.oldest; link;
	     link = entry_at(table, link)->newer)
		visit(self, &entry_at(table, link)->flow);
}

size_t flow_table_count(const struct flow_table *table)
{
	return table->count;
}

uint64_t flow_table_evicted(const struct flow_table *table)
{
	return table->evicted;
}
