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

/* Whoever has time makes what comes next; the caller takes, or makes as well
 * where that has to wait. */
struct line {
	size_t count;
	size_t window;
	void (*make)(void *self, size_t index);
	void (*take)(void *self, size_t index);
	void *self;
	pthread_t caller;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	size_t begun;
	size_t taken;
	bool made[PARALLEL_MAX]; /* by index modulo window */
};

/* Whether there is something to make, and a place for it. With the lock held,
 * as all that follows. */
static bool can_make(const struct line *line)
{
	return line->begun < line->count &&
	       line->begun < line->taken + line->window;
}

static bool can_take(const struct line *line)
{
	return line->made[line->taken % line->window];
}

static void make_next(struct line *line)
{
	size_t index = line->begun++;

	pthread_mutex_unlock(&line->lock);
	line->make(line->self, index);
	pthread_mutex_lock(&line->lock);
	line->made[index % line->window] = true;
	pthread_cond_broadcast(&line->changed);
}

static void take_next(struct line *line)
{
	pthread_mutex_unlock(&line->lock);
	line->take(line->self, line->taken);
	pthread_mutex_lock(&line->lock);
	line->made[line->taken % line->window] = false;
	line->taken++;
	pthread_cond_broadcast(&line->changed);
}

static void line_help(void *self, size_t index)
{
	struct line *line = self;

	(void)index;
	pthread_mutex_lock(&line->lock);
	while (line->begun < line->count) {
		if (can_make(line))
			make_next(line);
		else if (pthread_equal(pthread_self(), line->caller))
			break; /* there is no thread: nobody would take */
		else
			pthread_cond_wait(&line->changed, &line->lock);
	}
	pthread_mutex_unlock(&line->lock);
}

static void line_lead(struct line *line)
{
	pthread_mutex_lock(&line->lock);
	while (line->taken < line->count) {
		if (can_take(line))
			take_next(line);
		else if (can_make(line))
			make_next(line);
		else
			pthread_cond_wait(&line->changed, &line->lock);
	}
	pthread_mutex_unlock(&line->lock);
}

void parallel_in_order(size_t count, size_t window,
                       void (*make)(void *self, size_t index),
                       void (*take)(void *self, size_t index), void *self)
{
	struct line line = { .count = count,
		             .window = window,
		             .make = make,
		             .take = take,
		             .self = self,
		             .caller = pthread_self() };
	size_t width = parallel_width();
	struct parallel *helpers;

	if (!count)
		return;
	pthread_mutex_init(&line.lock, NULL);
	pthread_cond_init(&line.changed, NULL);
	helpers = parallel_begin((count < width ? count : width) - 1, line_help,
	                         &line);
	line_lead(&line);
	parallel_end(helpers);
	pthread_cond_destroy(&line.changed);
	pthread_mutex_destroy(&line.lock);
}
