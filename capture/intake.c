#include "capture/intake.h"

#include <stdlib.h>

#include "capture/decode.h"
#include "capture/fragments.h"
#include "capture/rings.h"
#include "capture/shards.h"

enum { LOOK_UP_MS = 100 }; /* after rings */

struct intake {
	struct source *source;
	struct rings *rings; /* or NULL, and then: */
	struct shards *shards;
	struct fragments *fragments;
	uint64_t clock_ns;
	bool lent; /* the source has the room of the block being filled */
	bool took; /* and has put a frame into it */
};

static void table_arrived(void *self, const struct arrival *arrivals,
                          size_t count)
{
	flow_table_arrived(self, arrivals, count);
}

static void table_flush(void *self)
{
	flow_table_flush(self);
}

static bool start_shards(struct intake *intake,
                         struct flow_table *const *tables, size_t count,
                         uint64_t seed, struct error *err)
{
	struct shard_listener listeners[SHARDS_MAX];

	for (size_t i = 0; i < count; i++)
		listeners[i] =
			(struct shard_listener){ tables[i], table_arrived };
	intake->fragments = fragments_create(err);
	if (!intake->fragments)
		return false;
	intake->shards = shards_create(listeners, count, seed, err);
	return intake->shards;
}

struct intake *intake_create(struct source *const *sources, size_t source_count,
                             struct flow_table *const *tables,
                             size_t table_count, uint64_t seed,
                             struct error *err)
{
	struct intake *intake = calloc(1, sizeof(*intake));

	if (!intake) {
		fail(err, "out of memory for an audit");
		return NULL;
	}
	intake->source = sources[0];
	if (source_count > 1)
		intake->rings =
			rings_create(sources, tables, table_count, seed, err);
	else
		start_shards(intake, tables, table_count, seed, err);
	if (intake->rings || intake->shards)
		return intake;
	intake_free(intake);
	return NULL;
}

void intake_free(struct intake *intake)
{
	if (!intake)
		return;
	rings_free(intake->rings);
	shards_free(intake->shards);
	fragments_free(intake->fragments);
	free(intake);
}

static void push(struct intake *intake)
{
	shards_push(intake->shards);
	intake->lent = false;
}

/* A frame that does not fit into an empty room needs a larger one. */
static void lend(struct intake *intake, bool large)
{
	size_t len;
	uint8_t *room = shards_room(intake->shards, large, &len);

	source_lend(intake->source, room, len);
	intake->lent = true;
	intake->took = false;
}

/* A block for the frame to come. */
static struct packet *prepare(struct intake *intake)
{
	struct packet *slots = shards_slots(intake->shards);

	if (!slots) {
		push(intake);
		slots = shards_slots(intake->shards);
	}
	if (!intake->lent)
		lend(intake, false);
	return slots;
}

static void take_frame(struct intake *intake, const struct frame *frame,
                       struct packet *packets)
{
	struct decode_result result;

	intake->took = true;
	if (frame->time_ns > intake->clock_ns)
		intake->clock_ns = frame->time_ns;
	if (shards_add_plain(intake->shards, frame, intake->clock_ns)) {
		source_count(intake->source, frame, DECODED_OK);
		return;
	}
	result = packet_decode(packets, frame);
	source_count(intake->source, frame, result.outcome);
	for (size_t i = 0; i < result.count; i++)
		fragments_resolve(intake->fragments, &packets[i]);
	shards_add(intake->shards, frame, result.count, intake->clock_ns);
}

static enum source_event read_frame(struct intake *intake)
{
	struct packet *slots = prepare(intake);
	struct frame frame;
	enum source_event event = source_next(intake->source, &frame);

	switch (event) {
	case SOURCE_FRAME: take_frame(intake, &frame, slots); break;
	case SOURCE_FULL:
		if (intake->took)
			push(intake);
		else
			lend(intake, true);
		break;
	case SOURCE_IDLE:
		push(intake);
		shards_hurry(intake->shards);
		break;
	case SOURCE_WOKEN:
	case SOURCE_END: break;
	}
	return event;
}

enum source_event intake_step(struct intake *intake)
{
	if (!intake->rings)
		return read_frame(intake);
	return rings_wait(intake->rings, LOOK_UP_MS) ? SOURCE_END : SOURCE_IDLE;
}

void intake_pause(struct intake *intake)
{
	if (intake->rings) {
		rings_pause(intake->rings);
	} else {
		shards_wait(intake->shards);
		intake->lent = false;
	}
}

void intake_resume(struct intake *intake)
{
	if (intake->rings)
		rings_resume(intake->rings);
}

void intake_flush(struct intake *intake)
{
	if (intake->rings)
		rings_flush(intake->rings);
	else
		shards_run(intake->shards, table_flush);
	shards_free(intake->shards);
	intake->shards = NULL;
}

size_t intake_stats(struct intake *intake, const struct source_stats **stats)
{
	if (!intake->rings)
		return source_stats(intake->source, stats);
	*stats = rings_stats(intake->rings);
	return 1;
}

uint64_t intake_fragment_orphans(const struct intake *intake)
{
	return intake->rings ? rings_fragment_orphans(intake->rings)
	                     : fragments_orphans(intake->fragments);
}
