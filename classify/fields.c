#include "classify/fields.h"

#include "capture/hash.h"
#include "classify/fields_reader.h"

/* The lists are in the order of the enumerations in fields_reader.h. */
static const struct {
	const char *name; /* of the term */
	const char *const words[16];
} lists[FIELD_COUNT] = {
	[FIELD_TLS_VERSION] = { "tls-version",
	                        { "ssl2", "ssl3", "1.0", "1.1", "1.2",
	                          "1.3" } },
	[FIELD_TLS_CIPHER] = { "tls-cipher",
	                       { "null", "anonymous", "export", "rc4", "des",
	                         "3des", "cbc", "aead" } },
	[FIELD_SSH_VERSION] = { "ssh-version", { "1", "2" } },
	[FIELD_SMB_DIALECT] = { "smb-dialect",
	                        { "1", "2.0.2", "2.1", "3.0", "3.0.2",
	                          "3.1.1" } },
	[FIELD_SMB_SIGNING] = { "smb-signing",
	                        { "optional", "required", "used" } },
	[FIELD_RPC_PROTECTION] = { "rpc-protection",
	                           { "none", "connect", "call", "packet",
	                             "integrity", "privacy" } },
	[FIELD_RDP_SECURITY] = { "rdp-security", { "standard", "tls", "nla" } },
	[FIELD_LDAP_BIND] = { "ldap-bind", { "anonymous", "simple", "sasl" } },
	[FIELD_HTTP_AUTH] = { "http-auth",
	                      { "basic", "digest", "ntlm", "negotiate",
	                        "bearer" } },
	[FIELD_TDS_ENCRYPTION] = { "tds-encryption",
	                           { "login-only", "on", "not-supported",
	                             "required" } },
	[FIELD_OPCUA_POLICY] = { "opcua-policy",
	                         { "none", "basic128rsa15", "basic256",
	                           "basic256sha256", "aes128", "aes256" } },
	[FIELD_IKE_VERSION] = { "ike-version", { "1", "2" } },
	[FIELD_IKE_EXCHANGE] = { "ike-exchange",
	                         { "main", "aggressive", "quick", "transaction",
	                           "informational", "authip", "group-pull",
	                           "group-push", "init", "auth", "create-child",
	                           "resume", "intermediate", "group-auth",
	                           "group-registration", "group-rekey" } },
	[FIELD_NAT_DETECTED] = { "nat-detected",
	                         { "none", "source", "destination", "both" } },
	[FIELD_RADIUS_PORT_TYPE] = { "radius-port-type",
	                             { "asynchronous", "virtual", "ethernet",
	                               "wireless" } },
	[FIELD_EAP_METHOD] = { "eap-method",
	                       { "md5", "gtc", "tls", "leap", "sim", "ttls",
	                         "aka", "peap", "mschapv2", "fast", "pwd" } },
	[FIELD_IKE_VENDOR] = { "ike-vendor", { NULL } },
	/* RFC 2132 section 9.6, from 1 */
	[FIELD_DHCP_TYPE] = { "dhcp-type",
	                      { "discover", "offer", "request", "decline",
	                        "ack", "nak", "release", "inform" } },
};

/* How a payload is recognised cheaply; the reader looks closer. */
static const struct protocol {
	uint8_t transport;
	uint16_t port_low; /* of either end */
	uint16_t port_high;
	uint8_t first_low; /* first byte */
	uint8_t first_high;
	fields_reader *read;
} protocols[] = {
	{ TRANSPORT_TCP, 0, UINT16_MAX, 0x16, 0x16, fields_read_tls },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 0x80, 0xff, fields_read_ssl2 },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 'S', 'S', fields_read_ssh },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 0x00, 0x00, fields_read_smb },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 0x03, 0x03, fields_read_rdp },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 0x05, 0x05, fields_read_rpc },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 0x30, 0x30, fields_read_ldap },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 'O', 'O', fields_read_opcua },
	{ TRANSPORT_TCP, 0, UINT16_MAX, 'A', 'Z', fields_read_http },
	{ TRANSPORT_TCP, 1433, 1434, 0x04, 0x12, fields_read_tds },
	{ TRANSPORT_UDP, 500, 500, 0x00, 0xff, fields_read_ike },
	{ TRANSPORT_UDP, 848, 848, 0x00, 0xff, fields_read_ike },
	{ TRANSPORT_UDP, 4500, 4500, 0x00, 0x00, fields_read_ike_natt },
	{ TRANSPORT_UDP, 67, 67, 0x01, 0x02, fields_read_dhcp },
	{ TRANSPORT_UDP, 1812, 1813, 0x01, 0x0b, fields_read_radius },
	{ TRANSPORT_UDP, 1645, 1646, 0x01, 0x0b, fields_read_radius },
	{ TRANSPORT_UDP, 0, UINT16_MAX, 0x01, 0x01, fields_read_stun },
	{ TRANSPORT_UDP, 0, UINT16_MAX, 0x16, 0x16, fields_read_dtls },
};

static bool in_ports(const struct protocol *protocol, uint16_t port)
{
	return port >= protocol->port_low && port <= protocol->port_high;
}

static bool is_like(const struct protocol *protocol,
                    const struct packet *packet, uint8_t first)
{
	return protocol->transport == packet->transport &&
	       first >= protocol->first_low && first <= protocol->first_high &&
	       (in_ports(protocol, packet->source_port) ||
	        in_ports(protocol, packet->target_port));
}

static void read_payload(struct fields *fields, enum direction direction,
                         const struct packet *packet)
{
	const struct cursor c =
		cursor_over(packet->payload, packet->payload_captured);
	uint8_t first = packet->payload[0];

	if (fields->flags & FIELD_DHCP) {
		fields_read_dhcp(fields, direction, packet, c);
		return;
	}
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (is_like(&protocols[i], packet, first) &&
		    protocols[i].read(fields, direction, packet, c))
			return;
}

bool fields_may_find(const struct packet *packet)
{
	if (packet->tcp_flags & TCP_SYN)
		return true;
	if (!packet->payload_captured)
		return false;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (is_like(&protocols[i], packet, packet->payload[0]))
			return true;
	return false;
}

void fields_add(struct fields *fields, enum direction direction,
                const struct packet *packet)
{
	if (fields->seen[direction] >= FIELDS_PAYLOADS || !packet->has_ports)
		return;
	if (packet->tcp_flags & TCP_SYN)
		fields_read_tcp_options(fields, packet);
	if (!packet->payload_captured)
		return;
	read_payload(fields, direction, packet);
	/* What clients of DHCP say by broadcast is one flow: each of its
	 * packets may be of another client. */
	if (!(fields->flags & FIELD_DHCP))
		fields->seen[direction]++;
}

bool fields_are_empty(const struct fields *fields)
{
	static const struct fields none;
	struct fields rest = *fields;

	memset(rest.seen, 0, sizeof(rest.seen));
	return memcmp(&rest, &none, sizeof(rest)) == 0;
}

uint32_t fields_words(const struct fields *fields, enum flow_field field)
{
	if (fields->flags & FIELD_DHCP)
		return field == FIELD_DHCP_TYPE ? fields->dhcp.types : 0;
	if (field < FIELD_SHORT_COUNT)
		return fields->words[field];
	return field == FIELD_IKE_VENDOR ? fields->ike_vendors : 0;
}

bool fields_has_tcp_option(const struct fields *fields, uint8_t kind)
{
	return !(fields->flags & FIELD_DHCP) &&
	       fields->tcp_options[kind / 32] >> kind % 32 & 1;
}

uint32_t fields_lease_seconds(const struct fields *fields)
{
	return fields->flags & FIELD_DHCP ? fields->dhcp.lease_seconds : 0;
}

bool fields_has_dhcp_class(const struct fields *fields, const char *start,
                           uint8_t len)
{
	if (!(fields->flags & FIELD_DHCP))
		return false;
	for (size_t i = 0; i < FIELDS_CLIENTS; i++)
		if (memcmp(fields->dhcp.clients[i].class_id, start, len) == 0)
			return true;
	return false;
}

bool fields_has_dhcp_options(const struct fields *fields, uint32_t hash)
{
	if (!(fields->flags & FIELD_DHCP))
		return false;
	for (size_t i = 0; i < FIELDS_CLIENTS; i++)
		if (fields->dhcp.clients[i].options_hash == hash)
			return true;
	return false;
}

uint32_t dhcp_options_hash(const uint8_t *options, size_t count)
{
	/* Zero stands for a client that asked for nothing. */
	return count ? (uint32_t)hash_bytes(1, options, count) | 1 : 0;
}

bool flow_field_from_name(enum flow_field *field, const char *name)
{
	for (*field = 0; *field < FIELD_COUNT; ++*field)
		if (strcmp(lists[*field].name, name) == 0)
			return true;
	return false;
}

const char *flow_field_name(enum flow_field field)
{
	return lists[field].name;
}

const char *flow_field_word(enum flow_field field, unsigned index)
{
	if (field == FIELD_IKE_VENDOR)
		return ike_vendor_word(index);
	return index < 16 ? lists[field].words[index] : NULL;
}
