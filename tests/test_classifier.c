#include <criterion/criterion.h>

#include "classify/classifier.h"
#include "tests/datagram_maker.h"

#define SIGNATURE(id, category, match) \
	"{ \"id\": \"" id "\", \"name\": \"n\", \"category\": \"" category \
	"\", \"match\": [" match "], \"impact\": { \"host\": \"protected\", " \
	"\"gateway-policy\": \"protected\", \"gateway-route\": " \
	"\"protected\", " \
	"\"remote-access\": \"protected\" }, \"benefits\": true, " \
	"\"why\": \"w\", \"remedy\": [], \"references\": [] }"

#define DNS SIGNATURE("dns", "cleartext", "{ \"application\": \"DNS\" }")
#define STUN SIGNATURE("stun", "real-time", "{ \"application\": \"STUN\" }")
#define PORT SIGNATURE("port", "cleartext", "{ \"port\": 53 }")
#define ARP SIGNATURE("arp", "layer-2", "{ \"ethertype\": \"0x0806\" }")

static const char signatures[] =
	"{ \"signatures\": [" DNS "," STUN "," PORT "," ARP "] }";

static struct error err;
static char told[1024];
static struct signature_set *set;
static struct classifier *classifier;
static struct flow_table *table;

/* "word" and what was said, with "; " between, as long as there is room. */
__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	size_t used = strlen(told);
	va_list args;

	if (used + 100 > sizeof(told))
		return;
	if (used)
		used += (size_t)snprintf(told + used, sizeof(told) - used,
		                         "; ");
	va_start(args, format);
	vsnprintf(told + used, sizeof(told) - used, format, args);
	va_end(args);
}

static void on_begin(void *self, struct flow *flow, const struct packet *packet)
{
	(void)self;
	(void)flow;
	(void)packet;
	note("begin");
}

static void on_packet(void *self, struct flow *flow,
                      const struct packet *packet)
{
	(void)self;
	(void)flow;
	(void)packet;
	note("packet");
}

static void say(const char *word, const struct classified *classified)
{
	char ids[128] = "";

	for (size_t i = 0; i < classified->hits.count; i++) {
		size_t used = strlen(ids);

		snprintf(ids + used, sizeof(ids) - used, " %s",
		         signature_at(set, classified->hits.index[i])->id);
	}
	note("%s %s%s", word, classified->application, ids);
}

static void on_end(void *self, const struct classified *classified)
{
	(void)self;
	cr_expect_eq(classified->facts.flow, classified->flow);
	say("end", classified);
}

static void on_evidence(void *self, const struct evidence *evidence)
{
	(void)self;
	note("%s", evidence_kind_name(evidence->kind));
}

static const struct classify_listener listener = {
	.begin = on_begin,
	.packet = on_packet,
	.end = on_end,
	.evidence = on_evidence,
};

static void setup(void)
{
	struct dpi *dpi = dpi_create(&err);

	set = signature_set_from_text(signatures, sizeof(signatures) - 1,
	                              "test.json", dpi, &err);
	dpi_free(dpi);
	cr_assert_not_null(set, "%s", err.text);
	classifier = classifier_create(set, &listener, NULL, &err);
	cr_assert_not_null(classifier, "%s", err.text);
	table = flow_table_create(&flow_limits_default,
	                          classifier_listener(classifier), &err);
	cr_assert_not_null(table, "%s", err.text);
}

static void teardown(void)
{
	flow_table_flush(table);
	flow_table_free(table);
	classifier_free(classifier);
	classifier_free(NULL);
	signature_set_free(set);
}

TestSuite(classifier, .init = setup, .fini = teardown);

static void feed_udp(uint16_t port, const void *payload, size_t len)
{
	struct packet shape =
		make_packet(TRANSPORT_UDP, "10.0.0.1", 40000, "10.0.0.2", port);
	struct made made;

	flow_table_packet(table, make_datagram(&made, &shape, payload, len), 1);
}

static void feed_query(uint16_t port)
{
	uint8_t query[300];
	size_t len = make_dns_query(query, "www.example.org");

	feed_udp(port, query, len);
}

Test(classifier, a_flow_ends_with_its_application_and_the_signatures_that_hold)
{
	feed_query(53);
	flow_table_flush(table);
	cr_expect_str_eq(told, "begin; packet; end DNS dns port");
}

Test(classifier, traffic_is_recognised_on_ports_that_are_not_its_own)
{
	static const uint8_t stun[20] = { 0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42 };

	feed_udp(5300, stun, sizeof(stun));
	flow_table_flush(table);
	cr_expect_str_eq(told, "begin; packet; end STUN stun");
}

Test(classifier, what_no_payload_shows_is_guessed_from_the_port)
{
	feed_udp(53, "\x9b\x1f", 2);
	flow_table_flush(table);
	cr_expect_str_eq(told, "begin; packet; end DNS dns port");
}

/* In place of the table that takes whatever comes. */
static void limit_table(size_t flows)
{
	struct flow_limits limits = flow_limits_default;

	limits.flows = flows;
	flow_table_free(table);
	table = flow_table_create(&limits, classifier_listener(classifier),
	                          &err);
	cr_assert_not_null(table, "%s", err.text);
}

Test(classifier, strangers_of_a_flood_are_looked_at_when_they_come_again)
{
	enum { ROOM = 64, STRANGERS = 1000 };
	uint64_t calls;

	limit_table(ROOM);
	for (uint16_t i = 0; i < STRANGERS; i++)
		feed_query((uint16_t)(10000 + i));
	calls = classifier_dpi_calls(classifier);
	cr_expect_geq(calls, ROOM);
	cr_expect_lt(calls, 2 * ROOM);
	feed_query(53);
	cr_expect_eq(classifier_dpi_calls(classifier), calls);
	told[0] = '\0';
	feed_query(53);
	cr_expect_eq(classifier_dpi_calls(classifier), calls + 1);
	flow_table_flush(table);
	cr_expect(strstr(told, "end DNS dns port"), "%s", told);
	cr_expect_eq(classifier_dpi_skipped(classifier) + calls, STRANGERS);
}

Test(classifier, a_full_table_of_conversations_is_no_flood)
{
	enum { ROOM = 64, FLOWS = 1000 };

	limit_table(ROOM);
	for (uint16_t i = 0; i < FLOWS; i++)
		for (unsigned packets = 0; packets < 4; packets++)
			feed_query((uint16_t)(10000 + i));
	flow_table_flush(table);
	cr_expect_eq(classifier_dpi_skipped(classifier), 0);
}

Test(classifier, frames_without_ip_have_signatures_and_teach)
{
	static const uint8_t arp[] = { 0, 1, 8, 0, 6,  4, 0, 1, 2, 0,
		                       0, 0, 0, 1, 10, 0, 0, 1, 0, 0,
		                       0, 0, 0, 0, 10, 0, 0, 2 };
	struct packet frame = make_frame(0x0806, 1, 2);

	frame.payload = arp;
	frame.payload_captured = sizeof(arp);
	frame.payload_len = sizeof(arp);
	flow_table_packet(table, &frame, 1);
	flow_table_flush(table);
	cr_expect_str_eq(told, "begin; binding; arp; packet; end Unknown arp");
}

static void peek(void *self, const struct flow *flow)
{
	struct classified classified;

	classifier_peek(self, flow, &classified);
	say("peek", &classified);
}

Test(classifier, a_report_in_between_changes_nothing)
{
	feed_query(53);
	flow_table_each(table, classifier, peek);
	flow_table_each(table, classifier, peek);
	flow_table_flush(table);
	cr_expect_str_eq(told, "begin; packet; peek DNS dns port; "
	                       "peek DNS dns port; end DNS dns port");
}

Test(classifier, what_begins_after_the_end_is_another_flow)
{
	feed_query(53);
	flow_table_flush(table);
	told[0] = '\0';
	feed_udp(53, "", 0);
	flow_table_flush(table);
	cr_expect_eq(strncmp(told, "begin; packet; end ", 19), 0, "%s", told);
}
