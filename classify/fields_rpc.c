#include "classify/fields_reader.h"

/* Connection-oriented DCE RPC: C706 section 12.6, MS-RPCE section 2.2.2.11. */

enum {
	RPC_VERSION = 5,
	TYPE_REQUEST = 0,
	TYPE_RESPONSE = 2,
	TYPE_MAX = 19,
	LITTLE_ENDIAN_INTEGERS = 0x10,
	HEADER_LEN = 16,
	TRAILER_LEN = 8,
	AUTH_NTLM = 10,
	LEVEL_NONE = 1,
	LEVEL_PRIVACY = 6,
};

static uint16_t integer(struct cursor *c, bool little)
{
	return little ? cursor_le16(c) : cursor_u16(c);
}

/* How the bytes of a fragment are guarded: its last ones say. */
static void read_trailer(struct fields *fields, struct cursor c)
{
	uint8_t type = cursor_u8(&c);
	uint8_t level = cursor_u8(&c);

	if (!c.ok)
		return;
	if (level >= LEVEL_NONE && level <= LEVEL_PRIVACY)
		fields_note(fields, FIELD_RPC_PROTECTION, level - LEVEL_NONE);
	if (type == AUTH_NTLM)
		fields->flags |= FIELD_NTLM;
}

bool fields_read_rpc(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	struct cursor trailer = c;
	uint8_t version = cursor_u8(&c);
	uint8_t minor = cursor_u8(&c);
	uint8_t type = cursor_u8(&c);
	bool little;
	uint16_t len;
	uint16_t auth_len;

	(void)direction;
	(void)packet;
	cursor_take(&c, 1); /* flags */
	little = cursor_u8(&c) & LITTLE_ENDIAN_INTEGERS;
	cursor_take(&c, 3); /* rest of the data representation */
	len = integer(&c, little);
	auth_len = integer(&c, little);
	if (!c.ok || version != RPC_VERSION || minor > 1 || type > TYPE_MAX ||
	    len < HEADER_LEN)
		return false;
	if (auth_len && len >= HEADER_LEN + TRAILER_LEN + auth_len) {
		cursor_take(&trailer, (size_t)len - auth_len - TRAILER_LEN);
		read_trailer(fields, trailer);
	} else if (type == TYPE_REQUEST || type == TYPE_RESPONSE) {
		fields_note(fields, FIELD_RPC_PROTECTION, 0);
	}
	return true;
}
