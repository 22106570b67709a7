#include <criterion/criterion.h>
#include <ctype.h>

#include "report/emit.h"
#include "report/policy_text.h"
#include "tests/exemption_maker.h"
#include "tests/map_maker.h"

/* What somebody may call a segment, to be let in or to run a program. */
static const char *const hostile[] = {
	"plain",
	"} connections { all { local_ts = 0.0.0.0/0",
	"line\nxfrm policy add src 0.0.0.0/0 dst 0.0.0.0/0 dir in\n",
	"'; $(touch pwned) `touch pwned` \"; #",
	"\\\r\n%COMSPEC% & del ^| > < ?",
	"!\n permit ip any any",
	"\x1b[2J\xc2\x9b\xe2\x80\xae",
};

enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

static const char *const formats[] = { "swanctl", "libreswan", "xfrm",
	                               "windows", "netsh",     "cisco" };

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

static struct error err;
static struct segment_map *map;
static struct signature_set *limits;
static struct ledger *ledger;
static struct report *report;

/* Its prefixes do not depend on the names. */
static struct segment_map *make_map(bool is_hostile)
{
	static char plain[HOSTILE][16];
	const char *names[HOSTILE];

	for (unsigned i = 0; i < HOSTILE; i++) {
		snprintf(plain[i], sizeof(plain[i]), "name-%u", i);
		names[i] = is_hostile ? hostile[i] : plain[i];
	}
	return make_map_of(names, HOSTILE);
}

/* Each segment calls the next, and a group, and gets errors and pings. */
static void fill(void)
{
	for (unsigned i = 0; i < HOSTILE; i++) {
		char client[ADDRESS_TEXT];
		char server[ADDRESS_TEXT];
		struct served served = {
			.client = client,
			.server = server,
			.transport = TRANSPORT_UDP,
			.port = 137,
			.signature = "kind-of-traffic",
			.impact = IMPACT_NEEDS_EXEMPTION,
			.to = 3,
			.from = 3,
		};

		snprintf(client, sizeof(client), "10.%u.0.1", i);
		snprintf(server, sizeof(server), "10.%u.0.2",
		         (i + 1) % HOSTILE);
		make_served(ledger, &served)->worthy_bytes = 100;
		served.port++;
		make_served(ledger, &served);
		served.transport = TRANSPORT_ICMP;
		served.port = 8;
		make_served(ledger, &served);
		served.role = EXEMPTABLE_GROUP;
		served.server = "224.0.0.18";
		served.manner = MANNER_GROUP_LINK;
		served.transport = 112;
		served.port = 0;
		make_served(ledger, &served);
	}
}

static void build(bool is_hostile)
{
	map = make_map(is_hostile);
	limits = make_limits();
	ledger = make_ledger(map);
	fill();
	report = report_create(ledger, limits, &err);
	cr_assert_not_null(report, "%s", err.text);
}

static void end(void)
{
	report_free(report);
	ledger_free(ledger);
	signature_set_free(limits);
	segment_map_free(map);
}

TestSuite(policy, .fini = end);

/* The caller frees it. */
static char *emitted(const char *format)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	cr_assert(emitter_find(format)->emit(report, out), "%s", format);
	fclose(out);
	return text;
}

/* Whether a line is a comment of one of the platforms. */
static bool is_comment(const char *line)
{
	line += strspn(line, " ");
	return *line == '#' || *line == '!' || strncmp(line, "rem ", 4) == 0;
}

/* The lines that a platform acts upon; the caller frees them. */
static char *without_comments(char *text)
{
	char *made = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&made, &len);
	char *rest = text;

	for (char *line; (line = strsep(&rest, "\n"));)
		if (!is_comment(line) && !strstr(line, "access-list"))
			fprintf(out, "%s\n", line);
	fclose(out);
	return made;
}

/* The same policy, whatever the segments are called. */
Test(policy, does_not_depend_on_names)
{
	char *plain[FORMATS];

	build(false);
	for (unsigned i = 0; i < FORMATS; i++) {
		char *text = emitted(formats[i]);

		plain[i] = without_comments(text);
		free(text);
	}
	end();
	build(true);
	for (unsigned i = 0; i < FORMATS; i++) {
		char *text = emitted(formats[i]);
		char *lines = without_comments(text);

		cr_expect_str_eq(lines, plain[i], "%s", formats[i]);
		free(lines);
		free(plain[i]);
		free(text);
	}
}

Test(policy, has_none_but_harmless_characters)
{
	build(true);
	for (unsigned i = 0; i < FORMATS; i++) {
		char *text = emitted(formats[i]);

		for (const char *c = text; *c; c++)
			cr_assert(*c == '\n' || (*c >= ' ' && *c < 127),
			          "%s has byte %d", formats[i], *c);
		cr_expect(!strstr(text, "$(") && !strchr(text, '`'), "%s",
		          formats[i]);
		free(text);
	}
}

Test(policy, safe_text_keeps_little)
{
	static const struct {
		const char *name;
		const char *safe;
		const char *word;
	} cases[] = {
		{ "office", "office", "office" },
		{ "a b.c:d/e+f-g_h", "a b.c:d/e+f-g_h", "a-b-c-d-e-f-g-h" },
		{ "x\"'`$(){};#\\\n", "x____________", "x------------" },
		{ "\xc3\xb6", "__", "--" },
		{ "", "", "" },
	};
	char text[POLICY_NAME];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_str_eq(policy_safe(text, cases[i].name),
		                 cases[i].safe);
		cr_expect_str_eq(policy_word(text, cases[i].name),
		                 cases[i].word);
	}
}

Test(policy, safe_text_is_cut_to_fit)
{
	char name[300];
	char text[POLICY_NAME];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	cr_expect_eq(strlen(policy_safe(text, name)), POLICY_NAME - 1);
	cr_expect_eq(strlen(policy_word(text, name)), POLICY_NAME - 1);
}

/* swanctl drops the second key of a line, and opens all. */
Test(policy, of_swanctl_has_one_key_on_a_line)
{
	char *text;
	char *rest;

	build(true);
	text = rest = emitted("swanctl");
	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *first = is_comment(line) ? NULL : strchr(line, '=');

		cr_expect(!first || !strchr(first + 1, '='), "%s", line);
	}
	free(text);
}

Test(policy, of_swanctl_cuts_ranges_into_blocks)
{
	char *text;

	build(false);
	text = emitted("swanctl");
	cr_expect_not_null(strstr(
		text, "remote_ts = 10.1.0.2/32[17/137],10.1.0.2/32[17/138]\n"));
	cr_expect_null(strstr(text, "137-138]"));
	free(text);
}

Test(policy, lines_are_what_the_platform_reads)
{
	static const struct {
		const char *format;
		const char *line;
	} cases[] = {
		{ "xfrm", "xfrm policy update src 10.0.0.1/32 dst 10.1.0.2/32 "
		          "proto udp dport 137 dir out priority 100 action "
		          "allow\n" },
		{ "xfrm", "xfrm policy update src 10.1.0.2/32 dst 10.0.0.1/32 "
		          "proto icmp type 0 code 0 dir in priority 100 action "
		          "allow\n" },
		/* Programs that write the header themselves. */
		{ "xfrm", "xfrm policy update src 10.0.0.1/32 dst "
		          "224.0.0.18/32 proto 255 dir out priority 100 action "
		          "allow\n" },
		{ "swanctl", "local_ts = 224.0.0.18/32[112]\n" },
		{ "swanctl", "local_ts = 0.0.0.0/0[17/68]\n" },
		{ "libreswan", "    rightsubnet=10.1.0.2/32\n"
		               "    rightprotoport=17/138\n" },
		{ "windows",
		  "-LocalAddress '10.0.0.1' -RemoteAddress '10.1.0.2' "
		  "-Protocol UDP -RemotePort '137-138'\n" },
		{ "windows", "Set-NetFirewallSetting -Exemptions "
		             "NeighborDiscovery,RouterDiscovery,Icmp,Dhcp\n" },
		{ "netsh", "endpoint1=10.0.0.1 endpoint2=10.1.0.2 "
		           "port2=137-138 protocol=udp "
		           "action=noauthentication profile=any\n" },
		{ "netsh", "srcaddr=10.0.0.1 srcmask=255.255.255.255 "
		           "dstaddr=10.1.0.2 dstmask=255.255.255.255 "
		           "protocol=udp srcport=0 dstport=137 "
		           "mirrored=yes\n" },
		{ "cisco", " deny udp host 10.0.0.1 host 10.1.0.2 range 137 "
		           "138\n" },
		{ "cisco", " deny udp host 10.1.0.2 range 137 138 host "
		           "10.0.0.1\n" },
		{ "cisco", " deny icmp any any 3 4\n" },
	};

	build(false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = emitted(cases[i].format);

		cr_expect(strstr(text, cases[i].line), "%s lacks %s",
		          cases[i].format, cases[i].line);
		free(text);
	}
}

Test(policy, of_a_gateway_forwards)
{
	char *text;

	build(false);
	report->model_chosen = true;
	report->model = MODEL_GATEWAY_POLICY;
	text = emitted("xfrm");
	cr_expect_not_null(strstr(text, "dir fwd"));
	free(text);
	report->model = MODEL_HOST_ANY;
	text = emitted("xfrm");
	cr_expect_null(strstr(text, "dir fwd"));
	free(text);
}

Test(policy, warns_when_little_stays_protected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	build(false);
	out = open_memstream(&text, &len);
	policy_tell(report, emitter_find("xfrm")->platform, out);
	policy_tell(report, emitter_find("json")->platform, out);
	fclose(out);
	cr_expect(strstr(text, "ipsec-audit: warning: name-0 - name-1: of what "
	                       "would gain from IPsec, these exemptions leave "
	                       "0 percent of the bytes protected\n"),
	          "%s", text);
	free(text);
	text = emitted("swanctl");
	cr_expect_not_null(strstr(text, "# WARNING: name-0 - name-1: "));
	free(text);
}
