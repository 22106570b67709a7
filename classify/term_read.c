#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"
#include "classify/aliases.h"
#include "classify/term_rows.h"

/* A value as the file has it, for complaints. */
static const char *spelled(char text[static 64], const struct json *json)
{
	uint64_t number;

	if (json_string(json))
		snprintf(text, 64, "%s", json_string(json));
	else if (json_u64(json, &number))
		snprintf(text, 64, "%llu", (unsigned long long)number);
	else
		snprintf(text, 64, "%s",
		         json_is_object(json) ? "{...}" : "...");
	return text;
}

bool term_refuse(const struct term_row *row, const struct json *json,
                 const struct term_names *names, struct error *err)
{
	char text[64];

	return json_complain(err, names->document, json,
	                     "'%s' is no value for %s", spelled(text, json),
	                     row->name);
}

static void set_range(union term_value *value, uint64_t low, uint64_t high)
{
	value->range.low = low;
	value->range.high = high;
}

/* Decimal without leading zero, which would look octal, or hexadecimal. */
static bool number_from_text(uint64_t *number, const char **text)
{
	const char *at = *text;
	bool hex = at[0] == '0' && at[1] == 'x';
	char *end;

	if (hex ? !isxdigit((unsigned char)at[2])
	        : !isdigit((unsigned char)at[0]) ||
	                    (at[0] == '0' && isdigit((unsigned char)at[1])))
		return false;
	errno = 0;
	*number = strtoull(at, &end, hex ? 16 : 10);
	*text = end;
	return !errno;
}

/* "7", "7-9", "0x88a8" or "20-" */
static bool range_from_text(union term_value *value, const char *text,
                            uint64_t max)
{
	if (!number_from_text(&value->range.low, &text))
		return false;
	value->range.high = value->range.low;
	if (*text == '-') {
		text++;
		value->range.high = max;
		if (*text && !number_from_text(&value->range.high, &text))
			return false;
	}
	return !*text && value->range.low <= value->range.high &&
	       value->range.high <= max;
}

bool term_read_range(union term_value *value, const struct term_row *row,
                     const struct json *json, const struct term_names *names,
                     struct error *err)
{
	uint64_t number;

	if (json_string(json)) {
		if (range_from_text(value, json_string(json), row->max))
			return true;
	} else if (json_u64(json, &number) && number <= row->max) {
		set_range(value, number, number);
		return true;
	}
	return term_refuse(row, json, names, err);
}

bool term_read_bool(union term_value *value, const struct term_row *row,
                    const struct json *json, const struct term_names *names,
                    struct error *err)
{
	bool wanted;

	if (!json_bool(json, &wanted))
		return term_refuse(row, json, names, err);
	set_range(value, wanted, wanted);
	return true;
}

/* A protocol that other releases of nDPI know and this one does not is no
 * error: the value then never holds. */
bool term_read_application(union term_value *value, const struct term_row *row,
                           const struct json *json,
                           const struct term_names *names, struct error *err)
{
	const char *name = json_string(json);
	bool known = false;
	uint16_t id;

	if (!name)
		return term_refuse(row, json, names, err);
	set_range(value, 1, 0);
	if (aliases_find(names->aliases, names->dpi, name, &id, &known))
		set_range(value, id, id);
	if (!known)
		return json_complain(err, names->document, json,
		                     "nDPI has no protocol '%s'", name);
	return true;
}

bool term_read_application_category(union term_value *value,
                                    const struct term_row *row,
                                    const struct json *json,
                                    const struct term_names *names,
                                    struct error *err)
{
	const char *name = json_string(json);
	uint16_t id;

	if (!name)
		return term_refuse(row, json, names, err);
	if (!dpi_find_category(names->dpi, name, &id))
		return json_complain(err, names->document, json,
		                     "nDPI has no category '%s'", name);
	set_range(value, id, id);
	return true;
}

bool term_read_transport(union term_value *value, const struct term_row *row,
                         const struct json *json,
                         const struct term_names *names, struct error *err)
{
	const char *name = json_string(json);
	uint8_t transport;

	if (!name || !transport_from_name(&transport, name))
		return term_read_range(value, row, json, names, err);
	set_range(value, transport, transport);
	return true;
}

bool term_read_prefix(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	const char *text = json_string(json);

	return (text && prefix_parse(&value->prefix, text)) ||
	       term_refuse(row, json, names, err);
}

/* "01:0c:cd:01:00:00/32", or a whole address */
static bool mac_from_text(union term_value *value, const char *text)
{
	char mac[24];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char *end;

	if (len >= sizeof(mac))
		return false;
	memcpy(mac, text, len);
	mac[len] = '\0';
	value->mac.len = 48;
	if (slash) {
		unsigned long bits = strtoul(slash + 1, &end, 10);

		if (!isdigit((unsigned char)slash[1]) || *end || bits > 48)
			return false;
		value->mac.len = (uint8_t)bits;
	}
	return mac_parse(&value->mac.mac, mac);
}

bool term_read_mac(union term_value *value, const struct term_row *row,
                   const struct json *json, const struct term_names *names,
                   struct error *err)
{
	const char *text = json_string(json);

	return (text && mac_from_text(value, text)) ||
	       term_refuse(row, json, names, err);
}

/* Words with the numbers they stand for: one list serves a whole term. */
struct word {
	const char *text;
	uint64_t low;
	uint64_t high;
};

static bool word_find(union term_value *value, const struct word *words,
                      const char *text)
{
	for (; text && words->text; words++) {
		if (strcmp(words->text, text) == 0) {
			set_range(value, words->low, words->high);
			return true;
		}
	}
	return false;
}

bool term_read_cast(union term_value *value, const struct term_row *row,
                    const struct json *json, const struct term_names *names,
                    struct error *err)
{
	static const struct word words[] = {
		{ "unicast", CAST_UNICAST, CAST_UNICAST },
		{ "multicast", CAST_MULTICAST, CAST_MULTICAST },
		{ "limited-broadcast", CAST_LIMITED_BROADCAST,
		  CAST_LIMITED_BROADCAST },
		{ "directed-broadcast", CAST_DIRECTED_BROADCAST,
		  CAST_DIRECTED_BROADCAST },
		{ "broadcast", CAST_LIMITED_BROADCAST,
		  CAST_DIRECTED_BROADCAST },
		{ NULL, 0, 0 },
	};

	return word_find(value, words, json_string(json)) ||
	       term_refuse(row, json, names, err);
}

bool term_read_scope(union term_value *value, const struct term_row *row,
                     const struct json *json, const struct term_names *names,
                     struct error *err)
{
	static const struct word words[] = {
		{ "link", SCOPE_LINK, SCOPE_LINK },
		{ "routed", SCOPE_ROUTED, SCOPE_ROUTED },
		{ NULL, 0, 0 },
	};

	return word_find(value, words, json_string(json)) ||
	       term_refuse(row, json, names, err);
}

/* IEEE 802.11 frame control, as LINK_WIFI encodes it. */
bool term_read_wifi(union term_value *value, const struct term_row *row,
                    const struct json *json, const struct term_names *names,
                    struct error *err)
{
	static const struct word words[] = {
		{ "management", 0x00, 0x0f },
		{ "control", 0x10, 0x1f },
		{ "data", 0x20, 0x2f },
		{ "protected", 0x40, 0x7f },
		{ NULL, 0, 0 },
	};

	return word_find(value, words, json_string(json)) ||
	       term_refuse(row, json, names, err);
}

/* A word for one bit, out of a set whose names a function gives. */
bool term_read_bit(union term_value *value, const struct term_row *row,
                   const struct json *json, const struct term_names *names,
                   const char *(*name_of)(unsigned bit), struct error *err)
{
	const char *text = json_string(json);

	for (unsigned bit = 1; text && name_of(bit); bit <<= 1) {
		if (strcmp(name_of(bit), text) == 0) {
			set_range(value, bit, bit);
			return true;
		}
	}
	return term_refuse(row, json, names, err);
}

bool term_read_icmp_error(union term_value *value, const struct term_row *row,
                          const struct json *json,
                          const struct term_names *names, struct error *err)
{
	return term_read_bit(value, row, json, names, icmp_error_name, err);
}

bool term_read_behaviour(union term_value *value, const struct term_row *row,
                         const struct json *json,
                         const struct term_names *names, struct error *err)
{
	return term_read_bit(value, row, json, names, behaviour_name, err);
}

bool term_read_encapsulation(union term_value *value,
                             const struct term_row *row,
                             const struct json *json,
                             const struct term_names *names, struct error *err)
{
	return term_read_bit(value, row, json, names, encapsulation_name, err);
}

/* Up to five colon-separated or joined octets into an integer, with the number
 * of octets given. */
static bool octets_from_text(const char *text, uint64_t *bits, unsigned *count)
{
	*bits = 0;
	*count = 0;
	while (*text) {
		char octet[3] = { text[0], text[0] ? text[1] : '\0', '\0' };

		if (!isxdigit((unsigned char)octet[0]) ||
		    !isxdigit((unsigned char)octet[1]) || *count == 5)
			return false;
		*bits = *bits << 8 | strtoul(octet, NULL, 16);
		++*count;
		text += 2;
		if (*text == ':' && text[1])
			text++;
	}
	return *count > 0;
}

/* DSAP and SSAP, with or without the control octet */
bool term_read_llc(union term_value *value, const struct term_row *row,
                   const struct json *json, const struct term_names *names,
                   struct error *err)
{
	const char *text = json_string(json);
	uint64_t bits;
	unsigned count;

	if (!text || !octets_from_text(text, &bits, &count) || count < 2 ||
	    count > 3)
		return term_refuse(row, json, names, err);
	if (count == 2)
		set_range(value, bits << 8, bits << 8 | 0xff);
	else
		set_range(value, bits, bits);
	return true;
}

bool term_read_snap(union term_value *value, const struct term_row *row,
                    const struct json *json, const struct term_names *names,
                    struct error *err)
{
	const char *text = json_string(json);
	uint64_t bits;
	unsigned count;

	if (!text || !octets_from_text(text, &bits, &count) || count != 5)
		return term_refuse(row, json, names, err);
	set_range(value, bits, bits);
	return true;
}

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
	uint64_t number;

	if (json_u64(json, &number))
		set_range(&value, number, number);
	else if (!json_string(json) ||
	         !range_from_text(&value, json_string(json), UINT32_MAX))
		return false;
	pattern->shortest = (uint32_t)value.range.low;
	pattern->longest = (uint32_t)value.range.high;
	return value.range.high <= UINT32_MAX;
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
