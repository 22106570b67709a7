/*
 * Rows: how the value of each term is read, and when it holds. The inside of
 * term.c: only the files of that name include this, and the index's, which
 * sorts by what rows are about.
 */
#ifndef CLASSIFY_TERM_ROWS_H
#define CLASSIFY_TERM_ROWS_H

#include "classify/term.h"

/* One value of a member; false with err naming file, line and word. */
typedef bool term_reader(union term_value *value, const struct term_row *row,
                         const struct json *json,
                         const struct term_names *names, struct error *err);

typedef bool term_holder(const union term_value *value,
                         const struct facts *facts);

/*
 * Simple things about a flow, a bit each, of which a glance tells whether
 * there is any: most terms ask for what hardly any flow has.
 */
enum trait {
	TRAIT_NONE = 0,
	TRAIT_IPV4 = 1 << 0,
	TRAIT_IPV6 = 1 << 1,
	TRAIT_UNICAST = 1 << 2, /* in the order of enum cast */
	TRAIT_MULTICAST = 1 << 3,
	TRAIT_LIMITED_BROADCAST = 1 << 4,
	TRAIT_DIRECTED_BROADCAST = 1 << 5,
	TRAIT_DSCP = 1 << 6,
	TRAIT_ICMP = 1 << 7,
	TRAIT_THIRD_PARTY = 1 << 8,
	TRAIT_ICMP_ERROR = 1 << 9,
	TRAIT_IP_OPTIONS = 1 << 10,
	TRAIT_FRAGMENTED = 1 << 11,
	TRAIT_ENCAPSULATED = 1 << 12,
	TRAIT_GRE = 1 << 13,
	TRAIT_BOTH_WAYS = 1 << 14,
	TRAIT_BEHAVIOUR = 1 << 15,
	TRAIT_MSS = 1 << 16,
	TRAIT_FIELDS = 1 << 17, /* any but options of TCP */
	TRAIT_TCP_OPTIONS = 1 << 18,
	TRAIT_PAYLOAD = 1 << 19,
};

struct term_row {
	const char *name;
	const char *meaning;
	unsigned weight;
	uint64_t max; /* of numbers */
	term_reader *read;
	term_holder *holds;
	enum trait trait; /* what a flow must have, unless the value is false
	                     or 0 */
};

/* Rows about what a flow's payloads say, about hosts and about the sensor, in
 * tables of their own. */
extern const struct term_row term_field_rows[];
extern const size_t term_field_row_count;
extern const struct term_row term_host_rows[];
extern const size_t term_host_row_count;
extern const struct term_row term_sensor_rows[];
extern const size_t term_sensor_row_count;

/* Whether the bits that count are those of a MAC. */
bool term_mac_covers(const union term_value *value, const struct mac *mac);

/* Complains that a value is none for its row. Always false. */
bool term_refuse(const struct term_row *row, const struct json *json,
                 const struct term_names *names, struct error *err);

/* 7, "7", "7-9", "0x88a8" or "20-", with nothing above max. */
bool term_range_from(union term_value *value, const struct json *json,
                     uint64_t max);

/* A word for one bit, out of a set whose names a function gives. */
bool term_read_bit(union term_value *value, const struct term_row *row,
                   const struct json *json, const struct term_names *names,
                   const char *(*name_of)(unsigned bit), struct error *err);

static inline void set_range(union term_value *value, uint64_t low,
                             uint64_t high)
{
	value->range.low = low;
	value->range.high = high;
}

static inline bool in_range(const union term_value *value, uint64_t number)
{
	return number >= value->range.low && number <= value->range.high;
}

term_reader term_read_application;
term_reader term_read_application_category;
term_reader term_read_transport;
term_reader term_read_range;
term_reader term_read_bool;
term_reader term_read_cast;
term_reader term_read_scope;
term_reader term_read_prefix;
term_reader term_read_llc;
term_reader term_read_snap;
term_reader term_read_wifi;
term_reader term_read_mac;
term_reader term_read_icmp_error;
term_reader term_read_payload;
term_reader term_read_reply;
term_reader term_read_length_field;
term_reader term_read_encapsulation;
term_reader term_read_behaviour;

term_holder term_holds_application;
term_holder term_holds_application_category;
term_holder term_holds_transport;
term_holder term_holds_port;
term_holder term_holds_any_port;
term_holder term_holds_client_port;
term_holder term_holds_server_port;
term_holder term_holds_ip_version;
term_holder term_holds_ip;
term_holder term_holds_cast;
term_holder term_holds_scope;
term_holder term_holds_destination;
term_holder term_holds_source;
term_holder term_holds_address;
term_holder term_holds_hop_limit;
term_holder term_holds_ethertype;
term_holder term_holds_llc;
term_holder term_holds_snap;
term_holder term_holds_raw_ipx;
term_holder term_holds_wifi;
term_holder term_holds_destination_mac;
term_holder term_holds_source_mac;
term_holder term_holds_icmp_type;
term_holder term_holds_icmp_code;
term_holder term_holds_icmp_error;
term_holder term_holds_third_party;
term_holder term_holds_dscp;
term_holder term_holds_payload;
term_holder term_holds_length_field;
term_holder term_holds_payload_length;
term_holder term_holds_ip_options;
term_holder term_holds_router_alert;
term_holder term_holds_fragmented;
term_holder term_holds_encapsulation;
term_holder term_holds_gre_protocol;
term_holder term_holds_both_ways;
term_holder term_holds_packets;
term_holder term_holds_behaviour;
term_holder term_holds_mss;

#endif
