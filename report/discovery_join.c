#include <stdlib.h>

#include "report/discovery.h"

/*
 * Prefixes that lie apart are the leaves of a binary trie, and each of its
 * forks is the common prefix of two that are neighbours by address: with n
 * prefixes there are n - 1 forks.
 */
struct fork {
	struct prefix prefix;
	size_t index; /* of the first of the two */
	uint64_t packets;
	bool fixed; /* holds what was announced, or is not private */
};

/* What lies below each prefix in the order of their addresses. */
struct below {
	uint64_t packets;
	size_t announced;
};

static struct prefix common_prefix(const struct address *a,
                                   const struct address *b)
{
	uint8_t len = 0;

	while (len < 128 &&
	       !((a->bytes[len / 8] ^ b->bytes[len / 8]) & 0x80u >> len % 8))
		len++;
	return prefix_around(a, len);
}

static void count_packets(const struct discovery *discovery,
                          const struct ledger *ledger, struct below *below)
{
	for (size_t i = 0; i < ledger->paths.count * 2; i++) {
		const struct path *path = ledger->paths.records[i / 2];
		const struct place *place = &path->key.place[i % 2];
		const struct found *found =
			place->kind == PLACE_PIECE
				? discovery_find(discovery, &place->address)
				: NULL;

		for (unsigned m = 0; found && m < MANNER_COUNT; m++)
			below[found - discovery->found + 1].packets +=
				path->by_manner[m].packets;
	}
}

/* One more than there are prefixes; NULL when out of memory. */
static struct below *below_create(const struct discovery *discovery,
                                  const struct ledger *ledger)
{
	struct below *below = calloc(discovery->count + 1, sizeof(*below));

	if (!below)
		return NULL;
	count_packets(discovery, ledger, below);
	for (size_t i = 0; i < discovery->count; i++) {
		below[i + 1].packets += below[i].packets;
		below[i + 1].announced =
			below[i].announced +
			(discovery->found[i].basis != BASIS_ASSUMED);
	}
	return below;
}

/* The fork between a prefix and the one behind it. */
static struct fork fork_at(const struct discovery *discovery,
                           const struct below *below, size_t index)
{
	const struct found *found = &discovery->found[index];
	struct fork fork = {
		.index = index,
		.prefix = common_prefix(&found[0].prefix.address,
		                        &found[1].prefix.address),
	};
	uint8_t set_aside = address_private_len(&found->prefix.address);
	size_t first = index;
	size_t behind = index + 2;

	while (first > 0 &&
	       prefix_holds(&fork.prefix,
	                    &discovery->found[first - 1].prefix.address))
		first--;
	while (behind < discovery->count &&
	       prefix_holds(&fork.prefix,
	                    &discovery->found[behind].prefix.address))
		behind++;
	fork.packets = below[behind].packets - below[first].packets;
	fork.fixed = below[behind].announced != below[first].announced ||
	             !set_aside || fork.prefix.len < set_aside;
	return fork;
}

/* A fork comes behind those below it, which have no more packets. */
static int fewest_packets_first(const void *a, const void *b)
{
	const struct fork *left = a;
	const struct fork *right = b;

	if (left->fixed != right->fixed)
		return left->fixed ? 1 : -1;
	if (left->packets != right->packets)
		return left->packets < right->packets ? -1 : 1;
	if (left->prefix.len != right->prefix.len)
		return left->prefix.len > right->prefix.len ? -1 : 1;
	return address_compare(&left->prefix.address, &right->prefix.address);
}

/* Which of the forks go, so that what is behind them is joined with what is
 * before. */
static bool choose(const struct discovery *discovery,
                   const struct ledger *ledger, size_t most, bool *joined)
{
	size_t count = discovery->count - 1;
	struct below *below = below_create(discovery, ledger);
	struct fork *forks = calloc(count, sizeof(*forks));
	bool chosen = below && forks;

	for (size_t i = 0; chosen && i < count; i++)
		forks[i] = fork_at(discovery, below, i);
	if (chosen)
		qsort(forks, count, sizeof(*forks), fewest_packets_first);
	for (size_t i = 0; chosen && i < discovery->count - most; i++)
		joined[forks[i].index] = !forks[i].fixed;
	free(forks);
	free(below);
	return chosen;
}

/* All that hangs together lies below the fork that was joined last. */
static void join(struct discovery *discovery, const bool *joined)
{
	struct found *found = discovery->found;
	size_t count = 0;

	for (size_t i = 0; i < discovery->count; i++) {
		struct found kept = found[i];

		while (joined[i]) {
			i++;
			kept.basis = BASIS_JOINED;
			kept.prefix = common_prefix(&kept.prefix.address,
			                            &found[i].prefix.address);
		}
		found[count++] = kept;
	}
	discovery->count = count;
}

bool discovery_join(struct discovery *discovery, const struct ledger *ledger,
                    size_t most)
{
	bool *joined;
	bool chosen;

	if (!most || discovery->count <= most)
		return true;
	joined = calloc(discovery->count, sizeof(*joined));
	chosen = joined && choose(discovery, ledger, most, joined);
	if (chosen)
		join(discovery, joined);
	free(joined);
	return chosen;
}
