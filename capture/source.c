#include "capture/source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/source_parts.h"
#include "capture/source_stats.h"

enum {
	KERNEL_EVERY =
		1 << 24, /* frames, so that its counts wrap at most once */
};

static void fill(struct frame *frame, const struct source *source,
                 const struct pcap_pkthdr *header, const u_char *bytes)
{
	const struct reader *reader = &source->reader;

	frame->bytes = bytes;
	frame->captured = header->caplen;
	frame->len =
		header->len < header->caplen ? header->caplen : header->len;
	frame->link_type = reader->link_type;
	frame->time_ns = source_reader_time_ns(reader, &header->ts);
	frame->number = reader->number;
	frame->source_index = (uint32_t)(source->started - 1);
}

/* False if the filter refuses the frame; it is numbered nevertheless. */
static bool take(struct source *source, struct frame *frame,
                 const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct source_stats *stats = source_current(source);
	struct reader *reader = &source->reader;

	if (reader->since_ns &&
	    source_reader_time_ns(reader, &header->ts) < reader->since_ns)
		return false;
	reader->since_ns = 0;
	reader->number++;
	if (reader->has_filter &&
	    pcap_offline_filter(&reader->filter, header, bytes) == 0)
		return false;
	fill(frame, source, header, bytes);
	source_stats_note(stats, frame, &reader->previous_ns);
	if (stats->live && stats->frames % KERNEL_EVERY == 0)
		source_read_kernel(source);
	return true;
}

/* The last record that was read past libpcap is the one before its next. */
static void leave_records(struct reader *reader)
{
	reader->has_records = false;
	fseeko(pcap_file(reader->pcap), (off_t)reader->records.offset,
	       SEEK_SET);
}

/* As pcap_next_ex() would. */
static enum records_step next_record(struct reader *reader,
                                     struct pcap_pkthdr *header,
                                     const u_char **bytes)
{
	struct record record = { 0 };
	enum records_step step =
		records_next(&reader->records, SOURCE_ROOM, &record);

	*header = (struct pcap_pkthdr){
		.ts = { (time_t)record.seconds,
		        (suseconds_t)record.nanoseconds },
		.caplen = record.captured,
		.len = record.len,
	};
	*bytes = record.bytes;
	return step;
}

/* The next frame of a plain file. False where there is nothing to tell. */
static bool next_in_room(struct source *source, struct frame *frame,
                         enum source_event *event)
{
	struct reader *reader = &source->reader;
	struct pcap_pkthdr header;
	const u_char *bytes;

	switch (next_record(reader, &header, &bytes)) {
	case RECORDS_FRAME:
		*event = SOURCE_FRAME;
		return take(source, frame, &header, bytes);
	case RECORDS_FULL: *event = SOURCE_FULL; return true;
	case RECORDS_LEFT: break;
	}
	/* Frames lie there that somebody may still look at. */
	source->room.used = (size_t)(reader->records.end - source->room.at);
	leave_records(reader);
	return false;
}

/* Have a frame lie in the room; it has to wait for more where it does not
 * fit. */
static enum source_event put_in_room(struct source *source, struct frame *frame)
{
	struct room *room = &source->room;

	if (!room->at)
		return SOURCE_FRAME;
	if (frame->captured > room->len - room->used &&
	    (room->used || room->len < SOURCE_ROOM)) {
		room->waiting = true;
		room->frame = *frame;
		return SOURCE_FULL;
	}
	room->waiting = false;
	if (frame->captured > room->len)
		frame->captured = (uint32_t)room->len;
	memcpy(room->at + room->used, frame->bytes, frame->captured);
	frame->bytes = room->at + room->used;
	room->used += frame->captured;
	return SOURCE_FRAME;
}

void source_lend(struct source *source, uint8_t *room, size_t len)
{
	bool first = !source->room.at;

	source->room.at = room;
	source->room.len = len;
	source->room.used = 0;
	if (source->reader.has_records)
		records_lend(&source->reader.records, room, len);
	else if (first && source->reader.pcap && !source->live &&
	         source->reader.number == 0)
		source_find_records(source);
}

/* By way of libpcap. False where there is nothing to tell. */
static bool next_of_pcap(struct source *source, struct frame *frame,
                         enum source_event *event)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got = pcap_next_ex(source->reader.pcap, &header, &bytes);

	if (got < 0)
		source_finish(source, got == PCAP_ERROR);
	if (got == 1 && take(source, frame, header, bytes)) {
		*event = put_in_room(source, frame);
		return true;
	}
	if (got != 0)
		return false;
	*event = source_wait(source);
	return *event != SOURCE_FRAME;
}

enum source_event source_next(struct source *source, struct frame *frame)
{
	enum source_event event = SOURCE_END;

	if (source->room.waiting) {
		*frame = source->room.frame;
		return put_in_room(source, frame);
	}
	while (!atomic_load(&source->stopped)) {
		if (!source->reader.pcap && !source_open_next(source))
			break;
		if (source->reader.has_records
		            ? next_in_room(source, frame, &event)
		            : next_of_pcap(source, frame, &event))
			return event;
	}
	return SOURCE_END;
}

struct source *source_create(struct error *err)
{
	struct source *source = calloc(1, sizeof(*source));

	if (!source) {
		fail(err, "out of memory");
		return NULL;
	}
	source->wake = -1;
	return source;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	source_reader_close(&source->reader);
	if (source->wake >= 0)
		close(source->wake);
	source_stats_free(source->stats, source->inputs.count);
	free(source->filter);
	inputs_release(&source->inputs);
	free(source);
}

void source_stop(struct source *source)
{
	atomic_store(&source->stopped, true);
}

void source_count(struct source *source, const struct frame *frame,
                  enum decoded outcome)
{
	source->stats[frame->source_index].outcomes[outcome]++;
}

size_t source_stats(struct source *source, const struct source_stats **stats)
{
	if (source->live)
		source_read_kernel(source);
	*stats = source->stats;
	return source->started;
}
