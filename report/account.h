/*
 * An account: where one flow is entered in a ledger. The inside of the
 * accountant; only accountant.c and account_*.c include this.
 */
#ifndef REPORT_ACCOUNT_H
#define REPORT_ACCOUNT_H

#include "report/accountant.h"

struct accountant {
	struct accounting accounting;
	struct ledger *ledger;
	uint32_t *fired; /* index in the ledger plus one, by signature */
	struct classify_listener listener;
};

struct account_call;

/* Packets of one length that are not yet in the ledger: flows have few
 * lengths, and their paths are not at hand. */
struct account_size {
	uint32_t count;
	uint16_t ip_len; /* at most HISTOGRAM_MAX, as it is entered */
	bool dont_fragment;
};

enum { ACCOUNT_SIZES = 4 };

/* What every packet touches comes first; the places are worked out at a
 * flow's first packet. */
struct account {
	struct path *path; /* NULL if the ledger had no room */
	struct account_size sizes[ACCOUNT_SIZES];
	uint64_t second; /* of the latest packet, times rounded down */
	uint64_t bytes;  /* in it, not yet in the ledger, */
	uint32_t count;  /* and packets */
	uint32_t peak;   /* most packets in a second */
	struct account_call *call; /* owned; NULL until a call is suspected */
	struct place client;
	struct place server;
	enum manner manner;
};

static inline struct path_key account_key(const struct account *account)
{
	return path_key_of(&account->client, &account->server);
}

/* Lengths and rates: what a packet adds to them, and when the flow ended what
 * of its latest packets is not in the ledger yet. */
void account_packets_add(struct account *account, const struct flow *flow,
                         const struct packet *packet);
void account_packets_end(const struct account *account, struct path *path,
                         bool ipv6);

/* All that an ended flow adds to the accountant's ledger. path is the
 * account's, or that of the same places in another ledger; NULL if there was no
 * room. */
void account_flow(const struct account *account, struct accountant *accountant,
                  struct path *path, const struct classified *classified);

/* An ended flow's line in the flow log, which must be there. */
void account_log(const struct account *account,
                 const struct accounting *accounting,
                 const struct classified *classified);

/* What signatures said of a flow, as far as its hosts are concerned. */
struct account_nature {
	bool benefits; /* it would gain from IPsec */
	bool is_ipsec; /* IKE, ESP or AH */
};

/* What an IP flow says of its hosts, and of whom they talk to outside. */
void account_hosts(const struct account *account, struct ledger *ledger,
                   const struct geo *geo, const struct classified *classified,
                   struct account_nature nature);

/* Packets that may be a codec's; and what they amount to, once the flow turned
 * out to be of real time. */
void account_call_packet(struct account *account, const struct flow *flow,
                         const struct packet *packet);
void account_call_end(const struct account *account, struct ledger *ledger,
                      const struct flow *flow);

/* What an exemption of the flow would have to name. The signatures that fired
 * are given by their indices in the ledger. */
void account_exemptable(const struct account *account, struct ledger *ledger,
                        const struct classified *classified,
                        const uint32_t *fired, size_t count);

#endif
