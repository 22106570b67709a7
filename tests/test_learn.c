#include "classify/learn.h"
#include "tests/decode_trial.h"

/* Broadcast to ARP, ff:.. < 02:..:01 */
#define ARP(operation, sender, target) \
	"ffffffffffff 020000000001 0806 0001 0800 06 04 " operation \
	"020000000001 " sender "000000000000 " target
#define REQUEST "0001 "
#define REPLY "0002 "

/* IPv4 from 10.0.0.254:67 to 10.0.0.7:68, len bytes long. */
#define DHCP_FRAME(len) \
	MACS "0800 4500" len "00010000401100000a0000fe0a000007 " \
	     "00430044 0000 0000 "
/* op to giaddr, chaddr 02:..:07 and the rest of 16, names and magic */
#define ZEROES_32 \
	"0000000000000000000000000000000000000000000000000000000000000000"
#define BOOTP(yours) \
	"02010600 12345678 0000 0000 00000000 " yours "0a0000fe 00000000 " \
	"020000000007 00000000000000000000 " ZEROES_32 ZEROES_32 ZEROES_32 \
		ZEROES_32 ZEROES_32 ZEROES_32 "63825363 "
#define TYPE(type) "3501" type " "
#define MASK(mask) "0104" mask " "
#define LEASE(seconds) "3304" seconds " "

/* ICMPv6 between link-local addresses. */
#define ICMPV6(len, hop_limit, source, target) \
	MACS "86dd 60000000" len "3a" hop_limit " " source target
#define FE80_1 "fe800000000000000000000000000001 "
#define FE80_2 "fe800000000000000000000000000002 "
#define DB8_5 "20010db8000000000000000000000005 "
#define ALL_NODES "ff020000000000000000000000000001 "
#define SOLICITED "ff0200000000000000000001ff000002 "
#define NOBODY "00000000000000000000000000000000 "
#define PREFIX(len, flags, prefix) \
	"0304" len flags "00278d00 00093a80 00000000 " prefix
#define SOURCE_MAC "0101 020000000001 "
#define TARGET_MAC "0201 020000000002 "
#define ADVERTISEMENT(options) "8600 0000 4000 0708 00000000 00000000 " options
#define RA_FRAME(len, hop_limit, options) \
	ICMPV6(len, hop_limit, FE80_1, ALL_NODES) ADVERTISEMENT(options)

/* What was learned, one line for each evidence. */
static void witness(void *self, const struct evidence *evidence)
{
	char *text = self;
	char prefix[ADDRESS_TEXT];
	char mac[ADDRESS_TEXT];
	size_t used = strlen(text);

	snprintf(text + used, 512 - used, "%s%s %s %s %u %d", used ? "\n" : "",
	         evidence_kind_name(evidence->kind),
	         prefix_text(prefix, &evidence->prefix),
	         mac_text(mac, &evidence->mac), evidence->seconds,
	         evidence->vlan);
}

static void learn(char text[static 512], const struct trial *t)
{
	struct evidence_listener listener = { text, witness };

	text[0] = '\0';
	for (size_t i = 0; i < t->count; i++)
		learn_from(&t->packet[i], &listener);
}

struct lesson {
	const char *hex;
	const char *learned;
};

static void expect_lessons(const struct lesson *lessons, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct trial t = trial_of(LINK_EN10MB, lessons[i].hex);
		char learned[512];

		learn(learned, &t);
		cr_expect_str_eq(learned, lessons[i].learned, "%zu: %s", i,
		                 learned);
		trial_free(&t);
	}
}

#define EXPECT_LESSONS(lessons) \
	expect_lessons(lessons, sizeof(lessons) / sizeof((lessons)[0]))

Test(learn, every_kind_of_evidence_has_a_name)
{
	for (enum evidence_kind i = 0; i < EVIDENCE_KIND_COUNT; i++)
		cr_expect_str_neq(evidence_kind_name(i), "");
	cr_expect_str_eq(evidence_kind_name(EVIDENCE_KIND_COUNT), "");
}

Test(learn, arp_shows_who_has_an_address_and_that_both_ends_share_a_link)
{
	static const struct lesson lessons[] = {
		{ ARP(REQUEST, "0a000001", "0a000003"),
		  "binding 10.0.0.1/32 02:00:00:00:00:01 0 0\n"
		  "arp 10.0.0.0/30 00:00:00:00:00:00 0 0" },
		{ ARP(REPLY, "0a0001fe", "0a000002"),
		  "binding 10.0.1.254/32 02:00:00:00:00:01 0 0\n"
		  "arp 10.0.0.0/23 00:00:00:00:00:00 0 0" },
		/* a probe: nobody has it yet */
		{ ARP(REQUEST, "00000000", "0a000003"), "" },
		/* gratuitous: about itself alone */
		{ ARP(REQUEST, "0a000001", "0a000001"),
		  "binding 10.0.0.1/32 02:00:00:00:00:01 0 0" },
		{ ARP(REPLY, "0a000001", "00000000"),
		  "binding 10.0.0.1/32 02:00:00:00:00:01 0 0" },
		/* a proxy or a mistake: no link is so wide */
		{ ARP(REQUEST, "0a000001", "0a010001"),
		  "binding 10.0.0.1/32 02:00:00:00:00:01 0 0" },
		/* IPv4 over something with other addresses than MACs */
		{ "ffffffffffff 020000000001 0806 0018 0800 08 04 0001 "
		  "0200000000000001 0a000001 0000000000000000 0a000002",
		  "" },
	};

	EXPECT_LESSONS(lessons);
}

Test(learn, evidence_belongs_to_the_vlan_it_was_seen_in)
{
	static const struct lesson lessons[] = {
		{ "ffffffffffff 020000000001 8100 0064 0806 0001 0800 06 04 "
		  "0001 020000000001 0a000001 000000000000 0a000001",
		  "binding 10.0.0.1/32 02:00:00:00:00:01 0 100" },
	};

	EXPECT_LESSONS(lessons);
}

Test(learn, a_dhcp_server_says_the_mask_and_the_lease)
{
	static const struct lesson lessons[] = {
		{ DHCP_FRAME("011f") BOOTP("0a000007") TYPE("05")
		          MASK("ffffff00") LEASE("00000e10") "ff",
		  "dhcp-mask 10.0.0.0/24 00:00:00:00:00:00 0 0\n"
		  "lease 10.0.0.7/32 02:00:00:00:00:07 3600 0" },
		/* padding between options, and no end */
		{ DHCP_FRAME("011f") BOOTP("0a000007") "0000" LEASE("00000e10")
		          TYPE("05") "00",
		  "lease 10.0.0.7/32 02:00:00:00:00:07 3600 0" },
		/* an offer is no grant */
		{ DHCP_FRAME("011f") BOOTP("0a000007") TYPE("02")
		          MASK("ffffff00") LEASE("00000e10") "ff",
		  "" },
		/* an answer to an INFORM grants no address */
		{ DHCP_FRAME("011f") BOOTP("00000000") TYPE("05")
		          MASK("ffffff00") "ff",
		  "" },
		/* masks with holes, or of half the world */
		{ DHCP_FRAME("011f") BOOTP("0a000007") TYPE("05")
		          MASK("ffff00ff") LEASE("00000e10") "ff",
		  "lease 10.0.0.7/32 02:00:00:00:00:07 3600 0" },
		{ DHCP_FRAME("011f") BOOTP("0a000007") TYPE("05")
		          MASK("80000000") LEASE("ffffffff") "ff",
		  "lease 10.0.0.7/32 02:00:00:00:00:07 4294967295 0" },
		{ DHCP_FRAME("011f") BOOTP("0a000007") TYPE("05")
		          MASK("ffffffff") "ff",
		  "dhcp-mask 10.0.0.7/32 00:00:00:00:00:00 0 0\n"
		  "lease 10.0.0.7/32 02:00:00:00:00:07 0 0" },
		/* options shorter than they must be */
		{ DHCP_FRAME("011f") BOOTP("0a000007")
		          TYPE("05") "0102ffff 33020e10 ff",
		  "lease 10.0.0.7/32 02:00:00:00:00:07 0 0" },
		/* an option that ends behind the datagram */
		{ DHCP_FRAME("0112") BOOTP("0a000007") TYPE("05") "0104ff",
		  "lease 10.0.0.7/32 02:00:00:00:00:07 0 0" },
	};

	EXPECT_LESSONS(lessons);
}

Test(learn, a_router_says_which_prefixes_are_on_its_link)
{
	static const struct lesson lessons[] = {
		{ RA_FRAME("0038", "ff",
		           SOURCE_MAC PREFIX(
				   "40", "c0",
				   "20010db8000000010000000000000000")),
		  "binding fe80::1/128 02:00:00:00:00:01 0 0\n"
		  "router-advertisement 2001:db8:0:1::/64 "
		  "00:00:00:00:00:00 0 0" },
		/* host bits do not matter */
		{ RA_FRAME("0030", "ff",
		           PREFIX("38", "80",
		                  "20010db8000000ff000000000000ffff")),
		  "router-advertisement 2001:db8::/56 00:00:00:00:00:00 0 0" },
		/* for addresses only, not on the link */
		{ RA_FRAME("0030", "ff",
		           PREFIX("40", "40",
		                  "20010db8000000010000000000000000")),
		  "" },
		/* RFC 4862: the link-local prefix is ignored */
		{ RA_FRAME("0030", "ff",
		           PREFIX("40", "c0",
		                  "fe800000000000000000000000000000")),
		  "" },
		{ RA_FRAME("0030", "ff",
		           PREFIX("81", "c0",
		                  "20010db8000000010000000000000000")),
		  "" },
		/* it crossed a router, so anybody may have sent it */
		{ RA_FRAME("0030", "fe",
		           PREFIX("40", "c0",
		                  "20010db8000000010000000000000000")),
		  "" },
	};

	EXPECT_LESSONS(lessons);
}

Test(learn, neighbours_say_who_has_an_address)
{
	static const struct lesson lessons[] = {
		{ ICMPV6("0020", "ff", FE80_1,
		         SOLICITED) "8700 0000 00000000 " DB8_5 SOURCE_MAC,
		  "binding fe80::1/128 02:00:00:00:00:01 0 0" },
		{ ICMPV6("0020", "ff", FE80_2,
		         FE80_1) "8800 0000 60000000 " DB8_5 TARGET_MAC,
		  "binding 2001:db8::5/128 02:00:00:00:00:02 0 0" },
		/* the option of the other message means nothing */
		{ ICMPV6("0020", "ff", FE80_1,
		         SOLICITED) "8700 0000 00000000 " DB8_5 TARGET_MAC,
		  "" },
		{ ICMPV6("0020", "ff", FE80_2,
		         FE80_1) "8800 0000 60000000 " DB8_5 SOURCE_MAC,
		  "" },
		/* while an address is tried, nobody has it */
		{ ICMPV6("0020", "ff", NOBODY,
		         SOLICITED) "8700 0000 00000000 " DB8_5 SOURCE_MAC,
		  "" },
		/* from afar */
		{ ICMPV6("0020", "40", FE80_2,
		         FE80_1) "8800 0000 60000000 " DB8_5 TARGET_MAC,
		  "" },
		/* an address of another length than a MAC's */
		{ ICMPV6("0028", "ff", FE80_2,
		         FE80_1) "8800 0000 60000000 " DB8_5
		                 "0202 020000000002 0000000000000000",
		  "" },
		/* an option of length 0 would never end */
		{ ICMPV6("0028", "ff", FE80_2,
		         FE80_1) "8800 0000 60000000 " DB8_5
		                 "0100 020000000001 " TARGET_MAC,
		  "" },
		/* an echo with what might be an option */
		{ ICMPV6("0020", "ff", FE80_2,
		         FE80_1) "8000 0000 60000000 " DB8_5 TARGET_MAC,
		  "" },
	};

	EXPECT_LESSONS(lessons);
}

Test(learn, a_unicast_address_in_a_broadcast_frame_is_a_links_broadcast)
{
	static const struct lesson lessons[] = {
		{ "ffffffffffff 020000000001 0800 "
		  "4500002100014000401125cc0a0000010a0000ff" UDP_53 HELLO,
		  "directed-broadcast 10.0.0.255/32 00:00:00:00:00:00 0 0" },
		{ "ffffffffffff 020000000001 0800 "
		  "4500002100014000401130cb0a000001ffffffff" UDP_53 HELLO,
		  "" },
		{ ETHERNET_IPV4 DATAGRAM, "" },
	};

	EXPECT_LESSONS(lessons);
}

/* The snap length may fall anywhere; under ASan any overread aborts. What is
 * learned from a part is a beginning of what is learned from the whole. */
Test(learn, every_prefix_of_a_frame_teaches_a_part_and_none_is_overread)
{
	static const char *const frames[] = {
		ARP(REQUEST, "0a000001", "0a000003"),
		DHCP_FRAME("011f") BOOTP("0a000007") TYPE("05") MASK("ffffff00")
			LEASE("00000e10") "ff",
		RA_FRAME("0038", "ff",
		         SOURCE_MAC PREFIX("40", "c0",
		                           "20010db8000000010000000000000000")),
		ICMPV6("0020", "ff", FE80_1,
		       SOLICITED) "8700 0000 00000000 " DB8_5 SOURCE_MAC,
		ICMPV6("0020", "ff", FE80_2,
		       FE80_1) "8800 0000 60000000 " DB8_5 TARGET_MAC,
	};

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		struct trial whole = trial_of(LINK_EN10MB, frames[i]);
		char all[512];

		learn(all, &whole);
		cr_expect_str_neq(all, "");
		for (size_t cut = 0; cut < whole.len; cut++) {
			struct trial t = trial_cut(LINK_EN10MB, frames[i], cut);
			char learned[512];

			learn(learned, &t);
			cr_expect(strlen(learned) <= strlen(all),
			          "%zu cut at %zu: %s", i, cut, learned);
			trial_free(&t);
		}
		trial_free(&whole);
	}
}
