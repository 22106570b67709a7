#include "capture/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
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

static void part_begin(struct part *part, size_t index,
                       void (*work)(void *self, size_t index), void *self)
{
	*part = (struct part){ .work = work, .self = self, .index = index };
	part->running =
		pthread_create(&part->thread, NULL, part_run, part) == 0;
}

static void part_wait(struct part *part)
{
	if (part->running)
		pthread_join(part->thread, NULL);
	part->running = false;
}

void parallel_do(size_t count, void (*work)(void *self, size_t index),
                 void *self)
{
	struct part parts[PARALLEL_MAX] = { { .running = false } };

	for (size_t i = 1; i < count; i++)
		part_begin(&parts[i], i, work, self);
	for (size_t i = 0; i < count; i++)
		if (!parts[i].running)
			work(self, i);
	for (size_t i = 1; i < count; i++)
		part_wait(&parts[i]);
}

/* Indices that are handed out one by one. */
struct queue {
	atomic_size_t next;
	size_t count;
	void (*work)(void *self, size_t index);
	void *self;
};

static void queue_run(void *self, size_t index)
{
	struct queue *queue = self;

	(void)index;
	for (;;) {
		size_t next = atomic_fetch_add(&queue->next, 1);

		if (next >= queue->count)
			return;
		queue->work(queue->self, next);
	}
}

void parallel_each(size_t count, void (*work)(void *self, size_t index),
                   void *self)
{
	struct queue queue = { .count = count, .work = work, .self = self };
	size_t width = parallel_width();

	parallel_do(count < width ? count : width, queue_run, &queue);
}

struct parallel {
	size_t count;
	struct part parts[];
};

struct parallel *
parallel_begin(size_t count, void (*work)(void *self, size_t index), void *self)
{
	struct parallel *parallel =
		calloc(1,
	               sizeof(*parallel) + count * sizeof(parallel->parts[0]));

	if (!parallel)
		return NULL;
	parallel->count = count;
	for (size_t i = 0; i < count; i++) {
		part_begin(&parallel->parts[i], i, work, self);
		if (!parallel->parts[i].running)
			work(self, i);
	}
	return parallel;
}

void parallel_wait(struct parallel *parallel, size_t index)
{
	part_wait(&parallel->parts[index]);
}

void parallel_end(struct parallel *parallel)
{
	if (!parallel)
		return;
	for (size_t i = 0; i < parallel->count; i++)
		part_wait(&parallel->parts[i]);
	free(parallel);
}
