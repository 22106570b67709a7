/*
 * Values about the bytes of payloads, which are objects of several members.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "classify/term_rows.h"

static bool hex_from_text(uint8_t bytes[static PATTERN_MAX], const char *text,
                          size_t *len)
{
	for (*len = 0; *text; text += 2) {
		char octet[3] = { text[0], text[1], '\0' };

		if (!isxdigit((unsigned char)octet[0]) ||
		    !isxdigit((unsigned char)octet[1]) || *len == PATTERN_MAX)
			return false;
		bytes[(*len)++] = (uint8_t)strtoul(octet, NULL, 16);
	}
	return *len > 0;
}

static bool read_direction(uint8_t *directions, const char *text)
{
	if (text && strcmp(text, "client") == 0)
		*directions = 1;
	else if (text && strcmp(text, "server") == 0)
		*directions = 2;
	else
		return false;
	return true;
}

/* A number no greater than max into its place. */
static bool read_small(uint32_t *place, const struct json *json, uint32_t max)
{
	uint64_t number;

	if (!json_u64(json, &number) || number > max)
		return false;
	*place = (uint32_t)number;
	return true;
}

static bool read_lengths(struct pattern *pattern, const struct json *json)
{
	union term_value value;

	if (!term_range_from(&value, json, UINT32_MAX))
		return false;
	pattern->shortest = (uint32_t)value.range.low;
	pattern->longest = (uint32_t)value.range.high;
	return true;
}

static bool read_pattern_member(struct pattern *pattern, size_t *mask_len,
                                const struct json *member)
{
	const char *key = json_key(member);
	const char *text = json_string(member);
	uint32_t number;
	size_t len = 0;

	if (strcmp(key, "offset") == 0) {
		if (!read_small(&number, member, PATTERN_MAX - 1))
			return false;
		pattern->offset = (uint8_t)number;
		return true;
	}
	if (strcmp(key, "length") == 0)
		return read_lengths(pattern, member);
	if (strcmp(key, "bytes") == 0) {
		if (!text || !hex_from_text(pattern->bytes, text, &len))
			return false;
		pattern->len = (uint8_t)len;
		return true;
	}
	if (strcmp(key, "mask") == 0)
		return text && hex_from_text(pattern->mask, text, mask_len);
	return strcmp(key, "direction") == 0 &&
	       read_direction(&pattern->directions, text);
}

bool term_read_payload(union term_value *value, const struct term_row *row,
                       const struct json *json, const struct term_names *names,
                       struct error *err)
{
	struct pattern *pattern = &value->pattern;
	size_t mask_len = 0;

	if (!json_is_object(json))
		return term_refuse(row, json, names, err);
	memset(pattern, 0, sizeof(*pattern));
	pattern->directions = 3;
	pattern->longest = UINT32_MAX;
	memset(pattern->mask, 0xff, sizeof(pattern->mask));
	for (const struct json *member = json_first(json); member;
	     member = json_next(member))
		if (json_repeats(json, member) ||
		    !read_pattern_member(pattern, &mask_len, member))
			return json_complain(err, names->document, member,
			                     "bad '%s' of a payload",
			                     json_key(member));
	if (!pattern->len || pattern->offset + pattern->len > PATTERN_MAX)
		return json_complain(err, names->document, json,
		                     "payload needs bytes within the first %d",
		                     PATTERN_MAX);
	if (mask_len && mask_len != pattern->len)
		return json_complain(err, names->document, json,
		                     "mask and bytes differ in length");
	return true;
}

/* A second pattern beside "payload": the two sides of one exchange. */
bool term_read_reply(union term_value *value, const struct term_row *row,
                     const struct json *json, const struct term_names *names,
                     struct error *err)
{
	if (!term_read_payload(value, row, json, names, err))
		return false;
	if (value->pattern.directions == 3)
		value->pattern.directions = 2;
	return true;
}

static bool read_field_member(struct length_field *field,
                              const struct json *member)
{
	const char *key = json_key(member);
	const char *text = json_string(member);
	uint32_t number;

	if (strcmp(key, "scale") == 0)
		return read_small(&field->scale, member, UINT16_MAX);
	if (strcmp(key, "adjust") == 0)
		return read_small(&field->adjust, member, UINT16_MAX);
	if (strcmp(key, "direction") == 0)
		return read_direction(&field->directions, text);
	if (strcmp(key, "endian") == 0) {
		field->little_endian = text && strcmp(text, "little") == 0;
		return field->little_endian ||
		       (text && strcmp(text, "big") == 0);
	}
	if (!read_small(&number, member, PATTERN_MAX - 1))
		return false;
	if (strcmp(key, "offset") == 0)
		field->offset = (uint8_t)number;
	else if (strcmp(key, "size") == 0 && number <= 4)
		field->size = (uint8_t)number;
	else
		return false;
	return true;
}

bool term_read_length_field(union term_value *value, const struct term_row *row,
                            const struct json *json,
                            const struct term_names *names, struct error *err)
{
	struct length_field *field = &value->length_field;

	if (!json_is_object(json))
		return term_refuse(row, json, names, err);
	*field = (struct length_field){ .directions = 3, .scale = 1 };
	for (const struct json *member = json_first(json); member;
	     member = json_next(member))
		if (json_repeats(json, member) ||
		    !read_field_member(field, member))
			return json_complain(err, names->document, member,
			                     "bad '%s' of a length",
			                     json_key(member));
	if (!field->size || field->offset + field->size > PATTERN_MAX)
		return json_complain(err, names->document, json,
		                     "length-field needs a size within the "
		                     "first %d bytes",
		                     PATTERN_MAX);
	return true;
}
