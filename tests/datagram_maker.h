/*
 * Whole IPv4 datagrams around a payload, decoded again, for those who read
 * headers and payloads themselves.
 */
#ifndef TESTS_DATAGRAM_MAKER_H
#define TESTS_DATAGRAM_MAKER_H

#include "capture/decode.h"
#include "tests/packet_maker.h"

enum { MADE_MAX = 1500, LINK_RAW_IPV4 = 228 };

/* A datagram's bytes and the packet that borrows them. */
struct made {
	uint8_t bytes[MADE_MAX];
	uint32_t len;
	struct packet packet;
};

static inline void made_put(struct made *made, const void *bytes, size_t len)
{
	if (len > MADE_MAX - made->len)
		abort();
	if (len)
		memcpy(made->bytes + made->len, bytes, len);
	made->len += (uint32_t)len;
}

static inline void made_put_uint(struct made *made, uint32_t value,
                                 unsigned size)
{
	while (size-- > 0) {
		uint8_t byte = (uint8_t)(value >> 8 * size);

		made_put(made, &byte, 1);
	}
}

static inline void made_put_transport(struct made *made,
                                      const struct packet *shape, size_t len)
{
	made_put_uint(made, shape->source_port, 2);
	made_put_uint(made, shape->target_port, 2);
	if (shape->transport == TRANSPORT_UDP) {
		made_put_uint(made, (uint32_t)len + 8, 2);
		made_put_uint(made, 0, 2);
		return;
	}
	made_put_uint(made, shape->tcp_seq, 4);
	made_put_uint(made, shape->tcp_ack, 4);
	made_put_uint(made, 0x5000U | shape->tcp_flags, 2);
	made_put_uint(made, 65535, 2);
	made_put_uint(made, 0, 4);
}

/* TCP or UDP with the addresses, ports and flags of a shape. */
static inline struct packet *make_datagram(struct made *made,
                                           const struct packet *shape,
                                           const void *payload, size_t len)
{
	size_t header = shape->transport == TRANSPORT_UDP ? 28 : 40;
	struct packet packets[DECODE_MAX_PACKETS];
	struct frame frame = { .link_type = LINK_RAW_IPV4 };

	made->len = 0;
	made_put_uint(made, 0x45000000 | (uint32_t)(header + len), 4);
	made_put_uint(made, 0, 4);
	made_put_uint(made, 0x40000000 | (uint32_t)shape->transport << 16, 4);
	made_put(made, shape->source.bytes + 12, 4);
	made_put(made, shape->target.bytes + 12, 4);
	made_put_transport(made, shape, len);
	made_put(made, payload, len);
	frame.bytes = made->bytes;
	frame.captured = made->len;
	frame.len = made->len;
	frame.time_ns = shape->time_ns;
	if (packet_decode(packets, &frame).outcome != DECODED_OK)
		abort();
	made->packet = packets[0];
	return &made->packet;
}

static inline size_t put_be(uint8_t *at, size_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * (size - 1 - i));
	return size;
}

/* RFC 1035: a question for the address of a name; returns its length. */
static inline size_t make_dns_query(uint8_t into[static 300], const char *name)
{
	static const uint8_t header[12] = { 0x12, 0x34, 1, 0, 0, 1 };
	size_t len = sizeof(header);

	memcpy(into, header, len);
	while (*name) {
		size_t label = strcspn(name, ".");

		into[len++] = (uint8_t)label;
		memcpy(into + len, name, label);
		len += label;
		name += label + (name[label] == '.');
	}
	len += put_be(into + len, 0, 1);
	len += put_be(into + len, 1, 2);
	return len + put_be(into + len, 1, 2);
}

/* RFC 8446 section 4.1.2, naming a server; returns its length. */
static inline size_t make_client_hello(uint8_t into[static 300],
                                       const char *server)
{
	static const uint8_t fixed[] = { 0, 0, 2, 0x13, 1, 1, 0 };
	static const uint8_t versions[] = { 0, 0x2b, 0, 3, 2, 3, 4 };
	size_t name = strlen(server);
	size_t extensions = sizeof(versions) + 9 + name;
	size_t hello = 34 + sizeof(fixed) + 2 + extensions;
	size_t len = 0;

	len += put_be(into + len, 0x160301, 3);
	len += put_be(into + len, hello + 4, 2);
	len += put_be(into + len, 1, 1);
	len += put_be(into + len, hello, 3);
	len += put_be(into + len, 0x0303, 2);
	for (unsigned i = 0; i < 32; i++)
		len += put_be(into + len, i * 37 + 1, 1);
	memcpy(into + len, fixed, sizeof(fixed));
	len += sizeof(fixed);
	len += put_be(into + len, extensions, 2);
	len += put_be(into + len, 0, 2);
	len += put_be(into + len, name + 5, 2);
	len += put_be(into + len, name + 3, 2);
	len += put_be(into + len, 0, 1);
	len += put_be(into + len, name, 2);
	memcpy(into + len, server, name);
	len += name;
	memcpy(into + len, versions, sizeof(versions));
	return len + sizeof(versions);
}

#endif
