#include "report/json_list.h"

#include <pthread.h>
#include <stdbool.h>

#include "capture/parallel.h"

enum {
	/* Pieces that are made or wait to be written. */
	WINDOW = 16,
};

/* A list on its way. Whoever has time makes the next piece, but only the
 * caller writes, in the list's order; or makes one where that has to wait. */
struct making {
	const struct json_list *list;
	struct json_scope scope;
	size_t pieces;
	pthread_t caller;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t begun;                      /* pieces */
	size_t written;                    /* of them */
	struct json_writer *parts[WINDOW]; /* for every WINDOWth piece each */
	bool made[WINDOW];
};

/* The first value is written already: parts are for what comes behind one. */
static void add_piece(const struct making *making, size_t piece)
{
	const struct json_list *list = making->list;
	struct json_writer *part = making->parts[piece % WINDOW];
	size_t from = 1 + piece * list->piece;
	size_t to = from + list->piece;

	for (size_t i = from; part && i < to && i < list->count; i++)
		list->add(json_part_list(part), i, list->self);
}

/* Whether there is a piece to make, with room for it. With the lock held. */
static bool has_work(const struct making *making)
{
	return making->begun < making->pieces &&
	       making->begun < making->written + WINDOW;
}

/* With the lock held, but for the work. */
static void make_next(struct making *making)
{
	size_t piece = making->begun++;

	pthread_mutex_unlock(&making->lock);
	add_piece(making, piece);
	pthread_mutex_lock(&making->lock);
	making->made[piece % WINDOW] = true;
	pthread_cond_broadcast(&making->changed);
}

static void help(void *self, size_t index)
{
	struct making *making = self;

	(void)index;
	pthread_mutex_lock(&making->lock);
	while (making->begun < making->pieces) {
		if (has_work(making))
			make_next(making);
		else if (pthread_equal(pthread_self(), making->caller))
			break; /* there are no threads: nobody would write */
		else
			pthread_cond_wait(&making->changed, &making->lock);
	}
	pthread_mutex_unlock(&making->lock);
}

/* With the lock held, but for the work. */
static void write_next(struct making *making)
{
	size_t slot = making->written % WINDOW;

	making->made[slot] = false;
	pthread_mutex_unlock(&making->lock);
	json_part_move(making->scope, making->parts[slot]);
	pthread_mutex_lock(&making->lock);
	making->written++;
	pthread_cond_broadcast(&making->changed);
}

static void write_all(struct making *making)
{
	pthread_mutex_lock(&making->lock);
	while (making->written < making->pieces) {
		if (making->made[making->written % WINDOW])
			write_next(making);
		else if (has_work(making))
			make_next(making);
		else
			pthread_cond_wait(&making->changed, &making->lock);
	}
	pthread_mutex_unlock(&making->lock);
}

static void make_pieces(struct making *making)
{
	size_t window = making->pieces < WINDOW ? making->pieces : WINDOW;
	size_t width = parallel_width();
	struct parallel *helpers;

	making->caller = pthread_self();
	pthread_mutex_init(&making->lock, NULL);
	pthread_cond_init(&making->changed, NULL);
	for (size_t i = 0; i < window; i++)
		making->parts[i] = json_part_open(making->scope);
	helpers = parallel_begin((window < width ? window : width) - 1, help,
	                         making);
	write_all(making);
	parallel_end(helpers);
	for (size_t i = 0; i < window; i++)
		json_part_free(making->parts[i]);
	pthread_cond_destroy(&making->changed);
	pthread_mutex_destroy(&making->lock);
}

void json_list_add(struct json_scope scope, const struct json_list *list)
{
	struct making making = { .list = list, .scope = scope };

	if (list->count)
		list->add(scope, 0, list->self);
	if (list->count > 1)
		making.pieces = (list->count - 2) / list->piece + 1;
	if (making.pieces)
		make_pieces(&making);
}
