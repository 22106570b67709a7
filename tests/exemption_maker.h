/*
 * Ledgers with services in them, made by hand: what exemptions are derived
 * from.
 */
#ifndef TESTS_EXEMPTION_MAKER_H
#define TESTS_EXEMPTION_MAKER_H

#include "report/exemption.h"
#include "tests/chain.h"
#include "tests/ledger_compare.h"

/* A service, and who calls it. Ports of ICMP are types. */
struct served {
	const char *client;
	const char *server;
	uint8_t transport;
	uint16_t port;
	const char *signature;
	enum impact impact;
	enum exemptable_role role;
	enum manner manner;
	uint64_t to; /* packets */
	uint64_t from;
	uint32_t client_port;
};

static inline bool served_is_icmp(const struct served *served)
{
	return served->transport == TRANSPORT_ICMP ||
	       served->transport == TRANSPORT_ICMPV6;
}

static inline struct exemptable_key served_key(const struct ledger *ledger,
                                               const struct served *served)
{
	struct address server = make_address(served->server);
	struct exemptable_key key;

	memset(&key, 0, sizeof(key));
	key.client = make_place(ledger, served->client, 0);
	key.server = served->role == EXEMPTABLE_GROUP
	                     ? key.client
	                     : make_place(ledger, served->server, 0);
	key.address = server;
	key.transport = served->transport;
	key.family = address_is_ipv4(&server) ? FAMILY_IPV4 : FAMILY_IPV6;
	key.role = (uint8_t)served->role;
	key.manner = (uint8_t)served->manner;
	if (served_is_icmp(served))
		key.icmp_type = (uint8_t)served->port;
	else
		key.port = served->port;
	return key;
}

/* One flow of it, of 100 bytes a packet. */
static inline struct exemptable *make_served(struct ledger *ledger,
                                             const struct served *served)
{
	struct exemptable_key key = served_key(ledger, served);
	struct exemptable *exemptable = ledger_exemptable(ledger, &key);
	struct path_key ends = path_key_of(&key.client, &key.server);
	struct address client = make_address(served->client);
	uint64_t packets = served->to + served->from;
	struct path *path = ledger_path(ledger, &ends);

	cr_assert(exemptable && path);
	sums_add(&path->by_manner[served->manner], 1, packets, packets * 100);
	span_add(&path->span, MAKER_NS, MAKER_NS + 1);
	sums_add(&exemptable->sums, 1, packets, packets * 100);
	span_add(&exemptable->span, MAKER_NS, MAKER_NS + 1);
	exemptable->packets[0] += served->to;
	exemptable->packets[1] += served->from;
	client_set_add(&exemptable->clients, &client);
	exemptable_add_port(exemptable, served->client_port);
	exemptable_add_signature(exemptable,
	                         make_fired(ledger, served->signature,
	                                    served->impact),
	                         ledger);
	return exemptable;
}

#endif
