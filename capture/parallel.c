#include "capture/parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

struct part {
	pthread_t thread;
	bool running;
	void (*work)(void *self, size_t index);
	void *self;
	size_t index;
};

static void *part_run(void *self)
{
	const struct part *part = self;

	part->work(part->self, part->index);
	return NULL;
}

size_t parallel_width(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (processors < 1)
		return 1;
	return processors < PARALLEL_MAX ? (size_t)processors : PARALLEL_MAX;
}

void parallel_do(size_t count, void (*work)(void *self, size_t index),
                 void *self)
{
	struct part parts[PARALLEL_MAX] = { { .running = false } };

	for (size_t i = 1; i < count; i++) {
		parts[i] =
			(struct part){ .work = work, .self = self, .index = i };
		parts[i].running = pthread_create(&parts[i].thread, NULL,
		                                  part_run, &parts[i]) == 0;
	}
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !parts[i].running)
			work(self, i);
	for (size_t i = 1; i < count; i++)
		if (parts[i].running)
			pthread_join(parts[i].thread, NULL);
}
