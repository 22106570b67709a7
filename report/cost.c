#include "report/cost.h"

#include <stdlib.h>

bool costing_choose(struct costing *costing, uint64_t mtu, const char *suites,
                    const struct suite_set *set, struct error *err)
{
	costing->mtu = (uint32_t)mtu;
	return suite_choose(set, suites, &costing->suites, err);
}

static uint64_t asked_for(const struct suite_set *suites,
                          const struct costing *costing)
{
	uint64_t chosen = costing->suites;
	struct error ignored = { "" };

	if (!chosen)
		suite_choose(suites, NULL, &chosen, &ignored);
	return chosen;
}

const struct suite *cost_first_suite(const struct suite_set *suites,
                                     const struct costing *costing)
{
	uint64_t chosen = asked_for(suites, costing);

	for (size_t i = 0; i < suites->count; i++)
		if (chosen >> i & 1 && suites->suites[i].protocol == SUITE_ESP)
			return &suites->suites[i];
	return NULL;
}

static void add_packets(struct cost_row *row, const struct length_list *list)
{
	const struct esp_frame frame =
		esp_frame_of(&row->shape,
	                     esp_header_len(row->shape.outer_ipv6));

	for (size_t i = 0; i < list->count; i++) {
		const struct length *packets = &list->at[i];
		uint64_t count = packets->count;
		uint64_t protected_len = esp_frame_len(&frame, packets->len);

		row->packets += count;
		row->plain_bytes += count * packets->len;
		row->protected_bytes += count * protected_len;
		if (protected_len <= row->mtu)
			continue;
		row->oversize_packets += count;
		row->oversize_df_packets += packets->df ? count : 0;
	}
}

/* Packets with longer headers were counted as if theirs were usual. */
static void correct_packets(struct cost_row *row, const struct length *packets)
{
	uint32_t usual = esp_header_len(row->shape.outer_ipv6);
	uint64_t count = packets->count;
	uint64_t counted = esp_protected_len(&row->shape, packets->len, usual);
	uint64_t right = esp_protected_len(&row->shape, packets->len,
	                                   usual + packets->more);

	row->protected_bytes += count * right - count * counted;
	if ((counted > row->mtu) == (right > row->mtu))
		return;
	if (right <= row->mtu)
		count = -count; /* modulo 2^64, as below */
	row->oversize_packets += count;
	row->oversize_df_packets += packets->df ? count : 0;
}

static struct cost_row row_of(const struct esp_shape *shape, uint32_t mtu,
                              const struct lengths *lengths)
{
	struct cost_row row = { .shape = *shape, .mtu = mtu };

	row.largest_inner = esp_largest(shape, mtu);
	for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
		/* Transport mode keeps a packet's header, and its family. */
		if (shape->mode == ESP_TRANSPORT && ipv6 != shape->outer_ipv6)
			continue;
		row.mss[ipv6] = esp_mss(row.largest_inner, ipv6);
		add_packets(&row, &lengths->usual[ipv6]);
		if (shape->mode != ESP_TRANSPORT)
			continue;
		for (size_t i = 0; i < lengths->longer[ipv6].count; i++)
			correct_packets(&row, &lengths->longer[ipv6].at[i]);
	}
	return row;
}

static size_t add_rows(struct cost_row *rows, const struct suite *suite,
                       uint32_t mtu, const struct lengths *lengths)
{
	size_t count = 0;

	for (unsigned i = 0; i < COST_ROWS_PER_SUITE; i++) {
		const struct esp_shape shape = {
			.suite = suite,
			.mode = i & 4 ? ESP_TUNNEL : ESP_TRANSPORT,
			.outer_ipv6 = i & 2,
			.nat_traversal = i & 1,
		};

		/* AH signs the addresses that a NAT changes. */
		if (shape.nat_traversal && suite->protocol == SUITE_AH)
			continue;
		rows[count++] = row_of(&shape, mtu, lengths);
	}
	return count;
}

struct cost_row *cost_of(const struct lengths *lengths,
                         const struct suite_set *suites,
                         const struct costing *costing, size_t *count)
{
	uint64_t chosen = asked_for(suites, costing);
	uint32_t mtu = costing->mtu ? costing->mtu : COST_MTU;
	size_t room =
		(size_t)__builtin_popcountll(chosen) * COST_ROWS_PER_SUITE;
	struct cost_row *rows = calloc(room + 1, sizeof(*rows));

	*count = 0;
	if (!rows || !(lengths->usual[0].count + lengths->usual[1].count))
		return rows;
	for (size_t i = 0; i < suites->count; i++)
		if (chosen >> i & 1)
			*count += add_rows(rows + *count, &suites->suites[i],
			                   mtu, lengths);
	return rows;
}
