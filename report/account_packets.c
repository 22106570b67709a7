#include "report/account.h"

static bool is_sized(const struct packet *packet)
{
	return packet->family != FAMILY_LAYER2 && packet->cast == CAST_UNICAST;
}

/* Words of four bytes, modulo four, by which an IP header is longer than
 * usual. */
static unsigned words_longer(const struct packet *packet)
{
	unsigned usual = packet->family == FAMILY_IPV6 ? 40 : 20;

	return packet->ip_header_len > usual
	               ? (packet->ip_header_len - usual) % 16 / 4
	               : 0;
}

/* Lengths that follow each other hardly ever share a place. */
static struct account_size *size_of(struct account *account, uint32_t ip_len)
{
	return &account->sizes[(ip_len * 40503u >> 8) % ACCOUNT_SIZES];
}

static void enter_size(const struct account_size *size, struct path *path,
                       bool ipv6)
{
	if (path && size->count)
		histogram_add(&path->sizes[ipv6][size->dont_fragment],
		              size->ip_len, size->count);
}

/* Among the lengths, and among those of headers that are longer than usual. */
static void count_size(struct account *account, const struct packet *packet)
{
	bool ipv6 = packet->family == FAMILY_IPV6;
	bool df = packet->dont_fragment;
	uint32_t ip_len =
		packet->ip_len < HISTOGRAM_MAX ? packet->ip_len : HISTOGRAM_MAX;
	struct account_size *size = size_of(account, ip_len);
	unsigned more = words_longer(packet);

	if (size->ip_len != ip_len || size->dont_fragment != df) {
		enter_size(size, account->path, ipv6);
		*size = (struct account_size){ .ip_len = (uint16_t)ip_len,
			                       .dont_fragment = df };
	}
	size->count++;
	if (more && account->path)
		histogram_add(&account->path->longer[ipv6][df][more - 1],
		              ip_len, 1);
}

/* What came in the second of a flow's latest packets. */
static void enter_second(const struct account *account, struct path *path)
{
	if (path && account->count)
		bins_add(&path->bins, account->second, account->count,
		         account->bytes);
}

static void count_second(struct account *account, uint64_t second,
                         uint64_t bytes)
{
	if (second != account->second) {
		enter_second(account, account->path);
		account->second = second;
		account->count = 0;
		account->bytes = 0;
	}
	account->bytes += bytes;
	if (++account->count > account->peak)
		account->peak = account->count;
}

void account_packets_add(struct account *account, const struct flow *flow,
                         const struct packet *packet)
{
	count_second(account, packet->time_ns / 1000000000,
	             packet->family == FAMILY_LAYER2 ? packet->frame_len
	                                             : packet->ip_len);
	if (packet->transport == TRANSPORT_UDP)
		account_call_packet(account, flow, packet);
	if (is_sized(packet))
		count_size(account, packet);
}

void account_packets_end(const struct account *account, struct path *path,
                         bool ipv6)
{
	enter_second(account, path);
	for (size_t i = 0; i < ACCOUNT_SIZES; i++)
		enter_size(&account->sizes[i], path, ipv6);
}
