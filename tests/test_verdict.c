#include "report/report.h"
#include "tests/chain.h"
#include "tests/ledger_maker.h"

static struct error err;

static struct signature_set *limits;

static void start(void)
{
	limits = make_limits();
}

static void end(void)
{
	signature_set_free(limits);
}

TestSuite(verdict, .init = start, .fini = end);

/* A site that was watched long enough to say that something is absent. */
static struct ledger *watched_site(void)
{
	struct ledger *ledger = make_ledger(NULL);

	make_source(ledger, "day.pcap", 1, 7200);
	make_traffic(ledger, "10.1.0.1", "10.1.0.2", 0, MANNER_UNICAST, 2000);
	return ledger;
}

static struct report *report_of(const struct ledger *ledger)
{
	struct report *report = report_create(ledger, limits, &err);

	cr_assert_not_null(report, "%s", err.text);
	return report;
}

/* A signature of that impact fires within the site. */
static void find(struct ledger *ledger, const char *id, enum impact impact,
                 enum manner manner, uint64_t packets)
{
	struct path *path = make_traffic(ledger, "10.1.0.1", "10.1.0.2", 0,
	                                 manner, packets);

	make_finding(ledger, path, make_fired(ledger, id, impact), manner,
	             packets);
}

static const struct judgement *judgement_of(const struct report *report,
                                            enum model model)
{
	return &report->segments[0].part.judgements[model];
}

static void expect_verdict(struct ledger *ledger, enum model model,
                           enum verdict verdict, const char *first_reason)
{
	struct report *report = report_of(ledger);
	const struct judgement *judgement = judgement_of(report, model);

	cr_expect_eq(judgement->verdict, verdict, "%s instead of %s",
	             verdict_name(judgement->verdict), verdict_name(verdict));
	if (first_reason) {
		cr_assert_gt(judgement->count, 0, "no reason instead of '%s'",
		             first_reason);
		cr_expect_str_eq(judgement->reasons[0].text, first_reason);
	} else {
		cr_expect_eq(judgement->count, 0, "'%s'",
		             judgement->reasons[0].text);
	}
	report_free(report);
	ledger_free(ledger);
}

Test(verdict, ready_is_who_was_watched_and_has_no_trouble)
{
	expect_verdict(watched_site(), MODEL_HOST_SUBNET, VERDICT_READY, NULL);
}

Test(verdict, what_only_degrades_is_ready_but_told)
{
	struct ledger *ledger = watched_site();

	find(ledger, "rtp", IMPACT_DEGRADES, MANNER_UNICAST, 10);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_READY,
	               "degrades: rtp");
}

Test(verdict, an_exemption_makes_ready_with_exemptions)
{
	struct ledger *ledger = watched_site();

	find(ledger, "ike", IMPACT_NEEDS_EXEMPTION, MANNER_UNICAST, 10);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_READY_WITH_EXEMPTIONS,
	               "needs an exemption: ike");
}

Test(verdict, what_breaks_is_not_ready_however_short_the_observation)
{
	struct ledger *ledger = make_ledger(NULL);

	make_source(ledger, "second.pcap", 1, 1);
	find(ledger, "nat", IMPACT_BREAKS, MANNER_UNICAST, 10);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_NOT_READY,
	               "breaks: nat");
}

Test(verdict, coverage_alone_asks_for_exemptions)
{
	static const struct {
		const char *peer;
		enum manner manner;
		enum model model;
		const char *reason;
	} cases[] = {
		{ "10.1.0.2", MANNER_LINK_LOCAL, MODEL_HOST_ANY,
		  "link-local unicast: associations are for global "
		  "addresses" },
		{ "8.8.8.8", MANNER_UNICAST, MODEL_HOST_ANY,
		  "traffic with the outside: peers there have no policy to "
		  "negotiate with" },
		{ "10.1.0.2", MANNER_UNICAST, MODEL_REMOTE_ACCESS,
		  "traffic within the segment would be sent into the tunnel" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ledger *ledger = watched_site();

		make_traffic(ledger, "10.1.0.1", cases[i].peer, 0,
		             cases[i].manner, 3);
		expect_verdict(ledger, cases[i].model,
		               VERDICT_READY_WITH_EXEMPTIONS, cases[i].reason);
	}
}

/* Of every group, broadcast and error some signature speaks. */
Test(verdict, of_groups_broadcasts_and_errors_only_signatures_speak)
{
	static const enum manner manners[] = {
		MANNER_GROUP_LINK,        MANNER_GROUP_ROUTED,
		MANNER_LIMITED_BROADCAST, MANNER_DIRECTED_BROADCAST,
		MANNER_ERROR_INSIDE,      MANNER_ERROR_OUTSIDE,
	};
	struct ledger *ledger = watched_site();

	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++)
		make_traffic(ledger, "10.1.0.1", "10.1.0.2", 0, manners[i], 3);
	find(ledger, "mdns", IMPACT_PROTECTED, MANNER_GROUP_LINK, 7);
	expect_verdict(ledger, MODEL_HOST_ANY, VERDICT_READY_WITH_EXEMPTIONS,
	               "needs an exemption: mdns");
}

Test(verdict, a_short_observation_proves_nothing)
{
	struct ledger *ledger = make_ledger(NULL);

	make_source(ledger, "hour.pcap", 1, 3599);
	make_traffic(ledger, "10.1.0.1", "10.1.0.2", 0, MANNER_UNICAST, 2000);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_INSUFFICIENT_EVIDENCE,
	               "observed for 3599 s, 3600 s are needed to show that "
	               "something is absent");
}

Test(verdict, few_packets_prove_nothing)
{
	struct ledger *ledger = make_ledger(NULL);

	make_source(ledger, "day.pcap", 1, 7200);
	make_traffic(ledger, "10.1.0.1", "10.1.0.2", 0, MANNER_UNICAST, 999);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_INSUFFICIENT_EVIDENCE,
	               "only 999 packets that this policy would touch");
}

Test(verdict, losses_hide_what_is_not_listed)
{
	static const char reason[] =
		"packets were dropped or could not be "
		"decoded: what is not listed may have been "
		"missed";
	struct ledger *dropped = watched_site();
	struct ledger *cut = watched_site();
	struct ledger *nearly = watched_site();

	dropped->sources[0].dropped = 60; /* of 5060 */
	expect_verdict(dropped, MODEL_HOST_SUBNET,
	               VERDICT_INSUFFICIENT_EVIDENCE, reason);
	cut->sources[0].outcomes[DECODED_TRUNCATED] = 51;
	expect_verdict(cut, MODEL_HOST_SUBNET, VERDICT_INSUFFICIENT_EVIDENCE,
	               reason);
	nearly->sources[0].outcomes[DECODED_MALFORMED] = 50;
	expect_verdict(nearly, MODEL_HOST_SUBNET, VERDICT_READY, NULL);
}

Test(verdict, a_source_that_broke_off_hides_the_rest)
{
	struct ledger *ledger = watched_site();

	snprintf(ledger->sources[0].failure, sizeof(ledger->sources[0].failure),
	         "day.pcap: truncated after packet 12");
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_INSUFFICIENT_EVIDENCE,
	               "a source could not be read to its end");
}

Test(verdict, of_a_policy_that_nothing_comes_to_there_is_no_evidence)
{
	expect_verdict(watched_site(), MODEL_GATEWAY_POLICY,
	               VERDICT_INSUFFICIENT_EVIDENCE,
	               "no traffic here comes to this policy");
}

Test(verdict, a_finding_of_few_packets_does_not_count)
{
	struct ledger *ledger = watched_site();

	find(ledger, "nat", IMPACT_BREAKS, MANNER_UNICAST, 4);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_READY, NULL);
	ledger = watched_site();
	find(ledger, "nat", IMPACT_BREAKS, MANNER_UNICAST, 5);
	expect_verdict(ledger, MODEL_HOST_SUBNET, VERDICT_NOT_READY,
	               "breaks: nat");
}

Test(verdict, reasons_come_worst_first_then_by_packets)
{
	static const char *const want[] = {
		"breaks: much",
		"breaks: little",
		"needs an exemption: some",
		"link-local unicast: associations are for global addresses",
		"degrades: slow",
		"a source could not be read to its end",
	};
	struct ledger *ledger = watched_site();
	struct report *report;
	const struct judgement *judgement;

	find(ledger, "slow", IMPACT_DEGRADES, MANNER_UNICAST, 900);
	find(ledger, "little", IMPACT_BREAKS, MANNER_UNICAST, 5);
	find(ledger, "some", IMPACT_NEEDS_EXEMPTION, MANNER_UNICAST, 10);
	find(ledger, "much", IMPACT_BREAKS, MANNER_UNICAST, 50);
	make_traffic(ledger, "10.1.0.1", "10.1.0.2", 0, MANNER_LINK_LOCAL, 99);
	ledger->sources[0].failure[0] = '?';
	report = report_of(ledger);
	judgement = judgement_of(report, MODEL_HOST_ANY);
	cr_expect_eq(judgement->verdict, VERDICT_NOT_READY);
	cr_assert_eq(judgement->count, sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < judgement->count; i++)
		cr_expect_str_eq(judgement->reasons[i].text, want[i]);
	report_free(report);
	ledger_free(ledger);
}

Test(verdict, a_path_is_judged_by_its_own_traffic)
{
	struct ledger *ledger = watched_site();
	struct path *path = make_traffic(ledger, "10.1.0.1", "10.2.0.1", 0,
	                                 MANNER_UNICAST, 2000);
	struct report *report;

	make_finding(ledger, path, make_fired(ledger, "nat", IMPACT_BREAKS),
	             MANNER_UNICAST, 9);
	report = report_of(ledger);
	cr_assert_eq(report->path_count, 2);
	cr_expect_eq(
		report->paths[0].part.judgements[MODEL_HOST_SUBNET].verdict,
		VERDICT_READY);
	cr_expect_eq(
		report->paths[1].part.judgements[MODEL_HOST_SUBNET].verdict,
		VERDICT_NOT_READY);
	cr_expect_eq(
		report->paths[1].part.judgements[MODEL_GATEWAY_POLICY].verdict,
		VERDICT_NOT_READY);
	cr_expect_eq(judgement_of(report, MODEL_HOST_SUBNET)->verdict,
	             VERDICT_NOT_READY);
	cr_expect_eq(report_worst(report), VERDICT_NOT_READY);
	cr_expect_eq(report_worst_of(report, MODEL_HOST_SUBNET),
	             VERDICT_NOT_READY);
	report_free(report);
	ledger_free(ledger);
}

Test(verdict, names_lead_back_to_verdicts)
{
	enum verdict verdict;

	for (enum verdict v = 0; v < VERDICT_COUNT; v++) {
		cr_expect(verdict_from_name(&verdict, verdict_name(v)));
		cr_expect_eq(verdict, v);
	}
	cr_expect_not(verdict_from_name(&verdict, "guilty"));
	cr_expect_not(verdict_from_name(&verdict, ""));
}
