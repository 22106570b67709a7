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

bool term_range_from(union term_value *value, const struct json *json,
                     uint64_t max)
{
	uint64_t number;

	if (json_string(json))
		return range_from_text(value, json_string(json), max);
	if (!json_u64(json, &number) || number > max)
		return false;
	set_range(value, number, number);
	return true;
}

bool term_read_range(union term_value *value, const struct term_row *row,
                     const struct json *json, const struct term_names *names,
                     struct error *err)
{
	return term_range_from(value, json, row->max) ||
	       term_refuse(row, json, names, err);
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
