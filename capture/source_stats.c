#include "capture/source_stats.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
	DIGEST_LEN = 48, /* bytes of a frame that its digest covers */
	DIGEST_WORDS = DIGEST_LEN / 8 + 2,
};

struct source_stats *source_stats_create(const struct inputs *inputs)
{
	struct source_stats *stats = calloc(inputs->count, sizeof(*stats));

	if (!stats)
		return NULL;
	for (size_t i = 0; i < inputs->count; i++) {
		stats[i].link_type = "unknown";
		stats[i].name = strdup(inputs->input[i].path);
		if (!stats[i].name) {
			source_stats_free(stats, i);
			return NULL;
		}
	}
	return stats;
}

void source_stats_free(struct source_stats *stats, size_t count)
{
	for (size_t i = 0; stats && i < count; i++)
		free(stats[i].name);
	free(stats);
}

/*
 * Frames' hashes do not depend on each other, so that the processor can
 * overlap them; only the last lines chain them. The same on every machine.
 */
static uint64_t digest_add(uint64_t digest, const struct frame *frame)
{
	uint64_t words[DIGEST_WORDS] = { 0 };
	uint64_t hash = 0;
	uint64_t odd = 0x9e3779b97f4a7c15;

	if (frame->captured >= DIGEST_LEN)
		memcpy(words, frame->bytes, DIGEST_LEN);
	else
		memcpy(words, frame->bytes, frame->captured);
	words[DIGEST_WORDS - 2] = htole64(frame->time_ns);
	words[DIGEST_WORDS - 1] =
		htole64((uint64_t)frame->len << 32 | frame->captured);
	for (size_t i = 0; i < DIGEST_WORDS; i++) {
		hash += (le64toh(words[i]) ^ odd) * odd;
		odd *= 0xd1342543de82ef95;
	}
	digest = (digest ^ hash ^ hash >> 29) * 0x9e3779b97f4a7c15;
	return digest ^ digest >> 32;
}

void source_stats_note(struct source_stats *stats, const struct frame *frame,
                       uint64_t *previous_ns)
{
	if (stats->frames == 0 || frame->time_ns < stats->first_ns)
		stats->first_ns = frame->time_ns;
	if (frame->time_ns > stats->last_ns)
		stats->last_ns = frame->time_ns;
	if (stats->frames > 0 && frame->time_ns < *previous_ns)
		stats->out_of_order++;
	*previous_ns = frame->time_ns;
	stats->frames++;
	stats->bytes += frame->len;
	stats->cut += frame->captured < frame->len;
	stats->digest = digest_add(stats->digest, frame);
}

/* What the interface dropped is told to each of its rings alike. The sum of
 * digests does not depend on which ring is added first. */
void source_stats_add(struct source_stats *stats,
                      const struct source_stats *ring)
{
	if (ring->frames &&
	    (!stats->frames || ring->first_ns < stats->first_ns))
		stats->first_ns = ring->first_ns;
	if (ring->last_ns > stats->last_ns)
		stats->last_ns = ring->last_ns;
	if (ring->if_dropped > stats->if_dropped)
		stats->if_dropped = ring->if_dropped;
	stats->frames += ring->frames;
	stats->bytes += ring->bytes;
	stats->cut += ring->cut;
	stats->out_of_order += ring->out_of_order;
	stats->digest += ring->digest;
	stats->received += ring->received;
	stats->dropped += ring->dropped;
	for (size_t i = 0; i < DECODED_KINDS; i++)
		stats->outcomes[i] += ring->outcomes[i];
	if (!stats->failure[0])
		memcpy(stats->failure, ring->failure, sizeof(stats->failure));
}
