/* What the guide says that IPsec costs. */
#include "report/guide_parts.h"

/* The extra bytes of one suite, the first that hosts would use. */
static void say_cost(struct guide_question *question,
                     const struct report_part *part)
{
	for (size_t i = 0; i < part->cost_count; i++) {
		const struct cost_row *cost = &part->costs[i];

		if (cost->shape.mode != ESP_TRANSPORT ||
		    cost->shape.nat_traversal || !cost->plain_bytes)
			continue;
		guide_pro(question,
		          "%s in transport mode adds %" PRIu64
		          " bytes to %" PRIu64,
		          cost->shape.suite->name,
		          cost->protected_bytes - cost->plain_bytes,
		          cost->plain_bytes);
		if (cost->oversize_df_packets)
			guide_contra(question,
			             "packets that would no longer fit and "
			             "must not be fragmented: %" PRIu64,
			             cost->oversize_df_packets);
		return;
	}
}

static uint64_t small_percent(const struct load *load)
{
	return load->packets ? load->small_packets * 100 / load->packets : 0;
}

static void performance(struct guide_question *question)
{
	const struct report *report = question->work->report;
	uint64_t packets = 0;
	uint64_t small = 0;
	uint64_t pairs = 0;

	/* Each packet is on one path. */
	for (size_t i = 0; i < report->path_count; i++) {
		packets += report->paths[i].part.load.packets;
		small += report->paths[i].part.load.small_packets;
		pairs += report->paths[i].part.load.pairs;
	}
	if (!packets) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_pro(question,
	          "packets that would be protected: %" PRIu64
	          ", of pairs of hosts: %" PRIu64,
	          packets, pairs);
	guide_contra(question, "small packets: %" PRIu64 " %% of them",
	             small * 100 / packets);
	guide_settle_watched(question,
	                     small * 100 / packets >=
	                                     report->thresholds.small_percent
	                             ? GUIDE_RECOMMENDED_WITH_EXEMPTIONS
	                             : GUIDE_RECOMMENDED);
}

static void static_addresses(struct guide_question *question)
{
	const struct guide_pairs *pairs = guide_pairs_of(question);

	guide_objections(question);
	if (!pairs->inside) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_pro(question,
	          "pairs of hosts inside: %" PRIu64
	          "; not seen to have a dynamic end: %" PRIu64,
	          pairs->inside, pairs->dynamic[0]);
	if (pairs->dynamic[1] || pairs->dynamic[2])
		guide_contra(question,
		             "with one dynamic end: %" PRIu64
		             "; with two: %" PRIu64,
		             pairs->dynamic[1], pairs->dynamic[2]);
	if (pairs->dynamic[2])
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (pairs->dynamic[1])
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else
		guide_settle_watched(question, GUIDE_RECOMMENDED);
}

static void bandwidth(struct guide_question *question)
{
	const struct load *load = &question->part->load;
	const struct thresholds *thresholds =
		&question->work->report->thresholds;
	struct guide_seen bulk =
		guide_look(question, question->row->categories,
	                   &question->row->signatures, guide_contra);

	if (!load->packets) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	say_cost(question, question->part);
	guide_pro(question,
	          "%" PRIu64 " packets and %" PRIu64
	          " bytes a second at the peak",
	          load->rate.packets, load->rate.bytes);
	if (small_percent(load) >= thresholds->small_percent)
		guide_contra(question,
		             "%" PRIu64 " %% of the packets are small: their "
		             "share of overhead is largest",
		             small_percent(load));
	if (bulk.worst == IMPACT_BREAKS)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (bulk.kinds || small_percent(load) >= thresholds->small_percent)
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else
		guide_settle_watched(question, GUIDE_RECOMMENDED);
}

/* Kinds of traffic that have such an impact under hosts' policies. */
static size_t kinds_with(const struct report_part *part, enum impact impact)
{
	size_t kinds = 0;

	for (size_t i = 0; i < part->finding_count; i++)
		kinds += part->findings[i].impact[MODEL_HOST_SUBNET] == impact;
	return kinds;
}

static void policy_complexity(struct guide_question *question)
{
	uint64_t many = question->work->report->thresholds.many_exemptions;
	size_t kinds = kinds_with(question->part, IMPACT_NEEDS_EXEMPTION);
	size_t rules = guide_hosts_of(question)->rules;

	guide_pro(question, "pairs of hosts that talk: %" PRIu64,
	          question->part->load.pairs);
	if (rules || kinds)
		guide_contra(question,
		             "kinds of traffic that need an exemption: %zu; "
		             "rules for them: %zu",
		             kinds, rules);
	if (rules > many) {
		guide_contra(question,
		             "more than %" PRIu64 " rules are hard to keep up",
		             many);
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	} else if (rules || kinds) {
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	} else {
		guide_settle_watched(question, GUIDE_RECOMMENDED);
	}
}

static void say_with(struct guide_question *question, enum impact impact)
{
	const struct report_part *part = question->part;
	unsigned said = 0;

	for (size_t i = 0; i < part->finding_count && said < 3; i++) {
		const struct report_finding *finding = &part->findings[i];

		if (finding->impact[MODEL_HOST_SUBNET] != impact)
			continue;
		said++;
		guide_contra(question, "%s %s: %" PRIu64 " packets",
		             finding->signature->name, impact_name(impact),
		             finding->affected[MODEL_HOST_SUBNET]);
	}
}

static void application_compatibility(struct guide_question *question)
{
	size_t broken = kinds_with(question->part, IMPACT_BREAKS);
	size_t exempt = kinds_with(question->part, IMPACT_NEEDS_EXEMPTION);
	size_t good = kinds_with(question->part, IMPACT_PROTECTED);

	if (good)
		guide_pro(question,
		          "kinds of traffic that work and would be protected: "
		          "%zu",
		          good);
	if (broken || exempt)
		guide_contra(question,
		             "kinds that break under policies of hosts: %zu; "
		             "that need an exemption: %zu",
		             broken, exempt);
	say_with(question, broken ? IMPACT_BREAKS : IMPACT_NEEDS_EXEMPTION);
	if (broken)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (exempt)
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else
		guide_settle_watched(question, GUIDE_RECOMMENDED);
}

const struct guide_evaluator *guide_cost(size_t index)
{
	static const struct guide_evaluator costs[] = {
		{ "performance", GUIDE_REPORT, performance },
		{ "static-addresses", GUIDE_PATH, static_addresses },
		{ "bandwidth", GUIDE_PATH, bandwidth },
		{ "policy-complexity", GUIDE_SEGMENT, policy_complexity },
		{ "application-compatibility", GUIDE_SEGMENT,
		  application_compatibility },
	};

	return index < sizeof(costs) / sizeof(costs[0]) ? &costs[index] : NULL;
}
