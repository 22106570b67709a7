#include "report/json_list.h"

#include "capture/parallel.h"

enum { WAVE_MAX = 64 }; /* pieces that are in memory */

/* Pieces that are made at the same time; the first goes where the list is. */
struct wave {
	const struct json_list *list;
	struct json_scope scope;
	struct json_writer *parts[WAVE_MAX];
	size_t first; /* value of the first piece */
};

static void add_values(struct json_scope scope, const struct json_list *list,
                       size_t from)
{
	size_t to = from + list->piece;

	for (size_t i = from; i < to && i < list->count; i++)
		list->add(scope, i, list->self);
}

static void add_piece(void *self, size_t index)
{
	const struct wave *wave = self;
	size_t from = wave->first + index * wave->list->piece;

	if (index == 0)
		add_values(wave->scope, wave->list, from);
	else if (wave->parts[index])
		add_values(json_part_list(wave->parts[index]), wave->list,
		           from);
}

/* How many pieces there still are, of those that can be made at once. */
static size_t pieces_left(const struct wave *wave)
{
	size_t left = wave->list->count - wave->first;
	size_t pieces = (left + wave->list->piece - 1) / wave->list->piece;

	return pieces < WAVE_MAX ? pieces : WAVE_MAX;
}

static void add_wave(struct wave *wave, size_t pieces)
{
	for (size_t i = 1; i < pieces; i++)
		wave->parts[i] = json_part_open(wave->scope);
	parallel_each(pieces, add_piece, wave);
	for (size_t i = 1; i < pieces; i++)
		json_part_close(wave->scope, wave->parts[i]);
	wave->first += pieces * wave->list->piece;
}

void json_list_add(struct json_scope scope, const struct json_list *list)
{
	struct wave wave = { .list = list, .scope = scope };

	while (wave.first < list->count)
		add_wave(&wave, pieces_left(&wave));
}
