#include "classify/fields_reader.h"

/* RFC 4511 section 4.2, in the BER of section 5.1. */

enum {
	TAG_INTEGER = 0x02,
	TAG_OCTETS = 0x04,
	TAG_MESSAGE = 0x30,
	TAG_BIND_REQUEST = 0x60,
	TAG_SIMPLE = 0x80,
	TAG_SASL = 0xa3,
	LENGTH_IS_LONG = 0x80,
};

/* Tag and length; the length may be of more than was captured. */
static bool element(struct cursor *c, uint8_t tag, size_t *len)
{
	if (cursor_u8(c) != tag)
		return false;
	*len = cursor_u8(c);
	if (*len & LENGTH_IS_LONG) {
		size_t octets = *len & ~(size_t)LENGTH_IS_LONG;

		if (octets > 4)
			return false;
		for (*len = 0; octets > 0; octets--)
			*len = *len << 8 | cursor_u8(c);
	}
	return c->ok;
}

static bool skip(struct cursor *c, uint8_t tag)
{
	size_t len;

	return element(c, tag, &len) && cursor_take(c, len);
}

/* Only the first message of a segment, and of that only how, not who. */
bool fields_read_ldap(struct fields *fields, enum direction direction,
                      const struct packet *packet, struct cursor c)
{
	size_t len;
	uint8_t choice;

	(void)packet;
	if (direction != TO_SERVER || !element(&c, TAG_MESSAGE, &len) ||
	    !skip(&c, TAG_INTEGER) || !element(&c, TAG_BIND_REQUEST, &len) ||
	    !skip(&c, TAG_INTEGER) || !skip(&c, TAG_OCTETS))
		return false;
	choice = cursor_u8(&c);
	len = cursor_u8(&c);
	if (!c.ok)
		return true;
	if (choice == TAG_SASL)
		fields_note(fields, FIELD_LDAP_BIND, LDAP_BIND_SASL);
	else if (choice == TAG_SIMPLE)
		fields_note(fields, FIELD_LDAP_BIND,
		            len ? LDAP_BIND_SIMPLE : LDAP_BIND_ANONYMOUS);
	return true;
}
