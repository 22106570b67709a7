/*
 * A flow: both directions of one conversation.
 *
 * Whose packets belong together is said by struct flow_key: VLANs, network
 * id, tunnel, addresses, transport and ports. An ICMP error is a flow of its
 * own for each flow that it quotes. Frames without IP are conversations of
 * two MACs in one protocol.
 *
 * The flow table owns flows; listeners borrow them until flow_end returns.
 */
#ifndef CAPTURE_FLOW_H
#define CAPTURE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/packet.h"

enum { FLOW_HEAD_LEN = 64, FLOW_EXTENSIONS = 2 };

/* The two ends in a canonical order, so that both directions are one key. */
struct flow_key {
	struct address address[2];
	uint64_t detail; /* layer 2: link kind << 48 | protocol; ICMP: echo id,
	                    or type, code and a hash of the quoted flow */
	uint32_t vni;
	uint16_t vlan;
	uint16_t outer_vlan;
	uint16_t port[2];
	uint16_t encapsulation; /* the tunnels among its bits */
	uint8_t transport;
	uint8_t family; /* enum family */
};

enum direction { TO_SERVER, TO_CLIENT };

/* Which ICMP errors quoted a flow: a set of bits. */
enum icmp_error {
	ICMP_ERROR_TOO_BIG = 1 << 0, /* fragmentation needed, packet too big */
	ICMP_ERROR_TIME_EXCEEDED = 1 << 1,
	ICMP_ERROR_UNREACHABLE = 1 << 2,
	ICMP_ERROR_PARAMETER = 1 << 3,
};

/* The first payload seen in one direction. */
struct flow_head {
	uint8_t bytes[FLOW_HEAD_LEN];
	uint8_t captured;     /* of them */
	uint32_t payload_len; /* on the wire; 0 until a payload was seen */
};

/*
 * Ordered by use: what every packet touches lies in the first three cache
 * lines, what only a flow's first packets and its end do behind them.
 */
struct flow {
	struct flow_key key;
	uint8_t client;       /* index into key.address and key.port */
	uint8_t tcp_flags[2]; /* all flags seen, by direction */
	uint8_t heads;        /* bits: directions whose head is kept */
	bool closed;          /* TCP: reset, or both ends are done */
	bool crowded;         /* began while attempts made room for others */

	uint64_t clock_ns;   /* reader's clock at the latest packet */
	uint64_t first_ns;   /* earliest packet time */
	uint64_t last_ns;    /* latest packet time */
	uint64_t packets[2]; /* by enum direction */
	uint64_t bytes[2];   /* IP lengths; frame lengths for layer 2 */
	uint64_t dscps;      /* a bit for each value seen */

	void *extension[FLOW_EXTENSIONS]; /* one for each stage that listens */
	uint8_t hop_limit_back; /* of the latest packet from the server */
	uint8_t hop_limit_min;  /* over all packets of the client */
	uint8_t hop_limit_max;
	bool router_alert;
	bool ip_options;
	bool fragmented;
	bool dont_fragment; /* some packet had DF */
	bool third_party;   /* an ICMP error whose source is not the quoted
	                       packet's target: a router's word */

	uint8_t cast;      /* enum cast of the first packet */
	uint8_t link_kind; /* enum link_kind, layer 2 only */
	uint8_t icmp_type; /* of the first packet */
	uint8_t icmp_code;
	uint8_t icmp_errors; /* bits of enum icmp_error that quoted it */
	uint8_t dscp_first;
	uint16_t gre_protocol;
	uint16_t encapsulation; /* bits of the first packet */
	uint32_t source_index;  /* input and frame of the first packet */
	uint64_t frame_number;
	struct mac mac[2]; /* of client and server side, of the first packets */
	struct flow_head head[2];
};

/* Which of a flow's ends: key.address[flow_end(flow, ...)] */
static inline unsigned flow_server(const struct flow *flow)
{
	return flow->client ^ 1u;
}

static inline uint16_t flow_client_port(const struct flow *flow)
{
	return flow->key.port[flow->client];
}

static inline uint16_t flow_server_port(const struct flow *flow)
{
	return flow->key.port[flow_server(flow)];
}

static inline const struct address *flow_client_address(const struct flow *flow)
{
	return &flow->key.address[flow->client];
}

static inline const struct address *flow_server_address(const struct flow *flow)
{
	return &flow->key.address[flow_server(flow)];
}

/* Both ways. */
static inline uint64_t flow_packets(const struct flow *flow)
{
	return flow->packets[0] + flow->packets[1];
}

static inline uint64_t flow_bytes(const struct flow *flow)
{
	return flow->bytes[0] + flow->bytes[1];
}

/* Whether two keys are the same, as memcmp() would say. */
static inline bool flow_key_equal(const struct flow_key *a,
                                  const struct flow_key *b)
{
	uint64_t differ = 0;

	for (unsigned i = 0; i < sizeof(*a); i += sizeof(uint64_t)) {
		uint64_t left;
		uint64_t right;

		memcpy(&left, (const char *)a + i, sizeof(left));
		memcpy(&right, (const char *)b + i, sizeof(right));
		differ |= left ^ right;
	}
	return !differ;
}

/* The key of a packet's flow. swapped says that its source is end 1. */
struct flow_key flow_key_of(const struct packet *packet, bool *swapped);

/* The key of the flow that an ICMP error quotes, as seen where the error was.
 */
struct flow_key flow_key_of_quote(const struct packet *packet, bool *swapped);

/* Who sends to whom; without ports, 0. */
struct flow_ends {
	struct address address[2]; /* source, target */
	uint16_t port[2];
	uint8_t transport;
};

/*
 * A hash of a packet's two ends and its transport, the same for both
 * directions and for every VLAN. seed is a secret: without it nobody can make
 * packets whose hashes agree.
 */
uint64_t flow_hash(const struct packet *packet, uint64_t seed);

/* The same of a packet of which only the ends are known. */
uint64_t flow_hash_of_ends(const struct flow_ends *ends, uint64_t seed);

/* The same of the packet that an ICMP error quotes. */
uint64_t flow_hash_of_quote(const struct packet *packet, uint64_t seed);

/* Which bit of enum icmp_error a packet is; 0 if it is none. */
unsigned icmp_error_of(const struct packet *packet);

const char *icmp_error_name(unsigned bit);

/* Whether a packet answers an ICMP request: an echo reply and the like. */
bool icmp_is_reply(const struct packet *packet);

#endif
