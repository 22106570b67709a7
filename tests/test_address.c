#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "capture/address.h"

static struct address parsed(const char *text)
{
	struct address address = { { 0 } };

	cr_assert(address_parse(&address, text), "%s", text);
	return address;
}

static struct prefix prefix_parsed(const char *text)
{
	struct prefix prefix = { .len = 0 };

	cr_assert(prefix_parse(&prefix, text), "%s", text);
	return prefix;
}

Test(address, text_comes_back_in_its_shortest_form)
{
	static const struct {
		const char *text;
		const char *shortest;
		enum family family;
	} cases[] = {
		{ "10.0.0.1", "10.0.0.1", FAMILY_IPV4 },
		{ "255.255.255.255", "255.255.255.255", FAMILY_IPV4 },
		{ "2001:DB8:0:0:0:0:0:1", "2001:db8::1", FAMILY_IPV6 },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", FAMILY_IPV6 },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1", FAMILY_IPV6 },
		{ "::", "::", FAMILY_IPV6 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address address = parsed(cases[i].text);
		char text[ADDRESS_TEXT];

		cr_expect_str_eq(address_text(text, &address, cases[i].family),
		                 cases[i].shortest);
		cr_expect_eq(address_is_ipv4(&address),
		             cases[i].family == FAMILY_IPV4);
	}
}

Test(address, text_is_that_of_the_c_library)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t ipv4[4] = { (uint8_t)byte, (uint8_t)(byte * 7),
			            (uint8_t)(255 - byte), (uint8_t)byte };
		struct address address = address_from_ipv4(ipv4);
		char text[ADDRESS_TEXT];
		char want[ADDRESS_TEXT];

		inet_ntop(AF_INET, ipv4, want, sizeof(want));
		cr_expect_str_eq(address_text(text, &address, FAMILY_IPV4),
		                 want);
		inet_ntop(AF_INET6, address.bytes, want, sizeof(want));
		cr_expect_str_eq(address_text(text, &address, FAMILY_IPV6),
		                 want);
	}
}

Test(address, what_is_no_address_is_refused)
{
	static const char *const cases[] = {
		"",          "10.0.0",      "10.0.0.256", "10.0.0.1 ",
		" 10.0.0.1", "10.0.0.1/32", "2001:db8",   "fe80::1%eth0",
		"010.0.0.1", "1::2::3",     "host",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address address;

		cr_expect_not(address_parse(&address, cases[i]), "'%s'",
		              cases[i]);
	}
}

Test(address, ipv4_is_stored_mapped)
{
	static const uint8_t bytes[4] = { 192, 0, 2, 1 };
	struct address made = address_from_ipv4(bytes);
	struct address mapped = parsed("::ffff:192.0.2.1");

	cr_expect_eq(address_compare(&made, &mapped), 0);
	cr_expect(address_is_ipv4(&made));
}

Test(address, comparison_orders_as_bytes_do)
{
	struct address low = parsed("10.0.0.1");
	struct address high = parsed("10.0.1.0");

	cr_expect_lt(address_compare(&low, &high), 0);
	cr_expect_gt(address_compare(&high, &low), 0);
	cr_expect_eq(address_compare(&low, &low), 0);
}

Test(address, a_mac_lies_in_the_last_six_bytes)
{
	static const uint8_t bytes[MAC_LEN] = { 2, 0, 0xab, 0, 0, 1 };
	struct address address = address_from_mac(bytes);
	char text[ADDRESS_TEXT];

	cr_expect_eq(memcmp(address.bytes + 10, bytes, MAC_LEN), 0);
	cr_expect_str_eq(address_text(text, &address, FAMILY_LAYER2),
	                 "02:00:ab:00:00:01");
}

Test(mac, text_is_read_in_either_notation)
{
	static const char *const cases[] = { "02:00:ab:00:00:01",
		                             "02-00-AB-00-00-01" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mac mac;
		char text[ADDRESS_TEXT];

		cr_assert(mac_parse(&mac, cases[i]), "%s", cases[i]);
		cr_expect_str_eq(mac_text(text, &mac), "02:00:ab:00:00:01");
	}
}

Test(mac, what_is_no_mac_is_refused)
{
	static const char *const cases[] = {
		"",
		"0",
		"02:00:ab:00:00",
		"02:00:ab:00:00:01:02",
		"02:00:ab:00:00:1",
		"02:00:ab-00:00:01",
		"02:00:ab:00:00:0g",
		"2:0:ab:0:0:1",
		" 02:00:ab:00:00:01",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mac mac;

		cr_expect_not(mac_parse(&mac, cases[i]), "'%s'", cases[i]);
	}
}

Test(prefix, text_comes_back_with_the_length_of_its_family)
{
	static const struct {
		const char *text;
		const char *back;
		uint8_t len;
	} cases[] = {
		{ "10.0.0.0/8", "10.0.0.0/8", 104 },
		{ "10.1.2.3", "10.1.2.3/32", 128 },
		{ "0.0.0.0/0", "0.0.0.0/0", 96 },
		{ "192.0.2.128/25", "192.0.2.128/25", 121 },
		{ "fd00::/8", "fd00::/8", 8 },
		{ "::/0", "::/0", 0 },
		{ "2001:db8::1", "2001:db8::1/128", 128 },
		{ "2001:db8:ffff:fffe::/63", "2001:db8:ffff:fffe::/63", 63 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prefix prefix = prefix_parsed(cases[i].text);
		char text[ADDRESS_TEXT];

		cr_expect_eq(prefix.len, cases[i].len);
		cr_expect_str_eq(prefix_text(text, &prefix), cases[i].back);
	}
}

Test(prefix, typing_mistakes_are_refused)
{
	static const char *const cases[] = {
		"",
		"/8",
		"10.0.0.0/",
		"10.0.0.0/33",
		"10.0.0.0/08",
		"10.0.0.0/ 8",
		"10.0.0.0/+8",
		"10.0.0.0/-1",
		"10.0.0.0/8 ",
		"10.0.0.0/8/8",
		"10.0.0.0/4294967304",
		"10.0.0.1/8",
		"10.0.0.0/255.0.0.0",
		"fd00::/129",
		"fd00::1/64",
		"2001:db8:ffff:ffff::/63",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/8",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prefix prefix;

		cr_expect_not(prefix_parse(&prefix, cases[i]), "'%s'",
		              cases[i]);
	}
}

Test(prefix, it_holds_the_addresses_that_share_its_bits)
{
	static const struct {
		const char *prefix;
		const char *address;
		bool held;
	} cases[] = {
		{ "10.0.0.0/8", "10.255.255.255", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "192.0.2.128/25", "192.0.2.129", true },
		{ "192.0.2.128/25", "192.0.2.127", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "::/0", "203.0.113.9", true },
		{ "10.1.2.3", "10.1.2.3", true },
		{ "10.1.2.3", "10.1.2.2", false },
		{ "fd00::/8", "fdff::1", true },
		{ "fe80::/10", "febf::1", true },
		{ "fe80::/10", "fec0::1", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prefix prefix = prefix_parsed(cases[i].prefix);
		struct address address = parsed(cases[i].address);

		cr_expect_eq(prefix_holds(&prefix, &address), cases[i].held,
		             "%s in %s", cases[i].address, cases[i].prefix);
	}
}

Test(prefix, the_prefix_around_an_address_clears_its_host_bits)
{
	struct address address = parsed("192.0.2.201");
	char text[ADDRESS_TEXT];

	for (uint8_t len = 0; len <= 128; len++) {
		struct prefix prefix = prefix_around(&address, len);

		cr_expect(prefix_holds(&prefix, &address), "/%d", len);
		cr_expect(prefix_parse(&prefix, prefix_text(text, &prefix)));
	}
	struct prefix prefix = prefix_around(&address, 96 + 28);
	cr_expect_str_eq(prefix_text(text, &prefix), "192.0.2.192/28");
}
