#include "capture/source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/source_parts.h"
#include "capture/source_stats.h"

enum {
	KERNEL_EVERY =
		1 << 24, /* frames, so that its counts wrap at most once */
};

/*
 * libpcap knows a few links by numbers of its own, which are not those in
 * the files. Frames carry the files'.
 */
static const struct {
	int dlt;
	int link_type;
} renumbered[] = {
	{ DLT_ATM_RFC1483, 100 },
	{ DLT_RAW, 101 },
	{ DLT_ATM_CLIP, 106 },
};

int source_link_of(int dlt)
{
	for (size_t i = 0; i < sizeof(renumbered) / sizeof(renumbered[0]); i++)
		if (renumbered[i].dlt == dlt)
			return renumbered[i].link_type;
	return dlt;
}

const char *source_link_name(int link_type)
{
	const char *name;

	for (size_t i = 0; i < sizeof(renumbered) / sizeof(renumbered[0]); i++)
		if (renumbered[i].link_type == link_type)
			link_type = renumbered[i].dlt;
	name = pcap_datalink_val_to_name(link_type);
	return name ? name : "unknown";
}

const char *source_link_type(const char *name)
{
	int dlt = pcap_datalink_name_to_val(name);
	const char *known = dlt < 0 ? NULL : pcap_datalink_val_to_name(dlt);

	return known ? known : "unknown";
}

/* What libpcap says, by its first words, and what we say. */
static const struct trouble {
	const char *theirs;
	const char *ours;
	const char *hint;
} troubles[] = {
	{ "truncated ", "truncated", "" },
	{ "The interface disappeared", "the interface disappeared", "" },
	{ "an interface has a type ", "interfaces of different link types",
	  ", which libpcap cannot read from one file; split it by interface: "
	  "tshark -Y frame.interface_id==0 -w PART, then "
	  "editcap -F pcap -T ether PART" },
	{ "an interface has a snapshot length ",
	  "interfaces of different snap lengths",
	  ", which libpcap cannot read from one file; rewrite it with "
	  "editcap -F pcap" },
};

/* The two link types, where it is those that libpcap complains of. */
static void name_links(char *text, size_t size, const struct reader *reader,
                       const char *theirs)
{
	int other;

	text[0] = '\0';
	if (sscanf(theirs, "an interface has a type %d", &other) == 1)
		snprintf(text, size, " (%s and %s)",
		         source_link_name(reader->link_type),
		         source_link_name(other));
}

/* Always false; theirs is what libpcap said, place where it stopped. */
static bool fail_reading(const struct reader *reader, const char *theirs,
                         const char *place, struct error *err)
{
	const char *spoilt = decompress_failure(reader->decompress);
	char links[80];

	if (spoilt[0])
		return fail(err, "%s%s", spoilt, place);
	name_links(links, sizeof(links), reader, theirs);
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
		const struct trouble *trouble = &troubles[i];

		if (strncmp(theirs, trouble->theirs, strlen(trouble->theirs)))
			continue;
		return fail(err, "%s%s%s%s", trouble->ours, links, place,
		            trouble->hint);
	}
	return fail(err, "%s%s", theirs, place);
}

static void reader_close(struct reader *reader)
{
	if (reader->has_filter)
		pcap_freecode(&reader->filter);
	if (reader->pcap)
		pcap_close(reader->pcap);
	decompress_close(reader->decompress);
	*reader = (struct reader){ 0 };
}

/*
 * err does not name the file. pcap_close() closes the stream; where libpcap
 * fails, it is still ours.
 */
static bool reader_open(struct reader *reader, const char *path,
                        const atomic_bool *stopped, struct error *err)
{
	char theirs[PCAP_ERRBUF_SIZE] = "";
	FILE *stream;

	*reader = (struct reader){ 0 };
	reader->decompress = input_open(path, stopped, err);
	if (!reader->decompress)
		return false;
	stream = decompress_stream(reader->decompress);
	reader->pcap = pcap_fopen_offline_with_tstamp_precision(
		stream, PCAP_TSTAMP_PRECISION_NANO, theirs);
	if (!reader->pcap) {
		fail_reading(reader, theirs, " in the file's header", err);
		fclose(stream);
		reader_close(reader);
		return false;
	}
	reader->link_type = source_link_of(pcap_datalink(reader->pcap));
	return true;
}

static bool compile(struct reader *reader, const char *filter,
                    struct error *err)
{
	if (!filter)
		return true;
	if (pcap_compile(reader->pcap, &reader->filter, filter, 1,
	                 PCAP_NETMASK_UNKNOWN) < 0)
		return fail(err, "bad filter '%s': %s", filter,
		            pcap_geterr(reader->pcap));
	reader->has_filter = true;
	return true;
}

/*
 * Whatever a file claims becomes a time: seconds are 32 bits without sign in
 * pcap, which libpcap reads with one; what fits no 64 bits of nanoseconds, or
 * is no part of a second, is brought to the nearest that does.
 */
static uint64_t time_ns(const struct reader *reader, const struct timeval *at)
{
	int64_t seconds = at->tv_sec;
	int64_t part = at->tv_usec;

	if (seconds < 0 && seconds >= INT32_MIN)
		seconds = (uint32_t)seconds;
	if (reader->microseconds)
		part *= 1000;
	if (part < 0)
		part = 0;
	if (part > 999999999)
		part = 999999999;
	if (seconds < 0)
		return 0;
	if (seconds > INT64_MAX / 1000000000 - 1)
		return INT64_MAX;
	return (uint64_t)seconds * 1000000000 + (uint64_t)part;
}

static uint64_t first_frame_ns(const char *path)
{
	uint64_t first = INPUT_TIME_UNKNOWN;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	struct reader reader;
	struct error err = { "" };

	if (!reader_open(&reader, path, NULL, &err))
		return first;
	if (pcap_next_ex(reader.pcap, &header, &bytes) == 1)
		first = time_ns(&reader, &header->ts);
	reader_close(&reader);
	return first;
}

static struct source_stats *current(const struct source *source)
{
	return &source->stats[source->started - 1];
}

/* Bytes of the file being read that have been used. */
static uint64_t position(const struct source *source)
{
	const struct reader *reader = &source->reader;
	off_t at;

	if (!reader->pcap || !reader->decompress)
		return 0;
	if (reader->has_records)
		return reader->records.offset;
	at = ftello(pcap_file(reader->pcap));
	if (decompress_kind(reader->decompress) == COMPRESSION_NONE && at >= 0)
		return (uint64_t)at;
	return decompress_consumed(reader->decompress);
}

static void leave_file(struct source *source)
{
	const struct input *input = &source->inputs.input[source->started - 1];

	source->bytes_passed += input->regular ? input->size : position(source);
	reader_close(&source->reader);
}

/* Being stopped is no failure, whatever a cut read looked like. */
static void name_failure(struct source *source, const char *separator,
                         const struct error *err)
{
	struct source_stats *stats = current(source);

	if (!atomic_load(&source->stopped))
		snprintf(stats->failure, sizeof(stats->failure), "%s%s%s",
		         separator[0] ? stats->name : "", separator, err->text);
}

/* Whether this file's frames can be read past libpcap: only into room. */
static void find_records(struct source *source)
{
	struct reader *reader = &source->reader;
	const struct input *input = &source->inputs.input[source->started - 1];

	reader->has_records =
		source->room.at && input->regular &&
		decompress_kind(reader->decompress) == COMPRESSION_NONE &&
		records_open(&reader->records, fileno(pcap_file(reader->pcap)),
	                     (uint32_t)pcap_snapshot(reader->pcap));
	if (reader->has_records)
		records_lend(&reader->records,
		             source->room.at + source->room.used,
		             source->room.len - source->room.used);
}

/* Open the input whose turn it is, or note why it cannot be. */
static bool open_turn(struct source *source)
{
	struct reader *reader = &source->reader;
	struct error err = { "" };
	bool several = source->inputs.count > 1;

	source->started++;
	if (!reader_open(reader, current(source)->name, &source->stopped,
	                 &err)) {
		name_failure(source, ": ", &err);
	} else {
		current(source)->link_type =
			source_link_name(reader->link_type);
		if (compile(reader, source->filter, &err)) {
			find_records(source);
			return true;
		}
		name_failure(source, several ? ": " : "", &err);
	}
	leave_file(source);
	return false;
}

static bool open_next(struct source *source)
{
	while (source->started < source->inputs.count &&
	       !atomic_load(&source->stopped))
		if (open_turn(source))
			return true;
	return false;
}

/* Note why reading ended early. */
static void note_failure(struct source *source)
{
	struct reader *reader = &source->reader;
	char place[64] = " before the first packet";
	struct error err = { "" };

	/* What one of several rings has read says little. */
	if (source->shared)
		place[0] = '\0';
	else if (reader->number > 0)
		snprintf(place, sizeof(place), " after packet %" PRIu64,
		         reader->number);
	fail_reading(reader, pcap_geterr(reader->pcap), place, &err);
	name_failure(source, ": ", &err);
}

static void finish(struct source *source, bool failed)
{
	if (failed)
		note_failure(source);
	if (source->live) {
		source_read_kernel(source);
		reader_close(&source->reader);
	} else {
		leave_file(source);
	}
}

static void fill(struct frame *frame, const struct source *source,
                 const struct pcap_pkthdr *header, const u_char *bytes)
{
	const struct reader *reader = &source->reader;

	frame->bytes = bytes;
	frame->captured = header->caplen;
	frame->len =
		header->len < header->caplen ? header->caplen : header->len;
	frame->link_type = reader->link_type;
	frame->time_ns = time_ns(reader, &header->ts);
	frame->number = reader->number;
	frame->source_index = (uint32_t)(source->started - 1);
}

/* False if the filter refuses the frame; it is numbered nevertheless. */
static bool take(struct source *source, struct frame *frame,
                 const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct source_stats *stats = current(source);
	struct reader *reader = &source->reader;

	if (reader->since_ns && time_ns(reader, &header->ts) < reader->since_ns)
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
		find_records(source);
}

/* By way of libpcap. False where there is nothing to tell. */
static bool next_of_pcap(struct source *source, struct frame *frame,
                         enum source_event *event)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got = pcap_next_ex(source->reader.pcap, &header, &bytes);

	if (got < 0)
		finish(source, got == PCAP_ERROR);
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
		if (!source->reader.pcap && !open_next(source))
			break;
		if (source->reader.has_records
		            ? next_in_room(source, frame, &event)
		            : next_of_pcap(source, frame, &event))
			return event;
	}
	return SOURCE_END;
}

static bool copy_filter(struct source *source,
                        const struct source_options *options)
{
	if (!options->filter)
		return true;
	source->filter = strdup(options->filter);
	return source->filter != NULL;
}

static bool open_files(struct source *source, char *const *paths, size_t count,
                       const struct source_options *options, struct error *err)
{
	if (count == 0)
		return fail(err, "no file to read");
	if (!inputs_find(&source->inputs, paths, count, first_frame_ns, err))
		return false;
	source->bytes_total = inputs_size(&source->inputs);
	source->stats = source_stats_create(&source->inputs);
	if (!source->stats || !copy_filter(source, options))
		return fail(err, "%s: out of memory", paths[0]);
	if (!open_next(source))
		return fail(err, "%s", source->stats[0].failure);
	return true;
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

struct source *source_open_files(char *const *paths, size_t count,
                                 const struct source_options *options,
                                 struct error *err)
{
	struct source *source = source_create(err);

	if (!source)
		return NULL;
	if (open_files(source, paths, count, options, err))
		return source;
	source_close(source);
	return NULL;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	reader_close(&source->reader);
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

void source_progress(const struct source *source, uint64_t *done,
                     uint64_t *total)
{
	*done = source->live ? 0 : source->bytes_passed + position(source);
	*total = source->bytes_total;
}
