#include "capture/source.h"

#include <inttypes.h>
#include <string.h>

#include "capture/source_parts.h"
#include "capture/source_stats.h"

static uint64_t first_frame_ns(const char *path)
{
	uint64_t first = INPUT_TIME_UNKNOWN;
	struct pcap_pkthdr *header;
	const u_char *bytes;
	struct reader reader;
	struct error err = { "" };

	if (!source_reader_open(&reader, path, NULL, &err))
		return first;
	if (pcap_next_ex(reader.pcap, &header, &bytes) == 1)
		first = source_reader_time_ns(&reader, &header->ts);
	source_reader_close(&reader);
	return first;
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
	source_reader_close(&source->reader);
}

/* Being stopped is no failure, whatever a cut read looked like. */
static void name_failure(struct source *source, const char *separator,
                         const struct error *err)
{
	struct source_stats *stats = source_current(source);

	if (!atomic_load(&source->stopped))
		snprintf(stats->failure, sizeof(stats->failure), "%s%s%s",
		         separator[0] ? stats->name : "", separator, err->text);
}

void source_find_records(struct source *source)
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
	if (!source_reader_open(reader, source_current(source)->name,
	                        &source->stopped, &err)) {
		name_failure(source, ": ", &err);
	} else {
		source_current(source)->link_type =
			source_link_name(reader->link_type);
		if (source_reader_filter(reader, source->filter, &err)) {
			source_find_records(source);
			return true;
		}
		name_failure(source, several ? ": " : "", &err);
	}
	leave_file(source);
	return false;
}

bool source_open_next(struct source *source)
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
	source_reader_fail(reader, pcap_geterr(reader->pcap), place, &err);
	name_failure(source, ": ", &err);
}

void source_finish(struct source *source, bool failed)
{
	if (failed)
		note_failure(source);
	if (source->live) {
		source_read_kernel(source);
		source_reader_close(&source->reader);
	} else {
		leave_file(source);
	}
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
	if (!source_open_next(source))
		return fail(err, "%s", source->stats[0].failure);
	return true;
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

void source_progress(const struct source *source, uint64_t *done,
                     uint64_t *total)
{
	*done = source->live ? 0 : source->bytes_passed + position(source);
	*total = source->bytes_total;
}
