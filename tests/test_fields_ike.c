#include "classify/digest.h"
#include "classify/fields_reader.h"
#include "tests/fields_trial.h"

/* The answer to IKE_SA_INIT of strongSwan at 10.46.2.2 to 10.46.1.2, nothing
 * in between. */
#define INIT_ANSWER \
	"aa2d99e99bde2471 3cdd2472f7b7aa60 21202220 00000000 000000f8" \
	"22000030 0000002c 01010004 0300000c0100000c800e0080 " \
	"030000080300000c 0300000802000005 000000080400001f" \
	"28000028 001f0000" \
	"a3e1fe52c71ff058d50579339a4b6543afb9c1af91157b6c0fd077a7912ed750" \
	"29000024" \
	"78c60131521373c812ebc256646144c4aad15b1baf8292d637352e84966de781" \
	"2900001c 00004004 da7159abe4a72686d726f908aaa6e8c876a3f8ce" \
	"2900001c 00004005 8865b6459f5e217d11e19a26757f4e846016b676" \
	"290000080000402e 290000100000402f0002000300040005 " \
	"2900000800004022 0000000800004014"

/* SPIs, next payload, version, exchange, flags, message id, length */
#define IKE(next, version, exchange, flags, len) \
	"0102030405060708 1112131415161718" next version exchange flags \
	"00000000 0000" len
#define VENDOR(next, len, id) next "00 00" len id
#define NAT_D(next, len, hash) next "00 00" len hash

#define MS_NT5 "1e2b516905991c7d7c96fcbfb587e461"
/* Hashes of those SPIs with 10.0.0.1 and 10.0.0.2, port 500 */
#define MD5_1 "aa2b0a6e89e98ff54fd8e99cdc5373c2"
#define MD5_2 "28c946f2e8a34796c324b77fe8da72fc"
#define SHA1_1 "a44b6462d5a1361bfbe845cb7ec1e337d558f0da"
#define SHA1_2 "2a3d9f6de1f8a5da3a27d63eb94b9a86a010eaae"
#define SHA256_1 \
	"59c9ac43b9288e215f6a6b397a6fd9c4c6c693361f24df3b3e2e95dd548d8f7b"
#define SHA256_2 \
	"3e1fcdc7f831b6ce3b90f2294ef4bcb4644f7cfeb6e64e3ec017abaee805ce5e"
/* ... with 2001:db8::1 and 2001:db8::2 */
#define SHA1_DB8_1 "645efdf3a4d473679c6a6530abefd3b71d8c18af"
#define SHA1_DB8_2 "b72f1f224966b5c721569f0a03d6b71f7f18b683"

TestSuite(fields_ike, .init = digest_start);

static struct packet udp(const char *client, uint16_t client_port,
                         const char *server, uint16_t server_port)
{
	return make_packet(TRANSPORT_UDP, client, client_port, server,
	                   server_port);
}

Test(fields_ike, the_header_says_version_and_exchange)
{
	static const struct {
		const char *hex;
		const char *shows;
	} cases[] = {
		{ IKE("00", "10", "02", "00", "001c"),
		  "ike-version 1, ike-exchange main" },
		{ IKE("00", "10", "04", "00", "001c"),
		  "ike-version 1, ike-exchange aggressive" },
		{ IKE("08", "10", "20", "01", "001c"),
		  "ike-version 1, ike-exchange quick" },
		{ IKE("08", "10", "06", "01", "001c"),
		  "ike-version 1, ike-exchange transaction" },
		{ IKE("08", "10", "05", "01", "001c"),
		  "ike-version 1, ike-exchange informational" },
		{ IKE("00", "10", "f3", "00", "001c"),
		  "ike-version 1, ike-exchange authip" },
		{ IKE("2e", "20", "23", "08", "001c"),
		  "ike-version 2, ike-exchange auth" },
		{ IKE("2e", "20", "24", "08", "001c"),
		  "ike-version 2, ike-exchange create-child" },
		{ IKE("2e", "20", "25", "08", "001c"),
		  "ike-version 2, ike-exchange informational" },
		{ IKE("2e", "20", "2b", "08", "001c"),
		  "ike-version 2, ike-exchange intermediate" },
		{ IKE("00", "10", "21", "00", "001c"), "ike-version 1" },
		{ IKE("00", "30", "02", "00", "001c"), "" },
		{ IKE("00", "10", "02", "00", "001b"), "" },
		{ "ff", "" },
	};
	struct packet shape = udp("10.0.0.1", 500, "10.0.0.2", 500);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		EXPECT_SHOWN(&shape, cases[i].shows, C_HEX(cases[i].hex));
}

Test(fields_ike, on_its_own_port_groups_are_keyed)
{
	struct packet shape = udp("10.0.0.1", 848, "10.0.0.2", 848);

	EXPECT_SHOWN(&shape, "ike-version 1, ike-exchange group-pull",
	             C_HEX(IKE("08", "10", "20", "01", "001c")));
	EXPECT_SHOWN(&shape, "ike-version 1, ike-exchange group-push",
	             C_HEX(IKE("08", "10", "21", "01", "001c")));
	EXPECT_SHOWN(&shape, "ike-version 2, ike-exchange group-rekey",
	             C_HEX(IKE("2e", "20", "29", "08", "001c")));
}

Test(fields_ike, behind_a_nat_four_zeroes_come_first)
{
	struct packet shape = udp("10.0.0.1", 40000, "10.0.0.2", 4500);

	EXPECT_SHOWN(&shape, "ike-version 2, ike-exchange auth",
	             C_HEX("00000000" IKE("2e", "20", "23", "08", "001c")));
	/* ESP whose SPI starts with a zero byte */
	EXPECT_SHOWN(&shape, "",
	             C_HEX("00112233" IKE("2e", "20", "23", "08", "001c")));
}

/* What a real answer shows depends on where the sensor sees it. */
Test(fields_ike, hashes_tell_whether_addresses_were_translated)
{
#define EXPECT_NAT(client, client_port, server, server_port, word) \
	do { \
		struct packet shape = \
			udp(client, client_port, server, server_port); \
\
		EXPECT_SHOWN(&shape, \
		             "ike-version 2, ike-exchange init, " \
		             "nat-detected " word, \
		             S_HEX(INIT_ANSWER)); \
	} while (0)
	EXPECT_NAT("10.46.1.2", 500, "10.46.2.2", 500, "none");
	EXPECT_NAT("10.46.1.2", 500, "10.46.9.9", 500, "source");
	EXPECT_NAT("192.0.2.1", 500, "10.46.2.2", 500, "destination");
	EXPECT_NAT("10.46.1.2", 1029, "10.46.2.2", 500, "destination");
	EXPECT_NAT("192.0.2.1", 500, "10.46.9.9", 500, "both");
}

Test(fields_ike, version_1_hashes_with_what_was_agreed_on)
{
#define MAIN_3(len, nat) IKE("14", "10", "02", "00", len) nat
	struct packet shape = udp("10.0.0.1", 500, "10.0.0.2", 500);
	struct packet translated = udp("10.0.0.9", 500, "10.0.0.2", 500);

	EXPECT_SHOWN(&shape,
	             "ike-version 1, ike-exchange main, nat-detected none",
	             C_HEX(MAIN_3("0044", NAT_D("14", "14", MD5_2)
	                                          NAT_D("00", "14", MD5_1))));
	EXPECT_SHOWN(&shape,
	             "ike-version 1, ike-exchange main, nat-detected none",
	             C_HEX(MAIN_3("004c", NAT_D("14", "18", SHA1_2)
	                                          NAT_D("00", "18", SHA1_1))));
	EXPECT_SHOWN(&shape,
	             "ike-version 1, ike-exchange main, nat-detected none",
	             C_HEX(MAIN_3("0064",
	                          NAT_D("14", "24", SHA256_2)
	                                  NAT_D("00", "24", SHA256_1))));
	EXPECT_SHOWN(&translated,
	             "ike-version 1, ike-exchange main, nat-detected source",
	             C_HEX(MAIN_3("004c", NAT_D("14", "18", SHA1_2)
	                                          NAT_D("00", "18", SHA1_1))));
	/* drafts had other payload numbers */
	EXPECT_SHOWN(&translated,
	             "ike-version 1, ike-exchange main, nat-detected source",
	             C_HEX(IKE("82", "10", "02", "00", "004c")
	                           NAT_D("82", "18", SHA1_2)
	                                   NAT_D("00", "18", SHA1_1)));
	/* encrypted, whatever the next payload is said to be */
	EXPECT_SHOWN(&shape, "ike-version 1, ike-exchange main",
	             C_HEX(IKE("14", "10", "02", "01", "004c")
	                           NAT_D("14", "18", SHA1_1)
	                                   NAT_D("00", "18", SHA1_2)));
}

Test(fields_ike, one_address_of_several_that_matches_is_enough)
{
#define SOURCE(next, hash) next "00001c 00004004" hash
#define DESTINATION(next, hash) next "00001c 00004005" hash
	struct packet shape = udp("10.0.0.1", 500, "10.0.0.2", 500);
	struct packet six = udp("2001:db8::1", 500, "2001:db8::2", 500);

	EXPECT_SHOWN(&shape,
	             "ike-version 2, ike-exchange init, nat-detected none",
	             C_HEX(IKE("29", "20", "22", "08", "0070")
	                           SOURCE("29", SHA1_2) SOURCE("29", SHA1_1)
	                                   DESTINATION("00", SHA1_2)));
	EXPECT_SHOWN(&six,
	             "ike-version 2, ike-exchange init, nat-detected none",
	             C_HEX(IKE("29", "20", "22", "08", "0054")
	                           SOURCE("29", SHA1_DB8_1)
	                                   DESTINATION("00", SHA1_DB8_2)));
	/* what one message showed, a later one does not take back */
	EXPECT_SHOWN(
		&shape, "ike-version 2, ike-exchange init, nat-detected both",
		C_HEX(IKE("29", "20", "22", "08", "0054") SOURCE("29", SHA1_2)
	                      DESTINATION("00", SHA1_2)),
		C_HEX(IKE("29", "20", "22", "08", "0054") SOURCE("29", SHA1_1)
	                      DESTINATION("00", SHA1_1)),
		C_HEX(IKE("29", "20", "22", "08", "0054") SOURCE("29", SHA1_1)
	                      DESTINATION("00", SHA1_2)));
}

Test(fields_ike, vendor_ids_name_the_program)
{
	static const struct {
		const char *hex;
		const char *shows;
	} cases[] = {
		/* Windows 7 */
		{ IKE("0d", "10", "02", "00", "005c") VENDOR("0d", "18",
		                                             MS_NT5 "00000007")
		          VENDOR("0d", "14", "fb1de3cdf341b7ea16b7e5be0855f120")
		                  VENDOR("00", "14",
		                         "4a131c81070358455c5728f20e"
		                         "95452f"),
		  "ike-version 1, ike-exchange main, ike-vendor windows, "
		  "ike-vendor windows-7, ike-vendor negotiation-discovery, "
		  "ike-vendor nat-t" },
		/* Windows XP appends a byte or four */
		{ IKE("0d", "10", "02", "00", "0038")
		          VENDOR("00", "1c", MS_NT5 "0000000300000000"),
		  "ike-version 1, ike-exchange main, ike-vendor windows, "
		  "ike-vendor windows-xp" },
		{ IKE("0d", "10", "02", "00", "0030")
		          VENDOR("00", "14",
		                 "214ca4faffa7f32d6748e5303395ae83"),
		  "ike-version 1, ike-exchange main, ike-vendor authip" },
		{ IKE("2b", "20", "22", "08", "0030")
		          VENDOR("00", "14",
		                 "882fe56d6fd20dbc2251613b2ebe5beb"),
		  "ike-version 2, ike-exchange init, ike-vendor strongswan" },
		{ IKE("2b", "20", "22", "08", "0034")
		          VENDOR("00", "18",
		                 "0000000000000000000000000000000000000000"),
		  "ike-version 2, ike-exchange init" },
		{ IKE("2b", "20", "22", "08", "0020") VENDOR("00", "04", ""),
		  "ike-version 2, ike-exchange init" },
	};
	struct packet shape = udp("10.0.0.1", 500, "10.0.0.2", 500);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		EXPECT_SHOWN(&shape, cases[i].shows, C_HEX(cases[i].hex));
}

Test(fields_ike, every_vendor_has_a_word_of_its_own)
{
	unsigned count = 0;

	while (ike_vendor_word(count)) {
		for (unsigned i = 0; i < count; i++)
			cr_expect_str_neq(ike_vendor_word(i),
			                  ike_vendor_word(count));
		count++;
	}
	cr_expect_leq(count, 32);
	cr_expect_gt(count, 20);
}
