/*
 * Load: what security associations, queues and links would have to carry.
 *
 * Figures that no single packet shows: how many peers at a time, how fast the
 * busiest second, how far packets of different classes overtake each other.
 * A pure function of the ledger's sums; assumptions are thresholds.
 */
#ifndef REPORT_LOAD_H
#define REPORT_LOAD_H

#include "report/cost.h"

struct report;
struct report_part;

/* Two hosts that talked, whatever VLANs they were seen on. */
struct load_pair {
	struct address address[2];
	struct sums sums;
	struct span span;
	uint64_t dscps;
	uint64_t peak; /* packets in the busiest second of its busiest flow */
	struct activity activity;
};

/* How far packets of one SA may overtake each other. */
struct load_window {
	uint64_t packets_per_second;
	uint64_t needed; /* overtake a delayed packet; 0: no classes to mix */
	uint64_t enough; /* the smallest usual window that is larger; 0: none */
};

/* Streams of one codec and packet length. */
struct load_call {
	uint32_t part;
	uint32_t payload_type;
	uint32_t ip_len;
	bool ipv6;
	struct sums sums;
	uint64_t paces;
	uint64_t ns;
	uint32_t protected_len[ESP_MODE_COUNT]; /* 0: no suite */
};

enum load_pmtu { LOAD_PMTU_UNSEEN, LOAD_PMTU_WORKS, LOAD_PMTU_BROKEN };

/* "not-seen", "works", "broken" */
const char *load_pmtu_name(enum load_pmtu pmtu);

struct load {
	uint64_t pairs;         /* that talked at all */
	uint64_t pairs_at_peak; /* within peak_seconds */
	uint64_t peak_second;   /* when that began, seconds since 1970 */
	uint64_t peak_seconds;
	uint64_t new_pairs; /* most within one second */
	struct bin rate;    /* packets and bytes a second at the peak */
	uint64_t rate_seconds;
	struct load_pair largest; /* by bytes, if there are pairs */
	struct load_pair mixed;   /* the quickest of those that mix classes */
	struct load_window pair_window; /* of that one */
	struct load_window path_window; /* of one SA for all of it */
	uint64_t packets;               /* unicast */
	uint64_t small_packets;
	uint32_t median_len;
	uint32_t interface_mtu; /* fits every tunnel of the costs; 0: none */
	uint32_t mss[2];        /* IPv4, IPv6 */
	enum load_pmtu pmtu;
	struct load_call *calls; /* by codec and length */
	size_t call_count;
};

/* What a part's own traffic says, which must have its costs. */
void load_measure(struct report_part *part, const struct lengths *lengths,
                  const struct thresholds *thresholds);

/* What pairs and calls say of all parts, measured before. False when out of
 * memory. */
bool load_add(struct report *report);

void load_release(struct load *load);

#endif
