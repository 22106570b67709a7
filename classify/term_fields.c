/*
 * Terms about what was read from a flow's first payloads.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "classify/term_rows.h"

/* A word of the list that the row is named after. Versions look like numbers
 * and may be written as such. */
static bool read_word(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	const char *text = json_string(json);
	char digits[24];
	uint64_t number;
	const char *word;
	enum flow_field field;

	if (json_u64(json, &number)) {
		snprintf(digits, sizeof(digits), "%llu",
		         (unsigned long long)number);
		text = digits;
	}
	if (!text || !flow_field_from_name(&field, row->name))
		return term_refuse(row, json, names, err);
	for (unsigned i = 0; (word = flow_field_word(field, i)); i++) {
		if (strcmp(word, text) == 0) {
			value->word.field = field;
			value->word.bit = UINT32_C(1) << i;
			return true;
		}
	}
	return term_refuse(row, json, names, err);
}

static bool holds_word(const union term_value *value, const struct facts *facts)
{
	return fields_words(&facts->fields, value->word.field) &
	       value->word.bit;
}

static bool read_dhcp_class(union term_value *value, const struct term_row *row,
                            const struct json *json,
                            const struct term_names *names, struct error *err)
{
	const char *text = json_string(json);
	size_t len = text ? strlen(text) : 0;

	if (!len || len > DHCP_CLASS_LEN)
		return term_refuse(row, json, names, err);
	value->start.len = (uint8_t)len;
	memcpy(value->start.bytes, text, len);
	return true;
}

static bool holds_dhcp_class(const union term_value *value,
                             const struct facts *facts)
{
	return fields_has_dhcp_class(&facts->fields, value->start.bytes,
	                             value->start.len);
}

/* "1,3,6,15": numbers of options, as a client asks for them. */
static bool options_from_text(uint32_t *hash, const char *text)
{
	uint8_t options[UINT8_MAX];
	size_t count = 0;
	char *end;

	do {
		unsigned long number = strtoul(text, &end, 10);

		if (!isdigit((unsigned char)*text) || number > UINT8_MAX ||
		    count == sizeof(options))
			return false;
		options[count++] = (uint8_t)number;
		text = end + (*end == ',');
	} while (*end == ',');
	*hash = dhcp_options_hash(options, count);
	return !*end;
}

static bool read_dhcp_options(union term_value *value,
                              const struct term_row *row,
                              const struct json *json,
                              const struct term_names *names, struct error *err)
{
	const char *text = json_string(json);
	uint32_t hash;

	if (!text || !options_from_text(&hash, text))
		return term_refuse(row, json, names, err);
	value->range.low = hash;
	value->range.high = hash;
	return true;
}

static bool holds_dhcp_options(const union term_value *value,
                               const struct facts *facts)
{
	return fields_has_dhcp_options(&facts->fields,
	                               (uint32_t)value->range.low);
}

static bool holds_dhcp_lease(const union term_value *value,
                             const struct facts *facts)
{
	uint32_t seconds = fields_lease_seconds(&facts->fields);

	return seconds && in_range(value, seconds);
}

static bool holds_tcp_option(const union term_value *value,
                             const struct facts *facts)
{
	for (uint64_t kind = value->range.low; kind <= value->range.high;
	     kind++)
		if (fields_has_tcp_option(&facts->fields, (uint8_t)kind))
			return true;
	return false;
}

static bool has_flag(const union term_value *value, const struct facts *facts,
                     enum field_flag flag)
{
	return in_range(value, (facts->fields.flags & flag) != 0);
}

static bool holds_starttls(const union term_value *value,
                           const struct facts *facts)
{
	return has_flag(value, facts, FIELD_STARTTLS);
}

static bool holds_smb_encrypted(const union term_value *value,
                                const struct facts *facts)
{
	return has_flag(value, facts, FIELD_SMB_ENCRYPTED);
}

static bool holds_ntlm(const union term_value *value, const struct facts *facts)
{
	return has_flag(value, facts, FIELD_NTLM);
}

static bool holds_stun_mapped_differs(const union term_value *value,
                                      const struct facts *facts)
{
	return has_flag(value, facts, FIELD_STUN_MAPPED_DIFFERS);
}

const struct term_row term_field_rows[] = {
	{ "tls-version", "that a server chose: ssl2, ssl3, 1.0, ...", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
	{ "tls-cipher", "kind of suite that a server chose: null, aead, ...",
	  12, 0, read_word, holds_word, TRAIT_FIELDS },
	{ "starttls", "TLS began after something in clear", 12, 0,
	  term_read_bool, holds_starttls, TRAIT_FIELDS },
	{ "ssh-version", "1 or 2", 12, 0, read_word, holds_word, TRAIT_FIELDS },
	{ "ike-version", "1 or 2", 12, 0, read_word, holds_word, TRAIT_FIELDS },
	{ "ike-exchange", "main, aggressive, quick, init, auth, ...", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
	{ "ike-vendor", "whom a vendor id names: windows, strongswan, ...", 12,
	  0, read_word, holds_word, TRAIT_FIELDS },
	{ "nat-detected", "what IKE's NAT detection shows at the sensor", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
	{ "stun-mapped-differs", "a STUN server saw another address", 12, 0,
	  term_read_bool, holds_stun_mapped_differs, TRAIT_FIELDS },
	{ "dhcp-type", "discover, offer, request, ...", 10, 0, read_word,
	  holds_word, TRAIT_FIELDS },
	{ "dhcp-class", "how a client's class identifier starts", 12, 0,
	  read_dhcp_class, holds_dhcp_class, TRAIT_FIELDS },
	{ "dhcp-options", "the options that a client asked for, in order", 12,
	  0, read_dhcp_options, holds_dhcp_options, TRAIT_FIELDS },
	{ "dhcp-lease", "seconds of the shortest lease granted", 10, UINT32_MAX,
	  term_read_range, holds_dhcp_lease, TRAIT_FIELDS },
	{ "tcp-option", "kind of an option in a SYN", 10, UINT8_MAX,
	  term_read_range, holds_tcp_option, TRAIT_TCP_OPTIONS },
	{ "smb-dialect", "that a server chose: 1, 2.1, 3.1.1, ...", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
	{ "smb-signing", "optional, required or used", 12, 0, read_word,
	  holds_word, TRAIT_FIELDS },
	{ "smb-encrypted", "some message was", 12, 0, term_read_bool,
	  holds_smb_encrypted, TRAIT_FIELDS },
	{ "ntlm", "somebody logged on by NTLM", 12, 0, term_read_bool,
	  holds_ntlm, TRAIT_FIELDS },
	{ "rpc-protection", "none, integrity, privacy, ...", 12, 0, read_word,
	  holds_word, TRAIT_FIELDS },
	{ "rdp-security", "standard, tls or nla", 12, 0, read_word, holds_word,
	  TRAIT_FIELDS },
	{ "ldap-bind", "anonymous, simple or sasl", 12, 0, read_word,
	  holds_word, TRAIT_FIELDS },
	{ "http-auth", "scheme of credentials: basic, ntlm, ...", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
	{ "tds-encryption", "login-only, on, required or not-supported", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
	{ "opcua-policy", "none, basic256sha256, ...", 12, 0, read_word,
	  holds_word, TRAIT_FIELDS },
	{ "radius-port-type", "ethernet, wireless, virtual, asynchronous", 12,
	  0, read_word, holds_word, TRAIT_FIELDS },
	{ "eap-method", "that a RADIUS client's user answered with", 12, 0,
	  read_word, holds_word, TRAIT_FIELDS },
};

const size_t term_field_row_count =
	sizeof(term_field_rows) / sizeof(term_field_rows[0]);
