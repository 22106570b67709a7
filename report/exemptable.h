/*
 * What an exemption would have to name: who serves what, to whom.
 *
 * A finding keeps a few hosts and examples, which shows an engineer where to
 * look; a policy needs every address and port. So flows in which a signature
 * fired are summed up by the service that they were for: the server's
 * address and port, a group, or the sender of ICMP errors, and the place that
 * its clients are in. Merges like everything in a ledger.
 */
#ifndef REPORT_EXEMPTABLE_H
#define REPORT_EXEMPTABLE_H

#include "report/ledger.h"

enum {
	EXEMPTABLE_CLIENTS = 8,
	EXEMPTABLE_SIGNATURES = 12,
	EXEMPTABLE_ANY_PORT = 65536, /* instead of a client's port */
};

/* Who sends to whom. */
enum exemptable_role {
	EXEMPTABLE_SERVICE, /* clients to a server, which may answer */
	EXEMPTABLE_GROUP,   /* senders to a group or broadcast address */
	EXEMPTABLE_ERROR,   /* a sender of ICMP errors to those who get them */
	EXEMPTABLE_ROLE_COUNT
};

const char *exemptable_role_name(enum exemptable_role role);
bool exemptable_role_from_name(enum exemptable_role *role, const char *name);

/* Without padding. */
struct exemptable_key {
	struct place client;
	struct place server;
	struct address address; /* the server's, the group's, the sender's */
	uint16_t port;          /* the service's, 0 if it has none */
	uint8_t transport;
	uint8_t family;
	uint8_t role;
	uint8_t manner;
	uint8_t icmp_type;
	uint8_t icmp_code;
};

/* The smallest addresses of those that were seen. */
struct client_set {
	uint32_t count;
	bool more;
	struct address address[EXEMPTABLE_CLIENTS];
};

struct exemptable {
	struct exemptable_key key;
	struct sums sums;
	struct span span;
	uint64_t packets[2];   /* to the service or group, and from it */
	uint64_t worthy_bytes; /* of flows that would gain from IPsec */
	uint32_t client_port;  /* that of all flows; EXEMPTABLE_ANY_PORT when
	                          there were several */
	uint32_t signature_count;
	uint32_t signatures[EXEMPTABLE_SIGNATURES]; /* the smallest ids */
	struct client_set clients;
};

/* NULL when the table is full. */
struct exemptable *ledger_exemptable(struct ledger *ledger,
                                     const struct exemptable_key *key);

void client_set_add(struct client_set *set, const struct address *address);

/* The signature is an index of the ledger that the record is in. */
void exemptable_add_signature(struct exemptable *exemptable, uint32_t signature,
                              const struct ledger *ledger);
void exemptable_add_port(struct exemptable *exemptable, uint32_t port);

/* Everything but the signatures, which are indices into another ledger. */
void exemptable_merge(struct exemptable *into, const struct exemptable *from);

#endif
