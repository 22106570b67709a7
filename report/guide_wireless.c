/* What the guide says of wireless networks and of remote access. */
#include "report/guide_parts.h"

/* The same question of every path: each finding is on one. */
static size_t look_everywhere(struct guide_question *question,
                              unsigned categories, const struct text_list *ids,
                              guide_say *say)
{
	const struct report *report = question->work->report;
	size_t kinds = 0;

	for (size_t i = 0; i < report->path_count; i++) {
		question->part = &report->paths[i].part;
		kinds += guide_look(question, categories, ids, say).kinds;
	}
	question->part = NULL;
	return kinds;
}

static void corporate(struct guide_question *question)
{
	const struct guide_row *row = question->row;
	size_t weak = look_everywhere(question, 0, &row->against, guide_contra);
	size_t strong = look_everywhere(question, 0, &row->in_use, guide_pro);
	size_t any = look_everywhere(question, row->categories,
	                             &row->signatures, NULL);

	if (weak) {
		guide_contra(question, "the radio itself has to be secured "
		                       "first, with WPA2 or WPA3 and 802.1X");
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	} else if (strong) {
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	} else {
		if (!any)
			guide_contra(question,
			             "no frame of 802.11 was captured, nor "
			             "anything that speaks of one");
		guide_settle(question, GUIDE_INSUFFICIENT_EVIDENCE);
	}
}

static void unmanaged(struct guide_question *question)
{
	const struct guide_hosts *hosts = guide_hosts_of(question);
	uint64_t managed = hosts->members + hosts->controllers;
	uint64_t percent;

	if (managed > hosts->hosts)
		managed = hosts->hosts;
	if (!guide_look(question, 0, &question->row->signatures, guide_contra)
	             .kinds &&
	    !managed) {
		guide_contra(question,
		             "no host talks with a domain controller: nothing "
		             "tells who is managed");
		guide_settle(question, GUIDE_INSUFFICIENT_EVIDENCE);
		return;
	}
	percent = hosts->hosts ? (hosts->hosts - managed) * 100 / hosts->hosts
	                       : 100;
	guide_pro(
		question,
		"hosts that talk with a domain controller or are one: %" PRIu64
		" of %" PRIu64,
		managed, hosts->hosts);
	if (percent)
		guide_contra(question,
		             "hosts without any sign of that: %" PRIu64 " %%",
		             percent);
	if (percent >= question->work->report->thresholds.unmanaged_percent)
		guide_settle_watched(question, GUIDE_NOT_RECOMMENDED);
	else
		guide_settle_watched(question,
		                     percent ? GUIDE_RECOMMENDED_WITH_EXEMPTIONS
		                             : GUIDE_RECOMMENDED);
}

static void mobile_tunnel(struct guide_question *question)
{
	const struct guide_hosts *hosts = guide_hosts_of(question);
	uint64_t leased = hosts->by_class[ADDRESS_LEASED];
	uint64_t moving = hosts->by_class[ADDRESS_MOVING];
	bool old = guide_objections(question);
	bool roams = guide_look(question, 0, &question->row->signatures,
	                        guide_contra)
	                     .kinds;

	if (leased || moving)
		guide_contra(question,
		             "hosts with leased addresses: %" PRIu64
		             " of %" PRIu64 "; with moving ones: %" PRIu64,
		             leased, hosts->hosts, moving);
	/* Others' addresses pass through here as well. */
	if (moving || (leased && (old || roams)))
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (leased)
		guide_settle(question, GUIDE_RECOMMENDED_WITH_EXEMPTIONS);
	else
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
}

static void public_wireless(struct guide_question *question)
{
	bool remote = guide_subject(question).kinds;
	bool used = guide_in_use(question);

	if (!guide_is_with_outside(question))
		question->is_void = true;
	else if (remote)
		guide_settle(question, GUIDE_RECOMMENDED);
	else if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
}

static void remote_tunnel(struct guide_question *question)
{
	bool old = guide_objections(question);
	bool used = guide_in_use(question);

	if (!guide_is_with_outside(question))
		question->is_void = true;
	else if (old)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
}

const struct guide_evaluator *guide_wireless(size_t index)
{
	static const struct guide_evaluator wireless[] = {
		{ "wireless-corporate", GUIDE_REPORT, corporate },
		{ "wireless-unmanaged", GUIDE_SEGMENT, unmanaged },
		{ "mobile-tunnel", GUIDE_SEGMENT, mobile_tunnel },
		{ "public-wireless", GUIDE_PATH, public_wireless },
		{ "remote-tunnel", GUIDE_PATH, remote_tunnel },
	};

	return index < sizeof(wireless) / sizeof(wireless[0]) ? &wireless[index]
	                                                      : NULL;
}
