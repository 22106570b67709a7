#include "classify/fields_reader.h"

/* TLS and DTLS handshakes: RFC 8446 section 4, RFC 6347 section 4.2. */

enum {
	RECORD_HANDSHAKE = 22,
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	RANDOM_LEN = 32,
	EXTENSION_SUPPORTED_VERSIONS = 43,
	SSL2_CLIENT_HELLO = 1,
	SSL2_SERVER_HELLO = 4,
	SSL2_VERSION = 0x0002,
};

static bool version_index(uint16_t version, unsigned *index)
{
	switch (version) {
	case 0x0300: *index = TLS_VERSION_SSL3; return true;
	case 0x0301: *index = TLS_VERSION_1_0; return true;
	case 0xfeff: /* DTLS 1.0 is made of TLS 1.1 */
	case 0x0302: *index = TLS_VERSION_1_1; return true;
	case 0xfefd:
	case 0x0303: *index = TLS_VERSION_1_2; return true;
	case 0xfefc:
	case 0x0304: *index = TLS_VERSION_1_3; return true;
	}
	/* Drafts of 1.3 count down from its number: RFC 8446 section 4.2.1 of
	 * each. */
	*index = TLS_VERSION_1_3;
	return version >> 8 == 0x7f;
}

/* What supported_versions selects, if it is there. */
static bool selected_version(struct cursor c, uint16_t *version)
{
	cursor_take(&c, 2); /* length of all */
	while (c.ok && cursor_left(&c) > 0) {
		uint16_t type = cursor_u16(&c);
		size_t len = cursor_u16(&c);

		if (type == EXTENSION_SUPPORTED_VERSIONS && len == 2) {
			*version = cursor_u16(&c);
			return c.ok;
		}
		cursor_take(&c, len);
	}
	return false;
}

/* A hello of len bytes, not all of which need have been captured. Version 1.3
 * claims to be 1.2 outside its extensions. */
static void read_server_hello(struct fields *fields, struct cursor c,
                              size_t len)
{
	bool whole = cursor_left(&c) >= len;
	uint16_t version;
	uint16_t suite;
	unsigned index;

	cursor_clip(&c, len);
	version = cursor_u16(&c);
	cursor_take(&c, RANDOM_LEN);
	cursor_take(&c, cursor_u8(&c)); /* session id */
	suite = cursor_u16(&c);
	cursor_take(&c, 1); /* compression */
	if (!c.ok)
		return;
	fields_note(fields, FIELD_TLS_CIPHER, tls_cipher_of(suite));
	if (!selected_version(c, &version) && !whole)
		return;
	if (version_index(version, &index))
		fields_note(fields, FIELD_TLS_VERSION, index);
}

static size_t read_u24(struct cursor *c)
{
	size_t high = cursor_u8(c);

	return high << 16 | cursor_u16(c);
}

/* The first hello says whether there was something else before it. */
static void note_start(struct fields *fields)
{
	if (!(fields->flags & FIELD_TLS_STARTED) &&
	    (fields->seen[TO_SERVER] || fields->seen[TO_CLIENT]))
		fields->flags |= FIELD_STARTTLS;
	fields->flags |= FIELD_TLS_STARTED;
}

bool fields_read_tls(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	(void)direction;
	(void)packet;
	uint8_t record = cursor_u8(&c);
	uint8_t major = cursor_u8(&c);

	cursor_take(&c, 3); /* minor, length */

	uint8_t type = cursor_u8(&c);

	size_t len = read_u24(&c);

	if (!c.ok || record != RECORD_HANDSHAKE || major != 3 ||
	    (type != CLIENT_HELLO && type != SERVER_HELLO))
		return false;
	note_start(fields);
	if (type == SERVER_HELLO)
		read_server_hello(fields, c, len);
	return true;
}

bool fields_read_dtls(struct fields *fields, enum direction direction,
                      const struct packet *packet, struct cursor c)
{
	(void)direction;
	(void)packet;
	uint8_t record = cursor_u8(&c);
	uint8_t major = cursor_u8(&c);

	cursor_take(&c, 11); /* minor, epoch, sequence, length */

	uint8_t type = cursor_u8(&c);
	size_t len = read_u24(&c);

	cursor_take(&c, 8); /* sequence, fragment offset and length */
	if (!c.ok || record != RECORD_HANDSHAKE || major != 0xfe)
		return false;
	if (type == SERVER_HELLO)
		read_server_hello(fields, c, len);
	return true;
}

/* The SSL 2.0 protocol, whose hello newer clients sent for long. */
bool fields_read_ssl2(struct fields *fields, enum direction direction,
                      const struct packet *packet, struct cursor c)
{
	size_t len = cursor_u16(&c) & 0x7fff;
	uint8_t type = cursor_u8(&c);

	(void)packet;
	if (type == SSL2_CLIENT_HELLO && direction == TO_SERVER) {
		uint16_t version = cursor_u16(&c);

		if (!c.ok || len != cursor_left(&c) + 3 ||
		    (version != SSL2_VERSION && version >> 8 != 3))
			return false;
		note_start(fields);
		return true;
	}
	cursor_take(&c, 2); /* session id hit, certificate type */
	if (type != SSL2_SERVER_HELLO || cursor_u16(&c) != SSL2_VERSION ||
	    !c.ok || !(fields->flags & FIELD_TLS_STARTED))
		return false;
	fields_note(fields, FIELD_TLS_VERSION, TLS_VERSION_SSL2);
	return true;
}
