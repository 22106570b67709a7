#include <string.h>

#include "report/ledger_reader.h"

bool reader_expected(struct reader *reader, const struct json *value,
                     const char *what)
{
	return json_complain(reader->err, reader->document,
	                     value ? value : json_root(reader->document),
	                     "not a report of ours: %s expected", what);
}

bool reader_u64(struct reader *reader, const struct json *object,
                const char *key, uint64_t *number)
{
	const struct json *value = json_member(object, key);

	return (value && json_u64(value, number)) ||
	       reader_expected(reader, value ? value : object, key);
}

bool reader_bool(struct reader *reader, const struct json *object,
                 const char *key, bool *boolean)
{
	const struct json *value = json_member(object, key);

	return (value && json_bool(value, boolean)) ||
	       reader_expected(reader, value ? value : object, key);
}

const char *reader_string(struct reader *reader, const struct json *object,
                          const char *key)
{
	const struct json *value = json_member(object, key);
	const char *text = value ? json_string(value) : NULL;

	if (!text)
		reader_expected(reader, value ? value : object, key);
	return text;
}

const struct json *reader_list(struct reader *reader, const struct json *object,
                               const char *key)
{
	const struct json *value = json_member(object, key);

	if (value && json_is_array(value))
		return value;
	reader_expected(reader, value ? value : object, key);
	return NULL;
}

bool reader_numbers(struct reader *reader, const struct json *list,
                    uint64_t *numbers, size_t count)
{
	size_t at = 0;

	if (!list || !json_is_array(list) || json_count(list) != count)
		return reader_expected(reader, list, "a list of numbers");
	for (const struct json *item = json_first(list); item;
	     item = json_next(item))
		if (!json_u64(item, &numbers[at++]))
			return reader_expected(reader, item, "a number");
	return true;
}

bool reader_sums(struct reader *reader, const struct json *list,
                 struct sums *sums)
{
	uint64_t numbers[3];

	if (!reader_numbers(reader, list, numbers, 3))
		return false;
	sums_add(sums, numbers[0], numbers[1], numbers[2]);
	return true;
}

bool reader_span(struct reader *reader, const struct json *object,
                 struct span *span)
{
	uint64_t numbers[2];

	if (!reader_numbers(reader, json_member(object, "span"), numbers, 2))
		return false;
	if (numbers[0] > numbers[1])
		return reader_expected(reader, json_member(object, "span"),
		                       "a span");
	span_add(span, numbers[0], numbers[1]);
	return true;
}

bool reader_place(struct reader *reader, const struct json *value,
                  struct place *place)
{
	const char *text = value ? json_string(value) : NULL;

	return (text && place_parse(place, text, reader->ledger->map)) ||
	       reader_expected(reader, value, "a place of the map");
}

bool reader_path_key(struct reader *reader, const struct json *object,
                     struct path_key *key)
{
	const struct json *list = reader_list(reader, object, "places");
	struct place ends[2];

	if (!list)
		return false;
	if (json_count(list) != 2)
		return reader_expected(reader, list, "two places");
	if (!reader_place(reader, json_first(list), &ends[0]) ||
	    !reader_place(reader, json_next(json_first(list)), &ends[1]))
		return false;
	*key = path_key_of(&ends[0], &ends[1]);
	return true;
}

bool reader_no_room(struct reader *reader, const struct json *object)
{
	return json_complain(reader->err, reader->document, object,
	                     "more of a kind than the memory budget allows; "
	                     "raise --memory");
}

bool reader_address(struct reader *reader, const struct json *value,
                    enum family family, struct address *address)
{
	const char *text = value ? json_string(value) : NULL;
	struct mac mac;

	if (!text)
		return reader_expected(reader, value, "an address");
	if (family != FAMILY_LAYER2)
		return (address_parse(address, text) &&
		        (family == FAMILY_IPV6) ==
		                (strchr(text, ':') != NULL)) ||
		       reader_expected(reader, value, "an address");
	if (!mac_parse(&mac, text))
		return reader_expected(reader, value, "a MAC address");
	*address = address_from_mac(mac.bytes);
	return true;
}

bool reader_each(struct reader *reader, const struct json *object,
                 const char *key,
                 bool (*read)(struct reader *reader, const struct json *object))
{
	const struct json *list = reader_list(reader, object, key);

	for (const struct json *item = json_first(list); item;
	     item = json_next(item))
		if (!read(reader, item))
			return false;
	return list;
}
