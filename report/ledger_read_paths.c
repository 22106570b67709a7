#include "report/ledger_reader.h"

static bool read_manners(struct reader *reader, const struct json *object,
                         struct path *path)
{
	enum manner manner;

	if (!json_is_object(object))
		return reader_expected(reader, object, "manners");
	for (const struct json *sums = json_first(object); sums;
	     sums = json_next(sums)) {
		if (!manner_from_name(&manner, json_key(sums)))
			return reader_expected(reader, sums, "a manner");
		if (!reader_sums(reader, sums, &path->by_manner[manner]))
			return false;
	}
	return true;
}

static bool read_categories(struct reader *reader, const struct json *object,
                            struct path *path)
{
	enum category category;

	if (!json_is_object(object))
		return reader_expected(reader, object, "categories");
	for (const struct json *sums = json_first(object); sums;
	     sums = json_next(sums)) {
		if (!category_from_name(&category, json_key(sums)))
			return reader_expected(reader, sums, "a category");
		if (!reader_sums(reader, sums, &path->by_category[category]))
			return false;
	}
	return true;
}

static bool read_size_list(struct reader *reader, const struct json *list,
                           struct histogram *sizes)
{
	uint64_t len;
	uint64_t count;

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		if (!json_u64(item, &len) || len > HISTOGRAM_MAX)
			return reader_expected(reader, item, "a length");
		item = json_next(item);
		if (!item || !json_u64(item, &count))
			return reader_expected(reader, item ? item : list,
			                       "a count");
		histogram_add(sizes, (uint32_t)len, count);
	}
	return true;
}

static bool read_sizes(struct reader *reader, const struct json *object,
                       struct path *path)
{
	char name[SIZES_NAME];

	for (unsigned i = 0; i < 4; i++) {
		for (unsigned k = 0; k <= LEDGER_LONGER; k++) {
			const struct json *list =
				json_member(object,
			                    sizes_name(name, i / 2, i % 2, k));
			struct histogram *sizes =
				k ? &path->longer[i / 2][i % 2][k - 1]
				  : &path->sizes[i / 2][i % 2];

			if (list && !read_size_list(reader, list, sizes))
				return false;
		}
	}
	return true;
}

static bool read_pmtu(struct reader *reader, const struct json *object,
                      struct path *path)
{
	uint64_t flows[2];

	if (!reader_numbers(reader, json_member(object, "pmtu"), flows, 2))
		return false;
	path->too_big_flows += flows[0];
	path->black_hole_flows += flows[1];
	return true;
}

/* Triples of a bin's index, its packets and its bytes. */
static bool read_bin_list(struct reader *reader, const struct json *list,
                          struct bins *bins)
{
	uint64_t number[3];
	unsigned at = 0;

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		if (!json_u64(item, &number[at]) || number[0] >= BINS_MAX ||
		    (at == 1 && !number[1]))
			return reader_expected(reader, item,
			                       at ? "a bin's count"
			                          : "a bin's index");
		at = (at + 1) % 3;
		if (at)
			continue;
		bins->bin[number[0]] = (struct bin){ number[1], number[2] };
		if (number[0] >= bins->count)
			bins->count = (size_t)number[0] + 1;
	}
	return at == 0 || reader_expected(reader, list, "whole bins");
}

/* No later than nanoseconds in 64 bits can say. */
static bool are_possible(const struct bins *bins)
{
	const uint64_t latest = UINT64_MAX / 1000000000;

	return bins->width && !(bins->width & (bins->width - 1)) &&
	       bins->width <= latest && bins->first <= latest / bins->width;
}

static bool read_bins(struct reader *reader, const struct json *object,
                      struct bins *bins)
{
	struct bin all[BINS_MAX] = { 0 };
	struct bins read = { .bin = all };
	const struct json *list;

	if (!reader_u64(reader, object, "width", &read.width) ||
	    !reader_u64(reader, object, "first", &read.first))
		return false;
	list = reader_list(reader, object, "bins");
	if (!list || !read_bin_list(reader, list, &read))
		return false;
	if (read.count && !are_possible(&read))
		return reader_expected(reader, object, "a bin width");
	bins_merge(bins, &read);
	return true;
}

static bool read_path(struct reader *reader, const struct json *object)
{
	struct path_key key;
	struct path *path;

	if (!reader_path_key(reader, object, &key))
		return false;
	path = ledger_path(reader->ledger, &key);
	if (!path)
		return reader_no_room(reader, object);
	return reader_span(reader, object, &path->span) &&
	       read_manners(reader, json_member(object, "manners"), path) &&
	       read_categories(reader, json_member(object, "categories"),
	                       path) &&
	       read_pmtu(reader, object, path) &&
	       read_sizes(reader, json_member(object, "sizes"), path) &&
	       read_bins(reader, json_member(object, "bins"), &path->bins);
}

bool reader_paths(struct reader *reader, const struct json *ledger)
{
	return reader_each(reader, ledger, "paths", read_path);
}
