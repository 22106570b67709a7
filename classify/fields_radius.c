#include "classify/fields_reader.h"

/* RFC 2865 section 5.41, RFC 3579 section 3.1 */

enum {
	ACCESS_REQUEST = 1,
	ACCOUNTING_REQUEST = 4,
	AUTHENTICATOR_LEN = 16,
	HEADER_LEN = 20,
	ATTRIBUTE_PORT_TYPE = 61,
	ATTRIBUTE_EAP = 79,
	EAP_RESPONSE = 2,
	EAP_NAK = 3, /* and less: identity, notification */
};

/* A number of a registry and the word for it. */
struct number {
	uint32_t number;
	unsigned index;
};

static void note_number(struct fields *fields, enum flow_field field,
                        const struct number *numbers, size_t count,
                        uint32_t number)
{
	for (size_t i = 0; i < count; i++) {
		if (numbers[i].number == number) {
			fields_note(fields, field, numbers[i].index);
			return;
		}
	}
}

static void read_port_type(struct fields *fields, struct cursor c)
{
	static const struct number types[] = {
		{ 0, 0 }, { 5, 1 }, { 15, 2 }, { 18, 3 }, { 19, 3 },
	};
	uint32_t type = cursor_u32(&c);

	if (c.ok)
		note_number(fields, FIELD_RADIUS_PORT_TYPE, types,
		            sizeof(types) / sizeof(types[0]), type);
}

/* What a client does, not what a server would like (RFC 3748 section 5). */
static void read_eap(struct fields *fields, struct cursor c)
{
	static const struct number methods[] = {
		{ 4, 0 },  { 6, 1 },  { 13, 2 },  { 17, 3 }, { 18, 4 },
		{ 21, 5 }, { 23, 6 }, { 50, 6 },  { 25, 7 }, { 26, 8 },
		{ 29, 8 }, { 43, 9 }, { 52, 10 },
	};
	uint8_t code = cursor_u8(&c);
	uint8_t type;

	cursor_take(&c, 3); /* identifier, length */
	type = cursor_u8(&c);
	if (c.ok && code == EAP_RESPONSE && type > EAP_NAK)
		note_number(fields, FIELD_EAP_METHOD, methods,
		            sizeof(methods) / sizeof(methods[0]), type);
}

bool fields_read_radius(struct fields *fields, enum direction direction,
                        const struct packet *packet, struct cursor c)
{
	uint8_t code = cursor_u8(&c);
	uint16_t len;
	bool first_eap = true;

	(void)direction;
	(void)packet;
	cursor_take(&c, 1);
	len = cursor_u16(&c);
	cursor_take(&c, AUTHENTICATOR_LEN);
	if (!c.ok || len < HEADER_LEN ||
	    (code != ACCESS_REQUEST && code != ACCOUNTING_REQUEST))
		return false;
	cursor_clip(&c, len - HEADER_LEN);
	while (cursor_left(&c) > 0) {
		uint8_t type = cursor_u8(&c);
		uint8_t attribute_len = cursor_u8(&c);
		struct cursor value;

		if (attribute_len < 2 ||
		    !cursor_header(&value, &c, attribute_len - 2u))
			return true;
		if (type == ATTRIBUTE_PORT_TYPE)
			read_port_type(fields, value);
		if (type == ATTRIBUTE_EAP && first_eap)
			read_eap(fields, value);
		first_eap &= type != ATTRIBUTE_EAP;
	}
	return true;
}
