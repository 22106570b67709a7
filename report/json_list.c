#include "report/json_list.h"

#include "capture/parallel.h"

enum { WINDOW = 16 }; /* pieces that are made or wait to be written */

/* A list on its way. */
struct making {
	const struct json_list *list;
	struct json_scope scope;
	struct json_writer *parts[WINDOW]; /* for every WINDOWth piece each;
	                                      NULL: not needed yet */
};

/* The first value is written already: parts are for what comes behind one. */
static void make_piece(void *self, size_t piece)
{
	struct making *making = self;
	const struct json_list *list = making->list;
	struct json_writer **part = &making->parts[piece % WINDOW];
	size_t from = 1 + piece * list->piece;
	size_t to = from + list->piece;

	if (!*part)
		*part = json_part_open(making->scope);
	for (size_t i = from; *part && i < to && i < list->count; i++)
		list->add(json_part_list(*part), i, list->self);
}

static void write_piece(void *self, size_t piece)
{
	const struct making *making = self;

	json_part_move(making->scope, making->parts[piece % WINDOW]);
}

void json_list_add(struct json_scope scope, const struct json_list *list)
{
	struct making making = { .list = list, .scope = scope };

	if (list->count)
		list->add(scope, 0, list->self);
	if (list->count > 1)
		parallel_in_order((list->count - 2) / list->piece + 1, WINDOW,
		                  make_piece, write_piece, &making);
	for (size_t i = 0; i < WINDOW; i++)
		json_part_free(making.parts[i]);
}
