/*
 * Networks made by hand for tests of the guide: two segments, with the real
 * signatures, watched for a day. Shared by the tests of one file, each of
 * which runs in a process of its own.
 */
#ifndef TESTS_GUIDE_WORLD_H
#define TESTS_GUIDE_WORLD_H

#include "report/guide_answer.h"
#include "tests/chain.h"
#include "tests/ledger_maker.h"

enum { HOUR = 3600, DAY = 86400 };

static const char places[] =
	"[{\"name\":\"office\",\"prefixes\":[\"10.0.0.0/24\"]},"
	"{\"name\":\"servers\",\"prefixes\":[\"10.0.1.0/24\"]}]";

static struct error err;
static struct signature_set *set;
static struct segment_map *map;
static struct ledger *ledger;
static struct report *report;

static inline void world_start(void)
{
	static const char *const folder = "signatures";

	set = knowledge_read_only(&folder, 1, NULL, &err);
	cr_assert_not_null(set, "%s", err.text);
	map = map_from_text(places, &err);
	cr_assert_not_null(map, "%s", err.text);
	ledger = make_ledger(map);
	make_source(ledger, "a.pcap", 1, DAY);
}

static inline void world_end(void)
{
	report_free(report);
	ledger_free(ledger);
	segment_map_free(map);
	signature_set_free(set);
}

/* Watched for so long instead of a day. */
static inline void watch(uint64_t seconds)
{
	make_source(ledger, "a.pcap", 1, seconds);
}

static inline struct path *talk(const char *a, const char *b)
{
	return make_traffic(ledger, a, b, 0, MANNER_UNICAST, 1000);
}

static inline void fire(struct path *path, const char *id)
{
	const struct signature *signature = signature_find(set, id);
	uint32_t index;

	cr_assert_not_null(signature, "no signature '%s'", id);
	make_sure(ledger_fire(ledger, signature, &index));
	make_finding(ledger, path, index, MANNER_UNICAST, 100);
}

static inline struct host *add_host(const char *address, uint16_t port)
{
	struct place place = make_place(ledger, address, 0);
	struct address at = make_address(address);
	struct host *host = ledger_host(ledger, &place, &at);
	struct service service = { .transport = TRANSPORT_TCP, .port = port };

	make_sure(host);
	host->packets[0] = 100;
	if (port)
		host_add_service(host, &service);
	return host;
}

/* Talk with each other all day, so many flows of it. */
static inline struct pair *add_pair(const char *a, const char *b,
                                    uint64_t flows, uint64_t exposure)
{
	const char *const addresses[] = { a, b };
	struct pair_end ends[2];
	struct pair *pair;

	memset(ends, 0, sizeof(ends));
	for (unsigned e = 0; e < 2; e++) {
		ends[e].place = make_place(ledger, addresses[e], 0);
		ends[e].address = make_address(addresses[e]);
		add_host(addresses[e], 0)->exposure += exposure;
	}
	pair = ledger_pair(ledger, &ends[0], &ends[1]);
	make_sure(pair);
	sums_add(&pair->sums, flows, flows * 10, flows * 1000);
	pair->exposure += exposure;
	activity_add(&pair->activity, MAKER_SECOND, MAKER_SECOND + DAY);
	return pair;
}

static inline void lease(const char *address, uint32_t seconds)
{
	struct address at = make_address(address);
	struct evidence evidence = { .kind = EVIDENCE_LEASE,
		                     .prefix = prefix_around(&at, 128),
		                     .mac = { { 2, 0, 0, 0, 0, 1 } },
		                     .seconds = seconds };

	ledger_evidence(ledger, &evidence);
}

static inline void add_clients(const char *address, uint16_t port,
                               unsigned count)
{
	struct endpoint_key key;
	struct endpoint *endpoint;

	add_host(address, port);
	memset(&key, 0, sizeof(key));
	key.place = make_place(ledger, address, 0);
	key.address = make_address(address);
	key.port = port;
	key.transport = TRANSPORT_TCP;
	endpoint = table_add(&ledger->endpoints, &key);
	make_sure(endpoint);
	endpoint->called = endpoint->answered = count;
	for (unsigned i = 0; i < count; i++)
		sketch_add(&endpoint->peers, hash_u64(7, i));
}

static inline const struct report_path *path_named(const char *a, const char *b)
{
	for (size_t i = 0; i < report->path_count; i++) {
		const uint32_t *ends = report->paths[i].ends;

		if (strcmp(report_segment_name(report, ends[0]), a) == 0 &&
		    strcmp(report_segment_name(report, ends[1]), b) == 0)
			return &report->paths[i];
	}
	cr_assert_fail("no path %s - %s", a, b);
	return NULL;
}

static inline void finish(void)
{
	report_free(report);
	report = report_create(ledger, set, &err);
	cr_assert_not_null(report, "%s", err.text);
}

static inline void expect_in(const struct guide_answers *answers,
                             const char *id, enum guide_verdict verdict)
{
	const struct guide_answer *answer = guide_answer_find(answers, id);

	cr_assert_not_null(answer, "no answer '%s'", id);
	cr_expect_eq(answer->verdict, verdict, "%s is %s, not %s", id,
	             guide_verdict_name(answer->verdict),
	             guide_verdict_name(verdict));
}

static inline void expect_office(const char *id, enum guide_verdict verdict)
{
	finish();
	expect_in(&report->segments[0].guide, id, verdict);
}

static inline void expect_servers(const char *id, enum guide_verdict verdict)
{
	finish();
	expect_in(&report->segments[1].guide, id, verdict);
}

static inline void expect_between(const char *id, enum guide_verdict verdict)
{
	finish();
	expect_in(&path_named("office", "servers")->guide, id, verdict);
}

static inline void expect_outside(const char *id, enum guide_verdict verdict)
{
	finish();
	expect_in(&path_named("office", "outside")->guide, id, verdict);
}

static inline void expect_report(const char *id, enum guide_verdict verdict)
{
	finish();
	expect_in(&report->guide, id, verdict);
}

#endif
