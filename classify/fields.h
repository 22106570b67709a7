/*
 * Fields: facts that one pattern of bytes cannot express, read from the first
 * payloads of a flow (and from its SYNs): which version a handshake agreed
 * on, whether a NAT lies on the way, what a DHCP client calls itself.
 *
 * A plain value that owns nothing. Most facts are words of a small list, of
 * which a flow may show several; names of hosts and credentials are not kept.
 */
#ifndef CLASSIFY_FIELDS_H
#define CLASSIFY_FIELDS_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/flow.h"

/* Facts that are words of a list. */
enum flow_field {
	FIELD_TLS_VERSION,
	FIELD_TLS_CIPHER,
	FIELD_SSH_VERSION,
	FIELD_SMB_DIALECT,
	FIELD_SMB_SIGNING,
	FIELD_RPC_PROTECTION,
	FIELD_RDP_SECURITY,
	FIELD_LDAP_BIND,
	FIELD_HTTP_AUTH,
	FIELD_TDS_ENCRYPTION,
	FIELD_OPCUA_POLICY,
	FIELD_IKE_VERSION,
	FIELD_IKE_EXCHANGE,
	FIELD_NAT_DETECTED,
	FIELD_RADIUS_PORT_TYPE,
	FIELD_EAP_METHOD,
	FIELD_SHORT_COUNT, /* the above have 16 words at most, */
	FIELD_IKE_VENDOR = FIELD_SHORT_COUNT, /* these 32 */
	FIELD_DHCP_TYPE,
	FIELD_COUNT
};

/* Facts that are true or not. */
enum field_flag {
	FIELD_TLS_STARTED = 1 << 0,
	FIELD_STARTTLS = 1 << 1, /* TLS began after something in clear */
	FIELD_SMB_ENCRYPTED = 1 << 2,
	FIELD_NTLM = 1 << 3,
	FIELD_STUN_MAPPED_DIFFERS = 1 << 4,
	FIELD_DHCP = 1 << 5, /* fields are those of DHCP */
};

enum {
	FIELDS_PAYLOADS = 12, /* looked at in each direction */
	FIELDS_CLIENTS = 4,   /* DHCP clients told apart in one flow */
	DHCP_CLASS_LEN = 16,  /* kept of a class identifier */
};

/* One kind of DHCP client; a broadcast flow has many. */
struct dhcp_client {
	char class_id[DHCP_CLASS_LEN]; /* zeroes behind, or cut */
	uint32_t options_hash;         /* of the parameter request list */
};

struct fields {
	uint8_t seen[2]; /* payloads, by direction */
	uint8_t flags;   /* bits of enum field_flag */
	union {
		struct {
			uint16_t words[FIELD_SHORT_COUNT]; /* bits */
			uint32_t ike_vendors;
			uint32_t tcp_options[8]; /* kinds, a bit each */
		};
		struct {
			uint32_t types;
			uint32_t lease_seconds; /* the shortest, 0 if none */
			struct dhcp_client clients[FIELDS_CLIENTS];
		} dhcp;
	};
};

/* Whether adding a packet to fields that are empty could do more than count
 * it: hardly any packet's do, and asking is cheap. */
bool fields_may_find(const struct packet *packet);

void fields_add(struct fields *fields, enum direction direction,
                const struct packet *packet);

/* Whether there is anything but the number of payloads. */
bool fields_are_empty(const struct fields *fields);

/* What a flow showed of a field, a bit for each word. */
uint32_t fields_words(const struct fields *fields, enum flow_field field);

bool fields_has_tcp_option(const struct fields *fields, uint8_t kind);

/* Shortest lease that was granted, 0 if none was. */
uint32_t fields_lease_seconds(const struct fields *fields);

/* Whether a client's class identifier starts so, or a client asked for just
 * these options in this order. */
bool fields_has_dhcp_class(const struct fields *fields, const char *start,
                           uint8_t len);
bool fields_has_dhcp_options(const struct fields *fields, uint32_t hash);
uint32_t dhcp_options_hash(const uint8_t *options, size_t count);

/* The field that a term is named after; false if there is none. */
bool flow_field_from_name(enum flow_field *field, const char *name);

const char *flow_field_name(enum flow_field field);

/* The word of a bit's index; NULL past the last. */
const char *flow_field_word(enum flow_field field, unsigned index);

#endif
