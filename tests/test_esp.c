#include <criterion/criterion.h>
#include <string.h>

#include "report/esp.h"
#include "tests/suites_maker.h"

static struct suite_set suites;

static void start(void)
{
	read_suites(&suites);
}

static void end(void)
{
	suite_set_release(&suites);
}

TestSuite(esp, .init = start, .fini = end);

static const struct suite *suite_of(const char *id)
{
	int index = suite_find(&suites, id);

	cr_assert_geq(index, 0, "no suite '%s'", id);
	return &suites.suites[index];
}

enum { WITHOUT_UDP, IN_UDP };

#define GCM "aes-gcm-16"
#define CHACHA "chacha20-poly1305"
#define SHA1 "aes-cbc-hmac-sha1-96"
#define SHA256 "aes-cbc-hmac-sha2-256-128"
#define NULL_SHA1 "null-hmac-sha1-96"

/*
 * Lengths of packets on the wire between two Linux 6.1 hosts or gateways,
 * "ip xfrm" with static keys: the IP length that went in and the one that came
 * out. Inner and outer header are of one family.
 */
static const struct {
	const char *suite;
	enum esp_mode mode;
	unsigned family;
	bool udp;
	uint32_t len;
	uint32_t protected_len;
} measured[] = {
	{ GCM, ESP_TRANSPORT, 4, WITHOUT_UDP, 60, 96 },
	{ GCM, ESP_TRANSPORT, 4, WITHOUT_UDP, 130, 164 },
	{ GCM, ESP_TRANSPORT, 4, WITHOUT_UDP, 1466, 1500 },
	{ GCM, ESP_TRANSPORT, 6, WITHOUT_UDP, 61, 96 },
	{ GCM, ESP_TRANSPORT, 6, WITHOUT_UDP, 1466, 1500 },
	{ GCM, ESP_TRANSPORT, 4, IN_UDP, 524, 568 },
	{ GCM, ESP_TRANSPORT, 4, IN_UDP, 1466, 1508 },
	{ GCM, ESP_TRANSPORT, 6, IN_UDP, 100, 144 },
	{ GCM, ESP_TUNNEL, 4, WITHOUT_UDP, 84, 140 },
	{ GCM, ESP_TUNNEL, 4, WITHOUT_UDP, 1500, 1556 },
	{ GCM, ESP_TUNNEL, 6, WITHOUT_UDP, 130, 204 },
	{ GCM, ESP_TUNNEL, 6, WITHOUT_UDP, 1400, 1476 },
	{ GCM, ESP_TUNNEL, 4, IN_UDP, 60, 124 },
	{ GCM, ESP_TUNNEL, 4, IN_UDP, 1400, 1464 },
	{ GCM, ESP_TUNNEL, 6, IN_UDP, 84, 168 },
	{ GCM, ESP_TUNNEL, 6, IN_UDP, 1500, 1584 },
	{ CHACHA, ESP_TRANSPORT, 4, WITHOUT_UDP, 61, 96 },
	{ CHACHA, ESP_TRANSPORT, 6, WITHOUT_UDP, 524, 560 },
	{ CHACHA, ESP_TUNNEL, 4, WITHOUT_UDP, 100, 156 },
	{ CHACHA, ESP_TUNNEL, 6, WITHOUT_UDP, 1466, 1540 },
	{ SHA1, ESP_TRANSPORT, 4, WITHOUT_UDP, 60, 104 },
	{ SHA1, ESP_TRANSPORT, 4, WITHOUT_UDP, 84, 136 },
	{ SHA1, ESP_TRANSPORT, 4, WITHOUT_UDP, 1500, 1544 },
	{ SHA1, ESP_TRANSPORT, 6, WITHOUT_UDP, 60, 108 },
	{ SHA1, ESP_TRANSPORT, 6, WITHOUT_UDP, 84, 124 },
	{ SHA1, ESP_TUNNEL, 4, WITHOUT_UDP, 61, 120 },
	{ SHA1, ESP_TUNNEL, 4, WITHOUT_UDP, 1400, 1464 },
	{ SHA1, ESP_TUNNEL, 6, WITHOUT_UDP, 130, 220 },
	{ SHA256, ESP_TRANSPORT, 4, WITHOUT_UDP, 100, 156 },
	{ SHA256, ESP_TRANSPORT, 6, WITHOUT_UDP, 100, 144 },
	{ SHA256, ESP_TRANSPORT, 6, WITHOUT_UDP, 1400, 1456 },
	{ SHA256, ESP_TUNNEL, 4, WITHOUT_UDP, 524, 588 },
	{ SHA256, ESP_TUNNEL, 4, WITHOUT_UDP, 1466, 1532 },
	{ SHA256, ESP_TUNNEL, 6, WITHOUT_UDP, 60, 144 },
	{ NULL_SHA1, ESP_TRANSPORT, 4, WITHOUT_UDP, 130, 152 },
	{ NULL_SHA1, ESP_TRANSPORT, 6, WITHOUT_UDP, 1466, 1488 },
	{ NULL_SHA1, ESP_TUNNEL, 4, WITHOUT_UDP, 84, 128 },
	{ NULL_SHA1, ESP_TUNNEL, 6, WITHOUT_UDP, 1500, 1564 },
	/* AH with the alignment that IKE daemons ask Linux for. */
	{ "ah-hmac-sha1-96", ESP_TRANSPORT, 4, WITHOUT_UDP, 60, 84 },
	{ "ah-hmac-sha1-96", ESP_TUNNEL, 6, WITHOUT_UDP, 1500, 1564 },
	{ "ah-hmac-sha2-256-128", ESP_TRANSPORT, 4, WITHOUT_UDP, 60, 88 },
	{ "ah-hmac-sha2-256-128", ESP_TUNNEL, 4, WITHOUT_UDP, 524, 572 },
	{ "ah-hmac-sha2-256-128", ESP_TRANSPORT, 6, WITHOUT_UDP, 1400, 1432 },
	{ "ah-hmac-sha2-256-128", ESP_TUNNEL, 6, WITHOUT_UDP, 60, 132 },
	{ "ah-hmac-sha2-512-256", ESP_TRANSPORT, 6, WITHOUT_UDP, 100, 148 },
	{ "ah-hmac-sha2-512-256", ESP_TUNNEL, 6, WITHOUT_UDP, 1500, 1588 },
};

Test(esp, makes_the_lengths_that_were_measured_on_the_wire)
{
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++) {
		const struct esp_shape shape = {
			.suite = suite_of(measured[i].suite),
			.mode = measured[i].mode,
			.outer_ipv6 = measured[i].family == 6,
			.nat_traversal = measured[i].udp,
		};
		uint32_t len =
			esp_protected_len(&shape, measured[i].len,
		                          esp_header_len(measured[i].family ==
		                                         6));

		cr_expect_eq(len, measured[i].protected_len,
		             "%s %s %u: %u became %u instead of %u",
		             measured[i].suite, esp_mode_name(measured[i].mode),
		             measured[i].family, measured[i].len, len,
		             measured[i].protected_len);
	}
}

/* Every way to protect packets, the impossible one left out. */
static size_t shapes_of(const struct suite *suite, struct esp_shape shapes[8])
{
	size_t count = 0;

	for (unsigned i = 0; i < 8; i++)
		if (!(i & 1) || suite->protocol == SUITE_ESP)
			shapes[count++] = (struct esp_shape){
				.suite = suite,
				.mode = i & 4 ? ESP_TUNNEL : ESP_TRANSPORT,
				.outer_ipv6 = i & 2,
				.nat_traversal = i & 1,
			};
	return count;
}

static bool fits(const struct esp_shape *shape, uint32_t len, uint32_t mtu)
{
	return esp_protected_len(shape, len,
	                         esp_header_len(shape->outer_ipv6)) <= mtu;
}

Test(esp, the_largest_packet_fits_and_one_byte_more_does_not)
{
	for (size_t s = 0; s < suites.count; s++) {
		struct esp_shape shapes[8];
		size_t count = shapes_of(&suites.suites[s], shapes);

		for (size_t i = 0; i < count; i++) {
			for (uint32_t mtu = 576; mtu <= 9000; mtu++) {
				uint32_t largest = esp_largest(&shapes[i], mtu);

				cr_assert(largest && fits(&shapes[i], largest,
				                          mtu),
				          "%s at %u", suites.suites[s].id, mtu);
				cr_assert_not(fits(&shapes[i], largest + 1,
				                   mtu),
				              "%s at %u", suites.suites[s].id,
				              mtu);
			}
		}
	}
}

Test(esp, nothing_fits_a_link_that_is_too_narrow)
{
	for (size_t s = 0; s < suites.count; s++) {
		struct esp_shape shapes[8];
		size_t count = shapes_of(&suites.suites[s], shapes);

		for (size_t i = 0; i < count; i++) {
			for (uint32_t mtu = 0; mtu < 200; mtu++) {
				uint32_t largest = esp_largest(&shapes[i], mtu);

				cr_assert_lt(largest, mtu + !mtu);
				cr_assert(!largest ||
				          fits(&shapes[i], largest, mtu));
			}
		}
	}
}

Test(esp, mss_leaves_room_for_headers_without_options)
{
	cr_expect_eq(esp_mss(1446, false), 1406);
	cr_expect_eq(esp_mss(1446, true), 1386);
	cr_expect_eq(esp_mss(40, false), 0);
	cr_expect_eq(esp_mss(41, false), 1);
	cr_expect_eq(esp_mss(59, true), 0);
	cr_expect_eq(esp_mss(0, false), 0);
}

/* Options stay in front of ESP: padding counts from behind them. */
Test(esp, transport_mode_pads_what_is_behind_the_header)
{
	const struct esp_shape cbc = { .suite = suite_of(SHA1),
		                       .mode = ESP_TRANSPORT };
	const struct esp_shape tunnel = { .suite = suite_of(SHA1),
		                          .mode = ESP_TUNNEL };

	cr_expect_eq(esp_protected_len(&cbc, 100, 20), 152);
	cr_expect_eq(esp_protected_len(&cbc, 100, 24), 140);
	cr_expect_eq(esp_protected_len(&tunnel, 100, 20),
	             esp_protected_len(&tunnel, 100, 24));
}
