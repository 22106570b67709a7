#include "report/ledger_sources.h"

#include <stdlib.h>
#include <string.h>

void ledger_sources_release(struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->source_count; i++)
		free(ledger->sources[i].name);
	free(ledger->sources);
	ledger->sources = NULL;
	ledger->source_count = 0;
}

bool ledger_set_sources(struct ledger *ledger, const struct source_stats *stats,
                        size_t count, struct error *err)
{
	struct source_stats *copies = calloc(count + 1, sizeof(*copies));

	if (!copies)
		return fail(err, "out of memory for sources");
	ledger_sources_release(ledger);
	ledger->sources = copies;
	for (size_t i = 0; i < count; i++) {
		copies[i] = stats[i];
		copies[i].name = strdup(stats[i].name);
		if (!copies[i].name)
			return fail(err, "out of memory for sources");
		ledger->source_count++;
	}
	return true;
}

bool ledger_sources_check(const struct ledger *into, const struct ledger *from,
                          struct error *err)
{
	for (size_t i = 0; i < from->source_count; i++)
		for (size_t k = 0; k < into->source_count; k++)
			if (from->sources[i].digest ==
			            into->sources[k].digest &&
			    from->sources[i].frames && into->sources[k].frames)
				return fail(
					err,
					"source '%s' is in both reports "
					"(as '%s' in the other); its traffic "
					"would count twice",
					from->sources[i].name,
					into->sources[k].name);
	return true;
}

bool ledger_sources_append(struct ledger *into, const struct ledger *from,
                           struct error *err)
{
	size_t count = into->source_count + from->source_count;
	struct source_stats *larger =
		realloc(into->sources, (count + 1) * sizeof(*larger));

	if (!larger)
		return fail(err, "out of memory for merging");
	into->sources = larger;
	for (size_t i = 0; i < from->source_count; i++) {
		struct source_stats copy = from->sources[i];

		copy.name = strdup(copy.name);
		if (!copy.name)
			return fail(err, "out of memory for merging");
		into->sources[into->source_count++] = copy;
	}
	return true;
}

/* A source and where it stood. */
struct placed {
	struct source_stats stats;
	uint32_t before;
};

static int earliest_first(const void *a, const void *b)
{
	const struct source_stats *left = &((const struct placed *)a)->stats;
	const struct source_stats *right = &((const struct placed *)b)->stats;
	int order = strcmp(left->name, right->name);

	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	if (order)
		return order;
	return (left->digest > right->digest) - (left->digest < right->digest);
}

static void move_examples(struct ledger *ledger, const uint32_t *now)
{
	for (size_t i = 0; i < ledger->findings.count; i++) {
		struct finding *finding = ledger->findings.records[i];

		for (uint32_t e = 0; e < finding->example_count; e++) {
			uint32_t *source = &finding->examples[e].source;

			if (*source < ledger->source_count)
				*source = now[*source];
		}
	}
}

bool ledger_sources_sort(struct ledger *ledger, struct error *err)
{
	size_t count = ledger->source_count;
	struct placed *placed = calloc(count + 1, sizeof(*placed));
	uint32_t *now = calloc(count + 1, sizeof(*now));
	bool sorted = placed && now;

	for (uint32_t i = 0; placed && i < count; i++)
		placed[i] = (struct placed){ ledger->sources[i], i };
	if (sorted) {
		qsort(placed, count, sizeof(*placed), earliest_first);
		for (uint32_t i = 0; i < count; i++) {
			ledger->sources[i] = placed[i].stats;
			now[placed[i].before] = i;
		}
		move_examples(ledger, now);
	}
	free(placed);
	free(now);
	return sorted || fail(err, "out of memory for merging");
}
