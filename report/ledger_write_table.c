#include <stdlib.h>

#include "capture/parallel.h"
#include "report/json_list.h"
#include "report/ledger_writer.h"

/* Records are short: so many are worth a piece of their list. */
enum { PIECE = 256 };

/* A record, and where its places put it. */
struct ranked {
	uint64_t ranks[2];
	void *record;
};

/* A table while it is written. */
struct sorting {
	const struct writer_row *row;
	const struct ledger *ledger;
	const struct table *table;
	struct ranked *records;
};

static void write_record(struct json_scope list, size_t index, const void *self)
{
	const struct sorting *sorting = self;

	sorting->row->write(list, sorting->records[index].record,
	                    sorting->ledger);
}

static uint64_t rank_at(const void *record, size_t offset)
{
	return place_rank((const void *)((const char *)record + offset));
}

static struct ranked rank_of(const struct writer_row *row, void *record)
{
	struct ranked ranked = { .record = record };
	uint64_t one = 0;
	uint64_t other = 0;

	if (row->order != WRITER_BY_OTHERS)
		one = rank_at(record, row->places[0]);
	if (row->order > WRITER_BY_PLACE)
		other = rank_at(record, row->places[1]);
	switch (row->order) {
	case WRITER_BY_OTHERS:
	case WRITER_BY_PLACE:
	case WRITER_BY_PLACES:
		ranked.ranks[0] = one;
		ranked.ranks[1] = other;
		break;
	case WRITER_BY_ENDS:
		ranked.ranks[1] = one < other ? other : one;
		ranked.ranks[0] = one < other ? one : other;
		break;
	case WRITER_BY_END: ranked.ranks[0] = one < other ? one : other; break;
	}
	return ranked;
}

/* Most records are told apart without a look at them. */
static int by_rank(const void *a, const void *b, void *sorting)
{
	const struct ranked *left = a;
	const struct ranked *right = b;
	const struct sorting *of = sorting;
	/* The comparison only looks, but qsort_r() takes no const. */
	union {
		const void *in; /* cppcheck-suppress unusedStructMember */
		void *out;
	} context = { .in = of->ledger };

	for (unsigned i = 0; i < 2; i++)
		if (left->ranks[i] != right->ranks[i])
			return left->ranks[i] < right->ranks[i] ? -1 : 1;
	return of->row->compare(&left->record, &right->record, context.out);
}

/* In an order that does not depend on how records came. */
static void sort_table(void *self, size_t index)
{
	struct sorting *sorting = (struct sorting *)self + index;
	const struct table *table = sorting->table;

	sorting->records =
		malloc((table->count + 1) * sizeof(*sorting->records));
	if (!sorting->records)
		return;
	for (size_t i = 0; i < table->count; i++)
		sorting->records[i] = rank_of(sorting->row, table->records[i]);
	qsort_r(sorting->records, table->count, sizeof(*sorting->records),
	        by_rank, sorting);
}

static void write_table(struct json_scope parent, const struct sorting *sorting)
{
	const struct json_list list = {
		.count = sorting->records ? sorting->table->count : 0,
		.piece = PIECE,
		.self = sorting,
		.add = write_record,
	};

	if (!sorting->records)
		json_give_up(parent);
	json_list_add(json_add_array(parent, sorting->row->key), &list);
	free(sorting->records);
}

/* To sort them takes as long as to write them: all are sorted at once. */
void writer_tables(struct json_scope object, const struct ledger *ledger,
                   const struct writer_row *const *rows, size_t count)
{
	struct sorting tables[WRITER_TABLES_MOST];

	for (size_t i = 0; i < count; i++)
		tables[i] = (struct sorting){
			.row = rows[i],
			.ledger = ledger,
			.table = ledger_table(ledger, rows[i]->table),
		};
	parallel_each(count, sort_table, tables);
	for (size_t i = 0; i < count; i++)
		write_table(object, &tables[i]);
}
