/* What the guide wants to be known before a policy is designed. */
#include "report/guide_parts.h"

static void inventory(struct guide_question *question)
{
	const struct guide_work *work = question->work;
	const struct report *report = work->report;
	struct guide_hosts all = { 0 };
	size_t macs = 0;
	size_t systems = 0;

	for (size_t s = 0; s < report->segment_count; s++) {
		const struct report_segment *segment = &report->segments[s];

		all.hosts += work->segments[s].hosts;
		all.serving += work->segments[s].serving;
		for (size_t h = 0; h < segment->host_count; h++) {
			const struct report_host *host = &segment->hosts[h];

			macs += host->mac_count > 0;
			systems += host->system != HOST_SYSTEM_UNKNOWN;
		}
	}
	if (!all.hosts) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_pro(question,
	          "in this report: hosts %" PRIu64 ", segments %zu, paths %zu",
	          all.hosts, report->segment_count, report->path_count);
	guide_pro(
		question,
		"hosts that serve something: %" PRIu64
		"; with a MAC address: %zu; with a guess at their system: %zu",
		all.serving, macs, systems);
	if (!report->ledger->map)
		guide_contra(
			question,
			"the segments were discovered, since no map was given");
	guide_settle_watched(question, GUIDE_RECOMMENDED);
}

static void say_exposed(struct guide_question *question)
{
	const struct report *report = question->work->report;
	unsigned said = 0;
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < report->priority_count && said < 3; i++) {
		const struct priority *priority = &report->priorities[i];
		const struct address *address = &priority->host->address;

		if (priority->segment != question->index)
			continue;
		said++;
		guide_pro(question, "%s: %" PRIu64 " bytes in clear text",
		          address_text(text, address,
		                       address_is_ipv4(address) ? FAMILY_IPV4
		                                                : FAMILY_IPV6),
		          priority->host->total->exposure);
	}
}

static void which_hosts(struct guide_question *question)
{
	const struct guide_hosts *hosts = guide_hosts_of(question);

	if (!hosts->exposed) {
		guide_contra(question,
		             "hosts that sent or received anything that IPsec "
		             "would protect better: 0 of %" PRIu64,
		             hosts->hosts);
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_pro(question,
	          "hosts with traffic that lies open: %" PRIu64 " of %" PRIu64,
	          hosts->exposed, hosts->hosts);
	say_exposed(question);
	guide_settle(question, GUIDE_RECOMMENDED);
}

static void say_open_kinds(struct guide_question *question)
{
	const struct report_part *part = question->part;
	unsigned said = 0;

	for (size_t i = 0; i < part->finding_count && said < 5; i++) {
		const struct report_finding *finding = &part->findings[i];

		if (!finding->signature->benefits)
			continue;
		said++;
		guide_pro(question, "%s (%s): %" PRIu64 " bytes",
		          finding->signature->name,
		          category_name(finding->signature->category),
		          finding->total.sums.bytes);
	}
}

static bool has_open_kinds(const struct report_part *part)
{
	for (size_t i = 0; i < part->finding_count; i++)
		if (part->findings[i].signature->benefits)
			return true;
	return false;
}

/* Whether exemptions leave enough of it protected. */
static void settle_worth(struct guide_question *question, uint64_t percent)
{
	const struct report *report = question->work->report;

	if (percent < report->thresholds.worthwhile_percent) {
		guide_contra(question,
		             "exemptions would leave %" PRIu64
		             " %% of it protected: TLS, MACsec or separate "
		             "segments fit better",
		             percent);
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
		return;
	}
	guide_pro(question,
	          "policies of hosts would protect %" PRIu64 " %% of it",
	          percent);
	guide_settle(question, percent < 100 ? GUIDE_RECOMMENDED_WITH_EXEMPTIONS
	                                     : GUIDE_RECOMMENDED);
}

static void which_data(struct guide_question *question)
{
	const struct exemptions *exemptions =
		question->work->report->exemptions;
	int percent = balance_percent(&exemptions->balances[question->index],
	                              MODEL_HOST_SUBNET);

	if (!has_open_kinds(question->part)) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_pro(question,
	          "bytes between hosts that lie open, each counted once: "
	          "%" PRIu64,
	          guide_pairs_of(question)->open_bytes);
	say_open_kinds(question);
	if (percent >= 0) {
		settle_worth(question, (uint64_t)percent);
		return;
	}
	guide_contra(question,
	             "policies of hosts for their segments select none of it");
	guide_settle(question, GUIDE_NOT_RECOMMENDED);
}

static void say_doubtful_hosts(struct guide_question *question)
{
	const struct report_segment *segment =
		&question->work->report->segments[question->index];
	unsigned said = 0;
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < segment->host_count && said < 4; i++) {
		const struct report_host *host = &segment->hosts[i];
		const struct address *address = &host->address;

		if (host->capability != CAPABILITY_VERIFY &&
		    host->capability != CAPABILITY_SUSPECTED)
			continue;
		said++;
		guide_contra(question, "%s (%s): %s",
		             address_text(text, address,
		                          address_is_ipv4(address)
		                                  ? FAMILY_IPV4
		                                  : FAMILY_IPV6),
		             capability_name(host->capability),
		             host->capability_evidence);
	}
}

static void capability(struct guide_question *question)
{
	const struct guide_hosts *hosts = guide_hosts_of(question);
	uint64_t able = hosts->by_capability[CAPABILITY_CAPABLE];
	uint64_t verify = hosts->by_capability[CAPABILITY_VERIFY];
	uint64_t unable = hosts->by_capability[CAPABILITY_SUSPECTED];

	if (able)
		guide_pro(question,
		          "hosts that speak IPsec: %" PRIu64 " of %" PRIu64,
		          able, hosts->hosts);
	if (verify || unable)
		guide_contra(question,
		             "hosts to verify: %" PRIu64
		             "; that did not answer IKE: %" PRIu64,
		             verify, unable);
	say_doubtful_hosts(question);
	if (!hosts->hosts)
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	else if (unable * 2 > hosts->hosts)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (verify || unable)
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else if (able == hosts->hosts)
		guide_settle_watched(question, GUIDE_RECOMMENDED);
	else
		guide_settle(question, GUIDE_INSUFFICIENT_EVIDENCE);
	if (able + verify + unable < hosts->hosts)
		guide_contra(question, "hosts of which nothing tells: %" PRIu64,
		             hosts->hosts - able - verify - unable);
}

const struct guide_evaluator *guide_need(size_t index)
{
	static const struct guide_evaluator needs[] = {
		{ "inventory", GUIDE_REPORT, inventory },
		{ "which-hosts", GUIDE_SEGMENT, which_hosts },
		{ "which-data", GUIDE_PATH, which_data },
		{ "capability", GUIDE_SEGMENT, capability },
	};

	return index < sizeof(needs) / sizeof(needs[0]) ? &needs[index] : NULL;
}
