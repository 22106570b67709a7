/*
 * Payloads of one flow, whose ports the first byte picks and with them the
 * reader. Whatever the bytes, only known words come out, and the last byte of
 * each payload is the last that is read.
 */
#include <stdlib.h>
#include <string.h>

#include "classify/digest.h"
#include "classify/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static const struct {
	uint8_t transport;
	uint16_t port;
} kinds[] = {
	{ TRANSPORT_TCP, 443 },  { TRANSPORT_TCP, 1433 },
	{ TRANSPORT_UDP, 500 },  { TRANSPORT_UDP, 4500 },
	{ TRANSPORT_UDP, 848 },  { TRANSPORT_UDP, 67 },
	{ TRANSPORT_UDP, 1812 }, { TRANSPORT_UDP, 3478 },
};

static void check(const struct fields *fields)
{
	for (enum flow_field field = 0; field < FIELD_COUNT; field++) {
		uint32_t words = fields_words(fields, field);

		for (unsigned i = 0; i < 32; i++)
			require(!(words >> i & 1) || flow_field_word(field, i));
	}
	require(fields->seen[0] <= FIELDS_PAYLOADS);
	require(fields->seen[1] <= FIELDS_PAYLOADS);
}

/* A byte of direction and family, one of length, and so many bytes. */
static size_t hear(struct fields *fields, struct packet *packet,
                   const uint8_t *data, size_t size)
{
	size_t len = data[1] < size - 2 ? data[1] : size - 2;
	uint8_t *payload = malloc(len ? len : 1);

	require(payload);
	memcpy(payload, data + 2, len);
	packet->family = data[0] & 2 ? FAMILY_IPV6 : FAMILY_IPV4;
	packet->tcp_flags = data[0] & 4 ? TCP_SYN : TCP_ACK;
	packet->ip = payload;
	packet->ip_captured = (uint32_t)len;
	packet->payload = payload;
	packet->payload_captured = (uint32_t)len;
	packet->payload_len = (uint32_t)len;
	fields_add(fields, data[0] & 1 ? TO_CLIENT : TO_SERVER, packet);
	free(payload);
	return len + 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fields fields = { .seen = { 0 } };
	struct packet packet = { .has_ports = true };
	size_t kind;

	if (!size)
		return 0;
	digest_start();
	kind = data[0] % (sizeof(kinds) / sizeof(kinds[0]));
	packet.transport = kinds[kind].transport;
	packet.source_port = 40000;
	packet.target_port = kinds[kind].port;
	data++;
	size--;
	while (size >= 2) {
		size_t used = hear(&fields, &packet, data, size);

		data += used;
		size -= used;
	}
	check(&fields);
	return 0;
}
