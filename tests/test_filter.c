#include "report/filter.h"
#include "tests/packet_maker.h"

#include <criterion/criterion.h>

struct filter_case {
	uint8_t transport;
	const char *client;
	uint16_t client_port;
	const char *server;
	uint16_t server_port;
	const char *filter;
};

static void expect_filter(const struct filter_case *c)
{
	struct example example = {
		.transport = c->transport,
		.port = { c->client_port, c->server_port },
		.address = { make_address(c->client), make_address(c->server) },
	};
	char text[FILTER_TEXT];

	example.family = address_is_ipv4(&example.address[0]) ? FAMILY_IPV4
	                                                      : FAMILY_IPV6;
	cr_expect_str_eq(filter_text(text, &example), c->filter);
}

Test(filter, shows_the_flow_of_an_example)
{
	static const struct filter_case cases[] = {
		{ TRANSPORT_TCP, "10.0.0.1", 40000, "10.0.0.2", 443,
		  "ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && tcp.port == "
		  "40000 && tcp.port == 443" },
		{ TRANSPORT_UDP, "fe80::1", 5353, "ff02::fb", 5353,
		  "ipv6.addr == fe80::1 && ipv6.addr == ff02::fb && udp.port "
		  "== 5353 && udp.port == 5353" },
		{ TRANSPORT_SCTP, "10.0.0.1", 1, "10.0.0.2", 2,
		  "ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && sctp.port == "
		  "1 && sctp.port == 2" },
		{ TRANSPORT_ICMP, "10.0.0.1", 0, "10.0.0.2", 0,
		  "ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && ip.proto == "
		  "1" },
		{ TRANSPORT_ICMPV6, "fd00::1", 0, "fd00::2", 0,
		  "ipv6.addr == fd00::1 && ipv6.addr == fd00::2 && icmpv6" },
		{ 89, "fd00::1", 0, "ff02::5", 0,
		  "ipv6.addr == fd00::1 && ipv6.addr == ff02::5 && ipv6.nxt "
		  "== 89" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_filter(&cases[i]);
}

Test(filter, shows_frames_by_their_macs)
{
	static const uint8_t a[MAC_LEN] = { 2, 0, 0, 0, 0, 0xa };
	static const uint8_t b[MAC_LEN] = { 1, 0x80, 0xc2, 0, 0, 0 };
	struct example example = {
		.family = FAMILY_LAYER2,
		.address = { address_from_mac(a), address_from_mac(b) },
	};
	char text[FILTER_TEXT];

	cr_expect_str_eq(filter_text(text, &example),
	                 "eth.addr == 02:00:00:00:00:0a && eth.addr == "
	                 "01:80:c2:00:00:00");
}

/* The longest addresses and ports there are. */
Test(filter, of_the_longest_text_is_whole)
{
	static const struct filter_case longest = {
		TRANSPORT_SCTP,
		"2001:db8:ffff:ffff:ffff:ffff:ffff:fff1",
		65535,
		"2001:db8:ffff:ffff:ffff:ffff:ffff:fff2",
		65534,
		"ipv6.addr == 2001:db8:ffff:ffff:ffff:ffff:ffff:fff1 && "
		"ipv6.addr == 2001:db8:ffff:ffff:ffff:ffff:ffff:fff2 && "
		"sctp.port == 65535 && sctp.port == 65534",
	};

	expect_filter(&longest);
}
