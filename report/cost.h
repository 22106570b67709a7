/*
 * Cost: what protecting the traffic of a place takes, exactly.
 *
 * From the lengths of all its unicast packets, for every suite, mode, family
 * of the outer header, and with and without NAT traversal.
 *
 * Exact to the byte for packets as they were captured, IPv4 options and IPv6
 * extension headers included. What the capture cannot show: a transport-mode
 * sender encrypts a datagram before it is fragmented, so fragments of it would
 * become others than each of them protected by itself; packets captured before
 * an interface segmented them count as the one long packet that they were;
 * destination options are taken to stand behind ESP unless a routing or
 * fragment header follows them (RFC 4303 section 3.1.1); a tunnel in clear and
 * what it carries are both counted, each in its own place.
 */
#ifndef REPORT_COST_H
#define REPORT_COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/esp.h"
#include "report/lengths.h"

enum { COST_MTU = 1500 };

/* What costs are asked for. */
struct costing {
	uint32_t mtu;    /* of the links; 0: COST_MTU */
	uint64_t suites; /* bits by index in the set; 0: the default ones */
};

/* By the words of the command line; suites may be NULL, mtu 0. False with a
 * sentence in err when there is no such suite. */
bool costing_choose(struct costing *costing, uint64_t mtu, const char *suites,
                    const struct suite_set *set, struct error *err);

struct cost_row {
	struct esp_shape shape; /* its suite is borrowed from the set */
	uint32_t mtu;
	uint64_t packets; /* that would be protected so */
	uint64_t plain_bytes;
	uint64_t protected_bytes;
	uint64_t oversize_packets;    /* no longer fit the MTU */
	uint64_t oversize_df_packets; /* ... and may not be fragmented */
	uint32_t largest_inner;       /* fits the MTU; 0: nothing does */
	uint32_t mss[2]; /* IPv4, IPv6; 0: not in this row, or nothing fits */
};

/* Room for the rows of so many suites. */
enum { COST_ROWS_PER_SUITE = 8 };

/*
 * The rows for a place's traffic; none if it had no unicast. The caller frees
 * them. NULL when out of memory.
 */
struct cost_row *cost_of(const struct lengths *lengths,
                         const struct suite_set *suites,
                         const struct costing *costing, size_t *count);

/* The suite that stands for all where one figure is wanted: the first of
 * those asked for that is ESP; NULL if none is. */
const struct suite *cost_first_suite(const struct suite_set *suites,
                                     const struct costing *costing);

#endif
