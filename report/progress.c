#include "report/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PERIOD_MS = 250 };

static uint64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

struct progress progress_start(const struct source *source, bool wanted)
{
	uint64_t now = now_ms();

	return (struct progress){
		.source = source,
		.started_ms = now,
		.shown_ms = now,
		.wanted = wanted && isatty(STDERR_FILENO),
	};
}

void progress_show(struct progress *progress)
{
	uint64_t now;
	uint64_t done;
	uint64_t total;
	double seconds;
	double rate;

	if (!progress->wanted)
		return;
	now = now_ms();
	if (now - progress->shown_ms < PERIOD_MS)
		return;
	progress->shown_ms = now;
	progress->shown = true;
	source_progress(progress->source, &done, &total);
	seconds = (double)(now - progress->started_ms) / 1000;
	rate = (double)done / seconds;
	fprintf(stderr, "\r\033[K%.1f MB", (double)done / 1e6);
	if (total && rate > 0)
		fprintf(stderr, " of %.1f MB, %.1f MB/s, %.0f s left",
		        (double)total / 1e6, rate / 1e6,
		        total > done ? (double)(total - done) / rate : 0.0);
	else
		fprintf(stderr, ", %.1f MB/s", rate / 1e6);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r\033[K");
	progress->shown = false;
}
