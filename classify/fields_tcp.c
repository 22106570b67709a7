#include "classify/fields_reader.h"

enum {
	IPV6_HEADER_LEN = 40,
	FRAGMENT_HEADER_LEN = 8,
	TCP_HEADER_LEN = 20,
	TCP_OPTION_END = 0,
	TCP_OPTION_NOP = 1,
};

static bool skip_ipv4(struct cursor *c)
{
	size_t len = (cursor_u8(c) & 0x0fu) * 4;

	return len > 0 && cursor_take(c, len - 1);
}

/* RFC 8200 section 4 */
static bool skip_ipv6(struct cursor *c)
{
	uint8_t next;

	cursor_take(c, 6);
	next = cursor_u8(c);
	cursor_take(c, IPV6_HEADER_LEN - 7);
	while (c->ok && next != TRANSPORT_TCP) {
		uint8_t this = next;
		size_t len;

		next = cursor_u8(c);
		len = cursor_u8(c);
		if (this == TRANSPORT_FRAGMENT)
			cursor_take(c, FRAGMENT_HEADER_LEN - 2);
		else if (this == TRANSPORT_AH)
			cursor_take(c, len * 4 + 6);
		else
			cursor_take(c, len * 8 + 6);
	}
	return c->ok;
}

/* RFC 9293 section 3.1. The decoder went this way already, so what is read
 * here is known to be TCP. */
void fields_read_tcp_options(struct fields *fields, const struct packet *packet)
{
	struct cursor c = cursor_over(packet->ip, packet->ip_captured);
	size_t len;

	if (!(packet->family == FAMILY_IPV4 ? skip_ipv4(&c) : skip_ipv6(&c)))
		return;
	cursor_take(&c, 12); /* ports, sequence, acknowledgement */
	len = (cursor_u8(&c) >> 4) * 4u;
	cursor_take(&c, TCP_HEADER_LEN - 13);
	if (!c.ok || len < TCP_HEADER_LEN)
		return;
	cursor_clip(&c, len - TCP_HEADER_LEN);
	while (cursor_left(&c) > 0) {
		uint8_t kind = cursor_u8(&c);
		uint8_t option_len;

		if (kind == TCP_OPTION_END)
			return;
		fields->tcp_options[kind / 32] |= UINT32_C(1) << kind % 32;
		if (kind == TCP_OPTION_NOP)
			continue;
		option_len = cursor_u8(&c);
		if (option_len < 2 || !cursor_take(&c, option_len - 2u))
			return;
	}
}
