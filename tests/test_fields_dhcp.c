#include "classify/fields_reader.h"
#include "tests/fields_trial.h"

#define ZEROES_16 "00000000000000000000000000000000"
#define ZEROES_64 ZEROES_16 ZEROES_16 ZEROES_16 ZEROES_16
/* op to giaddr, chaddr, names, magic */
#define BOOTP(op) \
	op "010600 90739959 00000000 00000000 00000000 00000000 00000000" \
	   "020000010016 00000000000000000000" ZEROES_64 ZEROES_64 ZEROES_64 \
	   "63825363 "
#define DISCOVER BOOTP("01") "350101"
#define REQUEST BOOTP("01") "350103"
#define ACK(lease) BOOTP("02") "350105 3304" lease " ff"

static struct fields hear(const struct said *said, size_t count)
{
	struct packet shape = make_packet(TRANSPORT_UDP, "0.0.0.0", 68,
	                                  "255.255.255.255", 67);
	struct fields fields = { .seen = { 0 } };
	uint8_t bytes[SAID_MAX];

	for (size_t i = 0; i < count; i++)
		fields_hear(&fields, &shape, said[i].direction, bytes,
		            said_bytes(bytes, &said[i]));
	return fields;
}

#define HEAR(...) \
	hear((const struct said[]){ __VA_ARGS__ }, \
	     sizeof((const struct said[]){ __VA_ARGS__ }) / \
	             sizeof(struct said))

static bool has_class(const struct fields *fields, const char *start)
{
	return fields_has_dhcp_class(fields, start, (uint8_t)strlen(start));
}

Test(fields_dhcp, messages_are_counted_by_kind)
{
	struct packet shape = make_packet(TRANSPORT_UDP, "0.0.0.0", 68,
	                                  "255.255.255.255", 67);

	EXPECT_SHOWN(&shape, "dhcp-type discover, dhcp-type request",
	             C_HEX(DISCOVER "ff"), C_HEX(REQUEST "ff"));
	EXPECT_SHOWN(&shape, "dhcp-type ack", S_HEX(ACK("00000258")));
	EXPECT_SHOWN(&shape, "", C_HEX(BOOTP("01") "ff"));
	EXPECT_SHOWN(&shape, "", C_HEX(BOOTP("01") "350163 ff"));
	EXPECT_SHOWN(&shape, "", C_HEX("0101060090739959"));
}

Test(fields_dhcp, clients_say_what_they_are)
{
	/* Windows; padding between options */
	struct fields fields = HEAR(
		C_HEX(DISCOVER "00 3c08 4d53465420352e30 3704 010f0306 ff"));
	static const uint8_t asked[] = { 1, 15, 3, 6 };

	cr_expect(has_class(&fields, "MSFT 5.0"));
	cr_expect(has_class(&fields, "MSFT"));
	cr_expect_not(has_class(&fields, "MSFT 98"));
	cr_expect_not(has_class(&fields, "MSFT 5.0x"));
	cr_expect(
		fields_has_dhcp_options(&fields, dhcp_options_hash(asked, 4)));
	cr_expect_not(
		fields_has_dhcp_options(&fields, dhcp_options_hash(asked, 3)));
}

Test(fields_dhcp, a_long_class_is_cut)
{
	/* "Cisco Systems, Inc. IP Phone" */
	struct fields fields = HEAR(C_HEX(
		DISCOVER "3c1c 436973636f2053797374656d732c20496e632e2049502050"
			 "686f6e65 ff"));

	cr_expect(has_class(&fields, "Cisco Systems, I"));
}

/* A broadcast flow of a busy network; it goes on for ever. */
Test(fields_dhcp, several_clients_share_a_flow)
{
	struct fields fields =
		HEAR(C_HEX(DISCOVER "3c01 61 ff"), C_HEX(DISCOVER "3c01 62 ff"),
	             C_HEX(DISCOVER "3c01 61 ff"), C_HEX(DISCOVER "ff"),
	             C_HEX(DISCOVER "3c01 63 ff"), C_HEX(DISCOVER "3c01 64 ff"),
	             C_HEX(DISCOVER "3c01 65 ff"));

	cr_expect(has_class(&fields, "a"));
	cr_expect(has_class(&fields, "d"));
	cr_expect_not(has_class(&fields, "e"), "there is room for four");
	for (int i = 0; i < 100; i++) {
		struct packet shape = make_packet(TRANSPORT_UDP, "0.0.0.0", 68,
		                                  "255.255.255.255", 67);
		const struct said request = C_HEX(REQUEST "ff");
		uint8_t bytes[SAID_MAX];

		cr_expect(i == 0 || fields_words(&fields, FIELD_DHCP_TYPE) & 4);
		fields_hear(&fields, &shape, TO_SERVER, bytes,
		            said_bytes(bytes, &request));
	}
}

Test(fields_dhcp, the_shortest_lease_counts)
{
	struct fields fields =
		HEAR(S_HEX(ACK("00015180")), S_HEX(ACK("00000258")),
	             S_HEX(ACK("00000e10")));

	cr_expect_eq(fields_lease_seconds(&fields), 600);
	fields = HEAR(S_HEX(BOOTP("02") "350102 3304 00000258 ff"));
	cr_expect_eq(fields_lease_seconds(&fields), 0, "offered only");
	fields = HEAR(C_HEX(REQUEST "3304 00000258 ff"));
	cr_expect_eq(fields_lease_seconds(&fields), 0, "wished for only");
}

Test(fields_dhcp, a_flow_without_it_has_none_of_it)
{
	struct fields fields = { .seen = { 0 } };

	cr_expect_not(has_class(&fields, "a"));
	cr_expect_not(has_class(&fields, ""));
	cr_expect_not(fields_has_dhcp_options(&fields, 0));
	cr_expect_eq(fields_lease_seconds(&fields), 0);
	fields = HEAR(C_HEX(DISCOVER "ff"));
	cr_expect_not(fields_has_tcp_option(&fields, 2));
}
