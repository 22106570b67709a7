/*
 * Calls: the streams of telephones' codecs, each by its packets' length.
 *
 * Between the packets of a codec there are others: tones, comfort noise,
 * reports of RTCP, whatever opens a hole in a firewall. The length of most
 * packets is the codec's (found as by Boyer and Moore's majority vote), and
 * their intervals are its pace, unless somebody paused.
 */
#include <stdlib.h>
#include <string.h>

#include "report/account.h"
#include "report/codec.h"

static const uint64_t LONGEST_PACE_NS = 250000000;

enum {
	RTP_HEADER = 12,
	RTP_VERSION = 2,
	ENOUGH_PACKETS = 20, /* fewer may be anything that looks like RTP */
};

/* One direction of a flow. */
struct stream_count {
	uint32_t payload_type;
	uint32_t ip_len; /* of most packets so far */
	uint64_t votes;
	uint64_t packets; /* of that length */
	uint64_t last_ns; /* of the latest of them; 0: none */
	uint64_t paces;   /* intervals between them that are no pauses */
	uint64_t ns;      /* sum of those */
};

struct account_call {
	struct stream_count stream[2]; /* by end of the flow's key */
};

/* RFC 3550 section 5.1 */
static bool is_codec(const struct packet *packet, uint32_t *payload_type)
{
	if (packet->transport != TRANSPORT_UDP ||
	    packet->cast != CAST_UNICAST ||
	    packet->payload_captured < RTP_HEADER ||
	    packet->payload[0] >> 6 != RTP_VERSION)
		return false;
	*payload_type = packet->payload[1] & 0x7f;
	return codec_name(*payload_type);
}

/* Which of several lengths most packets have. */
static void vote(struct stream_count *stream, uint32_t payload_type,
                 uint32_t ip_len)
{
	bool same = stream->votes && stream->ip_len == ip_len &&
	            stream->payload_type == payload_type;

	if (!stream->votes)
		*stream = (struct stream_count){ .payload_type = payload_type,
			                         .ip_len = ip_len,
			                         .votes = 1 };
	else if (same)
		stream->votes++;
	else
		stream->votes--;
}

static void count_packet(struct stream_count *stream, uint32_t payload_type,
                         const struct packet *packet)
{
	uint64_t pace = packet->time_ns - stream->last_ns;

	vote(stream, payload_type, packet->ip_len);
	if (stream->ip_len != packet->ip_len ||
	    stream->payload_type != payload_type)
		return;
	if (stream->last_ns && packet->time_ns > stream->last_ns &&
	    pace <= LONGEST_PACE_NS) {
		stream->paces++;
		stream->ns += pace;
	}
	stream->packets++;
	stream->last_ns = packet->time_ns;
}

void account_call_packet(struct account *account, const struct flow *flow,
                         const struct packet *packet)
{
	uint32_t payload_type;
	bool other;

	if (!is_codec(packet, &payload_type))
		return;
	other = flow->key.port[0] != packet->source_port ||
	        address_compare(&flow->key.address[0], &packet->source);
	if (!account->call)
		account->call = calloc(1, sizeof(*account->call));
	if (account->call)
		count_packet(&account->call->stream[other], payload_type,
		             packet);
}

static void enter_stream(const struct account *account, struct ledger *ledger,
                         const struct stream_count *stream, uint8_t family)
{
	struct call_key key;
	struct call_sums *call;

	if (stream->packets < ENOUGH_PACKETS || stream->ip_len > HISTOGRAM_MAX)
		return;
	memset(&key, 0, sizeof(key));
	key.path = account_key(account);
	key.family = family;
	key.payload_type = stream->payload_type;
	key.ip_len = stream->ip_len;
	call = table_add(&ledger->calls, &key);
	if (!call)
		return;
	sums_add(&call->sums, 1, stream->packets,
	         stream->packets * stream->ip_len);
	call->paces += stream->paces;
	call->ns += stream->ns;
}

void account_call_end(const struct account *account, struct ledger *ledger,
                      const struct flow *flow)
{
	for (unsigned end = 0; account->call && end < 2; end++)
		enter_stream(account, ledger, &account->call->stream[end],
		             flow->key.family);
}
