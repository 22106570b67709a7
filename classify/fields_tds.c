#include "classify/fields_reader.h"

/* MS-TDS sections 2.2.3 and 2.2.6.5. */

enum {
	TYPE_RESPONSE = 0x04,
	TYPE_PRELOGIN = 0x12,
	HEADER_LEN = 8,
	TOKEN_VERSION = 0x00,
	TOKEN_ENCRYPTION = 0x01,
	TOKEN_END = 0xff,
	TLS_HANDSHAKE = 0x16,
	ENCRYPTION_MAX = 3,
};

static void read_prelogin(struct fields *fields, struct cursor c)
{
	const struct cursor body = c;

	while (cursor_left(&c) >= 5) {
		uint8_t token = cursor_u8(&c);
		uint16_t offset = cursor_u16(&c);
		struct cursor value = body;
		uint8_t encryption;

		cursor_take(&c, 2); /* length */
		if (token == TOKEN_END)
			return;
		if (token != TOKEN_ENCRYPTION)
			continue;
		cursor_take(&value, offset);
		encryption = cursor_u8(&value);
		if (value.ok && encryption <= ENCRYPTION_MAX)
			fields_note(fields, FIELD_TDS_ENCRYPTION, encryption);
		return;
	}
}

/* The server decides; then TLS comes in packets of the same kind. */
bool fields_read_tds(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	uint8_t type = cursor_u8(&c);
	struct cursor body;

	cursor_take(&c, HEADER_LEN - 1);
	body = c;

	uint8_t first = cursor_u8(&c);

	if (!c.ok || (type != TYPE_RESPONSE && type != TYPE_PRELOGIN))
		return false;
	if (first == TLS_HANDSHAKE)
		return fields_read_tls(fields, direction, packet, body);
	if (first == TOKEN_VERSION && direction == TO_CLIENT)
		read_prelogin(fields, body);
	return true;
}
