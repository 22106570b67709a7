#include "capture/glance.h"
#include "capture/source.h"
#include "tests/decode_trial.h"

enum { SEED = 11 };

/* A frame as decoding it says: whether it is as plain as a glance may find. */
static bool is_plain(const struct frame *frame, struct packet *packet)
{
	struct packet packets[DECODE_MAX_PACKETS];
	struct decode_result result = packet_decode(packets, frame);

	*packet = packets[0];
	return result.outcome == DECODED_OK && result.count == 1 &&
	       packet->has_ports && !packet->fragmented &&
	       !packet->quote.present;
}

/* What a glance finds is what decoding would. */
static bool glance(const struct frame *frame)
{
	struct flow_ends ends;
	struct packet packet;

	if (!frame_glance(&ends, frame))
		return false;
	cr_assert(is_plain(frame, &packet), "frame %llu",
	          (unsigned long long)frame->number);
	cr_expect_eq(flow_hash_of_ends(&ends, SEED), flow_hash(&packet, SEED));
	cr_expect_eq(ends.port[0], packet.source_port);
	cr_expect_eq(ends.port[1], packet.target_port);
	cr_expect_eq(ends.transport, packet.transport);
	cr_expect_eq(address_compare(&ends.address[0], &packet.source), 0);
	cr_expect_eq(address_compare(&ends.address[1], &packet.target), 0);
	return true;
}

#define TCP_80 "9c400050 00000001 00000002 5010ffff 00000000 "
#define IPV4_TCP "4500002800010000400600000a0000010a000002 "

Test(glance, finds_the_ends_of_plain_frames_and_of_no_others)
{
	static const struct {
		const char *what;
		const char *hex;
		bool found;
	} rows[] = {
		{ "UDP", ETHERNET_IPV4 DATAGRAM, true },
		{ "UDP in IPv6", ETHERNET_IPV6 DATAGRAM6, true },
		{ "TCP", ETHERNET_IPV4 IPV4_TCP TCP_80, true },
		{ "padding", ETHERNET_IPV4 DATAGRAM "000000", true },
		{ "one tag", MACS "8100 0005 0800" DATAGRAM, true },
		{ "two tags", MACS "88a8 0005 8100 0006 86dd" DATAGRAM6, true },
		{ "nothing", "", false },
		{ "a tag of nothing", MACS "8100 0005", false },
		{ "ARP", MACS "0806 0001080006040001", false },
		{ "options",
		  ETHERNET_IPV4 "4600002c00010000400600000a0000010a000002 "
		                "94040000" TCP_80,
		  false },
		{ "a first fragment",
		  ETHERNET_IPV4
		  "4500002100012000401100000a0000010a000002 " UDP_53 HELLO,
		  false },
		{ "a later fragment",
		  ETHERNET_IPV4
		  "4500002100010001401100000a0000010a000002 " UDP_53 HELLO,
		  false },
		{ "ICMP",
		  ETHERNET_IPV4 "4500001c00010000400100000a0000010a000002 "
		                "0800 0000 0001 0001",
		  false },
		{ "no total length",
		  ETHERNET_IPV4
		  "4500000000010000401100000a0000010a000002 " UDP_53 HELLO,
		  false },
		{ "more than was captured",
		  ETHERNET_IPV4
		  "4500002200010000401100000a0000010a000002 " UDP_53 HELLO,
		  false },
		{ "VXLAN",
		  ETHERNET_IPV4 "4500002100010000401100000a0000010a000002 "
		                "9c4012b5000d0000" HELLO,
		  false },
		{ "Teredo, back",
		  ETHERNET_IPV4 "4500002100010000401100000a0000010a000002 "
		                "0dd89c40000d0000" HELLO,
		  false },
		{ "a UDP length that is too short",
		  ETHERNET_IPV4 "4500002100010000401100000a0000010a000002 "
		                "9c40003500070000" HELLO,
		  false },
		{ "a TCP header that is too short",
		  ETHERNET_IPV4 IPV4_TCP
		  "9c400050 00000001 00000002 4010ffff 00000000",
		  false },
		{ "a TCP header that is too long",
		  ETHERNET_IPV4 IPV4_TCP
		  "9c400050 00000001 00000002 6010ffff 00000000",
		  false },
		{ "an extension header",
		  ETHERNET_IPV6 "6000000000153c40 "
		                "20010db8000000000000000000000001 "
		                "20010db8000000000000000000000002 "
		                "1100010400000000" UDP_53 HELLO,
		  false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[TRIAL_MAX];
		size_t len = trial_bytes(bytes, rows[i].hex);
		struct frame frame = { .bytes = bytes,
			               .captured = (uint32_t)len,
			               .len = (uint32_t)len,
			               .link_type = LINK_EN10MB };

		cr_expect_eq(glance(&frame), rows[i].found, "%s", rows[i].what);
		frame.link_type = LINK_RAW_IP;
		cr_expect_not(glance(&frame), "%s", rows[i].what);
	}
}

/* However long it is, and whatever bit of its headers is another one. */
static void glance_at_variants(const struct frame *frame)
{
	enum { HEADERS = 80 };
	uint8_t bytes[HEADERS + 1];
	struct frame variant = *frame;
	uint32_t len = frame->captured < HEADERS ? frame->captured : HEADERS;

	for (variant.captured = 0; variant.captured < len; variant.captured++)
		glance(&variant);
	if (frame->captured > HEADERS)
		return;
	variant.captured = len;
	variant.bytes = bytes;
	for (uint32_t bit = 0; bit < len * 8; bit++) {
		memcpy(bytes, frame->bytes, len);
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		glance(&variant);
	}
}

/* Most frames of these are plain, and of the others there are all kinds. */
Test(glance, finds_nearly_all_plain_frames_of_real_programs)
{
	static char office[] = "samples/office.pcapng";
	static char ipv6[] = "samples/ipv6.pcapng";
	static char tunnels[] = "samples/tunnels.pcapng";
	static char routing[] = "samples/routing.pcapng";
	char *samples[] = { office, ipv6, tunnels, routing };
	static const struct source_options options;
	struct error err = { "" };
	struct source *source = source_open_files(samples, 4, &options, &err);
	size_t plain = 0;
	size_t found = 0;
	enum source_event event;
	struct frame frame;

	cr_assert_not_null(source, "%s", err.text);
	while ((event = source_next(source, &frame)) != SOURCE_END) {
		struct packet packet;

		if (event != SOURCE_FRAME)
			continue;
		plain += is_plain(&frame, &packet);
		found += glance(&frame);
		if (frame.number % 16 == 0)
			glance_at_variants(&frame);
	}
	source_close(source);
	cr_expect_gt(plain, 1000);
	cr_expect_gt(found * 10, plain * 9, "%zu of %zu", found, plain);
}
