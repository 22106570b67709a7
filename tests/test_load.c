#include <criterion/criterion.h>

#include "tests/chain.h"
#include "tests/ledger_maker.h"

static struct error err;
static struct signature_set *limits;

static void start(void)
{
	static const char text[] =
		"{\"thresholds\": {\"sa-idle-seconds\": 300, "
		"\"queue-delay-ms\": 50, \"replay-window\": 32, "
		"\"small-bytes\": 200}}";

	limits = signature_set_from_text(text, strlen(text), "limits.json",
	                                 NULL, &err);
	cr_assert_not_null(limits, "%s", err.text);
}

static void end(void)
{
	signature_set_free(limits);
}

TestSuite(load, .init = start, .fini = end);

static struct report *report_of(const struct ledger *ledger)
{
	struct report *report = report_create(ledger, limits, &err);

	cr_assert_not_null(report, "%s", err.text);
	return report;
}

/* Two hosts that talk from one second to another, since MAKER_SECOND. */
static struct pair *talk(struct ledger *ledger, const char *a, const char *b,
                         uint64_t first, uint64_t last)
{
	struct pair_end ends[2];
	struct pair *pair;

	memset(ends, 0, sizeof(ends));
	ends[0].place = make_place(ledger, a, 0);
	ends[0].address = make_address(a);
	ends[1].place = make_place(ledger, b, 0);
	ends[1].address = make_address(b);
	pair = ledger_pair(ledger, &ends[0], &ends[1]);
	cr_assert_not_null(pair);
	sums_add(&pair->sums, 1, 10, 1000);
	span_add(&pair->span, MAKER_NS + first * 1000000000,
	         MAKER_NS + last * 1000000000);
	activity_add(&pair->activity, MAKER_SECOND + first,
	             MAKER_SECOND + last);
	return pair;
}

/* A path between 10.1.0.0/24 and 10.2.0.0/24, and nothing said. */
static struct ledger *quiet_site(struct path **path)
{
	struct ledger *ledger = make_ledger(NULL);

	make_source(ledger, "day.pcap", 1, 7200);
	*path = make_traffic(ledger, "10.1.0.1", "10.2.0.1", 0, MANNER_UNICAST,
	                     3);
	return ledger;
}

Test(load, pairs_are_counted_where_they_are_alive_together)
{
	struct path *path;
	struct ledger *ledger = quiet_site(&path);
	const struct load *load;
	struct report *report;

	/* MAKER_SECOND lies 200 s before the end of a slot of 300 s. */
	talk(ledger, "10.1.0.1", "10.2.0.1", 0, 10);
	talk(ledger, "10.1.0.1", "10.2.0.2", 500, 900);
	talk(ledger, "10.1.0.2", "10.2.0.2", 500, 500);
	talk(ledger, "10.1.0.3", "10.2.0.2", 800, 801);
	talk(ledger, "10.1.0.1", "10.2.0.1", 701, 702);
	talk(ledger, "fe80::1", "fe80::2", 500, 900);
	report = report_of(ledger);
	cr_assert_eq(report->path_count, 1);
	load = &report->paths[0].part.load;
	cr_expect_eq(load->pairs, 4);
	cr_expect_eq(load->pairs_at_peak, 3);
	cr_expect_eq(load->peak_seconds, 300);
	cr_expect_eq(load->peak_second % 300, 0);
	cr_expect_eq(load->new_pairs, 2);
	report_free(report);
	ledger_free(ledger);
}

Test(load, one_slot_may_be_wider_than_the_idle_time)
{
	struct path *path;
	struct ledger *ledger = quiet_site(&path);
	const struct load *load;
	struct report *report;

	talk(ledger, "10.1.0.1", "10.2.0.1", 0, 300 * 100);
	talk(ledger, "10.1.0.1", "10.2.0.2", 0, 0);
	report = report_of(ledger);
	load = &report->paths[0].part.load;
	cr_expect_eq(load->peak_seconds, 600);
	cr_expect_eq(load->pairs_at_peak, 2);
	report_free(report);
	ledger_free(ledger);
}

Test(load, largest_pair_is_that_with_most_bytes)
{
	struct path *path;
	struct ledger *ledger = quiet_site(&path);
	struct report *report;
	struct address wanted = make_address("10.1.0.9");

	talk(ledger, "10.1.0.1", "10.2.0.1", 0, 1);
	talk(ledger, "10.1.0.9", "10.2.0.1", 0, 1)->sums.bytes += 1;
	talk(ledger, "10.1.0.2", "10.2.0.1", 0, 1);
	report = report_of(ledger);
	for (size_t i = 0; i < report->segment_count; i++) {
		const struct load *load = &report->segments[i].part.load;

		cr_expect_eq(load->pairs, 3);
		cr_expect_eq(address_compare(&load->largest.address[0],
		                             &wanted),
		             0);
		cr_expect_eq(load->largest.sums.bytes, 1001);
	}
	report_free(report);
	ledger_free(ledger);
}

/* Rates of a pair that mixes classes, and of one that does not. */
Test(load, replay_window_is_larger_than_what_overtakes)
{
	static const struct {
		uint64_t peak;
		uint64_t needed;
		uint64_t enough;
	} cases[] = {
		{ 1, 1, 32 },       { 620, 31, 32 },     { 621, 32, 64 },
		{ 1280, 64, 128 },  { 2560, 128, 1024 }, { 40000, 2000, 4096 },
		{ 81920, 4096, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct path *path;
		struct ledger *ledger = quiet_site(&path);
		const struct load *load;
		struct report *report;
		struct pair *mixed = talk(ledger, "10.1.0.1", "10.2.0.1", 0, 1);

		mixed->dscps = 1 | UINT64_C(1) << 46;
		mixed->peak = cases[i].peak;
		talk(ledger, "10.1.0.2", "10.2.0.1", 0, 1)->peak = 99999;
		report = report_of(ledger);
		load = &report->paths[0].part.load;
		cr_expect_eq(load->pair_window.needed, cases[i].needed);
		cr_expect_eq(load->pair_window.enough, cases[i].enough);
		cr_expect_eq(load->path_window.packets_per_second, 1);
		report_free(report);
		ledger_free(ledger);
	}
}

Test(load, one_class_needs_no_window)
{
	struct path *path;
	struct ledger *ledger = quiet_site(&path);
	struct report *report;
	struct pair *pair = talk(ledger, "10.1.0.1", "10.2.0.1", 0, 1);

	pair->dscps = 1;
	pair->peak = 5000;
	report = report_of(ledger);
	cr_expect_eq(report->paths[0].part.load.pair_window.needed, 0);
	cr_expect_eq(report->paths[0].part.load.path_window.needed, 0);
	report_free(report);
	ledger_free(ledger);
}

Test(load, median_and_small_packets_come_from_the_lengths)
{
	struct path *path;
	struct ledger *ledger = quiet_site(&path);
	const struct load *load;
	struct report *report;

	/* Three of 100 bytes are there. */
	histogram_add(&path->sizes[0][0], 199, 1);
	histogram_add(&path->sizes[1][1], 200, 1);
	histogram_add(&path->sizes[1][1], 1500, 3);
	report = report_of(ledger);
	load = &report->paths[0].part.load;
	cr_expect_eq(load->packets, 8);
	cr_expect_eq(load->small_packets, 4);
	cr_expect_eq(load->median_len, 199);
	report_free(report);
	ledger_free(ledger);
}

Test(load, path_mtu_discovery_works_until_a_black_hole_was_seen)
{
	struct path *path;
	struct ledger *ledger = quiet_site(&path);

	for (unsigned i = 0; i < 3; i++) {
		struct report *report = report_of(ledger);

		cr_expect_eq(report->paths[0].part.load.pmtu,
		             (enum load_pmtu)i);
		report_free(report);
		if (i == 0)
			path->too_big_flows++;
		else
			path->black_hole_flows++;
	}
	ledger_free(ledger);
}

/* One direction of a call: G.711 in 20 ms, between other things. */
static void ring(struct chain *chain)
{
	static const uint8_t g711[12] = { 0x80, 0x00 };
	static const uint8_t noise[12] = { 0x80, 0x0d };

	for (unsigned i = 0; i < 60; i++) {
		struct packet packet = make_packet(TRANSPORT_UDP, "10.1.0.1",
		                                   16384, "10.2.0.1", 16386);

		packet.ip_len = i % 20 ? 200 : 44;
		packet.payload = i % 20 ? g711 : noise;
		packet.payload_captured = 12;
		packet.payload_len = packet.ip_len - 28;
		chain->time_ns += 19000000; /* and one more */
		chain_packet(chain, packet);
	}
}

Test(load, a_call_is_known_by_its_codec_and_most_of_its_packets)
{
	struct chain chain = chain_start(NULL, NULL);
	const struct report *report;
	const struct load *load;

	ring(&chain);
	report = chain_report(&chain);
	cr_assert_eq(report->path_count, 1);
	load = &report->paths[0].part.load;
	cr_assert_eq(load->call_count, 1);
	cr_expect_eq(load->calls[0].payload_type, 0);
	cr_expect_eq(load->calls[0].ip_len, 200);
	cr_expect_eq(load->calls[0].sums.packets, 57);
	cr_expect_eq(load->calls[0].sums.bytes, 57 * 200);
	cr_expect_eq(load->calls[0].protected_len[ESP_TRANSPORT], 236);
	cr_expect_eq(load->calls[0].protected_len[ESP_TUNNEL], 256);
	chain_end(&chain);
}

static const struct report_note *note_of(const struct report *report,
                                         const char *id)
{
	for (size_t i = 0; i < report->paths[0].note_count; i++)
		if (strcmp(report->paths[0].notes[i].note->id, id) == 0)
			return &report->paths[0].notes[i];
	return NULL;
}

static const char two_segments[] =
	"[{\"name\": \"a\", \"prefixes\": [\"10.1.0.0/16\"]},"
	"{\"name\": \"b\", \"prefixes\": [\"10.2.0.0/16\"]}]";

Test(load, fragments_and_full_packets_have_their_notes)
{
	struct chain chain = chain_start(two_segments, NULL);
	struct packet packet =
		make_packet(TRANSPORT_UDP, "10.1.0.1", 5005, "10.2.0.1", 5005);
	const struct report_note *note;
	const struct report *report;

	packet.fragmented = true;
	packet.dont_fragment = true;
	packet.ip_len = 1500;
	chain_packet(&chain, packet);
	report = chain_report(&chain);
	note = note_of(report, "port-selector-leak");
	cr_assert_not_null(note);
	cr_assert_eq(note->evidence_count, 1);
	cr_expect_str_eq(note->evidence[0]->signature->id, "frag-v4");
	note = note_of(report, "one-sided-clamp");
	cr_assert_not_null(note);
	cr_expect_eq(note->packets, 1);
	cr_expect_null(note_of(report, "host-any-black-hole"));
	cr_expect_null(note_of(report, "replay-overrun"));
	chain_end(&chain);
}

/* 700 packets in half a second, of two classes. */
Test(load, classes_that_overrun_the_window_have_a_note)
{
	struct chain chain = chain_start(two_segments, NULL);
	const struct report_note *note;

	for (unsigned i = 0; i < 700; i++) {
		struct packet packet = make_packet(TRANSPORT_UDP, "10.1.0.1",
		                                   5005, "10.2.0.1", 5006);

		packet.dscp = i % 2 ? 46 : 0;
		chain_packet(&chain, packet);
	}
	note = note_of(chain_report(&chain), "replay-overrun");
	cr_assert_not_null(note);
	cr_expect_eq(note->packets, 700);
	cr_expect_eq(chain.report->paths[0].part.load.pair_window.needed, 35);
	cr_expect_eq(chain.report->paths[0].part.load.pair_window.enough, 64);
	chain_end(&chain);
}
