#include "classify/term.h"

#include <stdlib.h>
#include <string.h>

#include "classify/term_rows.h"

/* Weights order signatures that hold together: what was read in the payload
 * says more than a port, a port more than a kind of address. */
static const struct term_row rows[] = {
	{ "application", "nDPI's name of the protocol or what it carries", 12,
	  0, term_read_application, term_holds_application, TRAIT_NONE },
	{ "application-category", "nDPI's category", 6, 0,
	  term_read_application_category, term_holds_application_category,
	  TRAIT_NONE },
	{ "transport", "name or number of the IP protocol", 4, UINT8_MAX,
	  term_read_transport, term_holds_transport, TRAIT_NONE },
	{ "port", "the service's port", 8, UINT16_MAX, term_read_range,
	  term_holds_port, TRAIT_NONE },
	{ "any-port", "either end's port", 6, UINT16_MAX, term_read_range,
	  term_holds_any_port, TRAIT_NONE },
	{ "client-port", "the client's port", 6, UINT16_MAX, term_read_range,
	  term_holds_client_port, TRAIT_NONE },
	{ "server-port", "the port of the end that spoke second", 6, UINT16_MAX,
	  term_read_range, term_holds_server_port, TRAIT_NONE },
	{ "ip-version", "4 or 6", 1, 6, term_read_range, term_holds_ip_version,
	  TRAIT_NONE },
	{ "ip", "whether it is IP at all", 1, 0, term_read_bool, term_holds_ip,
	  TRAIT_NONE },
	{ "cast", "unicast, multicast, broadcast, ...", 2, 0, term_read_cast,
	  term_holds_cast, TRAIT_NONE },
	{ "scope", "link or routed, of groups and broadcasts", 1, 0,
	  term_read_scope, term_holds_scope, TRAIT_NONE },
	{ "destination", "prefix where the first packet went", 6, 0,
	  term_read_prefix, term_holds_destination, TRAIT_NONE },
	{ "source", "prefix where the first packet came from", 4, 0,
	  term_read_prefix, term_holds_source, TRAIT_NONE },
	{ "address", "prefix of either end", 4, 0, term_read_prefix,
	  term_holds_address, TRAIT_NONE },
	{ "hop-limit", "TTL or hop limit of all the client's packets", 2,
	  UINT8_MAX, term_read_range, term_holds_hop_limit, TRAIT_NONE },
	{ "ethertype", "of frames without IP", 8, UINT16_MAX, term_read_range,
	  term_holds_ethertype, TRAIT_NONE },
	{ "llc", "DSAP:SSAP or DSAP:SSAP:control", 8, 0, term_read_llc,
	  term_holds_llc, TRAIT_NONE },
	{ "snap", "OUI:protocol", 8, 0, term_read_snap, term_holds_snap,
	  TRAIT_NONE },
	{ "raw-ipx", "802.3 frames without LLC", 8, 0, term_read_bool,
	  term_holds_raw_ipx, TRAIT_NONE },
	{ "wifi", "management, control, data or protected", 8, 0,
	  term_read_wifi, term_holds_wifi, TRAIT_NONE },
	{ "destination-mac", "address, or its first bits after a slash", 6, 0,
	  term_read_mac, term_holds_destination_mac, TRAIT_NONE },
	{ "source-mac", "address, or its first bits after a slash", 6, 0,
	  term_read_mac, term_holds_source_mac, TRAIT_NONE },
	{ "icmp-type", "of the first packet, either family", 8, UINT8_MAX,
	  term_read_range, term_holds_icmp_type, TRAIT_ICMP },
	{ "icmp-code", "of the first packet, either family", 4, UINT8_MAX,
	  term_read_range, term_holds_icmp_code, TRAIT_ICMP },
	{ "third-party", "an ICMP error of a router, not of the target", 2, 0,
	  term_read_bool, term_holds_third_party, TRAIT_THIRD_PARTY },
	{ "icmp-error", "an ICMP error that quoted the flow", 6, 0,
	  term_read_icmp_error, term_holds_icmp_error, TRAIT_ICMP_ERROR },
	{ "dscp", "of the first packet", 2, 63, term_read_range,
	  term_holds_dscp, TRAIT_DSCP },
	{ "payload", "bytes at an offset of a first payload", 12, 0,
	  term_read_payload, term_holds_payload, TRAIT_PAYLOAD },
	{ "reply", "bytes at an offset of the server's first payload", 12, 0,
	  term_read_reply, term_holds_payload, TRAIT_PAYLOAD },
	{ "length-field", "a number that is the first payload's length", 10, 0,
	  term_read_length_field, term_holds_length_field, TRAIT_PAYLOAD },
	{ "payload-length", "of a first payload", 2, UINT32_MAX,
	  term_read_range, term_holds_payload_length, TRAIT_NONE },
	{ "ip-options", "IPv4 options or IPv6 extension headers", 2, 0,
	  term_read_bool, term_holds_ip_options, TRAIT_IP_OPTIONS },
	{ "router-alert", "the router alert option", 2, 0, term_read_bool,
	  term_holds_router_alert, TRAIT_IP_OPTIONS },
	{ "fragmented", "some datagram came in fragments", 2, 0, term_read_bool,
	  term_holds_fragmented, TRAIT_FRAGMENTED },
	{ "encapsulation", "what the flow was carried in", 4, 0,
	  term_read_encapsulation, term_holds_encapsulation,
	  TRAIT_ENCAPSULATED },
	{ "gre-protocol", "ethertype inside GRE", 6, UINT16_MAX,
	  term_read_range, term_holds_gre_protocol, TRAIT_GRE },
	{ "both-ways", "packets in both directions", 1, 0, term_read_bool,
	  term_holds_both_ways, TRAIT_BOTH_WAYS },
	{ "packets", "how many in the flow", 1, UINT64_MAX, term_read_range,
	  term_holds_packets, TRAIT_NONE },
	{ "behaviour", "isochronous, interactive, periodic, ...", 6, 0,
	  term_read_behaviour, term_holds_behaviour, TRAIT_BEHAVIOUR },
	{ "mss", "smaller segment size of a TCP handshake", 2, UINT16_MAX,
	  term_read_range, term_holds_mss, TRAIT_MSS },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

/* Every table of rows, by whom its terms are about. */
static const struct term_row *flow_row_at(size_t index)
{
	if (index < ROW_COUNT)
		return &rows[index];
	index -= ROW_COUNT;
	return index < term_field_row_count ? &term_field_rows[index] : NULL;
}

static const struct term_row *row_at(enum subject subject, size_t index)
{
	switch (subject) {
	case SUBJECT_FLOW: return flow_row_at(index);
	case SUBJECT_HOST:
		return index < term_host_row_count ? &term_host_rows[index]
		                                   : NULL;
	case SUBJECT_SENSOR:
		return index < term_sensor_row_count ? &term_sensor_rows[index]
		                                     : NULL;
	}
	return NULL;
}

static bool row_find(struct term *term, const char *name)
{
	for (enum subject s = SUBJECT_FLOW; s <= SUBJECT_SENSOR; s++) {
		term->subject = s;
		for (size_t i = 0; (term->row = row_at(s, i)); i++)
			if (strcmp(term->row->name, name) == 0)
				return true;
	}
	return false;
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

	*term = (struct term){ 0 };
	if (!row_find(term, json_key(member)))
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

enum subject term_subject(const struct term *term)
{
	return term->subject;
}

bool term_describe(size_t index, const char **name, const char **meaning)
{
	const struct term_row *row = row_at(SUBJECT_FLOW, index);

	if (!row)
		return false;
	*name = row->name;
	*meaning = row->meaning;
	return true;
}
