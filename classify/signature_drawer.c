#include "classify/signature_drawer.h"

#include "classify/signature_hint.h"

enum {
	BYTE_VALUES = 256,
	OUI_BITS = 24,
	LAYER2 = 256, /* beside the numbers of transports */
	/* Prefixes as long as these have a key. */
	NETWORK_LEN_IPV4 = IPV4_PREFIX_OFFSET + 8,
	NETWORK_LEN_IPV6 = 16,
};

static bool range_of_number(const union term_value *value, struct range *keys)
{
	keys->low = value->range.low;
	keys->high = value->range.high;
	return true;
}

static bool range_of_link(const union term_value *value, struct range *keys)
{
	(void)value;
	*keys = (struct range){ 0, 0 };
	return true;
}

static size_t keys_of_link(const struct facts *facts, uint32_t *keys)
{
	keys[0] = 0;
	return facts->flow->key.family == FAMILY_LAYER2;
}

/* Each once, though both ends or layers have it. */
static size_t two_keys(uint32_t *keys, uint32_t a, uint32_t b)
{
	keys[0] = a;
	keys[1] = b;
	return a == b ? 1 : 2;
}

static size_t keys_of_ports(const struct facts *facts, uint32_t *keys)
{
	const uint16_t *port = facts->flow->key.port;

	return facts->flow->key.family == FAMILY_LAYER2
	               ? 0
	               : two_keys(keys, port[0], port[1]);
}

static bool range_of_byte(const union term_value *value, struct range *keys)
{
	struct hint hint = { .directions = 0 };

	if (!hint_find_byte(&value->pattern, &hint))
		return false;
	keys->low = (uint64_t)hint.offset * BYTE_VALUES + hint.byte;
	keys->high = keys->low;
	return true;
}

static bool has_byte(const struct flow_head *head, unsigned at, uint8_t byte)
{
	return at < head->captured && head->bytes[at] == byte;
}

static size_t keys_of_bytes(const struct facts *facts, uint32_t *keys)
{
	const struct flow_head *there = &facts->flow->head[TO_SERVER];
	const struct flow_head *back = &facts->flow->head[TO_CLIENT];
	size_t count = 0;

	for (unsigned at = 0; at < there->captured; at++)
		keys[count++] = at * BYTE_VALUES + there->bytes[at];
	for (unsigned at = 0; at < back->captured; at++)
		if (!has_byte(there, at, back->bytes[at]))
			keys[count++] = at * BYTE_VALUES + back->bytes[at];
	return count;
}

/* The first byte of an IPv4 address, the first two of an IPv6 one. */
static uint32_t network_key(const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (address_is_ipv4(address))
		return bytes[12];
	return 256u + (uint32_t)bytes[0] * 256 + bytes[1];
}

static bool range_of_network(const union term_value *value, struct range *keys)
{
	const struct prefix *prefix = &value->prefix;

	if (prefix->len < (address_is_ipv4(&prefix->address)
	                           ? NETWORK_LEN_IPV4
	                           : NETWORK_LEN_IPV6))
		return false;
	keys->low = network_key(&prefix->address);
	keys->high = keys->low;
	return true;
}

static size_t keys_of_networks(const struct facts *facts, uint32_t *keys)
{
	if (facts->flow->key.family == FAMILY_LAYER2)
		return 0;
	return two_keys(keys, network_key(&facts->flow->key.address[0]),
	                network_key(&facts->flow->key.address[1]));
}

static uint32_t oui_of(const struct mac *mac)
{
	return (uint32_t)mac->bytes[0] << 16 | (uint32_t)mac->bytes[1] << 8 |
	       mac->bytes[2];
}

static bool range_of_oui(const union term_value *value, struct range *keys)
{
	keys->low = oui_of(&value->mac.mac);
	keys->high = keys->low;
	return value->mac.len >= OUI_BITS;
}

static size_t keys_of_ouis(const struct facts *facts, uint32_t *keys)
{
	return two_keys(keys, oui_of(&facts->flow->mac[0]),
	                oui_of(&facts->flow->mac[1]));
}

static size_t keys_of_applications(const struct facts *facts, uint32_t *keys)
{
	if (facts->flow->key.family == FAMILY_LAYER2)
		return 0;
	return two_keys(keys, facts->application.sub,
	                facts->application.master);
}

static size_t keys_of_transport(const struct facts *facts, uint32_t *keys)
{
	keys[0] = facts->flow->key.family == FAMILY_LAYER2
	                  ? LAYER2
	                  : facts->flow->key.transport;
	return 1;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static term_holder *const link_terms[] = {
	term_holds_ethertype, term_holds_llc,  term_holds_snap,
	term_holds_raw_ipx,   term_holds_wifi,
};
static term_holder *const port_terms[] = {
	term_holds_port,
	term_holds_server_port,
	term_holds_any_port,
	term_holds_client_port,
};
static term_holder *const payload_terms[] = { term_holds_payload };
static term_holder *const application_terms[] = { term_holds_application };
static term_holder *const network_terms[] = {
	term_holds_destination,
	term_holds_source,
	term_holds_address,
};
static term_holder *const mac_terms[] = {
	term_holds_source_mac,
	term_holds_destination_mac,
};
static term_holder *const transport_terms[] = { term_holds_transport };

const struct drawer drawers[DRAWERS] = {
	{ link_terms, COUNT(link_terms), 1, UINT64_MAX, range_of_link,
	  keys_of_link },
	{ port_terms, COUNT(port_terms), 4096, 128, range_of_number,
	  keys_of_ports },
	{ payload_terms, COUNT(payload_terms), FLOW_HEAD_LEN *BYTE_VALUES,
	  UINT64_MAX, range_of_byte, keys_of_bytes },
	{ application_terms, COUNT(application_terms), 1024, UINT64_MAX,
	  range_of_number, keys_of_applications },
	{ network_terms, COUNT(network_terms), 1024, UINT64_MAX,
	  range_of_network, keys_of_networks },
	{ mac_terms, COUNT(mac_terms), 1024, UINT64_MAX, range_of_oui,
	  keys_of_ouis },
	{ transport_terms, COUNT(transport_terms), LAYER2 + 1, UINT64_MAX,
	  range_of_number, keys_of_transport },
};
