/*
 * What ESP and AH make of a packet's length, to the byte.
 *
 * Lengths are of IP datagrams, headers included. The least padding is assumed,
 * as every stack sends it; extended sequence numbers add nothing on the wire
 * (RFC 4303 section 2.2.1). Of lengths that were measured on the wire of a
 * real stack, all agree.
 */
#ifndef REPORT_ESP_H
#define REPORT_ESP_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/suite.h"

enum { ESP_IPV4_HEADER = 20, ESP_IPV6_HEADER = 40 };

enum esp_mode { ESP_TRANSPORT, ESP_TUNNEL, ESP_MODE_COUNT };

/* "transport", "tunnel" */
const char *esp_mode_name(enum esp_mode mode);

/* How packets are protected. In transport mode outer_ipv6 is the packets' own
 * family. */
struct esp_shape {
	const struct suite *suite;
	enum esp_mode mode;
	bool outer_ipv6;
	bool nat_traversal; /* in UDP (RFC 3948); never with AH */
};

/* 20 or 40: the header of a packet without options of that family. */
uint32_t esp_header_len(bool ipv6);

/*
 * The length of a protected packet. header_len is what stays in front of ESP
 * in transport mode; tunnel mode has no use for it.
 */
uint32_t esp_protected_len(const struct esp_shape *shape, uint32_t len,
                           uint32_t header_len);

/* The same for many lengths: all that does not depend on them. */
struct esp_frame {
	uint32_t front;   /* stays in front of ESP */
	uint32_t fixed;   /* headers and what ends a packet, but padding */
	uint32_t trailer; /* padded with the payload */
	uint32_t unit;    /* that both are padded to */
};

struct esp_frame esp_frame_of(const struct esp_shape *shape,
                              uint32_t header_len);

static inline uint32_t esp_frame_len(const struct esp_frame *frame,
                                     uint32_t len)
{
	uint32_t padded = (len > frame->front ? len - frame->front : 0) +
	                  frame->trailer + frame->unit - 1;

	return frame->front + frame->fixed + padded - padded % frame->unit;
}

/*
 * The longest packet, its header without options, that fits a link's MTU when
 * it is protected; 0 if none does.
 */
uint32_t esp_largest(const struct esp_shape *shape, uint32_t mtu);

/*
 * The MSS to announce so that full segments are no longer than a packet may
 * be (RFC 9293 section 3.7.1: options are not subtracted); 0 if none is.
 */
uint32_t esp_mss(uint32_t largest, bool ipv6);

#endif
