#include "classify/term.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"
#include "classify/aliases.h"

struct term_row {
	const char *name;
	const char *meaning;
	unsigned weight;
	uint64_t max; /* of numbers */
	bool (*read)(union term_value *value, const struct term_row *row,
	             const struct json *json, const struct term_names *names,
	             struct error *err);
	bool (*holds)(const union term_value *value, const struct facts *facts);
};

/* A value as the file has it, for complaints. */
static const char *spelled(char text[static 64], const struct json *json)
{
	uint64_t number;

	if (json_string(json))
		snprintf(text, 64, "%s", json_string(json));
	else if (json_u64(json, &number))
		snprintf(text, 64, "%llu", (unsigned long long)number);
	else
		snprintf(text, 64, "%s", json_is_object(json) ? "{...}" : "...");
	return text;
}

static bool refuse(const struct term_row *row, const struct json *json,
                   const struct term_names *names, struct error *err)
{
	char text[64];

	return json_complain(err, names->document, json,
	                     "'%s' is no value for %s", spelled(text, json),
	                     row->name);
}

static bool in_range(const union term_value *value, uint64_t number)
{
	return number >= value->range.low && number <= value->range.high;
}

static void set_range(union term_value *value, uint64_t low, uint64_t high)
{
	value->range.low = low;
	value->range.high = high;
}

/* "7", "7-9", "0x88a8" or "20-" */
static bool range_from_text(union term_value *value, const char *text,
                            uint64_t max)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	value->range.low = strtoull(text, &end, 0);
	value->range.high = value->range.low;
	if (*end == '-') {
		value->range.high = max;
		if (end[1] && !isdigit((unsigned char)end[1]))
			return false;
		if (end[1])
			value->range.high = strtoull(end + 1, &end, 0);
		else
			end++;
	}
	return !*end && value->range.low <= value->range.high &&
	       value->range.high <= max;
}

static bool read_range(union term_value *value, const struct term_row *row,
                       const struct json *json, const struct term_names *names,
                       struct error *err)
{
	uint64_t number;

	if (json_string(json)) {
		if (range_from_text(value, json_string(json), row->max))
			return true;
	} else if (json_u64(json, &number) && number <= row->max) {
		set_range(value, number, number);
		return true;
	}
	return refuse(row, json, names, err);
}

static bool read_bool(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	bool wanted;

	if (!json_bool(json, &wanted))
		return refuse(row, json, names, err);
	set_range(value, wanted, wanted);
	return true;
}

/* A protocol that other releases of nDPI know and this one does not is no
 * error: the value then never holds. */
static bool read_application(union term_value *value,
                             const struct term_row *row,
                             const struct json *json,
                             const struct term_names *names, struct error *err)
{
	const char *name = json_string(json);
	bool known = false;
	uint16_t id;

	if (!name)
		return refuse(row, json, names, err);
	set_range(value, 1, 0);
	if (aliases_find(names->aliases, names->dpi, name, &id, &known))
		set_range(value, id, id);
	if (!known)
		return json_complain(err, names->document, json,
		                     "nDPI has no protocol '%s'", name);
	return true;
}

static bool read_application_category(union term_value *value,
                                      const struct term_row *row,
                                      const struct json *json,
                                      const struct term_names *names,
                                      struct error *err)
{
	const char *name = json_string(json);
	uint16_t id;

	if (!name)
		return refuse(row, json, names, err);
	if (!dpi_find_category(names->dpi, name, &id))
		return json_complain(err, names->document, json,
		                     "nDPI has no category '%s'", name);
	set_range(value, id, id);
	return true;
}

static bool read_transport(union term_value *value, const struct term_row *row,
                           const struct json *json,
                           const struct term_names *names, struct error *err)
{
	uint8_t transport;

	if (!json_string(json))
		return read_range(value, row, json, names, err);
	if (!transport_from_name(&transport, json_string(json)))
		return refuse(row, json, names, err);
	set_range(value, transport, transport);
	return true;
}

static bool read_prefix(union term_value *value, const struct term_row *row,
                        const struct json *json, const struct term_names *names,
                        struct error *err)
{
	const char *text = json_string(json);

	return (text && prefix_parse(&value->prefix, text)) ||
	       refuse(row, json, names, err);
}

/* "01:0c:cd:01:00:00/32", or a whole address */
static bool mac_from_text(union term_value *value, const char *text)
{
	char mac[24];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char *end;

	if (len >= sizeof(mac))
		return false;
	memcpy(mac, text, len);
	mac[len] = '\0';
	value->mac.len = 48;
	if (slash) {
		unsigned long bits = strtoul(slash + 1, &end, 10);

		if (!isdigit((unsigned char)slash[1]) || *end || bits > 48)
			return false;
		value->mac.len = (uint8_t)bits;
	}
	return mac_parse(&value->mac.mac, mac);
}

static bool read_mac(union term_value *value, const struct term_row *row,
                     const struct json *json, const struct term_names *names,
                     struct error *err)
{
	const char *text = json_string(json);

	return (text && mac_from_text(value, text)) ||
	       refuse(row, json, names, err);
}

/* Words with the numbers they stand for: one list serves a whole term. */
struct word {
	const char *text;
	uint64_t low;
	uint64_t high;
};

static bool word_find(union term_value *value, const struct word *words,
                      const char *text)
{
	for (; text && words->text; words++) {
		if (strcmp(words->text, text) == 0) {
			set_range(value, words->low, words->high);
			return true;
		}
	}
	return false;
}

static bool read_cast(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	static const struct word words[] = {
		{ "unicast", CAST_UNICAST, CAST_UNICAST },
		{ "multicast", CAST_MULTICAST, CAST_MULTICAST },
		{ "limited-broadcast", CAST_LIMITED_BROADCAST,
		  CAST_LIMITED_BROADCAST },
		{ "directed-broadcast", CAST_DIRECTED_BROADCAST,
		  CAST_DIRECTED_BROADCAST },
		{ "broadcast", CAST_LIMITED_BROADCAST, CAST_DIRECTED_BROADCAST },
		{ NULL, 0, 0 },
	};

	return word_find(value, words, json_string(json)) ||
	       refuse(row, json, names, err);
}

static bool read_scope(union term_value *value, const struct term_row *row,
                       const struct json *json, const struct term_names *names,
                       struct error *err)
{
	static const struct word words[] = {
		{ "link", SCOPE_LINK, SCOPE_LINK },
		{ "routed", SCOPE_ROUTED, SCOPE_ROUTED },
		{ NULL, 0, 0 },
	};

	return word_find(value, words, json_string(json)) ||
	       refuse(row, json, names, err);
}

/* IEEE 802.11 frame control, as LINK_WIFI encodes it. */
static bool read_wifi(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	static const struct word words[] = {
		{ "management", 0x00, 0x0f },
		{ "control", 0x10, 0x1f },
		{ "data", 0x20, 0x2f },
		{ "protected", 0x40, 0x7f },
		{ NULL, 0, 0 },
	};

	return word_find(value, words, json_string(json)) ||
	       refuse(row, json, names, err);
}

static bool read_icmp_error(union term_value *value, const struct term_row *row,
                            const struct json *json,
                            const struct term_names *names, struct error *err)
{
	const char *text = json_string(json);

	for (unsigned bit = 1; text && icmp_error_name(bit); bit <<= 1) {
		if (strcmp(icmp_error_name(bit), text) == 0) {
			set_range(value, bit, bit);
			return true;
		}
	}
	return refuse(row, json, names, err);
}

static bool read_encapsulation(union term_value *value,
                               const struct term_row *row,
                               const struct json *json,
                               const struct term_names *names,
                               struct error *err)
{
	const char *text = json_string(json);

	for (unsigned bit = 1; text && encapsulation_name(bit); bit <<= 1) {
		if (strcmp(encapsulation_name(bit), text) == 0) {
			set_range(value, bit, bit);
			return true;
		}
	}
	return refuse(row, json, names, err);
}

/* Up to five colon-separated or joined octets into an integer, with the number
 * of octets given. */
static bool octets_from_text(const char *text, uint64_t *bits, unsigned *count)
{
	*bits = 0;
	*count = 0;
	while (*text) {
		char octet[3] = { text[0], text[0] ? text[1] : '\0', '\0' };

		if (!isxdigit((unsigned char)octet[0]) ||
		    !isxdigit((unsigned char)octet[1]) || *count == 5)
			return false;
		*bits = *bits << 8 | strtoul(octet, NULL, 16);
		++*count;
		text += 2;
		if (*text == ':' && text[1])
			text++;
	}
	return *count > 0;
}

/* DSAP and SSAP, with or without the control octet */
static bool read_llc(union term_value *value, const struct term_row *row,
                     const struct json *json, const struct term_names *names,
                     struct error *err)
{
	const char *text = json_string(json);
	uint64_t bits;
	unsigned count;

	if (!text || !octets_from_text(text, &bits, &count) || count < 2 ||
	    count > 3)
		return refuse(row, json, names, err);
	if (count == 2)
		set_range(value, bits << 8, bits << 8 | 0xff);
	else
		set_range(value, bits, bits);
	return true;
}

static bool read_snap(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	const char *text = json_string(json);
	uint64_t bits;
	unsigned count;

	if (!text || !octets_from_text(text, &bits, &count) || count != 5)
		return refuse(row, json, names, err);
	set_range(value, bits, bits);
	return true;
}

static bool hex_from_text(uint8_t bytes[static PATTERN_MAX], const char *text,
                          size_t *len)
{
	for (*len = 0; *text; text += 2) {
		char octet[3] = { text[0], text[1], '\0' };

		if (!isxdigit((unsigned char)octet[0]) ||
		    !isxdigit((unsigned char)octet[1]) || *len == PATTERN_MAX)
			return false;
		bytes[(*len)++] = (uint8_t)strtoul(octet, NULL, 16);
	}
	return *len > 0;
}

static bool read_direction(struct pattern *pattern, const char *text)
{
	if (text && strcmp(text, "client") == 0)
		pattern->directions = 1;
	else if (text && strcmp(text, "server") == 0)
		pattern->directions = 2;
	else
		return false;
	return true;
}

static bool read_pattern_member(struct pattern *pattern, size_t *mask_len,
                                const struct json *member)
{
	const char *key = json_key(member);
	const char *text = json_string(member);
	uint64_t number;
	size_t len = 0;

	if (strcmp(key, "offset") == 0) {
		if (!json_u64(member, &number) || number >= PATTERN_MAX)
			return false;
		pattern->offset = (uint8_t)number;
		return true;
	}
	if (strcmp(key, "bytes") == 0) {
		if (!text || !hex_from_text(pattern->bytes, text, &len))
			return false;
		pattern->len = (uint8_t)len;
		return true;
	}
	if (strcmp(key, "mask") == 0)
		return text && hex_from_text(pattern->mask, text, mask_len);
	return strcmp(key, "direction") == 0 && read_direction(pattern, text);
}

static bool read_payload(union term_value *value, const struct term_row *row,
                         const struct json *json,
                         const struct term_names *names, struct error *err)
{
	struct pattern *pattern = &value->pattern;
	size_t mask_len = 0;

	if (!json_is_object(json))
		return refuse(row, json, names, err);
	memset(pattern, 0, sizeof(*pattern));
	pattern->directions = 3;
	memset(pattern->mask, 0xff, sizeof(pattern->mask));
	for (const struct json *member = json_first(json); member;
	     member = json_next(member))
		if (!read_pattern_member(pattern, &mask_len, member))
			return json_complain(err, names->document, member,
			                     "bad '%s' of a payload",
			                     json_key(member));
	if (!pattern->len || pattern->offset + pattern->len > PATTERN_MAX)
		return json_complain(err, names->document, json,
		                     "payload needs bytes within the first %d",
		                     PATTERN_MAX);
	if (mask_len && mask_len != pattern->len)
		return json_complain(err, names->document, json,
		                     "mask and bytes differ in length");
	return true;
}

static bool is_layer2(const struct flow *flow, enum link_kind kind)
{
	return flow->key.family == FAMILY_LAYER2 && flow->link_kind == kind;
}

static uint64_t link_protocol(const struct flow *flow)
{
	return flow->key.detail & ((UINT64_C(1) << 48) - 1);
}

static bool is_icmp(const struct flow *flow)
{
	return flow->key.family != FAMILY_LAYER2 &&
	       (flow->key.transport == TRANSPORT_ICMP ||
	        flow->key.transport == TRANSPORT_ICMPV6);
}

static bool holds_application(const union term_value *value,
                              const struct facts *facts)
{
	return in_range(value, facts->application.sub) ||
	       in_range(value, facts->application.master);
}

static bool holds_application_category(const union term_value *value,
                                       const struct facts *facts)
{
	return in_range(value, facts->application.category);
}

static bool holds_transport(const union term_value *value,
                            const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, facts->flow->key.transport);
}

static bool holds_any_port(const union term_value *value,
                           const struct facts *facts)
{
	return in_range(value, facts->flow->key.port[0]) ||
	       in_range(value, facts->flow->key.port[1]);
}

/* Where nobody saw who called whom, either end may be the service. */
static bool holds_port(const union term_value *value, const struct facts *facts)
{
	if (!facts->server_known)
		return holds_any_port(value, facts);
	return in_range(value, flow_server_port(facts->flow));
}

static bool holds_client_port(const union term_value *value,
                              const struct facts *facts)
{
	return in_range(value, flow_client_port(facts->flow));
}

static bool holds_ip_version(const union term_value *value,
                             const struct facts *facts)
{
	switch ((enum family)facts->flow->key.family) {
	case FAMILY_IPV4: return in_range(value, 4);
	case FAMILY_IPV6: return in_range(value, 6);
	case FAMILY_LAYER2:
	case FAMILY_COUNT: break;
	}
	return false;
}

static bool holds_cast(const union term_value *value, const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, facts->flow->cast);
}

static bool holds_scope(const union term_value *value,
                        const struct facts *facts)
{
	return in_range(value, facts->scope);
}

static bool prefix_covers(const union term_value *value,
                          const struct facts *facts,
                          const struct address *address)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       prefix_holds(&value->prefix, address);
}

static bool holds_destination(const union term_value *value,
                              const struct facts *facts)
{
	return prefix_covers(value, facts, flow_server_address(facts->flow));
}

static bool holds_source(const union term_value *value,
                         const struct facts *facts)
{
	return prefix_covers(value, facts, flow_client_address(facts->flow));
}

static bool holds_address(const union term_value *value,
                          const struct facts *facts)
{
	return holds_source(value, facts) || holds_destination(value, facts);
}

static bool holds_hop_limit(const union term_value *value,
                            const struct facts *facts)
{
	const struct flow *flow = facts->flow;

	return flow->packets[TO_SERVER] && flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, flow->hop_limit_min) &&
	       in_range(value, flow->hop_limit_max);
}

static bool holds_ethertype(const union term_value *value,
                            const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_ETHERTYPE) &&
	       in_range(value, link_protocol(facts->flow));
}

static bool holds_llc(const union term_value *value, const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_LLC) &&
	       in_range(value, link_protocol(facts->flow));
}

static bool holds_snap(const union term_value *value, const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_SNAP) &&
	       in_range(value, link_protocol(facts->flow));
}

static bool holds_wifi(const union term_value *value, const struct facts *facts)
{
	return is_layer2(facts->flow, LINK_WIFI) &&
	       in_range(value, link_protocol(facts->flow));
}

static bool holds_raw_ipx(const union term_value *value,
                          const struct facts *facts)
{
	return in_range(value, is_layer2(facts->flow, LINK_RAW_IPX));
}

static bool holds_ip(const union term_value *value, const struct facts *facts)
{
	return in_range(value, facts->flow->key.family != FAMILY_LAYER2);
}

static bool mac_covers(const union term_value *value, const struct mac *mac)
{
	for (unsigned bit = 0; bit < value->mac.len; bit++) {
		unsigned differ =
			mac->bytes[bit / 8] ^ value->mac.mac.bytes[bit / 8];

		if (differ & 0x80u >> bit % 8)
			return false;
	}
	return true;
}

static bool holds_source_mac(const union term_value *value,
                             const struct facts *facts)
{
	return mac_covers(value, &facts->flow->mac[TO_SERVER]);
}

static bool holds_destination_mac(const union term_value *value,
                                  const struct facts *facts)
{
	return mac_covers(value, &facts->flow->mac[TO_CLIENT]);
}

static bool holds_icmp_type(const union term_value *value,
                            const struct facts *facts)
{
	return is_icmp(facts->flow) && in_range(value, facts->flow->icmp_type);
}

static bool holds_icmp_code(const union term_value *value,
                            const struct facts *facts)
{
	return is_icmp(facts->flow) && in_range(value, facts->flow->icmp_code);
}

static bool holds_icmp_error(const union term_value *value,
                             const struct facts *facts)
{
	return facts->flow->icmp_errors & value->range.low;
}

static bool holds_dscp(const union term_value *value, const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       in_range(value, facts->flow->dscp_first);
}

static bool head_matches(const struct flow_head *head,
                         const struct pattern *pattern)
{
	if (head->captured < pattern->offset + pattern->len)
		return false;
	for (unsigned i = 0; i < pattern->len; i++)
		if ((head->bytes[pattern->offset + i] ^ pattern->bytes[i]) &
		    pattern->mask[i])
			return false;
	return true;
}

static bool holds_payload(const union term_value *value,
                          const struct facts *facts)
{
	const struct pattern *pattern = &value->pattern;
	const struct flow_head *head = facts->flow->head;

	return (pattern->directions & 1 &&
	        head_matches(&head[TO_SERVER], pattern)) ||
	       (pattern->directions & 2 &&
	        head_matches(&head[TO_CLIENT], pattern));
}

static bool holds_payload_length(const union term_value *value,
                                 const struct facts *facts)
{
	const struct flow_head *head = facts->flow->head;

	return (head[TO_SERVER].payload_len &&
	        in_range(value, head[TO_SERVER].payload_len)) ||
	       (head[TO_CLIENT].payload_len &&
	        in_range(value, head[TO_CLIENT].payload_len));
}

static bool holds_ip_options(const union term_value *value,
                             const struct facts *facts)
{
	return in_range(value, facts->flow->ip_options);
}

static bool holds_router_alert(const union term_value *value,
                               const struct facts *facts)
{
	return in_range(value, facts->flow->router_alert);
}

static bool holds_fragmented(const union term_value *value,
                             const struct facts *facts)
{
	return in_range(value, facts->flow->fragmented);
}

static bool holds_encapsulation(const union term_value *value,
                                const struct facts *facts)
{
	return facts->flow->encapsulation & value->range.low;
}

static bool holds_gre_protocol(const union term_value *value,
                               const struct facts *facts)
{
	return facts->flow->key.family != FAMILY_LAYER2 &&
	       facts->flow->key.transport == TRANSPORT_GRE &&
	       in_range(value, facts->flow->gre_protocol);
}

static bool holds_both_ways(const union term_value *value,
                            const struct facts *facts)
{
	return in_range(value, facts->flow->packets[TO_SERVER] &&
	                               facts->flow->packets[TO_CLIENT]);
}

static bool holds_packets(const union term_value *value,
                          const struct facts *facts)
{
	return in_range(value, facts->flow->packets[TO_SERVER] +
	                               facts->flow->packets[TO_CLIENT]);
}

/* Weights order signatures that hold together: what was read in the payload
 * says more than a port, a port more than a kind of address. */
static const struct term_row rows[] = {
	{ "application", "nDPI's name of the protocol or what it carries", 12,
	  0, read_application, holds_application },
	{ "application-category", "nDPI's category", 6, 0,
	  read_application_category, holds_application_category },
	{ "transport", "name or number of the IP protocol", 4, UINT8_MAX,
	  read_transport, holds_transport },
	{ "port", "the service's port", 8, UINT16_MAX, read_range, holds_port },
	{ "any-port", "either end's port", 6, UINT16_MAX, read_range,
	  holds_any_port },
	{ "client-port", "the client's port", 6, UINT16_MAX, read_range,
	  holds_client_port },
	{ "ip-version", "4 or 6", 1, 6, read_range, holds_ip_version },
	{ "ip", "whether it is IP at all", 1, 0, read_bool, holds_ip },
	{ "cast", "unicast, multicast, broadcast, ...", 2, 0, read_cast,
	  holds_cast },
	{ "scope", "link or routed, of groups and broadcasts", 1, 0, read_scope,
	  holds_scope },
	{ "destination", "prefix where the first packet went", 6, 0, read_prefix,
	  holds_destination },
	{ "source", "prefix where the first packet came from", 4, 0,
	  read_prefix, holds_source },
	{ "address", "prefix of either end", 4, 0, read_prefix, holds_address },
	{ "hop-limit", "TTL or hop limit of all the client's packets", 2,
	  UINT8_MAX, read_range, holds_hop_limit },
	{ "ethertype", "of frames without IP", 8, UINT16_MAX, read_range,
	  holds_ethertype },
	{ "llc", "DSAP:SSAP or DSAP:SSAP:control", 8, 0, read_llc, holds_llc },
	{ "snap", "OUI:protocol", 8, 0, read_snap, holds_snap },
	{ "raw-ipx", "802.3 frames without LLC", 8, 0, read_bool,
	  holds_raw_ipx },
	{ "wifi", "management, control, data or protected", 8, 0, read_wifi,
	  holds_wifi },
	{ "destination-mac", "address, or its first bits after a slash", 6, 0,
	  read_mac, holds_destination_mac },
	{ "source-mac", "address, or its first bits after a slash", 6, 0,
	  read_mac, holds_source_mac },
	{ "icmp-type", "of the first packet, either family", 8, UINT8_MAX,
	  read_range, holds_icmp_type },
	{ "icmp-code", "of the first packet, either family", 4, UINT8_MAX,
	  read_range, holds_icmp_code },
	{ "icmp-error", "an ICMP error that quoted the flow", 6, 0,
	  read_icmp_error, holds_icmp_error },
	{ "dscp", "of the first packet", 2, 63, read_range, holds_dscp },
	{ "payload", "bytes at an offset of a first payload", 12, 0,
	  read_payload, holds_payload },
	{ "payload-length", "of a first payload", 2, UINT32_MAX, read_range,
	  holds_payload_length },
	{ "ip-options", "IPv4 options or IPv6 extension headers", 2, 0,
	  read_bool, holds_ip_options },
	{ "router-alert", "the router alert option", 2, 0, read_bool,
	  holds_router_alert },
	{ "fragmented", "some datagram came in fragments", 2, 0, read_bool,
	  holds_fragmented },
	{ "encapsulation", "what the flow was carried in", 4, 0,
	  read_encapsulation, holds_encapsulation },
	{ "gre-protocol", "ethertype inside GRE", 6, UINT16_MAX, read_range,
	  holds_gre_protocol },
	{ "both-ways", "packets in both directions", 1, 0, read_bool,
	  holds_both_ways },
	{ "packets", "how many in the flow", 1, UINT64_MAX, read_range,
	  holds_packets },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static const struct term_row *row_find(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static bool read_value(struct term *term, const struct json *json,
                       const struct term_names *names, struct error *err)
{
	return term->row->read(&term->values[term->count++], term->row, json,
	                       names, err);
}

bool term_read(struct term *term, const struct json *member,
               const struct term_names *names, struct error *err)
{
	bool is_list = json_is_array(member);
	size_t room = is_list ? json_count(member) : 1;

	*term = (struct term){ .row = row_find(json_key(member)) };
	if (!term->row)
		return json_complain(err, names->document, member,
		                     "no term '%s'", json_key(member));
	if (!room)
		return json_complain(err, names->document, member,
		                     "an empty list for %s never holds",
		                     term->row->name);
	term->values = calloc(room, sizeof(*term->values));
	if (!term->values)
		return fail(err, "out of memory for signatures");
	if (!is_list)
		return read_value(term, member, names, err);
	for (const struct json *value = json_first(member); value;
	     value = json_next(value))
		if (!read_value(term, value, names, err))
			return false;
	return true;
}

void term_release(struct term *term)
{
	free(term->values);
	*term = (struct term){ 0 };
}

bool term_holds(const struct term *term, const struct facts *facts)
{
	for (size_t i = 0; i < term->count; i++)
		if (term->row->holds(&term->values[i], facts))
			return true;
	return false;
}

unsigned term_weight(const struct term *term)
{
	return term->row->weight;
}

bool term_describe(size_t index, const char **name, const char **meaning)
{
	if (index >= ROW_COUNT)
		return false;
	*name = rows[index].name;
	*meaning = rows[index].meaning;
	return true;
}
