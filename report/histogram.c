#include "report/histogram.h"

#include <stdlib.h>

enum { BRANCHES = 16, BRANCH_BITS = 4, LEVELS = 4 };

/* A node of the lowest level counts, the others branch. */
struct histogram_node {
	union {
		struct histogram_node *branch;
		uint64_t count;
	} at[BRANCHES];
};

/* Which branch of a node on a level (0 is the root's) a length takes. */
static unsigned branch_of(uint32_t len, unsigned level)
{
	return len >> BRANCH_BITS * (LEVELS - 1 - level) & (BRANCHES - 1);
}

static void node_free(struct histogram_node *node, unsigned level)
{
	if (!node)
		return;
	for (unsigned i = 0; level + 1 < LEVELS && i < BRANCHES; i++)
		node_free(node->at[i].branch, level + 1);
	free(node);
}

void histogram_release(struct histogram *histogram)
{
	node_free(histogram->root, 0);
	histogram->root = NULL;
}

void histogram_add(struct histogram *histogram, uint32_t len, uint64_t count)
{
	struct histogram_node **node = &histogram->root;

	if (len > HISTOGRAM_MAX)
		len = HISTOGRAM_MAX;
	for (unsigned level = 0;; level++) {
		if (!*node)
			*node = calloc(1, sizeof(**node));
		if (!*node)
			return;
		if (level + 1 == LEVELS)
			break;
		node = &(*node)->at[branch_of(len, level)].branch;
	}
	(*node)->at[branch_of(len, LEVELS - 1)].count += count;
}

/* A node of the lowest level, from *len on; *len goes on behind it. */
static bool next_in(const struct histogram_node *node, uint32_t *len,
                    uint64_t *count)
{
	do {
		*count = node->at[branch_of(*len, LEVELS - 1)].count;
		if (*count)
			return true;
		++*len;
	} while (branch_of(*len, LEVELS - 1));
	return false;
}

bool histogram_next(const struct histogram *histogram, uint32_t *len,
                    uint64_t *count)
{
	while (histogram->root && *len <= HISTOGRAM_MAX) {
		const struct histogram_node *node = histogram->root;
		unsigned level = 0;
		uint32_t span;

		while (node && level + 1 < LEVELS)
			node = node->at[branch_of(*len, level++)].branch;
		if (node) {
			if (next_in(node, len, count))
				return true;
			continue;
		}
		/* On to where the missing branch's neighbour starts. */
		span = UINT32_C(1) << BRANCH_BITS * (LEVELS - level);
		*len = (*len | (span - 1)) + 1;
	}
	return false;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	uint64_t count;

	for (uint32_t len = 0; histogram_next(from, &len, &count); len++)
		histogram_add(into, len, count);
}
