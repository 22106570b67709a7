#include "classify/digest.h"
#include "classify/fields_reader.h"

/* ISAKMP and IKEv1 (RFC 2408, 2409, 3947), IKEv2 (RFC 7296), GDOI (RFC 6407)
 * and AuthIP (MS-AIPS): one header for all. */

enum {
	GDOI_PORT = 848,
	SPIS_LEN = 16,
	IKE_HEADER_LEN = 28,
	FLAG_ENCRYPTED = 1, /* version 1 only */

	PAYLOAD_NONE = 0,
	PAYLOAD_V1_VENDOR = 13,
	PAYLOAD_V1_NAT_DRAFT4 = 15,
	PAYLOAD_V1_NAT = 20,
	PAYLOAD_V1_NAT_DRAFT = 130,
	PAYLOAD_V2_NOTIFY = 41,
	PAYLOAD_V2_VENDOR = 43,
	PAYLOAD_V2_ENCRYPTED = 46,
	PAYLOAD_V2_FRAGMENT = 53,

	NOTIFY_NAT_SOURCE = 16388,
	NOTIFY_NAT_DESTINATION = 16389,
};

/* Exchanges by number; the words are in the order of their list. */
enum exchange {
	EXCHANGE_MAIN,
	EXCHANGE_AGGRESSIVE,
	EXCHANGE_QUICK,
	EXCHANGE_TRANSACTION,
	EXCHANGE_INFORMATIONAL,
	EXCHANGE_AUTHIP,
	EXCHANGE_GROUP_PULL,
	EXCHANGE_GROUP_PUSH,
	EXCHANGE_INIT,
	EXCHANGE_AUTH,
	EXCHANGE_CREATE_CHILD,
	EXCHANGE_RESUME,
	EXCHANGE_INTERMEDIATE,
	EXCHANGE_GROUP_AUTH,
	EXCHANGE_GROUP_REGISTRATION,
	EXCHANGE_GROUP_REKEY,
};

static const struct {
	uint8_t version;
	uint8_t number;
	bool gdoi; /* on its port */
	enum exchange exchange;
} exchanges[] = {
	{ 1, 2, false, EXCHANGE_MAIN },
	{ 1, 4, false, EXCHANGE_AGGRESSIVE },
	{ 1, 5, false, EXCHANGE_INFORMATIONAL },
	{ 1, 6, false, EXCHANGE_TRANSACTION },
	{ 1, 32, false, EXCHANGE_QUICK },
	{ 1, 243, false, EXCHANGE_AUTHIP },
	{ 1, 244, false, EXCHANGE_AUTHIP },
	{ 1, 245, false, EXCHANGE_AUTHIP },
	{ 1, 246, false, EXCHANGE_AUTHIP },
	{ 1, 2, true, EXCHANGE_MAIN },
	{ 1, 4, true, EXCHANGE_AGGRESSIVE },
	{ 1, 5, true, EXCHANGE_INFORMATIONAL },
	{ 1, 32, true, EXCHANGE_GROUP_PULL },
	{ 1, 33, true, EXCHANGE_GROUP_PUSH },
	{ 2, 34, false, EXCHANGE_INIT },
	{ 2, 35, false, EXCHANGE_AUTH },
	{ 2, 36, false, EXCHANGE_CREATE_CHILD },
	{ 2, 37, false, EXCHANGE_INFORMATIONAL },
	{ 2, 38, false, EXCHANGE_RESUME },
	{ 2, 43, false, EXCHANGE_INTERMEDIATE },
	{ 2, 34, true, EXCHANGE_INIT },
	{ 2, 35, true, EXCHANGE_AUTH },
	{ 2, 36, true, EXCHANGE_CREATE_CHILD },
	{ 2, 37, true, EXCHANGE_INFORMATIONAL },
	{ 2, 39, true, EXCHANGE_GROUP_AUTH },
	{ 2, 40, true, EXCHANGE_GROUP_REGISTRATION },
	{ 2, 41, true, EXCHANGE_GROUP_REKEY },
};

/* What NAT detection of one message showed. */
struct nat {
	const uint8_t *spis;
	const struct packet *packet;
	unsigned sources; /* hashes of the sender's own addresses */
	unsigned destinations;
	bool source_matches;
	bool destination_matches;
};

/* Whether a hash is that of the SPIs, an address and a port (RFC 7296 section
 * 2.23, RFC 3947 section 3.2). Version 1's algorithm was agreed on before;
 * its length tells it. */
static bool nat_matches(const struct nat *nat, const struct address *address,
                        uint16_t port, struct cursor hash)
{
	bool ipv4 = nat->packet->family == FAMILY_IPV4;
	size_t len = ipv4 ? 4 : 16;
	const uint8_t *from = ipv4 ? address->bytes + 12 : address->bytes;
	uint8_t bytes[SPIS_LEN + 16 + 2];
	size_t hash_len = cursor_left(&hash);

	memcpy(bytes, nat->spis, SPIS_LEN);
	memcpy(bytes + SPIS_LEN, from, len);
	bytes[SPIS_LEN + len] = (uint8_t)(port >> 8);
	bytes[SPIS_LEN + len + 1] = (uint8_t)port;
	return digest_matches(cursor_take(&hash, hash_len), hash_len, bytes,
	                      SPIS_LEN + len + 2);
}

static void nat_add(struct nat *nat, bool source, struct cursor hash)
{
	const struct packet *packet = nat->packet;

	if (!digest_exists(cursor_left(&hash)))
		return;
	if (source) {
		nat->sources++;
		nat->source_matches |= nat_matches(nat, &packet->source,
		                                   packet->source_port, hash);
		return;
	}
	nat->destinations++;
	nat->destination_matches |=
		nat_matches(nat, &packet->target, packet->target_port, hash);
}

/* A sender of several addresses hashes each; one that matches is enough. */
static void nat_note(const struct nat *nat, struct fields *fields)
{
	uint16_t *words = &fields->words[FIELD_NAT_DETECTED];
	unsigned detected = NAT_NONE;

	if (!nat->sources && !nat->destinations)
		return;
	if (nat->sources && !nat->source_matches)
		detected |= NAT_SOURCE;
	if (nat->destinations && !nat->destination_matches)
		detected |= NAT_DESTINATION;
	for (unsigned before = NAT_NONE; before <= NAT_BOTH; before++)
		if (*words == 1u << before)
			detected |= before;
	*words = (uint16_t)(1u << detected);
}

static void note_vendor(struct fields *fields, struct cursor c)
{
	size_t len = cursor_left(&c);

	fields->ike_vendors |= ike_vendors_of(cursor_take(&c, len), len);
}

static void read_notify(struct nat *nat, struct cursor c)
{
	uint8_t spi_len;
	uint16_t type;

	cursor_take(&c, 1); /* protocol */
	spi_len = cursor_u8(&c);
	type = cursor_u16(&c);
	cursor_take(&c, spi_len);
	if (c.ok &&
	    (type == NOTIFY_NAT_SOURCE || type == NOTIFY_NAT_DESTINATION))
		nat_add(nat, type == NOTIFY_NAT_SOURCE, c);
}

static void read_payload(struct fields *fields, struct nat *nat, uint8_t type,
                         struct cursor c)
{
	switch (type) {
	case PAYLOAD_V1_VENDOR:
	case PAYLOAD_V2_VENDOR: note_vendor(fields, c); break;
	case PAYLOAD_V2_NOTIFY: read_notify(nat, c); break;
	case PAYLOAD_V1_NAT:
	case PAYLOAD_V1_NAT_DRAFT:
	case PAYLOAD_V1_NAT_DRAFT4:
		/* The first is the destination's, the others the sender's. */
		nat_add(nat, nat->destinations > 0, c);
		break;
	}
}

static void read_payloads(struct fields *fields, const struct packet *packet,
                          const uint8_t *spis, uint8_t type, struct cursor c)
{
	struct nat nat = { .spis = spis, .packet = packet };

	while (type != PAYLOAD_NONE && type != PAYLOAD_V2_ENCRYPTED &&
	       type != PAYLOAD_V2_FRAGMENT) {
		uint8_t this = type;
		size_t len;
		struct cursor payload;

		type = cursor_u8(&c);
		cursor_take(&c, 1); /* critical */
		len = cursor_u16(&c);
		if (len < 4 || !cursor_header(&payload, &c, len - 4))
			return;
		read_payload(fields, &nat, this, payload);
	}
	nat_note(&nat, fields);
}

static void note_exchange(struct fields *fields, const struct packet *packet,
                          uint8_t version, uint8_t number)
{
	bool gdoi = packet->source_port == GDOI_PORT ||
	            packet->target_port == GDOI_PORT;

	fields_note(fields, FIELD_IKE_VERSION, version - 1u);
	for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++)
		if (exchanges[i].version == version &&
		    exchanges[i].number == number && exchanges[i].gdoi == gdoi)
			fields_note(fields, FIELD_IKE_EXCHANGE,
			            exchanges[i].exchange);
}

bool fields_read_ike(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	const uint8_t *spis = cursor_take(&c, SPIS_LEN);
	uint8_t next = cursor_u8(&c);
	uint8_t version = cursor_u8(&c) >> 4;
	uint8_t exchange = cursor_u8(&c);
	uint8_t flags = cursor_u8(&c);
	uint32_t len;

	(void)direction;
	cursor_take(&c, 4); /* message id */
	len = cursor_u32(&c);
	if (!c.ok || (version != 1 && version != 2) || len < IKE_HEADER_LEN)
		return false;
	note_exchange(fields, packet, version, exchange);
	cursor_clip(&c, len - IKE_HEADER_LEN);
	if (version == 2 || !(flags & FLAG_ENCRYPTED))
		read_payloads(fields, packet, spis, next, c);
	return true;
}

/* RFC 3948 section 2.2: four zeroes where ESP has its SPI. */
bool fields_read_ike_natt(struct fields *fields, enum direction direction,
                          const struct packet *packet, struct cursor c)
{
	return cursor_u32(&c) == 0 && c.ok &&
	       fields_read_ike(fields, direction, packet, c);
}
