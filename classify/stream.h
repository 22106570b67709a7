/*
 * Streams: what the sequence numbers of one direction of a TCP connection
 * tell about the path.
 *
 * Bounded memory, no reassembly: enough to tell a segment that was overtaken
 * from one that was sent again, and a full-sized segment that never arrives
 * from one that is slow.
 */
#ifndef CLASSIFY_STREAM_H
#define CLASSIFY_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/packet.h"

struct stream {
	uint64_t next_ns;    /* when the highest segment was seen */
	uint32_t next_seq;   /* behind the highest segment */
	uint32_t hole_start; /* the latest gap that a segment left behind */
	uint32_t hole_end;
	uint32_t acked;         /* by the other end */
	uint32_t first_ack;     /* first acknowledgement number sent */
	uint32_t last_ack;      /* latest one sent */
	uint32_t stuck_seq;     /* the segment sent again most recently */
	uint32_t retransmitted; /* segments */
	uint32_t reordered;
	uint16_t stuck_len; /* IP length of that segment, 0 if none */
	uint16_t mss;       /* announced in the SYN, 0 if not seen */
	uint8_t stuck_times;
	bool started;
	bool acks; /* first_ack and last_ack are set */
};

/* A packet of this direction, and what it acknowledges of the other. */
void stream_add(struct stream *stream, struct stream *other,
                const struct packet *packet);

/*
 * Whether a full-sized segment was sent again and again and never
 * acknowledged, as when a smaller link drops it and nobody says so (RFC 2923
 * section 2.1).
 */
bool stream_is_black_hole(const struct stream *stream);

#endif
