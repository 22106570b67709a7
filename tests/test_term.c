#include <criterion/criterion.h>

#include "classify/aliases.h"
#include "classify/term.h"
#include "tests/packet_maker.h"

#define IPV4(a, b, c, d) \
	{ \
		{ \
			[10] = 0xff, [11] = 0xff, a, b, c, d \
		} \
	}
#define UDP .key.family = FAMILY_IPV4, .key.transport = TRANSPORT_UDP
#define TCP .key.family = FAMILY_IPV4, .key.transport = TRANSPORT_TCP
#define GRE .key.family = FAMILY_IPV4, .key.transport = TRANSPORT_GRE
#define IPV6 .key.family = FAMILY_IPV6, .key.transport = TRANSPORT_UDP
#define ICMP .key.family = FAMILY_IPV4, .key.transport = TRANSPORT_ICMP
#define PORTS(client, server) .key.port = { client, server }
#define BETWEEN(client, server) .key.address = { client, server }
#define FRAME(kind, protocol) \
	.link_kind = (kind), .key.detail = (uint64_t)(kind) << 48 | (protocol)
/* Words by index, and a flag. */
#define WORD(name, index) .fields.words[FIELD_##name] = 1u << (index)
#define FLAG(name) .fields.flags = FIELD_##name
#define ONE_HASH 0x9aafa835u /* dhcp_options_hash() of the option 1 */
#define DHCP(...) .fields = { .flags = FIELD_DHCP, .dhcp = { __VA_ARGS__ } }
#define HEAD(direction, len, ...) \
	.head[direction] = { .captured = (len), \
		             .payload_len = (len), \
		             .bytes = { __VA_ARGS__ } }

/* A flow, what nDPI calls it, and how it behaved. */
struct look {
	const char *application;
	const char *category;
	unsigned behaviours;
	uint16_t mss;
	struct fields fields;
	struct flow flow;
};

static struct error err;
static struct dpi *dpi;
static struct aliases *aliases;

static void setup(void)
{
	dpi = dpi_create(&err);
	aliases = aliases_create();
	cr_assert(dpi && aliases, "%s", err.text);
}

static void teardown(void)
{
	aliases_free(aliases);
	dpi_free(dpi);
}

TestSuite(term, .init = setup, .fini = teardown);

/* Read the only member of an object. The document must outlive complaints. */
static bool read_term(struct term *term, const char *text)
{
	struct json_document *document =
		json_read_text(text, strlen(text), "test.json", &err);
	struct term_names names = { .dpi = dpi,
		                    .aliases = aliases,
		                    .document = document };
	bool read;

	cr_assert_not_null(document, "%s", err.text);
	read = term_read(term, json_first(json_root(document)), &names, &err);
	json_free(document);
	return read;
}

static bool look_holds(const struct term *term, const struct look *look)
{
	struct application application = { 0 };
	struct facts facts;

	if (look->application)
		cr_assert(dpi_find_protocol(dpi, look->application,
		                            &application.sub));
	if (look->category)
		cr_assert(dpi_find_category(dpi, look->category,
		                            &application.category));
	facts = facts_of(&look->flow, application, NULL);
	facts.behaviours = look->behaviours;
	facts.mss = look->mss;
	facts.fields = look->fields;
	return term_holds(term, &facts);
}

/* For every term a flow for which it holds and one for which it does not. */
static const struct {
	const char *member;
	struct look holds;
	struct look fails;
} cases[] = {
	{ "{\"application\": [\"DNS\", \"NTP\"]}",
	  { .application = "NTP" },
	  { .application = "TLS" } },
	{ "{\"application\": \"dns\"}", { .application = "DNS" }, { 0 } },
	{ "{\"application-category\": \"VoIP\"}",
	  { .category = "VoIP" },
	  { .category = "Web" } },
	{ "{\"transport\": [\"esp\", \"tcp\"]}",
	  { .flow = { TCP } },
	  { .flow = { UDP } } },
	{ "{\"transport\": 17}", { .flow = { UDP } }, { .flow = { TCP } } },
	{ "{\"transport\": \"0-255\"}",
	  { .flow = { UDP } },
	  { .flow = { FRAME(LINK_ETHERTYPE, 0x88cc) } } },
	{ "{\"port\": [53, \"7400-7500\"]}",
	  { .flow = { UDP, PORTS(40000, 7450) } },
	  { .flow = { UDP, PORTS(40000, 7501) } } },
	{ "{\"port\": 1234}", /* either, where nobody saw who called whom */
	  { .flow = { UDP, PORTS(1234, 5000) } },
	  { .flow = { TCP, PORTS(1234, 5000), .tcp_flags = { TCP_SYN } } } },
	{ "{\"port\": \"0-\"}",
	  { .flow = { UDP, PORTS(1, 1) } },
	  { .flow = { GRE } } },
	{ "{\"any-port\": 500}",
	  { .flow = { TCP, PORTS(500, 5000), .tcp_flags = { TCP_SYN } } },
	  { .flow = { TCP, PORTS(501, 5000) } } },
	{ "{\"client-port\": 68}",
	  { .flow = { UDP, PORTS(68, 67) } },
	  { .flow = { UDP, PORTS(67, 68) } } },
	{ "{\"server-port\": \"1024-65535\"}",
	  { .flow = { UDP, PORTS(53, 5353) } },
	  { .flow = { UDP, PORTS(5353, 53) } } },
	{ "{\"ip-version\": 6}", { .flow = { IPV6 } }, { .flow = { UDP } } },
	{ "{\"ip-version\": \"0-6\"}",
	  { .flow = { UDP } },
	  { .flow = { FRAME(LINK_LLC, 0x424203) } } },
	{ "{\"ip\": true}",
	  { .flow = { IPV6 } },
	  { .flow = { FRAME(LINK_LLC, 0x424203) } } },
	{ "{\"ip\": false}",
	  { .flow = { FRAME(LINK_LLC, 0x424203) } },
	  { .flow = { IPV6 } } },
	{ "{\"cast\": \"unicast\"}",
	  { .flow = { UDP, .cast = CAST_UNICAST } },
	  { .flow = { UDP, .cast = CAST_MULTICAST } } },
	{ "{\"cast\": \"broadcast\"}",
	  { .flow = { UDP, .cast = CAST_DIRECTED_BROADCAST } },
	  { .flow = { UDP, .cast = CAST_MULTICAST } } },
	{ "{\"cast\": \"limited-broadcast\"}",
	  { .flow = { UDP, .cast = CAST_LIMITED_BROADCAST } },
	  { .flow = { UDP, .cast = CAST_DIRECTED_BROADCAST } } },
	{ "{\"cast\": [\"directed-broadcast\", \"multicast\"]}",
	  { .flow = { UDP, .cast = CAST_MULTICAST } },
	  { .flow = { .cast = CAST_MULTICAST } } },
	{ "{\"scope\": \"link\"}",
	  { .flow = { UDP, .cast = CAST_MULTICAST, .hop_limit_max = 9,
	              BETWEEN(IPV4(10, 0, 0, 1), IPV4(224, 0, 0, 251)) } },
	  { .flow = { UDP, .cast = CAST_MULTICAST, .hop_limit_max = 9,
	              BETWEEN(IPV4(10, 0, 0, 1), IPV4(239, 1, 1, 1)) } } },
	{ "{\"scope\": \"link\"}",
	  { .flow = { UDP, .cast = CAST_LIMITED_BROADCAST } },
	  { .flow = { UDP, .cast = CAST_UNICAST } } },
	{ "{\"scope\": \"routed\"}",
	  { .flow = { UDP, .cast = CAST_MULTICAST, .hop_limit_max = 2,
	              BETWEEN(IPV4(10, 0, 0, 1), IPV4(239, 1, 1, 1)) } },
	  { .flow = { UDP, .cast = CAST_MULTICAST, .hop_limit_max = 1,
	              BETWEEN(IPV4(10, 0, 0, 1), IPV4(239, 1, 1, 1)) } } },
	{ "{\"destination\": \"239.0.0.0/8\"}",
	  { .flow = { UDP, BETWEEN(IPV4(10, 0, 0, 1), IPV4(239, 1, 1, 1)) } },
	  { .flow = { UDP, BETWEEN(IPV4(239, 1, 1, 1), IPV4(10, 0, 0, 1)) } } },
	{ "{\"source\": [\"169.254.0.0/16\", \"fe80::/10\"]}",
	  { .flow = { IPV6, .key.address = { { { 0xfe, 0xbf } } } } },
	  { .flow = { IPV6, .key.address = { { { 0xfe, 0xc0 } } } } } },
	{ "{\"address\": \"10.0.0.1\"}",
	  { .flow = { UDP, BETWEEN(IPV4(9, 9, 9, 9), IPV4(10, 0, 0, 1)) } },
	  { .flow = { UDP, BETWEEN(IPV4(9, 9, 9, 9), IPV4(10, 0, 0, 2)) } } },
	{ "{\"address\": \"::/0\"}",
	  { .flow = { UDP } },
	  { .flow = { FRAME(LINK_ETHERTYPE, 0x88cc) } } },
	{ "{\"hop-limit\": \"1-5\"}",
	  { .flow = { UDP, .packets = { 1, 0 }, .hop_limit_min = 2,
	              .hop_limit_max = 5 } },
	  { .flow = { UDP, .packets = { 2, 0 }, .hop_limit_min = 2,
	              .hop_limit_max = 6 } } },
	{ "{\"hop-limit\": \"0-255\"}",
	  { .flow = { UDP, .packets = { 1, 0 } } },
	  { .flow = { UDP, .packets = { 0, 1 } } } },
	{ "{\"ethertype\": [\"0x88cc\", \"0x88b8-0x88ba\"]}",
	  { .flow = { FRAME(LINK_ETHERTYPE, 0x88b9) } },
	  { .flow = { FRAME(LINK_ETHERTYPE, 0x88bb) } } },
	{ "{\"ethertype\": 35020}",
	  { .flow = { FRAME(LINK_ETHERTYPE, 0x88cc) } },
	  { .flow = { FRAME(LINK_PPP, 0x88cc) } } },
	{ "{\"llc\": \"42:42\"}",
	  { .flow = { FRAME(LINK_LLC, 0x424203) } },
	  { .flow = { FRAME(LINK_LLC, 0x434203) } } },
	{ "{\"llc\": \"f0:f0:03\"}",
	  { .flow = { FRAME(LINK_LLC, 0xf0f003) } },
	  { .flow = { FRAME(LINK_LLC, 0xf0f07f) } } },
	{ "{\"snap\": \"00000c:2000\"}",
	  { .flow = { FRAME(LINK_SNAP, 0x00000c2000) } },
	  { .flow = { FRAME(LINK_SNAP, 0x00000c2004) } } },
	{ "{\"raw-ipx\": true}",
	  { .flow = { FRAME(LINK_RAW_IPX, 0) } },
	  { .flow = { FRAME(LINK_ETHERTYPE, 0x8137) } } },
	{ "{\"wifi\": \"management\"}",
	  { .flow = { FRAME(LINK_WIFI, 0x08) } },
	  { .flow = { FRAME(LINK_WIFI, 0x18) } } },
	{ "{\"wifi\": [\"control\", \"data\"]}",
	  { .flow = { FRAME(LINK_WIFI, 0x28) } },
	  { .flow = { FRAME(LINK_WIFI, 0x68) } } },
	{ "{\"wifi\": \"protected\"}",
	  { .flow = { FRAME(LINK_WIFI, 0x68) } },
	  { .flow = { FRAME(LINK_WIFI, 0x28) } } },
	{ "{\"destination-mac\": \"01:0c:cd:00:00:00/24\"}",
	  { .flow = { .mac[TO_CLIENT] = { { 1, 0x0c, 0xcd, 4, 0, 9 } } } },
	  { .flow = { .mac[TO_SERVER] = { { 1, 0x0c, 0xcd, 4, 0, 9 } } } } },
	{ "{\"destination-mac\": \"01:00:0c:00:00:00/20\"}",
	  { .flow = { .mac[TO_CLIENT] = { { 1, 0, 0x0f } } } },
	  { .flow = { .mac[TO_CLIENT] = { { 1, 0, 0x1f } } } } },
	{ "{\"source-mac\": \"02:00:00:00:00:07\"}",
	  { .flow = { .mac[TO_SERVER] = { { 2, 0, 0, 0, 0, 7 } } } },
	  { .flow = { .mac[TO_SERVER] = { { 2, 0, 0, 0, 0, 6 } } } } },
	{ "{\"icmp-type\": [8, \"13-18\"]}",
	  { .flow = { ICMP, .icmp_type = 13 } },
	  { .flow = { ICMP, .icmp_type = 3 } } },
	{ "{\"icmp-type\": 0}", { .flow = { ICMP } }, { .flow = { UDP } } },
	{ "{\"icmp-code\": 4}",
	  { .flow = { ICMP, .icmp_type = 3, .icmp_code = 4 } },
	  { .flow = { ICMP, .icmp_type = 4, .icmp_code = 0 } } },
	{ "{\"third-party\": true}",
	  { .flow = { ICMP, .third_party = true } },
	  { .flow = { ICMP } } },
	{ "{\"icmp-error\": \"fragmentation-needed\"}",
	  { .flow = { TCP, .icmp_errors = ICMP_ERROR_TOO_BIG |
	                                  ICMP_ERROR_UNREACHABLE } },
	  { .flow = { TCP, .icmp_errors = ICMP_ERROR_UNREACHABLE } } },
	{ "{\"icmp-error\": [\"time-exceeded\", \"unreachable\", "
	  "\"parameter-problem\"]}",
	  { .flow = { TCP, .icmp_errors = ICMP_ERROR_PARAMETER } },
	  { .flow = { TCP, .icmp_errors = ICMP_ERROR_TOO_BIG } } },
	{ "{\"dscp\": [46, \"32-40\"]}",
	  { .flow = { UDP, .dscp_first = 46 } },
	  { .flow = { UDP, .dscp_first = 45 } } },
	{ "{\"payload\": {\"offset\": 1, \"bytes\": \"4142\"}}",
	  { .flow = { UDP, HEAD(TO_CLIENT, 3, 0, 0x41, 0x42) } },
	  { .flow = { UDP, HEAD(TO_CLIENT, 2, 0, 0x41, 0x42) } } },
	{ "{\"payload\": {\"bytes\": \"80\", \"mask\": \"c0\"}}",
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 0xbf) } },
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 0xc0) } } },
	{ "{\"payload\": {\"bytes\": \"01\", \"direction\": \"client\"}}",
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 1) } },
	  { .flow = { UDP, HEAD(TO_CLIENT, 1, 1) } } },
	{ "{\"payload\": {\"bytes\": \"01\", \"direction\": \"server\"}}",
	  { .flow = { UDP, HEAD(TO_CLIENT, 1, 1) } },
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 1) } } },
	{ "{\"payload\": [{\"bytes\": \"ff\"}, {\"bytes\": \"01\"}]}",
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 1) } },
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 2) } } },
	{ "{\"payload\": {\"bytes\": \"01\", \"length\": \"2-3\"}}",
	  { .flow = { UDP, HEAD(TO_CLIENT, 2, 1) } },
	  { .flow = { UDP, HEAD(TO_CLIENT, 4, 1), HEAD(TO_SERVER, 2, 2) } } },
	{ "{\"reply\": {\"bytes\": \"01\", \"length\": 1}}",
	  { .flow = { UDP, HEAD(TO_CLIENT, 1, 1) } },
	  { .flow = { UDP, HEAD(TO_SERVER, 1, 1) } } },
	{ "{\"length-field\": {\"offset\": 1, \"size\": 2}}",
	  { .flow = { UDP, HEAD(TO_SERVER, 5, 9, 0, 5) } },
	  { .flow = { UDP, HEAD(TO_SERVER, 5, 9, 5, 0) } } },
	{ "{\"length-field\": {\"size\": 4, \"endian\": \"little\", "
	  "\"scale\": 4, \"adjust\": 12, \"direction\": \"server\"}}",
	  { .flow = { UDP, HEAD(TO_CLIENT, 20, 2) } },
	  { .flow = { UDP, HEAD(TO_SERVER, 20, 2) } } },
	{ "{\"payload-length\": \"9217-\"}",
	  { .flow = { TCP, .head[TO_CLIENT].payload_len = 20000 } },
	  { .flow = { TCP, .head[TO_CLIENT].payload_len = 9216 } } },
	{ "{\"payload-length\": \"0-\"}",
	  { .flow = { TCP, .head[TO_SERVER].payload_len = 1 } },
	  { .flow = { TCP } } },
	{ "{\"ip-options\": true}",
	  { .flow = { UDP, .ip_options = true } },
	  { .flow = { UDP } } },
	{ "{\"router-alert\": true}",
	  { .flow = { UDP, .router_alert = true } },
	  { .flow = { UDP } } },
	{ "{\"fragmented\": false}",
	  { .flow = { UDP } },
	  { .flow = { UDP, .fragmented = true } } },
	{ "{\"encapsulation\": [\"vxlan\", \"6in4\"]}",
	  { .flow = { UDP, .encapsulation = ENCAP_6IN4 | ENCAP_VLAN } },
	  { .flow = { UDP, .encapsulation = ENCAP_VLAN } } },
	{ "{\"gre-protocol\": \"0x88be\"}",
	  { .flow = { GRE, .gre_protocol = 0x88be } },
	  { .flow = { UDP, .gre_protocol = 0x88be } } },
	{ "{\"both-ways\": true}",
	  { .flow = { UDP, .packets = { 1, 1 } } },
	  { .flow = { UDP, .packets = { 2, 0 } } } },
	{ "{\"behaviour\": [\"isochronous\", \"bulk\"]}",
	  { .behaviours = BEHAVIOUR_BULK | BEHAVIOUR_PERIODIC },
	  { .behaviours = BEHAVIOUR_PERIODIC } },
	{ "{\"mss\": \"0-1300\"}", { .mss = 1300 }, { .mss = 0 } },
	{ "{\"tls-version\": [\"1.0\", \"1.1\"]}",
	  { WORD(TLS_VERSION, 3) },
	  { WORD(TLS_VERSION, 4) } },
	{ "{\"tls-cipher\": \"null\"}",
	  { WORD(TLS_CIPHER, 0) },
	  { WORD(TLS_CIPHER, 7) } },
	{ "{\"ssh-version\": 1}",
	  { WORD(SSH_VERSION, 0) },
	  { WORD(SSH_VERSION, 1) } },
	{ "{\"smb-dialect\": [\"3.0\", \"3.1.1\"]}",
	  { WORD(SMB_DIALECT, 5) },
	  { WORD(SMB_DIALECT, 2) } },
	{ "{\"smb-signing\": \"optional\"}",
	  { WORD(SMB_SIGNING, 0) },
	  { WORD(SMB_SIGNING, 1) } },
	{ "{\"rpc-protection\": \"privacy\"}",
	  { WORD(RPC_PROTECTION, 5) },
	  { WORD(RPC_PROTECTION, 4) } },
	{ "{\"rdp-security\": \"standard\"}",
	  { WORD(RDP_SECURITY, 0) },
	  { WORD(RDP_SECURITY, 2) } },
	{ "{\"ldap-bind\": \"simple\"}",
	  { WORD(LDAP_BIND, 1) },
	  { WORD(LDAP_BIND, 2) } },
	{ "{\"http-auth\": [\"basic\", \"digest\"]}",
	  { WORD(HTTP_AUTH, 1) },
	  { WORD(HTTP_AUTH, 2) } },
	{ "{\"tds-encryption\": \"login-only\"}",
	  { WORD(TDS_ENCRYPTION, 0) },
	  { WORD(TDS_ENCRYPTION, 1) } },
	{ "{\"opcua-policy\": \"none\"}",
	  { WORD(OPCUA_POLICY, 0) },
	  { WORD(OPCUA_POLICY, 3) } },
	{ "{\"ike-version\": 2}",
	  { WORD(IKE_VERSION, 1) },
	  { WORD(IKE_VERSION, 0) } },
	{ "{\"ike-exchange\": \"aggressive\"}",
	  { WORD(IKE_EXCHANGE, 1) },
	  { WORD(IKE_EXCHANGE, 0) } },
	{ "{\"nat-detected\": [\"source\", \"destination\", \"both\"]}",
	  { WORD(NAT_DETECTED, 2) },
	  { WORD(NAT_DETECTED, 0) } },
	{ "{\"radius-port-type\": \"wireless\"}",
	  { WORD(RADIUS_PORT_TYPE, 3) },
	  { WORD(RADIUS_PORT_TYPE, 2) } },
	{ "{\"eap-method\": \"md5\"}",
	  { WORD(EAP_METHOD, 0) },
	  { WORD(EAP_METHOD, 2) } },
	{ "{\"ike-vendor\": \"windows\"}",
	  { .fields.ike_vendors = 1 },
	  { .fields.ike_vendors = 2 } },
	{ "{\"starttls\": true}", { FLAG(STARTTLS) }, { FLAG(TLS_STARTED) } },
	{ "{\"smb-encrypted\": false}", { 0 }, { FLAG(SMB_ENCRYPTED) } },
	{ "{\"ntlm\": true}", { FLAG(NTLM) }, { 0 } },
	{ "{\"stun-mapped-differs\": true}",
	  { FLAG(STUN_MAPPED_DIFFERS) },
	  { FLAG(NTLM) } },
	{ "{\"dhcp-type\": \"discover\"}",
	  { DHCP(.types = 1) },
	  { DHCP(.types = 2) } },
	{ "{\"dhcp-class\": [\"PXEClient\", \"MSFT\"]}",
	  { DHCP(.clients[3].class_id = "MSFT 5.0") },
	  { DHCP(.clients[3].class_id = "XMSFT") } },
	{ "{\"dhcp-options\": \"1\"}",
	  { DHCP(.clients[1].options_hash = ONE_HASH) },
	  { DHCP(.clients[1].options_hash = ONE_HASH ^ 2) } },
	{ "{\"dhcp-lease\": \"0-3600\"}",
	  { DHCP(.lease_seconds = 3600) },
	  { DHCP(.types = 1) } },
	{ "{\"tcp-option\": [76, \"30-33\"]}",
	  { .fields.tcp_options[1] = 1 },
	  { .fields.tcp_options[0] = 1u << 29 } },
	{ "{\"packets\": \"20-\"}",
	  { .flow = { UDP, .packets = { 10, 10 } } },
	  { .flow = { UDP, .packets = { 10, 9 } } } },
};

enum { CASE_COUNT = sizeof(cases) / sizeof(cases[0]) };

Test(term, every_term_holds_for_one_flow_and_not_for_another)
{
	for (size_t i = 0; i < CASE_COUNT; i++) {
		struct term term;

		cr_assert(read_term(&term, cases[i].member), "%s", err.text);
		cr_expect(look_holds(&term, &cases[i].holds),
		          "holds not: %s (%zu)", cases[i].member, i);
		cr_expect_not(look_holds(&term, &cases[i].fails),
		              "holds: %s (%zu)", cases[i].member, i);
		term_release(&term);
	}
}

static bool has_case(const char *name)
{
	for (size_t i = 0; i < CASE_COUNT; i++) {
		const char *key = cases[i].member + 2;
		size_t len = strcspn(key, "\"");

		if (strlen(name) == len && strncmp(name, key, len) == 0)
			return true;
	}
	return false;
}

Test(term, no_term_goes_untested_or_unexplained)
{
	const char *name;
	const char *meaning;
	size_t count = 0;

	while (term_describe(count, &name, &meaning)) {
		cr_expect(has_case(name), "no case for '%s'", name);
		cr_expect_str_neq(meaning, "", "no meaning of '%s'", name);
		count++;
	}
	cr_expect_gt(count, 30);
}

Test(term, every_term_adds_to_the_weight_of_a_signature)
{
	for (size_t i = 0; i < CASE_COUNT; i++) {
		struct term term;

		cr_assert(read_term(&term, cases[i].member));
		cr_expect_gt(term_weight(&term), 0);
		term_release(&term);
	}
}

Test(term, a_payload_says_more_than_a_port_and_a_port_more_than_a_cast)
{
	static const char *const by_weight[] = {
		"{\"payload\": {\"bytes\": \"00\"}}",
		"{\"port\": 53}",
		"{\"cast\": \"multicast\"}",
	};
	unsigned last = 1000;

	for (size_t i = 0; i < 3; i++) {
		struct term term;

		cr_assert(read_term(&term, by_weight[i]));
		cr_expect_lt(term_weight(&term), last);
		last = term_weight(&term);
		term_release(&term);
	}
}

Test(term, complaints_name_the_line_and_the_word)
{
	static const struct {
		const char *member;
		const char *complaint;
	} refused[] = {
		{ "{\n\"colour\": 1}", "test.json:2: no term 'colour'" },
		{ "{\"port\": []}",
		  "test.json:1: an empty list for port never holds" },
		{ "{\"port\": 65536}",
		  "test.json:1: '65536' is no value for port" },
		{ "{\"port\": [53,\n\"54-53\"]}",
		  "test.json:2: '54-53' is no value for port" },
		{ "{\"port\": \"1-65536\"}",
		  "test.json:1: '1-65536' is no value for port" },
		{ "{\"port\": \"-7\"}",
		  "test.json:1: '-7' is no value for port" },
		{ "{\"port\": \"7 - 9\"}",
		  "test.json:1: '7 - 9' is no value for port" },
		{ "{\"port\": \"7-9-\"}",
		  "test.json:1: '7-9-' is no value for port" },
		{ "{\"port\": \"0x\"}",
		  "test.json:1: '0x' is no value for port" },
		{ "{\"port\": \"\"}", "test.json:1: '' is no value for port" },
		{ "{\"port\": \"domain\"}",
		  "test.json:1: 'domain' is no value for port" },
		{ "{\"port\": {\"a\": 1}}",
		  "test.json:1: '{...}' is no value for port" },
		{ "{\"port\": [[53]]}",
		  "test.json:1: '...' is no value for port" },
		{ "{\"ethertype\": \"0600\"}",
		  "test.json:1: '0600' is no value for ethertype" },
		{ "{\"packets\": \"99999999999999999999\"}",
		  "test.json:1: '99999999999999999999' is no value for "
		  "packets" },
		{ "{\"dscp\": 64}", "test.json:1: '64' is no value for dscp" },
		{ "{\"ip-version\": 7}",
		  "test.json:1: '7' is no value for ip-version" },
		{ "{\"transport\": \"udo\"}",
		  "test.json:1: 'udo' is no value for transport" },
		{ "{\"transport\": \"\"}",
		  "test.json:1: '' is no value for transport" },
		{ "{\"application\": \"Gopher9000\"}",
		  "test.json:1: nDPI has no protocol 'Gopher9000'" },
		{ "{\"application\": 5}",
		  "test.json:1: '5' is no value for application" },
		{ "{\"application-category\": \"Fun\"}",
		  "test.json:1: nDPI has no category 'Fun'" },
		{ "{\"application-category\": 7}",
		  "test.json:1: '7' is no value for application-category" },
		{ "{\"ip\": \"yes\"}",
		  "test.json:1: 'yes' is no value for ip" },
		{ "{\"cast\": \"anycast\"}",
		  "test.json:1: 'anycast' is no value for cast" },
		{ "{\"cast\": 1}", "test.json:1: '1' is no value for cast" },
		{ "{\"scope\": \"global\"}",
		  "test.json:1: 'global' is no value for scope" },
		{ "{\"destination\": \"10.0.0.1/8\"}",
		  "test.json:1: '10.0.0.1/8' is no value for destination" },
		{ "{\"source\": \"10.0.0.0/33\"}",
		  "test.json:1: '10.0.0.0/33' is no value for source" },
		{ "{\"address\": \"localhost\"}",
		  "test.json:1: 'localhost' is no value for address" },
		{ "{\"llc\": \"42\"}",
		  "test.json:1: '42' is no value for llc" },
		{ "{\"llc\": \"42:42:03:00\"}",
		  "test.json:1: '42:42:03:00' is no value for llc" },
		{ "{\"llc\": \"42:4\"}",
		  "test.json:1: '42:4' is no value for llc" },
		{ "{\"snap\": \"00000c:20\"}",
		  "test.json:1: '00000c:20' is no value for snap" },
		{ "{\"wifi\": \"beacon\"}",
		  "test.json:1: 'beacon' is no value for wifi" },
		{ "{\"source-mac\": \"02:00:00:00:00\"}",
		  "test.json:1: '02:00:00:00:00' is no value for source-mac" },
		{ "{\"source-mac\": \"02:00:00:00:00:00/49\"}",
		  "test.json:1: '02:00:00:00:00:00/49' is no value for "
		  "source-mac" },
		{ "{\"source-mac\": \"02:00:00:00:00:00/\"}",
		  "test.json:1: '02:00:00:00:00:00/' is no value for "
		  "source-mac" },
		{ "{\"icmp-error\": \"redirect\"}",
		  "test.json:1: 'redirect' is no value for icmp-error" },
		{ "{\"behaviour\": \"nervous\"}",
		  "test.json:1: 'nervous' is no value for behaviour" },
		{ "{\"mss\": 65536}",
		  "test.json:1: '65536' is no value for mss" },
		{ "{\"tls-version\": \"1.4\"}",
		  "test.json:1: '1.4' is no value for tls-version" },
		{ "{\"ssh-version\": 3}",
		  "test.json:1: '3' is no value for ssh-version" },
		{ "{\"ike-exchange\": true}",
		  "test.json:1: '...' is no value for ike-exchange" },
		{ "{\"dhcp-class\": \"\"}",
		  "test.json:1: '' is no value for dhcp-class" },
		{ "{\"dhcp-class\": \"longer than is kept\"}",
		  "test.json:1: 'longer than is kept' is no value for "
		  "dhcp-class" },
		{ "{\"dhcp-options\": \"1,,3\"}",
		  "test.json:1: '1,,3' is no value for dhcp-options" },
		{ "{\"dhcp-options\": \"1,256\"}",
		  "test.json:1: '1,256' is no value for dhcp-options" },
		{ "{\"dhcp-options\": \"1, 3\"}",
		  "test.json:1: '1, 3' is no value for dhcp-options" },
		{ "{\"dhcp-options\": \"1,3,\"}",
		  "test.json:1: '1,3,' is no value for dhcp-options" },
		{ "{\"encapsulation\": \"l2tp\"}",
		  "test.json:1: 'l2tp' is no value for encapsulation" },
		{ "{\"reply\": {\"bytes\": \"41\", \"length\": \"9-8\"}}",
		  "test.json:1: bad 'length' of a payload" },
		{ "{\"payload\": {\"bytes\": \"41\", \"length\": \"007\"}}",
		  "test.json:1: bad 'length' of a payload" },
		{ "{\"length-field\": 4}",
		  "test.json:1: '4' is no value for length-field" },
		{ "{\"length-field\": {\"offset\": 2, \"size\": 5}}",
		  "test.json:1: bad 'size' of a length" },
		{ "{\"length-field\": {\"size\": 2, \"endian\": \"odd\"}}",
		  "test.json:1: bad 'endian' of a length" },
		{ "{\"length-field\": {\"offset\": 2}}",
		  "test.json:1: length-field needs a size within the first 64 "
		  "bytes" },
		{ "{\"length-field\": {\"offset\": 63, \"size\": 2}}",
		  "test.json:1: length-field needs a size within the first 64 "
		  "bytes" },
		{ "{\"payload\": \"4142\"}",
		  "test.json:1: '4142' is no value for payload" },
		{ "{\"payload\": {\"bytes\": \"414\"}}",
		  "test.json:1: bad 'bytes' of a payload" },
		{ "{\"payload\": {\"bytes\": \"4g\"}}",
		  "test.json:1: bad 'bytes' of a payload" },
		{ "{\"payload\": {\"bytes\": \"\"}}",
		  "test.json:1: bad 'bytes' of a payload" },
		{ "{\"payload\": {\"bytes\": \"41\",\n\"offset\": 64}}",
		  "test.json:2: bad 'offset' of a payload" },
		{ "{\"payload\": {\"bytes\": \"4142\", \"offset\": 63}}",
		  "test.json:1: payload needs bytes within the first 64" },
		{ "{\"payload\": {\"offset\": 1}}",
		  "test.json:1: payload needs bytes within the first 64" },
		{ "{\"payload\": {\"bytes\": \"41\", \"mask\": \"ffff\"}}",
		  "test.json:1: mask and bytes differ in length" },
		{ "{\"payload\": {\"bytes\": \"41\", \"direction\": \"up\"}}",
		  "test.json:1: bad 'direction' of a payload" },
		{ "{\"payload\": {\"bytes\": \"41\", \"text\": \"A\"}}",
		  "test.json:1: bad 'text' of a payload" },
		{ "{\"payload\": {\"bytes\": \"41\", \"bytes\": \"42\"}}",
		  "test.json:1: bad 'bytes' of a payload" },
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct term term;

		cr_expect_not(read_term(&term, refused[i].member), "%s",
		              refused[i].member);
		cr_expect_str_eq(err.text, refused[i].complaint, "%zu: %s", i,
		                 err.text);
		term_release(&term);
	}
}

Test(term, bytes_up_to_the_last_one_kept_can_be_matched)
{
	static const struct look last = { .flow = { UDP, .head[0].captured = 64,
		                                    .head[0].bytes[63] =
		                                            0x41 } };
	struct term term;

	cr_assert(read_term(&term, "{\"payload\": {\"bytes\": \"41\", "
	                           "\"offset\": 63}}"));
	cr_expect(look_holds(&term, &last));
	term_release(&term);
}
