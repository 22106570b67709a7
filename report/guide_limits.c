/* What the guide advises against. */
#include "report/guide_parts.h"

static void member_to_controller(struct guide_question *question)
{
	const struct guide_pairs *pairs = guide_pairs_of(question);
	const struct guide_row *row = question->row;
	size_t legacy;

	if (!pairs->members) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_contra(question,
	             "pairs of a member and a domain controller: %" PRIu64
	             "; exempt the controllers' addresses",
	             pairs->members);
	guide_look(question, row->categories, &(struct text_list){ 0 },
	           guide_contra);
	legacy = guide_look(question, 0, &row->signatures, guide_contra).kinds;
	if (legacy || !question->work->is_watched) {
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
		return;
	}
	guide_pro(question, "no sign of systems before Vista: to ask for IPsec "
	                    "without requiring it can work");
	guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
}

/* Nothing works without these, however little of them there is. */
static bool is_vital(enum category category)
{
	return category == CATEGORY_DOMAIN_SERVICES ||
	       category == CATEGORY_TIME || category == CATEGORY_ROUTING ||
	       category == CATEGORY_ICMP_DEPENDENT;
}

static bool is_essential(const struct report_finding *finding,
                         const struct report_part *part,
                         const struct thresholds *thresholds)
{
	return is_vital(finding->signature->category) ||
	       finding->affected[MODEL_HOST_ANY] * 1000 >=
	               part->sums.packets * thresholds->essential_permille;
}

/* Packets that a policy for everything could protect at all, in percent. */
static uint64_t coverable_percent(const struct report_part *part)
{
	uint64_t unicast = part->total.by_manner[MANNER_UNICAST].packets;
	uint64_t all = part->sums.packets;

	if (unicast >= all)
		return all ? 100 : 0;
	return all > UINT64_MAX / 100 ? unicast / (all / 100)
	                              : unicast * 100 / all;
}

/* What stands in the way, the essential of it said; how much there is. */
static size_t say_obstacles(struct guide_question *question, size_t *essential)
{
	const struct report_part *part = question->part;
	const struct thresholds *thresholds =
		&question->work->report->thresholds;
	size_t obstacles = 0;

	*essential = 0;
	for (size_t i = 0; i < part->finding_count; i++) {
		const struct report_finding *finding = &part->findings[i];
		enum impact impact = finding->impact[MODEL_HOST_ANY];

		if (impact < IMPACT_NEEDS_EXEMPTION)
			continue;
		obstacles++;
		if (!is_essential(finding, part, thresholds))
			continue;
		if ((*essential)++ < 4)
			guide_contra(question, "%s %s: %" PRIu64 " packets",
			             finding->signature->name,
			             impact_name(impact),
			             finding->affected[MODEL_HOST_ANY]);
	}
	return obstacles;
}

static void all_traffic(struct guide_question *question)
{
	size_t essential;
	size_t obstacles = say_obstacles(question, &essential);

	guide_pro(question,
	          "%" PRIu64
	          " %% of the packets are unicast, which a policy could cover",
	          coverable_percent(question->part));
	if (obstacles)
		guide_contra(question,
		             "kinds of traffic that break or need an "
		             "exemption: %zu; essential: %zu",
		             obstacles, essential);
	if (essential)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (obstacles)
		guide_settle_watched(question,
		                     GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else
		guide_settle_watched(question, GUIDE_RECOMMENDED);
}

/* By what the worst of some kinds means for hosts. */
static void settle_by_impact(struct guide_question *question,
                             struct guide_seen seen)
{
	if (!seen.kinds)
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	else if (seen.worst == IMPACT_BREAKS)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (seen.worst >= IMPACT_DEGRADES)
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else
		guide_settle_watched(question, GUIDE_RECOMMENDED);
}

static struct guide_seen look_against(struct guide_question *question)
{
	return guide_look(question, question->row->categories,
	                  &question->row->signatures, guide_contra);
}

/* Groups and broadcasts, whatever their signatures say. */
static void groups(struct guide_question *question)
{
	static const enum manner manners[] = {
		MANNER_GROUP_LINK,
		MANNER_GROUP_ROUTED,
		MANNER_LIMITED_BROADCAST,
		MANNER_DIRECTED_BROADCAST,
	};
	uint64_t packets = 0;

	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		const struct sums *sums =
			&question->part->total.by_manner[manners[i]];

		packets += sums->packets;
		if (sums->packets)
			guide_contra(question, "%s: %" PRIu64 " packets",
			             manner_name(manners[i]), sums->packets);
	}
	if (!packets) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	look_against(question);
	guide_settle(question, GUIDE_NOT_RECOMMENDED);
}

static void real_time(struct guide_question *question)
{
	const struct load *load = &question->part->load;

	if (load->mixed.peak && load->pair_window.needed)
		guide_contra(question,
		             "a replay window of %" PRIu64
		             " packets is needed where classes mix",
		             load->pair_window.needed);
	settle_by_impact(question, look_against(question));
}

static void icmp(struct guide_question *question)
{
	const struct path *total = &question->part->total;

	if (total->too_big_flows)
		guide_contra(question,
		             "flows in which a router said that packets were "
		             "too big: %" PRIu64,
		             total->too_big_flows);
	settle_by_impact(question, look_against(question));
}

static void peer_to_peer(struct guide_question *question)
{
	struct guide_seen seen = look_against(question);

	if (seen.kinds)
		guide_contra(question,
		             "pairs of hosts, each an association of its own: "
		             "%" PRIu64,
		             question->part->load.pairs);
	settle_by_impact(question, seen);
}

static void network_management(struct guide_question *question)
{
	settle_by_impact(question, look_against(question));
}

const struct guide_evaluator *guide_limit(size_t index)
{
	static const struct guide_evaluator limits[] = {
		{ "member-to-controller", GUIDE_PATH, member_to_controller },
		{ "all-traffic", GUIDE_SEGMENT, all_traffic },
		{ "multicast-and-broadcast", GUIDE_SEGMENT, groups },
		{ "real-time", GUIDE_SEGMENT, real_time },
		{ "icmp", GUIDE_SEGMENT, icmp },
		{ "peer-to-peer", GUIDE_SEGMENT, peer_to_peer },
		{ "network-management", GUIDE_SEGMENT, network_management },
	};

	return index < sizeof(limits) / sizeof(limits[0]) ? &limits[index]
	                                                  : NULL;
}
