/*
 * Exemptions: which traffic a policy has to let past in clear, in as few rules
 * as name all of it and nothing else.
 *
 * Derived from a finished report: a finding that needs an exemption under one
 * of the wanted models becomes rules that name the addresses and ports that
 * were seen. Only the client side may be wider than what was seen, and only
 * up to the prefixes of its segment. To them come what any policy of the kind
 * needs (the baseline), as far as the platform does not do that by itself.
 *
 * A finished value that borrows signatures and segments from its report.
 */
#ifndef REPORT_EXEMPTION_H
#define REPORT_EXEMPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/exemptable.h"
#include "report/report.h"

/* Most clients of a kind that are named one by one. */
enum { EXEMPTION_FEW_CLIENTS = 4 };

/* What a policy needs whatever was seen: a set of bits. */
enum baseline {
	BASELINE_ND = 1 << 0,    /* ICMPv6 133 to 137 */
	BASELINE_PMTUD = 1 << 1, /* ICMP 3/4, ICMPv6 2 */
	BASELINE_DHCP = 1 << 2,
	BASELINE_IKE = 1 << 3, /* UDP 500 and 4500 */
	BASELINE_ESP = 1 << 4,
};

/* What one bit is called; NULL if it is none. */
const char *baseline_name(unsigned bit);

enum exemption_direction {
	EXEMPTION_TO_SERVICE = 1 << 0,
	EXEMPTION_FROM_SERVICE = 1 << 1,
};

struct prefix_list {
	struct prefix *prefix; /* in order, each once */
	size_t count;
};

/* Ports, or type << 8 | code of ICMP. */
struct port_range {
	uint16_t first;
	uint16_t last;
};

struct port_list {
	struct port_range *range; /* in order, apart from each other */
	size_t count;
};

struct exemption {
	uint32_t ends[2]; /* segments of clients and service */
	enum exemptable_role role;
	enum family family;
	uint8_t transport;
	unsigned directions; /* bits of enum exemption_direction */
	unsigned models;     /* that need it: bits by enum model */
	unsigned baseline;   /* which bit it is; 0: from findings */
	struct prefix_list clients;
	struct prefix_list servers; /* servers, groups, senders of errors */
	struct port_list ports;     /* the service's; none: all of transport */
	uint16_t client_port;       /* 0: any; only of a baseline */

	const struct signature **signatures; /* by id */
	size_t signature_count;
	struct sums sums;
	struct span span;
	size_t client_count; /* seen */
	bool more_clients;
};

/* Of what would gain from IPsec on a path, how much the policy still gets. */
struct exemption_balance {
	uint32_t ends[2];                 /* as in struct report_path */
	uint64_t selected[MODEL_COUNT];   /* bytes that could be protected */
	uint64_t protected_[MODEL_COUNT]; /* of these, bytes not exempted */
};

struct exemptions {
	struct exemption *rules; /* the baseline first, then by segments */
	size_t count;
	struct exemption_balance *balances; /* by path */
	size_t balance_count;
	/* The sums of all paths that end in a segment; ends mean nothing. */
	struct exemption_balance *segment_balances; /* the last: outside */
	size_t segment_count;
	uint64_t scanned;  /* services left out: only a scanner called them */
	uint64_t portless; /* services left out: their port is not known */
};

/*
 * models and baselines are sets of bits. With several models, rules that
 * different models need stay apart. NULL when out of memory.
 */
struct exemptions *exemptions_create(const struct report *report,
                                     unsigned models, unsigned baselines,
                                     struct error *err);

/* Accepts NULL. */
void exemptions_free(struct exemptions *exemptions);

/* Bytes that stay protected in percent; -1 if there are none to protect. */
int balance_percent(const struct exemption_balance *balance, enum model model);

/* The same over all paths that end in a segment. */
int exemptions_percent(const struct exemptions *exemptions, uint32_t segment,
                       enum model model);

/*
 * A range as blocks of aligned powers of two, which is what a port and a mask
 * can say: 137-139 is 137 and 138-139. Returns how many.
 */
enum { PORT_BLOCKS = 32 };
size_t port_blocks(struct port_range block[static PORT_BLOCKS],
                   struct port_range range);

/* Whether ports mean ICMP types and codes. */
bool exemption_is_icmp(const struct exemption *rule);

/* The type that answers a type of ICMP query, or the type itself. */
uint8_t icmp_answer(uint8_t transport, uint8_t type);

#endif
