#include "classify/fields_reader.h"

enum {
	BINDING_SUCCESS = 0x0101,
	MAGIC_COOKIE = 0x2112a442,
	MAPPED_ADDRESS = 0x0001,
	XOR_MAPPED_ADDRESS = 0x0020,
	XOR_MAPPED_ADDRESS_OLD = 0x8020, /* drafts of RFC 5389 */
	MAPPED_IPV4 = 1,
	MAPPED_IPV6 = 2,
	XOR_LEN = 16, /* cookie and transaction id */
};

/* Whether a (XOR-)MAPPED-ADDRESS is another than the packet goes to; mask is
 * zeroes for one that is not masked (RFC 8489 sections 14.1, 14.2). */
static bool differs(struct cursor c, const struct packet *packet,
                    const uint8_t mask[static XOR_LEN])
{
	bool ipv4 = packet->family == FAMILY_IPV4;
	size_t len = ipv4 ? 4 : 16;
	const uint8_t *target = packet->target.bytes + (ipv4 ? 12 : 0);
	uint16_t port;
	bool same = true;

	cursor_take(&c, 1);
	if (cursor_u8(&c) != (ipv4 ? MAPPED_IPV4 : MAPPED_IPV6))
		return false; /* another family's: nothing to compare with */
	port = cursor_u16(&c) ^ (uint16_t)((unsigned)mask[0] << 8 | mask[1]);
	same = port == packet->target_port;
	for (size_t i = 0; i < len; i++)
		same &= (cursor_u8(&c) ^ mask[i]) == target[i];
	return c.ok && !same;
}

bool fields_read_stun(struct fields *fields, enum direction direction,
                      const struct packet *packet, struct cursor c)
{
	static const uint8_t zero[XOR_LEN];
	uint16_t type = cursor_u16(&c);
	uint16_t len = cursor_u16(&c);
	const uint8_t *mask = cursor_take(&c, XOR_LEN);

	(void)direction;
	cursor_clip(&c, len);
	if (!mask || type != BINDING_SUCCESS ||
	    ((uint32_t)mask[0] << 24 | (uint32_t)mask[1] << 16 |
	     (uint32_t)mask[2] << 8 | mask[3]) != MAGIC_COOKIE)
		return false;
	while (cursor_left(&c) > 0) {
		uint16_t attribute = cursor_u16(&c);
		size_t value_len = cursor_u16(&c);
		struct cursor value;

		if (!cursor_header(&value, &c, value_len))
			return true;
		if (attribute == XOR_MAPPED_ADDRESS ||
		    attribute == XOR_MAPPED_ADDRESS_OLD ||
		    attribute == MAPPED_ADDRESS) {
			if (differs(value, packet,
			            attribute == MAPPED_ADDRESS ? zero : mask))
				fields->flags |= FIELD_STUN_MAPPED_DIFFERS;
		}
		cursor_take(&c, (4 - value_len % 4) % 4);
	}
	return true;
}
