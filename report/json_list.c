#include "report/json_list.h"

#include "capture/parallel.h"

enum { WAVE_MAX = 16 }; /* pieces that are made at the same time */

/* Pieces of a list, one behind the other. */
struct wave {
	size_t first; /* value of the first piece */
	size_t count;
	struct json_writer *parts[WAVE_MAX];
};

/* One wave is made while the one before is written. */
struct making {
	const struct json_list *list;
	struct json_scope scope;
	struct wave waves[2];
	size_t number; /* of the wave that is made */
};

static struct wave *wave_at(struct making *making, size_t number)
{
	return &making->waves[number % 2];
}

static void write_wave(const struct making *making, struct wave *wave)
{
	for (size_t i = 0; i < wave->count; i++)
		json_part_close(making->scope, wave->parts[i]);
	wave->count = 0;
}

static void add_piece(const struct making *making, const struct wave *wave,
                      size_t index)
{
	const struct json_list *list = making->list;
	size_t from = wave->first + index * list->piece;
	size_t to = from + list->piece;

	if (!wave->parts[index])
		return;
	for (size_t i = from; i < to && i < list->count; i++)
		list->add(json_part_list(wave->parts[index]), i, list->self);
}

static void work(void *self, size_t index)
{
	struct making *making = self;

	if (index == 0)
		write_wave(making, wave_at(making, making->number + 1));
	else
		add_piece(making, wave_at(making, making->number), index - 1);
}

/* How many pieces there still are, of those that can be made at once. */
static size_t pieces_left(const struct json_list *list, size_t first)
{
	size_t left = list->count - first;
	size_t pieces = (left + list->piece - 1) / list->piece;

	return pieces < WAVE_MAX ? pieces : WAVE_MAX;
}

static void make_wave(struct making *making, size_t first)
{
	struct wave *wave = wave_at(making, making->number);

	wave->first = first;
	wave->count = pieces_left(making->list, first);
	for (size_t i = 0; i < wave->count; i++)
		wave->parts[i] = json_part_open(making->scope);
	parallel_each(wave->count + 1, work, making);
	making->number++;
}

void json_list_add(struct json_scope scope, const struct json_list *list)
{
	struct making making = { .list = list, .scope = scope };

	/* Parts are for what comes behind a value. */
	if (list->count)
		list->add(scope, 0, list->self);
	for (size_t first = 1; first < list->count;
	     first += WAVE_MAX * list->piece)
		make_wave(&making, first);
	write_wave(&making, wave_at(&making, making.number + 1));
}
