#include "tests/fields_trial.h"

#define AUTHENTICATOR "000102030405060708090a0b0c0d0e0f "
#define ACCESS(len, attributes) "01 07" len AUTHENTICATOR attributes
#define PORT_TYPE(type) "3d06 000000" type
#define USER "0103 61 "

static struct packet radius(void)
{
	return make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", 1812);
}

Test(fields_radius, requests_say_by_what_port_users_come)
{
	struct packet shape = radius();

	EXPECT_SHOWN(&shape, "radius-port-type wireless",
	             C_HEX(ACCESS("001d", USER PORT_TYPE("13"))));
	EXPECT_SHOWN(&shape,
	             "radius-port-type ethernet, radius-port-type wireless",
	             C_HEX(ACCESS("001a", PORT_TYPE("0f"))),
	             C_HEX(ACCESS("001a", PORT_TYPE("13"))));
	EXPECT_SHOWN(&shape, "", C_HEX(ACCESS("001a", PORT_TYPE("29"))));
	/* longer than its message, and shorter than a header of its own */
	EXPECT_SHOWN(&shape, "", C_HEX(ACCESS("0016", PORT_TYPE("13"))));
	EXPECT_SHOWN(&shape, "", C_HEX(ACCESS("001a", "3d01 00000013")));
	/* an answer does not say */
	EXPECT_SHOWN(&shape, "",
	             S_HEX("02 07 001a" AUTHENTICATOR PORT_TYPE("13")));
}

Test(fields_radius, the_method_is_what_the_user_answers_with)
{
	struct packet shape = radius();

	EXPECT_SHOWN(&shape, "eap-method peap",
	             C_HEX(ACCESS("001c", "4f08 0207 0006 19 00")));
	EXPECT_SHOWN(&shape, "eap-method md5",
	             C_HEX(ACCESS("001c", "4f08 0207 0006 04 00")));
	/* an identity; a refusal that asks for PEAP */
	EXPECT_SHOWN(&shape, "", C_HEX(ACCESS("001c", "4f08 0207 0006 01 61")));
	EXPECT_SHOWN(&shape, "", C_HEX(ACCESS("001c", "4f08 0207 0006 03 19")));
	/* a long message goes on in further attributes */
	EXPECT_SHOWN(&shape, "eap-method tls",
	             C_HEX(ACCESS("0024", "4f08 0207 0106 0d 00 "
	                                  "4f08 0207 0006 04 00")));
}

/* type, length, cookie, transaction; then attributes */
#define STUN(type, len, attributes) \
	type len "2112a442 000102030405060708090a0b " attributes

/* 10.0.0.1:40000 masked, in clear; and 192.0.2.1:40000 */
#define SAME "0020 0008 0001 bd52 2b12a443"
#define SAME_CLEAR "0001 0008 0001 9c40 0a000001"
#define OTHER "0020 0008 0001 bd52 e112a643"
#define OTHER_PORT "0020 0008 0001 bd53 2b12a443"

Test(fields_radius, stun_tells_what_the_server_saw)
{
	struct packet shape = make_packet(TRANSPORT_UDP, "10.0.0.1", 40000,
	                                  "192.0.2.9", 3478);
	struct packet six = make_packet(TRANSPORT_UDP, "2001:db8::1", 40000,
	                                "2001:db8::9", 3478);

	EXPECT_SHOWN(&shape, "", S_HEX(STUN("0101", "000c", SAME)));
	EXPECT_SHOWN(&shape, "", S_HEX(STUN("0101", "000c", SAME_CLEAR)));
	EXPECT_SHOWN(&shape, "stun-mapped-differs",
	             S_HEX(STUN("0101", "000c", OTHER)));
	EXPECT_SHOWN(&shape, "stun-mapped-differs",
	             S_HEX(STUN("0101", "000c", OTHER_PORT)));
	/* behind another attribute, of odd length */
	EXPECT_SHOWN(&shape, "stun-mapped-differs",
	             S_HEX(STUN("0101", "0014", "8022 0003 61626300" OTHER)));
	/* a request, another protocol, another family */
	EXPECT_SHOWN(&shape, "", C_HEX(STUN("0001", "000c", OTHER)));
	EXPECT_SHOWN(
		&shape, "",
		S_HEX("0101 000c 2112a443 000102030405060708090a0b " OTHER));
	EXPECT_SHOWN(&six, "", S_HEX(STUN("0101", "000c", OTHER)));
	EXPECT_SHOWN(&six, "",
	             S_HEX(STUN("0101", "0018",
	                        "0020 0014 0002 bd52 0113a9fa "
	                        "000102030405060708090a0a")));
	EXPECT_SHOWN(&six, "stun-mapped-differs",
	             S_HEX(STUN("0101", "0018",
	                        "0020 0014 0002 bd52 0113a9fa "
	                        "000102030405060708090a0b")));
}
