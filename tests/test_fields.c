#include "tests/fields_trial.h"

static struct packet tcp(uint16_t port)
{
	return make_tcp("10.0.0.1", 40000, "10.0.0.2", port, TCP_ACK);
}

Test(fields, ssh_says_its_version_first)
{
	struct packet shape = tcp(22);

	EXPECT_SHOWN(&shape, "ssh-version 2",
	             S_TEXT("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"));
	EXPECT_SHOWN(&shape, "ssh-version 2", S_TEXT("SSH-1.99-Cisco-1.25\n"));
	EXPECT_SHOWN(&shape, "ssh-version 1", S_TEXT("SSH-1.5-1.2.27\n"));
	EXPECT_SHOWN(&shape, "", S_TEXT("SSH?"));
}

/* NetBIOS length, SMB2 header with command and flags */
#define SMB2(len, command, flags) \
	"000000" len "fe534d42 4000 0000 00000000" command "0100" flags \
	"00000000 0000000000000000 00000000 00000000 0000000000000000" \
	"00000000000000000000000000000000 "
/* Samba's answer */
#define SMB2_ANSWER(security, dialect) \
	SMB2("84", "0000", "01000000") \
	"4100" security dialect "0300" \
	"646331000000000000000000000000000f000000 00008000 00008000 00008000"
#define SMB2_SIGNED SMB2("44", "0300", "09000000")
#define SMB1_ANSWER(dialect, security) \
	"00000055 ff534d42 72 00000000 98 53c8 0000 0000000000000000 0000" \
	"0000 fffe 0000 0000 11" dialect security "3200 0100"

Test(fields, smb_servers_choose_dialect_and_signing)
{
	struct packet shape = tcp(445);

	EXPECT_SHOWN(&shape, "smb-dialect 3.1.1, smb-signing required",
	             S_HEX(SMB2_ANSWER("0300", "1103")));
	EXPECT_SHOWN(&shape, "smb-dialect 2.1, smb-signing optional",
	             S_HEX(SMB2_ANSWER("0100", "1002")));
	EXPECT_SHOWN(&shape,
	             "smb-dialect 3.0.2, smb-signing optional, "
	             "smb-signing used",
	             S_HEX(SMB2_ANSWER("0100", "0203")), C_HEX(SMB2_SIGNED));
	/* any version from 2 up: the client asks again */
	EXPECT_SHOWN(&shape, "smb-signing optional",
	             S_HEX(SMB2_ANSWER("0100", "ff02")));
	EXPECT_SHOWN(&shape, "smb-dialect 1, smb-signing optional",
	             S_HEX(SMB1_ANSWER("0500", "03")));
	EXPECT_SHOWN(&shape, "smb-dialect 1, smb-signing required",
	             S_HEX(SMB1_ANSWER("0500", "0f")));
	EXPECT_SHOWN(&shape, "", S_HEX(SMB1_ANSWER("ffff", "03")));
	EXPECT_SHOWN(&shape, "smb-encrypted", C_HEX("00000034 fd534d42 0011"));
	EXPECT_SHOWN(&shape, "", C_HEX("00000034 fc534d42 0011"));
}

Test(fields, smb_logons_by_ntlm_are_seen)
{
	struct packet shape = tcp(445);

	EXPECT_SHOWN(
		&shape, "ntlm",
		C_HEX(SMB2("80", "0100",
	                   "00000000") "1900 0001 01000000 00000000 5800 2800 "
	                               "4e544c4d53535000 01000000"));
	EXPECT_SHOWN(&shape, "",
	             C_HEX(SMB2("80", "0900",
	                        "00000000") "4e544c4d53535000 01000000"));
}

/* version, type, flags, integers little-endian, length, length of proof */
#define RPC(type, len, auth) "0500" type "03 10000000" len auth "01000000 "
/* of a request: type, level, padding, reserved, context */
#define TRAILER(type, level) type level "0000 01000000 "

Test(fields, rpc_says_how_calls_are_guarded)
{
	struct packet shape = tcp(49152);

	EXPECT_SHOWN(
		&shape, "rpc-protection privacy",
		C_HEX(RPC("00", "3000", "1000") "00000000 00000000" TRAILER(
			"44", "06") "00112233445566778899aabbccddeeff"));
	EXPECT_SHOWN(
		&shape, "rpc-protection integrity, ntlm",
		C_HEX(RPC("0b", "3000", "1000") "00000000 00000000" TRAILER(
			"0a", "05") "00112233445566778899aabbccddeeff"));
	EXPECT_SHOWN(&shape, "rpc-protection none",
	             C_HEX(RPC("00", "1800", "0000") "0000000000000000"));
	EXPECT_SHOWN(&shape, "", C_HEX(RPC("0b", "1800", "0000")));
	EXPECT_SHOWN(&shape, "", C_HEX(RPC("63", "1800", "0000")));
	/* integers big-endian */
	EXPECT_SHOWN(&shape, "rpc-protection privacy",
	             C_HEX("05000003 00000000 0028 0008 00000001 "
	                   "0000000000000000" TRAILER(
				   "09", "06") "0011223344556677"));
}

Test(fields, rdp_servers_choose_their_security)
{
#define CONFIRM(protocol) \
	"03000013 0ed00000 123400 02 1f 0800" protocol "000000"
	struct packet shape = tcp(3389);
	struct packet other = tcp(102);

	EXPECT_SHOWN(&shape, "rdp-security standard", S_HEX(CONFIRM("00")));
	EXPECT_SHOWN(&shape, "rdp-security tls", S_HEX(CONFIRM("01")));
	EXPECT_SHOWN(&shape, "rdp-security nla", S_HEX(CONFIRM("02")));
	EXPECT_SHOWN(&shape, "rdp-security nla", S_HEX(CONFIRM("08")));
	/* one that knows no other, and one that refuses */
	EXPECT_SHOWN(&shape, "rdp-security standard",
	             S_HEX("0300000b 06d00000 123400"));
	EXPECT_SHOWN(&shape, "",
	             S_HEX("03000013 0ed00000 123400 03 00 0800 02000000"));
	EXPECT_SHOWN(&shape, "", C_HEX(CONFIRM("01")));
	EXPECT_SHOWN(&other, "", S_HEX("0300000b 06d00000 123400"));
}

Test(fields, ldap_clients_bind_in_one_of_three_ways)
{
	struct packet shape = tcp(389);

	/* of a member's GSS-SPNEGO */
	EXPECT_SHOWN(&shape, "ldap-bind sasl",
	             C_HEX("3018 020103 6013 020103 0400 "
	                   "a30c 040a 4753532d53504e45474f"));
	EXPECT_SHOWN(&shape, "ldap-bind anonymous",
	             C_HEX("300c 020101 6007 020103 0400 8000"));
	EXPECT_SHOWN(&shape, "ldap-bind simple",
	             C_HEX("3012 020101 600d 020103 0403 636e3d 8003 707764"));
	/* long lengths, as Windows writes them */
	EXPECT_SHOWN(&shape, "ldap-bind simple",
	             C_HEX("308400000018 020101 60840000000f 020103 "
	                   "0403 636e3d 800400000000"));
	/* a search; and bytes that are no BER of ours */
	EXPECT_SHOWN(&shape, "", C_HEX("3025 020101 6320 0400 0a0100"));
	EXPECT_SHOWN(&shape, "", C_HEX("3085 0000000001 020101 60"));
	EXPECT_SHOWN(&shape, "", S_HEX("300c 020101 6007 020103 0400 8000"));
}

Test(fields, http_requests_name_the_scheme_of_their_credentials)
{
#define REQUEST(header) "GET / HTTP/1.1\r\nHost: a\r\n" header "\r\n\r\n"
	struct packet shape = tcp(80);

	EXPECT_SHOWN(&shape, "http-auth basic",
	             C_TEXT(REQUEST("Authorization: Basic YTpi")));
	EXPECT_SHOWN(&shape, "http-auth digest",
	             C_TEXT(REQUEST("authorization:Digest username=\"a\"")));
	EXPECT_SHOWN(&shape, "http-auth bearer",
	             C_TEXT(REQUEST("AUTHORIZATION:  bearer abc")));
	EXPECT_SHOWN(&shape, "http-auth negotiate",
	             C_TEXT(REQUEST("Proxy-Authorization: Negotiate YIIG")));
	EXPECT_SHOWN(&shape, "http-auth negotiate, ntlm",
	             C_TEXT(REQUEST("Authorization: Negotiate TlRMTVNTUAAB")));
	EXPECT_SHOWN(&shape, "http-auth ntlm, ntlm",
	             C_TEXT(REQUEST("Authorization: NTLM TlRMTVNTUAAB")));
	EXPECT_SHOWN(&shape, "",
	             C_TEXT(REQUEST("Authorization: Basically nothing")));
	EXPECT_SHOWN(&shape, "", C_TEXT(REQUEST("X: Authorization: Basic a")));
	EXPECT_SHOWN(&shape, "",
	             C_TEXT("EHLO a\r\nAuthorization: Basic YTpi\r\n"));
	EXPECT_SHOWN(&shape, "", S_TEXT(REQUEST("Authorization: Basic YTpi")));
}

Test(fields, opc_channels_name_their_policy)
{
#define URI_BASE \
	"687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f" \
	"5365637572697479506f6c69637923"
#define OPEN(len, name) "4f504e46 84000000 00000000" len URI_BASE name
	struct packet shape = tcp(4840);

	EXPECT_SHOWN(&shape, "opcua-policy none",
	             C_HEX(OPEN("2f000000", "4e6f6e65")));
	EXPECT_SHOWN(&shape, "opcua-policy basic256",
	             C_HEX(OPEN("33000000", "4261736963323536")));
	EXPECT_SHOWN(&shape, "opcua-policy basic256sha256",
	             C_HEX(OPEN("39000000", "4261736963323536536861323536")));
	EXPECT_SHOWN(&shape, "", C_HEX(OPEN("ffffffff", "4e6f6e65")));
}

Test(fields, only_the_first_payloads_are_looked_at)
{
	static const struct said banner = S_TEXT("SSH-2.0-late\r\n");
	struct packet shape = tcp(22);
	struct fields fields = { .seen = { 0 } };
	uint8_t bytes[SAID_MAX];
	size_t len = said_bytes(bytes, &banner);

	for (int i = 0; i < FIELDS_PAYLOADS; i++)
		fields_hear(&fields, &shape, TO_CLIENT, (const uint8_t *)"x",
		            1);
	fields_hear(&fields, &shape, TO_CLIENT, bytes, len);
	cr_expect_eq(fields_words(&fields, FIELD_SSH_VERSION), 0);
	fields_hear(&fields, &shape, TO_SERVER, bytes, len);
	cr_expect_neq(fields_words(&fields, FIELD_SSH_VERSION), 0,
	              "the other direction has a count of its own");
}

Test(fields, packets_without_payload_do_not_count)
{
	struct packet shape = tcp(22);
	struct fields fields = { .seen = { 0 } };

	for (int i = 0; i < 100; i++)
		fields_hear(&fields, &shape, TO_SERVER, (const uint8_t *)"", 0);
	cr_expect_eq(fields.seen[TO_SERVER], 0);
	shape.has_ports = false;
	fields_hear(&fields, &shape, TO_SERVER, (const uint8_t *)"x", 1);
	cr_expect_eq(fields.seen[TO_SERVER], 0);
}

Test(fields, every_field_has_a_name_and_words_that_differ)
{
	for (enum flow_field field = 0; field < FIELD_COUNT; field++) {
		enum flow_field found;
		unsigned count = 0;

		cr_expect(flow_field_from_name(&found, flow_field_name(field)));
		cr_expect_eq(found, field);
		for (; flow_field_word(field, count); count++)
			for (unsigned i = 0; i < count; i++)
				cr_expect_str_neq(flow_field_word(field, i),
				                  flow_field_word(field,
				                                  count));
		cr_expect_geq(count, 2, "%s", flow_field_name(field));
		cr_expect_leq(count, field < FIELD_SHORT_COUNT ? 16u : 32u);
	}
}

Test(fields, a_flow_s_worth_of_them_is_small)
{
	cr_expect_lt(sizeof(struct fields), 100);
}

Test(fields, payloads_alone_are_nothing)
{
	struct fields fields = { .seen = { 3, 4 } };

	cr_expect(fields_are_empty(&fields));
	fields.tcp_options[7] = 1;
	cr_expect_not(fields_are_empty(&fields));
	fields.tcp_options[7] = 0;
	fields.flags = FIELD_NTLM;
	cr_expect_not(fields_are_empty(&fields));
}
