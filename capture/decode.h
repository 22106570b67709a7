/*
 * Decoding: the bytes of one frame to the packets it carries.
 *
 * Stateless and without allocation. Bytes on the wire never fail: what cannot
 * be decoded is an outcome that the caller counts, and whatever layers could
 * be read before it are still yielded.
 */
#ifndef CAPTURE_DECODE_H
#define CAPTURE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/packet.h"

/* More datagrams than this in one frame are an attack, not a network. */
enum { DECODE_MAX_PACKETS = 4 };

enum decoded {
	DECODED_OK,
	DECODED_TRUNCATED,    /* the snap length cut a header */
	DECODED_MALFORMED,    /* a header contradicts itself */
	DECODED_TOO_DEEP,     /* more layers than the bound */
	DECODED_UNKNOWN_LINK, /* a link type that has no decoder */
	DECODED_KINDS
};

const char *decoded_name(enum decoded outcome);

struct frame {
	const uint8_t *bytes;
	uint32_t captured; /* bytes present */
	uint32_t len;      /* bytes on the wire */
	int link_type;     /* LINKTYPE_ value (the number in the file) */
	uint64_t time_ns;
	uint64_t number;
	uint32_t source_index;
};

struct decode_result {
	enum decoded outcome;
	size_t count; /* packets filled, 0..DECODE_MAX_PACKETS, outermost first
	               */
};

struct decode_result packet_decode(struct packet packets[DECODE_MAX_PACKETS],
                                   const struct frame *frame);

/* Whether packet_decode() knows a LINKTYPE_ value. */
bool decode_knows(int link_type);

#endif
