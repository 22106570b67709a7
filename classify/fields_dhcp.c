#include "classify/fields_reader.h"

enum {
	FROM_CLIENT = 1, /* op */
	FIXED_LEN = 236,
	OPTION_PAD = 0,
	OPTION_LEASE = 51,
	OPTION_TYPE = 53,
	OPTION_REQUEST_LIST = 55,
	OPTION_CLASS = 60,
	OPTION_END = 255,
	TYPE_ACK = 5,
	TYPE_MAX = 8,
};

static const uint32_t MAGIC = 0x63825363;

/* What one message says. */
struct message {
	uint8_t type;
	uint32_t lease_seconds;
	struct dhcp_client client;
};

/* RFC 2132 */
static void read_option(struct message *message, uint8_t code, struct cursor c)
{
	size_t len = cursor_left(&c);
	uint32_t seconds;

	switch (code) {
	case OPTION_TYPE: message->type = cursor_u8(&c); break;
	case OPTION_LEASE:
		seconds = cursor_u32(&c);
		if (c.ok)
			message->lease_seconds = seconds;
		break;
	case OPTION_CLASS:
		if (len > DHCP_CLASS_LEN)
			len = DHCP_CLASS_LEN;
		cursor_copy(&c, message->client.class_id, len);
		break;
	case OPTION_REQUEST_LIST:
		message->client.options_hash =
			dhcp_options_hash(cursor_take(&c, len), len);
		break;
	}
}

static void read_options(struct message *message, struct cursor *c)
{
	while (cursor_left(c) > 0) {
		uint8_t code = cursor_u8(c);
		size_t len;
		struct cursor value;

		if (code == OPTION_END)
			return;
		if (code == OPTION_PAD)
			continue;
		len = cursor_u8(c);
		if (!cursor_header(&value, c, len))
			return;
		read_option(message, code, value);
	}
}

/* Beside those seen before, while there is room. */
static void note_client(struct fields *fields, const struct dhcp_client *client)
{
	static const struct dhcp_client none;

	if (memcmp(client, &none, sizeof(none)) == 0)
		return;
	for (size_t i = 0; i < FIELDS_CLIENTS; i++) {
		struct dhcp_client *kept = &fields->dhcp.clients[i];

		if (memcmp(kept, client, sizeof(*kept)) == 0)
			return;
		if (memcmp(kept, &none, sizeof(none)) == 0) {
			*kept = *client;
			return;
		}
	}
}

static void note_lease(struct fields *fields, const struct message *message)
{
	uint32_t *shortest = &fields->dhcp.lease_seconds;

	if (message->type == TYPE_ACK && message->lease_seconds &&
	    (!*shortest || message->lease_seconds < *shortest))
		*shortest = message->lease_seconds;
}

/* RFC 2131 */
bool fields_read_dhcp(struct fields *fields, enum direction direction,
                      const struct packet *packet, struct cursor c)
{
	struct message message = { 0 };
	uint8_t op = cursor_u8(&c);

	(void)direction;
	(void)packet;
	cursor_take(&c, FIXED_LEN - 1);
	if (cursor_u32(&c) != MAGIC || !c.ok)
		return false;
	read_options(&message, &c);
	if (!(fields->flags & FIELD_DHCP)) {
		memset(fields, 0, sizeof(*fields));
		fields->flags = FIELD_DHCP;
	}
	if (message.type >= 1 && message.type <= TYPE_MAX)
		fields->dhcp.types |= UINT32_C(1) << (message.type - 1);
	if (op == FROM_CLIENT)
		note_client(fields, &message.client);
	else
		note_lease(fields, &message);
	return true;
}
