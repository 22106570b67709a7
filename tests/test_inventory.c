/*
 * The inventory, from packets: what lies open is counted for both ends and
 * their pair, and only who speaks IPsec is known to be capable.
 */
#include "report/inventory.h"
#include "tests/chain.h"

static const char office[] = "[{\"name\":\"office\","
			     "\"prefixes\":[\"10.0.0.0/24\"]}]";

/* A payload there and back. */
static void exchange(struct chain *chain, uint8_t transport, uint16_t port,
                     const char *text)
{
	struct packet packet =
		make_packet(transport, "10.0.0.1", 40000, "10.0.0.2", port);
	struct packet reply = make_reply(&packet);

	packet.payload = (const uint8_t *)text;
	packet.payload_len = packet.payload_captured = (uint32_t)strlen(text);
	chain_packet(chain, packet);
	chain_packet(chain, reply);
}

static const struct report_host *host_of(const struct report *report,
                                         const char *text)
{
	struct address address = make_address(text);
	const struct report_host *host =
		report_host_find(&report->segments[0], &address);

	cr_assert_not_null(host, "no host %s", text);
	return host;
}

static const struct pair *only_pair(const struct report *report)
{
	cr_assert_eq(report->ledger->pairs.count, 1);
	return report->ledger->pairs.records[0];
}

Test(inventory, what_lies_open_counts_for_both_ends)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	exchange(&chain, TRANSPORT_UDP, 69, "\0\1file\0octet");
	exchange(&chain, TRANSPORT_UDP, 514, "<34>Oct 11 22:14:15 su: failed");
	report = chain_report(&chain);
	cr_expect_gt(host_of(report, "10.0.0.1")->total->exposure, 0);
	cr_expect_eq(host_of(report, "10.0.0.1")->total->exposure,
	             host_of(report, "10.0.0.2")->total->exposure);
	cr_expect_eq(only_pair(report)->exposure,
	             host_of(report, "10.0.0.1")->total->exposure);
	cr_expect_eq(report->priority_count, 2);
	chain_end(&chain);
}

Test(inventory, what_is_encrypted_does_not)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	exchange(&chain, TRANSPORT_ESP, 0, "\1\2\3\4");
	report = chain_report(&chain);
	cr_expect_eq(host_of(report, "10.0.0.1")->total->exposure, 0);
	cr_expect_eq(only_pair(report)->exposure, 0);
	cr_expect_eq(report->priority_count, 0);
	chain_end(&chain);
}

Test(inventory, who_sends_esp_is_capable)
{
	struct chain chain = chain_start(office, NULL);
	struct packet packet =
		make_packet(TRANSPORT_ESP, "10.0.0.1", 0, "10.0.0.2", 0);
	const struct report *report;

	chain_packet(&chain, packet);
	report = chain_report(&chain);
	cr_expect_eq(host_of(report, "10.0.0.1")->capability,
	             CAPABILITY_CAPABLE);
	cr_expect_eq(host_of(report, "10.0.0.2")->capability,
	             CAPABILITY_UNKNOWN);
	chain_end(&chain);
}

Test(inventory, a_port_of_ike_alone_is_no_sign)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	exchange(&chain, TRANSPORT_UDP, 500, "hello");
	report = chain_report(&chain);
	cr_expect_eq(host_of(report, "10.0.0.1")->capability,
	             CAPABILITY_UNKNOWN);
	chain_end(&chain);
}

Test(inventory, an_address_is_static_only_after_a_day)
{
	struct chain chain = chain_start(office, NULL);
	const struct report *report;

	exchange(&chain, TRANSPORT_UDP, 514, "<34>");
	report = chain_report(&chain);
	cr_expect_eq(host_of(report, "10.0.0.1")->address_class,
	             ADDRESS_UNKNOWN);
	chain_end(&chain);
}

Test(inventory, its_words_are_those_of_the_schema)
{
	cr_expect_str_eq(address_class_name(ADDRESS_MOVING), "moving");
	cr_expect_str_eq(capability_name(CAPABILITY_SUSPECTED),
	                 "suspected-incapable");
}
