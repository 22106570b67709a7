#include "classify/stream.h"

/*
 * A segment that fills a gap within this time was overtaken; one that was lost
 * before the sensor takes three acknowledgements or a timeout to come again.
 */
static const uint64_t REORDER_NS = 3 * 1000000;

enum { FULL_SIZED = 1200, GIVING_UP = 3 };

/* Sequence numbers wrap: RFC 9293 section 3.4. */
static bool is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static bool fills_hole(const struct stream *stream, uint32_t seq)
{
	return !is_before(seq, stream->hole_start) &&
	       is_before(seq, stream->hole_end);
}

static void note_again(struct stream *stream, const struct packet *packet)
{
	if (fills_hole(stream, packet->tcp_seq) &&
	    packet->time_ns < stream->next_ns + REORDER_NS) {
		stream->reordered++;
		return;
	}
	stream->retransmitted++;
	if (stream->stuck_len && stream->stuck_seq == packet->tcp_seq) {
		if (stream->stuck_times < UINT8_MAX)
			stream->stuck_times++;
		return;
	}
	stream->stuck_seq = packet->tcp_seq;
	stream->stuck_len =
		(uint16_t)(packet->ip_len > UINT16_MAX ? UINT16_MAX
	                                               : packet->ip_len);
	stream->stuck_times = 1;
}

static void add_sequence(struct stream *stream, const struct packet *packet)
{
	uint32_t end = packet->tcp_seq + packet->payload_len;

	if (packet->tcp_flags & TCP_SYN) {
		end++;
		stream->mss = packet->tcp_mss;
	}
	if (end == packet->tcp_seq)
		return; /* a bare acknowledgement takes no room */
	if (!stream->started || is_before(stream->next_seq, end)) {
		if (stream->started &&
		    is_before(stream->next_seq, packet->tcp_seq)) {
			stream->hole_start = stream->next_seq;
			stream->hole_end = packet->tcp_seq;
		}
		stream->started = true;
		stream->next_seq = end;
		stream->next_ns = packet->time_ns;
		return;
	}
	/* One byte before the next is a keep-alive (RFC 9293 section
	 * 3.8.4). */
	if (packet->payload_len > 1)
		note_again(stream, packet);
}

static void add_acknowledgement(struct stream *stream, struct stream *other,
                                const struct packet *packet)
{
	if (!(packet->tcp_flags & TCP_ACK))
		return;
	if (!stream->acks)
		stream->first_ack = packet->tcp_ack;
	stream->acks = true;
	stream->last_ack = packet->tcp_ack;
	if (!other->acked || is_before(other->acked, packet->tcp_ack))
		other->acked = packet->tcp_ack;
}

void stream_add(struct stream *stream, struct stream *other,
                const struct packet *packet)
{
	add_sequence(stream, packet);
	add_acknowledgement(stream, other, packet);
}

bool stream_is_black_hole(const struct stream *stream)
{
	return stream->stuck_len >= FULL_SIZED &&
	       stream->stuck_times >= GIVING_UP && stream->acked &&
	       !is_before(stream->stuck_seq, stream->acked);
}
