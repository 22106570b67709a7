/*
 * Whatever the bytes of a file, plain or compressed: frames are no longer
 * than they were on the wire and numbered without gaps, the books agree with
 * what came out, progress never exceeds the file, a file that cannot be
 * opened has a reason, and frames read into lent room are the same.
 */
#include "capture/source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Touch every byte, so that a frame beyond its memory is found. */
static void touch(const struct frame *frame)
{
	for (uint32_t i = 0; i < frame->captured; i++)
		(void)((const volatile uint8_t *)frame->bytes)[i];
}

static void check_progress(const struct source *source, size_t size)
{
	uint64_t done;
	uint64_t total;

	source_progress(source, &done, &total);
	require(total == size && done <= total);
}

static void check_books(struct source *source, uint64_t frames, uint64_t bytes)
{
	const struct source_stats *stats;

	require(source_stats(source, &stats) == 1);
	require(stats->frames == frames && stats->bytes == bytes);
	require(stats->cut <= frames && stats->out_of_order <= frames);
	require(stats->first_ns <= stats->last_ns);
}

/* The next frame, into room if there is any. */
static bool next(struct source *source, uint8_t *room, struct frame *frame)
{
	enum source_event event = source_next(source, frame);

	while (event == SOURCE_FULL) {
		source_lend(source, room, SOURCE_ROOM);
		event = source_next(source, frame);
	}
	return event == SOURCE_FRAME;
}

/* What its content is named by. */
static uint64_t read_all(struct source *source, uint8_t *room, size_t size)
{
	const struct source_stats *stats;
	struct frame frame;
	uint64_t frames = 0;
	uint64_t bytes = 0;

	if (room)
		source_lend(source, room, SOURCE_ROOM);
	while (next(source, room, &frame)) {
		require(frame.captured <= frame.len);
		require(frame.number == ++frames);
		bytes += frame.len;
		touch(&frame);
		source_count(source, &frame, DECODED_OK);
		check_progress(source, size);
	}
	check_progress(source, size);
	check_books(source, frames, bytes);
	source_stats(source, &stats);
	return stats->digest + strlen(stats->failure);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source_options options = { .filter = NULL };
	struct error err = { "" };
	char path[32];
	char *paths[] = { path };
	struct source *source;
	int file = memfd_create("capture", MFD_CLOEXEC);

	require(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	source = source_open_files(paths, 1, &options, &err);
	require(source || err.text[0]);
	if (source) {
		static uint8_t room[SOURCE_ROOM];
		uint64_t digest = read_all(source, NULL, size);

		source_close(source);
		source = source_open_files(paths, 1, &options, &err);
		require(source && read_all(source, room, size) == digest);
	}
	source_close(source);
	close(file);
	return 0;
}
