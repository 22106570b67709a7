#include <criterion/criterion.h>

#include "capture/decode.h"
#include "capture/source.h"
#include "classify/classifier.h"
#include "classify/fields.h"

/*
 * What the samples show, from frames to signatures: these are real programs'
 * payloads, so that readers and signatures are known to agree with them.
 */

struct seen {
	const struct signature_set *set;
	unsigned flows[1024]; /* by signature */
};

static void ignore_packet(void *self, struct flow *flow,
                          const struct packet *packet)
{
	(void)self;
	(void)flow;
	(void)packet;
}

static void ignore_evidence(void *self, const struct evidence *evidence)
{
	(void)self;
	(void)evidence;
}

static void count_hits(void *self, const struct classified *classified)
{
	struct seen *seen = self;

	for (size_t i = 0; i < classified->hits.count; i++)
		seen->flows[classified->hits.index[i]]++;
}

static void read_frames(struct source *source, struct flow_table *table)
{
	struct packet packets[DECODE_MAX_PACKETS];
	struct frame frame;

	while (source_next(source, &frame) == SOURCE_FRAME) {
		struct decode_result result = packet_decode(packets, &frame);

		for (size_t i = 0; i < result.count; i++)
			flow_table_packet(table, &packets[i], frame.time_ns);
	}
	flow_table_flush(table);
}

static void read_sample(struct seen *seen, char *path)
{
	struct error err = { "" };
	struct source_options options = { 0 };
	struct source *source = source_open_files(&path, 1, &options, &err);
	struct classify_listener listener = {
		.self = seen,
		.begin = ignore_packet,
		.packet = ignore_packet,
		.end = count_hits,
		.evidence = ignore_evidence,
	};
	struct classifier *classifier =
		classifier_create(seen->set, &listener, NULL, &err);
	struct flow_table *table =
		flow_table_create(&flow_limits_default,
	                          classifier_listener(classifier), &err);

	cr_assert(source && classifier && table, "%s", err.text);
	read_frames(source, table);
	flow_table_free(table);
	classifier_free(classifier);
	source_close(source);
}

static void expect_signatures(char *path, const char *const *ids, bool fire)
{
	static const char *const folder = "signatures";
	struct error err = { "" };
	struct dpi *dpi = dpi_create(&err);
	struct signature_set *set = signature_set_read(&folder, 1, dpi, &err);
	struct seen seen = { .set = set };

	cr_assert_not_null(set, "%s", err.text);
	cr_assert_leq(signature_count(set), 1024);
	read_sample(&seen, path);
	for (; *ids; ids++) {
		size_t index = 0;

		while (index < signature_count(set) &&
		       strcmp(signature_at(set, index)->id, *ids) != 0)
			index++;
		cr_assert_lt(index, signature_count(set), "%s", *ids);
		cr_expect_eq(seen.flows[index] > 0, fire, "%s: %s", path, *ids);
	}
	signature_set_free(set);
	dpi_free(dpi);
}

static char ike[] = "samples/ike.pcapng";
static char office[] = "samples/office.pcapng";
static char domain[] = "samples/domain.pcapng";
static char routing[] = "samples/routing.pcapng";

Test(fields_samples, two_gateways_and_a_laptop_behind_a_nat)
{
	static const char *const fire[] = { "ike", "nat-on-path", NULL };
	static const char *const silent[] = { "ike-v1", "ike-aggressive",
		                              "authip", NULL };

	expect_signatures(ike, fire, true);
	expect_signatures(ike, silent, false);
}

Test(fields_samples, an_office)
{
	static const char *const fire[] = {
		"ssh",  "tls", "smb-unsigned", "smb-signing-optional",
		"ntlm", "iot", "short-leases", NULL
	};
	static const char *const silent[] = {
		"ssh-v1",         "tls-weak",
		"smbv1",          "http-auth-clear",
		"smb3-encrypted", "mptcp",
		"wan-optimizer",  "windows-dhcp",
		"nat-on-path",    NULL
	};

	expect_signatures(office, fire, true);
	expect_signatures(office, silent, false);
}

Test(fields_samples, a_domain)
{
	static const char *const fire[] = { "rpc-sealed", "rpc-mgmt-clear",
		                            "ntlm", "smb-unsigned", NULL };
	static const char *const silent[] = { "smb-signing-optional",
		                              "ldap-simple-bind", NULL };

	expect_signatures(domain, fire, true);
	expect_signatures(domain, silent, false);
}

Test(fields_samples, routers_that_sign_their_segments)
{
	static const char *const fire[] = { "bgp", "tcp-md5-ao", NULL };

	expect_signatures(routing, fire, true);
}

/* What is said to find nothing is not read at all. */
static void expect_may_find(struct source *source)
{
	struct packet packets[DECODE_MAX_PACKETS];
	struct frame frame;
	size_t found = 0;
	size_t passed = 0;

	while (source_next(source, &frame) == SOURCE_FRAME) {
		struct decode_result result = packet_decode(packets, &frame);

		for (size_t i = 0; i < result.count; i++) {
			struct fields fields = { 0 };

			fields_add(&fields, TO_SERVER, &packets[i]);
			found += !fields_are_empty(&fields);
			passed += !fields_may_find(&packets[i]);
			cr_expect(fields_may_find(&packets[i]) ||
			          fields_are_empty(&fields));
		}
	}
	cr_expect_gt(found, 0);
	cr_expect_gt(passed, 0);
}

Test(fields_samples, packets_that_are_passed_over_have_no_fields)
{
	char *paths[] = { ike, office, domain, routing };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct error err = { "" };
		struct source_options options = { 0 };
		struct source *source =
			source_open_files(&paths[i], 1, &options, &err);

		cr_assert_not_null(source, "%s", err.text);
		expect_may_find(source);
		source_close(source);
	}
}
