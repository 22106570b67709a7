#include "classify/fields_reader.h"

/* MS-RDPBCGR section 2.2.1.2, inside TPKT and X.224. */

enum {
	TPKT_VERSION = 3,
	X224_CONFIRM = 0xd0,
	X224_FIXED_LEN = 6, /* behind the length */
	NEGOTIATION_RESPONSE = 2,
	PROTOCOL_TLS = 1,
	PROTOCOL_CREDSSP = 2,
	PROTOCOL_RDSTLS = 4,
	PROTOCOL_CREDSSP_EARLY = 8,
	PROTOCOL_AAD = 16,
	MCS_PORT = 102, /* of others that use TPKT */
};

static void note_protocol(struct fields *fields, uint32_t protocol)
{
	switch (protocol) {
	case 0:
		fields_note(fields, FIELD_RDP_SECURITY, RDP_SECURITY_STANDARD);
		break;
	case PROTOCOL_TLS:
		fields_note(fields, FIELD_RDP_SECURITY, RDP_SECURITY_TLS);
		break;
	case PROTOCOL_CREDSSP:
	case PROTOCOL_CREDSSP_EARLY:
	case PROTOCOL_RDSTLS:
	case PROTOCOL_AAD:
		fields_note(fields, FIELD_RDP_SECURITY, RDP_SECURITY_NLA);
		break;
	}
}

bool fields_read_rdp(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	uint8_t version = cursor_u8(&c);
	uint8_t reserved = cursor_u8(&c);
	uint8_t len;
	uint8_t code;

	cursor_take(&c, 2); /* length */
	len = cursor_u8(&c);
	code = cursor_u8(&c);
	cursor_take(&c, X224_FIXED_LEN - 1);
	if (!c.ok || version != TPKT_VERSION || reserved != 0 ||
	    code != X224_CONFIRM || direction != TO_CLIENT ||
	    packet->source_port == MCS_PORT)
		return false;
	if (len == X224_FIXED_LEN) {
		note_protocol(fields, 0); /* a server that knows no other */
		return true;
	}
	if (cursor_u8(&c) != NEGOTIATION_RESPONSE)
		return true;
	cursor_take(&c, 3); /* flags, length */

	uint32_t protocol = cursor_le32(&c);

	if (c.ok)
		note_protocol(fields, protocol);
	return true;
}
