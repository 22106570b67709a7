#include "tests/decode_trial.h"

#define TO_DB8_2 \
	"40 20010db8000000000000000000000001 " \
	"20010db8000000000000000000000002 "
#define UDP_EMPTY "9c40003500080000 "

/* What a datagram's header leaves in front of ESP. */
Test(decode_front, is_what_stays_before_esp_in_transport_mode)
{
	static const struct {
		const char *frame;
		unsigned header_len;
	} cases[] = {
		{ ETHERNET_IPV4 DATAGRAM, 20 },
		{ ETHERNET_IPV6 DATAGRAM6, 40 },
		/* Two words of options. */
		{ ETHERNET_IPV4 "47b9002400014000401100000a0000010a000002 "
		                "0101010101010100 " UDP_EMPTY,
		  28 },
		/* Hop-by-hop. */
		{ ETHERNET_IPV6 "60000000001000 " TO_DB8_2
		                "1100010400000000 " UDP_EMPTY,
		  48 },
		/* Destination options alone go behind ESP. */
		{ ETHERNET_IPV6 "6000000000103c " TO_DB8_2
		                "1100010400000000 " UDP_EMPTY,
		  40 },
		/* In front of a fragment header they stay. */
		{ ETHERNET_IPV6 "6000000000183c " TO_DB8_2
		                "2c00010400000000 1100000100000001 " UDP_EMPTY,
		  56 },
		/* Hop-by-hop, then destination options. */
		{ ETHERNET_IPV6 "60000000001800 " TO_DB8_2
		                "3c00010400000000 1100010400000000 " UDP_EMPTY,
		  48 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial trial = trial_of(LINK_EN10MB, cases[i].frame);

		cr_assert_geq(trial.count, 1, "case %zu", i);
		cr_expect_eq(trial.packet[0].ip_header_len, cases[i].header_len,
		             "case %zu: %u", i, trial.packet[0].ip_header_len);
		trial_free(&trial);
	}
}
