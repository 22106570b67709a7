#include "classify/fields_reader.h"
#include "tests/fields_trial.h"

/* Hellos of OpenSSL's s_server, by version and suite; and one of its client,
 * of which only the beginning matters. */
#define RANDOM \
	"72 41c9c6de19edd59efd9866d787b80e6d78f7cc0eb30bcc9191b6fa55f2b61b "
#define CLIENT_HELLO "1603010105 0100010103 03 " RANDOM "20"
#define TLS_1_3 \
	"160303007a 02000076 0303" \
	"35040926c8a70b832bba197a10c0a6404d758726a781d66eeaa5e4bd61a03bf4" \
	"20 53c796a34688c45ae7625a43d7bb8c8db735bc7fd1a456a8aaf5dc9235b146bf " \
	"1302 00 002e 002b 0002 0304 0033 0024 001d 0020" \
	"dd2c6cc33c04baf0f10adde836dde85146b956c780f96f6170cf20cb945b5e5d"
#define TLS_1_2_NULL \
	"160303003d 02000039 0303" \
	"60f14d0491f7b11a5956d0439b4cab6c0e97c14f96ecacf619bac24c5c6c0657 00 " \
	"003b 00 0011 ff01 0001 00 0023 0000 0016 0000 0017 0000"
#define TLS_1_2_ANONYMOUS \
	"160303003d 02000039 0303" \
	"ba89f36297f6e227d5171eba2b5a64896b7cd71b5906d53d643e7e5c7c584ae4 00 " \
	"0034 00 0011 ff01 0001 00 0023 0000 0016 0000 0017 0000"
#define TLS_1_0 \
	"1603010045 02000041 0301" RANDOM "00 c014 00 0019 ff01 0001 00 " \
	"000b 0004 03000102 0023 0000 0016 0000 0017 0000"
#define TLS_1_1 \
	"1603020045 02000041 0302" RANDOM "00 c014 00 0019 ff01 0001 00 " \
	"000b 0004 03000102 0023 0000 0016 0000 0017 0000"
#define DTLS_1_2 \
	"16fefd 0000 000000000001 0049 02 00003d 0001 000000 00003d " \
	"fefd" RANDOM \
	"00 c030 00 0015 ff01 0001 00 000b 0004 03000102 0023 0000 " \
	"0017 0000"
#define DTLS_1_0 \
	"16feff 0000 000000000001 004d 02 000041 0001 000000 000041 " \
	"feff" RANDOM \
	"00 c014 00 0019 ff01 0001 00 000b 0004 03000102 0023 0000 " \
	"0016 0000 0017 0000"

static struct packet tcp(uint16_t port)
{
	return make_tcp("10.0.0.1", 40000, "10.0.0.2", port, TCP_ACK);
}

Test(fields_tls, the_server_hello_says_version_and_suite)
{
	static const struct {
		const char *hello;
		const char *shows;
	} cases[] = {
		{ TLS_1_3, "tls-version 1.3, tls-cipher aead" },
		{ TLS_1_2_NULL, "tls-version 1.2, tls-cipher null" },
		{ TLS_1_2_ANONYMOUS, "tls-version 1.2, tls-cipher anonymous" },
		{ TLS_1_1, "tls-version 1.1, tls-cipher cbc" },
		{ TLS_1_0, "tls-version 1.0, tls-cipher cbc" },
		/* made by hand: SSL 3.0 with RC4, 1.0 with DES and export */
		{ "160300002a 02000026 0300" RANDOM "00 0005 00",
		  "tls-version ssl3, tls-cipher rc4" },
		{ "160301002a 02000026 0301" RANDOM "00 0009 00",
		  "tls-version 1.0, tls-cipher des" },
		{ "160301002a 02000026 0301" RANDOM "00 000a 00",
		  "tls-version 1.0, tls-cipher 3des" },
		{ "160301002a 02000026 0301" RANDOM "00 0008 00",
		  "tls-version 1.0, tls-cipher export" },
		/* a draft of 1.3 */
		{ "1603030032 0200002e 0303" RANDOM
		  "00 1301 00 0006 002b 0002 7f1c",
		  "tls-version 1.3, tls-cipher aead" },
	};
	struct packet shape = tcp(443);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		EXPECT_SHOWN(&shape, cases[i].shows, C_HEX(CLIENT_HELLO),
		             S_HEX(cases[i].hello));
}

Test(fields_tls, datagrams_have_the_versions_they_are_made_of)
{
	struct packet shape =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 443);

	EXPECT_SHOWN(&shape, "tls-version 1.2, tls-cipher aead",
	             S_HEX(DTLS_1_2));
	EXPECT_SHOWN(&shape, "tls-version 1.1, tls-cipher cbc",
	             S_HEX(DTLS_1_0));
}

Test(fields_tls, version_2_of_ssl_has_a_hello_of_its_own)
{
	struct packet shape = tcp(443);

	EXPECT_SHOWN(&shape, "tls-version ssl2",
	             C_HEX("800f 01 0002 0003 0000 0003 010080 aabbcc"),
	             S_HEX("8012 04 00 01 0002 0003 0003 0010 010080"));
	/* offered in it, and something newer taken */
	EXPECT_SHOWN(&shape, "tls-version 1.0, tls-cipher cbc",
	             C_HEX("800f 01 0301 0003 0000 0003 00002f aabbcc"),
	             S_HEX(TLS_1_0));
	EXPECT_SHOWN(&shape, "",
	             S_HEX("8012 04 00 01 0002 0003 0003 0010 010080"));
}

Test(fields_tls, what_begins_after_something_in_clear_is_starttls)
{
	struct packet smtp = tcp(25);
	struct packet postgres = tcp(5432);
	struct packet web = tcp(443);

	EXPECT_SHOWN(&smtp, "tls-version 1.2, tls-cipher null, starttls",
	             S_TEXT("220 mail ESMTP\r\n"), C_TEXT("EHLO a\r\n"),
	             S_TEXT("250-mail\r\n250 STARTTLS\r\n"),
	             C_TEXT("STARTTLS\r\n"), S_TEXT("220 ready\r\n"),
	             C_HEX(CLIENT_HELLO), S_HEX(TLS_1_2_NULL));
	EXPECT_SHOWN(&postgres, "starttls", C_HEX("00000008 04d2162f"),
	             S_TEXT("S"), C_HEX(CLIENT_HELLO));
	/* a hello sent twice came first all the same */
	EXPECT_SHOWN(&web, "", C_HEX(CLIENT_HELLO), C_HEX(CLIENT_HELLO));
	EXPECT_SHOWN(&smtp, "", S_TEXT("220 mail ESMTP\r\n"),
	             C_TEXT("STARTTLS\r\n"));
}

Test(fields_tls, sql_server_answers_how_it_encrypts_and_wraps_tls)
{
	/* prelogin: version, encryption, end; then their values */
#define PRELOGIN(type, encryption) \
	type " 01 001a 0000 01 00 00 000b 0006 01 0011 0001 ff " \
	     "0c000fa0 0000 " encryption
	struct packet shape = tcp(1433);

	EXPECT_SHOWN(&shape, "tds-encryption login-only",
	             C_HEX(PRELOGIN("12", "00")), S_HEX(PRELOGIN("04", "00")));
	EXPECT_SHOWN(&shape, "tds-encryption not-supported",
	             C_HEX(PRELOGIN("12", "01")), S_HEX(PRELOGIN("04", "02")));
	EXPECT_SHOWN(&shape, "tds-encryption required, starttls",
	             C_HEX(PRELOGIN("12", "01")), S_HEX(PRELOGIN("04", "03")),
	             C_HEX("12 01 0040 0000 00 00" CLIENT_HELLO));
	EXPECT_SHOWN(&shape, "", S_HEX(PRELOGIN("04", "04")));
}

Test(fields_tls, other_bytes_are_no_tls)
{
	static const char *const others[] = {
		"17030300200000",      /* data */
		"1603030004 0e000000", /* hello done */
		"16 fe fd 00 00 00 00 00 01",
		"8080808080808080",
	};
	struct packet shape = tcp(443);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		EXPECT_SHOWN(&shape, "", C_HEX("00"), C_HEX(others[i]));
}

Test(fields_tls, suites_are_told_apart_by_how_they_protect)
{
	static const struct {
		uint16_t suite;
		enum tls_cipher cipher;
	} cases[] = {
		{ 0x0000, TLS_CIPHER_NULL },
		{ 0xc006, TLS_CIPHER_NULL },
		{ 0xc0b4, TLS_CIPHER_NULL },
		{ 0x0018, TLS_CIPHER_ANONYMOUS },
		{ 0xc018, TLS_CIPHER_ANONYMOUS },
		{ 0x00a6, TLS_CIPHER_ANONYMOUS },
		{ 0x0017, TLS_CIPHER_EXPORT },
		{ 0x0062, TLS_CIPHER_EXPORT },
		{ 0xc011, TLS_CIPHER_RC4 },
		{ 0x0015, TLS_CIPHER_DES },
		{ 0xc012, TLS_CIPHER_3DES },
		{ 0x002f, TLS_CIPHER_CBC },
		{ 0xc028, TLS_CIPHER_CBC },
		{ 0x0041, TLS_CIPHER_CBC },
		{ 0x1301, TLS_CIPHER_AEAD },
		{ 0xc02f, TLS_CIPHER_AEAD },
		{ 0x009e, TLS_CIPHER_AEAD },
		{ 0xcca8, TLS_CIPHER_AEAD },
		{ 0xc0a0, TLS_CIPHER_AEAD },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(tls_cipher_of(cases[i].suite), cases[i].cipher,
		             "%04x", cases[i].suite);
}
