/*
 * Trials of the decoder: frames written as hexadecimal text.
 *
 * Headers are macros, so that a frame reads as its layers do. A trial owns
 * its frame, which lies on the heap in its exact length: an overread aborts
 * under AddressSanitizer.
 */
#ifndef TESTS_DECODE_TRIAL_H
#define TESTS_DECODE_TRIAL_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/decode.h"

enum { LINK_EN10MB = 1, LINK_RAW_IP = 101, TRIAL_MAX = 512 };

/* Target 02:..:02 and source 02:..:01. */
#define MACS "020000000002 020000000001 "
#define ETHERNET_IPV4 MACS "0800 "
#define ETHERNET_IPV6 MACS "86dd "

/* UDP 40000 > 53 with "hello", 10.0.0.1 > 10.0.0.2, DF, EF, ECN 1 */
#define IPV4_10 "45b9002100014000401126100a0000010a000002 "
#define UDP_53 "9c400035000d0b8a "
#define HELLO "68656c6c6f "
#define DATAGRAM IPV4_10 UDP_53 HELLO
enum { DATAGRAM_LEN = 33, HELLO_LEN = 5 };

/* The same, 2001:db8::1 > 2001:db8::2 */
#define IPV6_DB8 \
	"6b912345000d1140 20010db8000000000000000000000001 " \
	"20010db8000000000000000000000002 "
#define DATAGRAM6 IPV6_DB8 "9c400035000dc417 " HELLO

struct trial {
	uint8_t *bytes;
	size_t len;
	struct packet packet[DECODE_MAX_PACKETS];
	enum decoded outcome;
	size_t count;
};

static inline size_t trial_bytes(uint8_t bytes[static TRIAL_MAX],
                                 const char *hex)
{
	size_t len = 0;

	for (; *hex; hex++) {
		unsigned byte;

		if (*hex == ' ')
			continue;
		if (len == TRIAL_MAX || sscanf(hex, "%2x", &byte) != 1)
			abort();
		bytes[len++] = (uint8_t)byte;
		hex++;
	}
	return len;
}

/* The first captured bytes of a frame. */
static inline struct trial trial_cut(int link_type, const char *hex,
                                     size_t captured)
{
	uint8_t bytes[TRIAL_MAX];
	size_t len = trial_bytes(bytes, hex);
	struct trial trial = { .len = captured < len ? captured : len };
	struct frame frame = {
		.captured = (uint32_t)trial.len,
		.len = (uint32_t)len,
		.link_type = link_type,
		.time_ns = 1234567890123456789,
		.number = 7,
		.source_index = 3,
	};
	struct decode_result result;

	trial.bytes = malloc(trial.len ? trial.len : 1);
	if (!trial.bytes)
		abort();
	memcpy(trial.bytes, bytes, trial.len);
	frame.bytes = trial.bytes;
	result = packet_decode(trial.packet, &frame);
	trial.outcome = result.outcome;
	trial.count = result.count;
	return trial;
}

static inline struct trial trial_of(int link_type, const char *hex)
{
	return trial_cut(link_type, hex, TRIAL_MAX);
}

static inline void trial_free(struct trial *trial)
{
	free(trial->bytes);
}

/* The snap length may fall anywhere before payload_len bytes at the end. */
static inline void expect_truncated_prefixes(const char *name, int link_type,
                                             const char *hex,
                                             size_t payload_len)
{
	uint8_t bytes[TRIAL_MAX];
	size_t len = trial_bytes(bytes, hex);

	for (size_t cut = 0; cut <= len; cut++) {
		struct trial t = trial_cut(link_type, hex, cut);

		cr_expect_eq(t.outcome,
		             cut < len - payload_len ? DECODED_TRUNCATED
		                                     : DECODED_OK,
		             "%s cut at %zu is %s", name, cut,
		             decoded_name(t.outcome));
		trial_free(&t);
	}
}

#define expect_address(packet, member, want) \
	do { \
		char text_[ADDRESS_TEXT]; \
		cr_expect_str_eq(address_text(text_, &(packet)->member, \
		                              (packet)->family), \
		                 want); \
	} while (0)

#endif
