/*
 * Whatever the bytes of a file, plain or compressed: frames are no longer
 * than they were on the wire and numbered without gaps, the books agree with
 * what came out, progress never exceeds the file, and a file that cannot be
 * opened has a reason.
 */
#include "capture/source.h"

#include <stdlib.h>
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

static void read_all(struct source *source, size_t size)
{
	struct frame frame;
	uint64_t frames = 0;
	uint64_t bytes = 0;

	while (source_next(source, &frame) == SOURCE_FRAME) {
		require(frame.captured <= frame.len);
		require(frame.number == ++frames);
		bytes += frame.len;
		touch(&frame);
		source_count(source, &frame, DECODED_OK);
		check_progress(source, size);
	}
	check_progress(source, size);
	check_books(source, frames, bytes);
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
	if (source)
		read_all(source, size);
	source_close(source);
	close(file);
	return 0;
}
