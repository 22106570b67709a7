/*
 * Readers: one protocol each. The inside of fields.c: only files of that name
 * include this.
 *
 * A reader gets the payload of one packet as a cursor and says whether it was
 * its protocol; what it could not read whole it leaves alone.
 */
#ifndef CLASSIFY_FIELDS_READER_H
#define CLASSIFY_FIELDS_READER_H

#include "capture/cursor.h"
#include "classify/fields.h"

typedef bool fields_reader(struct fields *fields, enum direction direction,
                           const struct packet *packet, struct cursor c);

fields_reader fields_read_tls;
fields_reader fields_read_ssl2;
fields_reader fields_read_dtls;
fields_reader fields_read_ssh;
fields_reader fields_read_smb;
fields_reader fields_read_rpc;
fields_reader fields_read_rdp;
fields_reader fields_read_ldap;
fields_reader fields_read_http;
fields_reader fields_read_tds;
fields_reader fields_read_opcua;
fields_reader fields_read_ike;
fields_reader fields_read_ike_natt;
fields_reader fields_read_dhcp;
fields_reader fields_read_radius;
fields_reader fields_read_stun;

/* The options of a SYN. */
void fields_read_tcp_options(struct fields *fields,
                             const struct packet *packet);

/* Indices of words, in the order of their lists in fields.c. */
enum tls_version {
	TLS_VERSION_SSL2,
	TLS_VERSION_SSL3,
	TLS_VERSION_1_0,
	TLS_VERSION_1_1,
	TLS_VERSION_1_2,
	TLS_VERSION_1_3,
};

enum tls_cipher {
	TLS_CIPHER_NULL,
	TLS_CIPHER_ANONYMOUS,
	TLS_CIPHER_EXPORT,
	TLS_CIPHER_RC4,
	TLS_CIPHER_DES,
	TLS_CIPHER_3DES,
	TLS_CIPHER_CBC,
	TLS_CIPHER_AEAD,
};

/* How a cipher suite of the IANA registry protects. */
enum tls_cipher tls_cipher_of(uint16_t suite);

enum smb_signing {
	SMB_SIGNING_OPTIONAL,
	SMB_SIGNING_REQUIRED,
	SMB_SIGNING_USED,
};

enum smb_dialect {
	SMB_DIALECT_1,
	SMB_DIALECT_2_0_2,
	SMB_DIALECT_2_1,
	SMB_DIALECT_3_0,
	SMB_DIALECT_3_0_2,
	SMB_DIALECT_3_1_1,
};

enum rdp_security {
	RDP_SECURITY_STANDARD,
	RDP_SECURITY_TLS,
	RDP_SECURITY_NLA,
};

enum ldap_bind {
	LDAP_BIND_ANONYMOUS,
	LDAP_BIND_SIMPLE,
	LDAP_BIND_SASL,
};

enum http_auth {
	HTTP_AUTH_BASIC,
	HTTP_AUTH_DIGEST,
	HTTP_AUTH_NTLM,
	HTTP_AUTH_NEGOTIATE,
	HTTP_AUTH_BEARER,
};

enum nat_detected {
	NAT_NONE,
	NAT_SOURCE,
	NAT_DESTINATION,
	NAT_BOTH, /* NAT_SOURCE | NAT_DESTINATION */
};

/* Which vendors an IKE vendor id names: bits of FIELD_IKE_VENDOR. */
uint32_t ike_vendors_of(const uint8_t *id, size_t len);
const char *ike_vendor_word(unsigned index);

/* Sets the word of that index; of a FIELD_SHORT_COUNT field. */
static inline void fields_note(struct fields *fields, enum flow_field field,
                               unsigned index)
{
	fields->words[field] |= (uint16_t)(1u << index);
}

#endif
