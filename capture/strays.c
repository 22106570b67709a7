#include "capture/strays.h"

#include <stdlib.h>
#include <string.h>

/* Places are used again last in, first out: memory is touched only as far as
 * there is use for it. */
struct strays {
	size_t count;
	size_t used;       /* places that were ever taken */
	size_t free_count; /* of them, that are free again */
	uint64_t sequence;
	uint16_t heap[STRAYS_MAX]; /* of those that wait, earliest first */
	uint16_t free[STRAYS_MAX];
	struct stray place[STRAYS_MAX];
};

struct strays *strays_create(struct error *err)
{
	struct strays *strays = calloc(1, sizeof(*strays));

	if (!strays)
		fail(err, "out of memory for capture rings");
	return strays;
}

void strays_free(struct strays *strays)
{
	free(strays);
}

/* Whether the stray at heap position a goes before that at b. */
static bool is_before(const struct strays *strays, size_t a, size_t b)
{
	const struct stray *first = &strays->place[strays->heap[a]];
	const struct stray *second = &strays->place[strays->heap[b]];

	if (first->packet.time_ns != second->packet.time_ns)
		return first->packet.time_ns < second->packet.time_ns;
	return first->sequence < second->sequence;
}

static void swap(struct strays *strays, size_t a, size_t b)
{
	uint16_t place = strays->heap[a];

	strays->heap[a] = strays->heap[b];
	strays->heap[b] = place;
}

static void sift_up(struct strays *strays, size_t at)
{
	while (at && is_before(strays, at, (at - 1) / 2)) {
		swap(strays, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static void sift_down(struct strays *strays, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1;
		     child <= 2 * at + 2 && child < strays->count; child++)
			if (is_before(strays, child, least))
				least = child;
		if (least == at)
			return;
		swap(strays, at, least);
		at = least;
	}
}

static struct stray *free_place(struct strays *strays)
{
	if (strays->free_count)
		return &strays->place[strays->free[--strays->free_count]];
	return strays->used < STRAYS_MAX ? &strays->place[strays->used++]
	                                 : NULL;
}

/* A part of the packet that reaches to its end, which goes to at. */
static uint32_t keep(const uint8_t **part, uint32_t captured, uint8_t *at,
                     size_t room)
{
	uint32_t len = captured > room ? (uint32_t)room : captured;

	if (len)
		memcpy(at, *part, len);
	*part = at;
	return len;
}

/* The payload lies in the datagram, unless there is none of either. */
static void keep_bytes(struct stray *stray)
{
	struct packet *packet = &stray->packet;
	const uint8_t *ip = packet->ip;
	size_t ahead =
		ip && packet->payload ? (size_t)(packet->payload - ip) : 0;

	if (!ip) {
		packet->payload_captured =
			keep(&packet->payload, packet->payload_captured,
		             stray->bytes, STRAY_BYTES);
		return;
	}
	packet->ip_captured = keep(&packet->ip, packet->ip_captured,
	                           stray->bytes, STRAY_BYTES);
	if (ahead > packet->ip_captured)
		ahead = packet->ip_captured;
	packet->payload = stray->bytes + ahead;
	if (packet->payload_captured > packet->ip_captured - ahead)
		packet->payload_captured =
			(uint32_t)(packet->ip_captured - ahead);
}

bool strays_put(struct strays *strays, const struct packet *packet,
                enum stray_kind kind, unsigned asked)
{
	struct stray *stray = free_place(strays);

	if (!stray)
		return false;
	stray->packet = *packet;
	stray->kind = kind;
	stray->asked = asked;
	stray->sequence = strays->sequence++;
	keep_bytes(stray);
	strays->heap[strays->count] = (uint16_t)(stray - strays->place);
	sift_up(strays, strays->count++);
	return true;
}

size_t strays_count(const struct strays *strays)
{
	return strays->count;
}

struct stray *strays_take(struct strays *strays, uint64_t until_ns)
{
	struct stray *stray;

	if (!strays->count)
		return NULL;
	stray = &strays->place[strays->heap[0]];
	if (stray->packet.time_ns > until_ns)
		return NULL;
	strays->heap[0] = strays->heap[--strays->count];
	sift_down(strays, 0);
	return stray;
}

void strays_give_back(struct strays *strays, const struct stray *stray)
{
	strays->free[strays->free_count++] = (uint16_t)(stray - strays->place);
}
