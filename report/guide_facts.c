#include <stdlib.h>

#include "report/guide_parts.h"

enum { DAY_SECONDS = 86400 };

/* What pairs and hosts are looked at with. */
struct view {
	struct guide_work *work;
	uint64_t controllers; /* bits of roles */
	uint64_t webs;
	uint64_t databases;
	uint64_t infrastructure;
};

static uint64_t roles_of(const struct report *report, const char *id,
                         size_t from, size_t to)
{
	const struct guide_row *row =
		guide_find(signature_guide(report->set), id);
	struct text_list some;

	if (!row || row->roles.count < to)
		return 0;
	some.text = row->roles.text + from;
	some.count = to ? to - from : row->roles.count;
	return inventory_roles(report, &some);
}

/* Slots of that width that the observation reaches over. */
static uint64_t slots_observed(const struct observation *seen, uint32_t width)
{
	return seen->span.last_ns / 1000000000 / width -
	       seen->span.first_ns / 1000000000 / width + 1;
}

static bool is_present(const struct report_host *host,
                       const struct report *report)
{
	const struct activity *active = &host->activity;
	uint64_t slots = (uint64_t)__builtin_popcountll(active->slots);

	return active->slots &&
	       slots * 100 >=
	               slots_observed(&report->observation, active->width) *
	                       report->thresholds.present_percent;
}

static uint64_t days_active(const struct activity *activity)
{
	uint64_t days = 0;
	uint64_t last = UINT64_MAX;

	for (unsigned i = 0; i < ACTIVITY_SLOTS; i++) {
		uint64_t day =
			(activity->first + i) * activity->width / DAY_SECONDS;

		if (!(activity->slots >> i & 1) || day == last)
			continue;
		days++;
		last = day;
	}
	return days;
}

static bool is_recurring(const struct pair *pair,
                         const struct thresholds *thresholds)
{
	return pair->sums.flows >= thresholds->recurring_sessions ||
	       days_active(&pair->activity) >= thresholds->recurring_days;
}

static bool have_roles(struct report_host *const ends[2], uint64_t one,
                       uint64_t other)
{
	return (ends[0]->roles & one && ends[1]->roles & other) ||
	       (ends[1]->roles & one && ends[0]->roles & other);
}

static void count_roles(struct guide_pairs *pairs, const struct view *view,
                        struct report_host *const ends[2], bool is_open)
{
	bool first = ends[0]->roles & view->controllers;
	bool second = ends[1]->roles & view->controllers;
	bool database = have_roles(ends, view->webs, view->databases);

	pairs->controllers += first && second;
	pairs->members += first != second;
	pairs->databases += database;
	pairs->open_databases += database && is_open;
}

/* Whichever pair was entered in the ledger first, the same one is named. */
static bool is_better(const struct pair *pair, const struct pair *best)
{
	int order = 0;

	if (!best || pair->exposure != best->exposure)
		return !best || pair->exposure > best->exposure;
	for (unsigned e = 0; !order && e < 2; e++)
		order = address_compare(&pair->key.end[e].address,
		                        &best->key.end[e].address);
	return order < 0;
}

static void count_inside(struct guide_pairs *pairs, const struct view *view,
                         const struct pair *pair,
                         struct report_host *const ends[2])
{
	const struct report *report = view->work->report;
	unsigned dynamic =
		!inventory_stays(ends[0]) + !inventory_stays(ends[1]);
	bool present =
		is_present(ends[0], report) && is_present(ends[1], report);
	bool recurring = is_recurring(pair, &report->thresholds);
	bool incapable = ends[0]->capability == CAPABILITY_SUSPECTED ||
	                 ends[1]->capability == CAPABILITY_SUSPECTED;

	pairs->inside++;
	pairs->dynamic[dynamic]++;
	pairs->unknown +=
		!dynamic && (ends[0]->address_class == ADDRESS_UNKNOWN ||
	                     ends[1]->address_class == ADDRESS_UNKNOWN);
	pairs->present += present;
	pairs->recurring += recurring;
	pairs->incapable += incapable;
	count_roles(pairs, view, ends, pair->exposure);
	if (dynamic || !present || !recurring || incapable || !pair->exposure)
		return;
	pairs->suitable++;
	if (is_better(pair, pairs->best))
		pairs->best = pair;
}

static bool is_server(const struct report_host *host, const struct view *view)
{
	const struct thresholds *thresholds = &view->work->report->thresholds;

	return inventory_stays(host) && host->total->service_count &&
	       host->clients >= thresholds->server_clients &&
	       !(host->roles & view->infrastructure);
}

/* Who calls the servers that have something to lose. */
static void count_callers(const struct view *view, const uint32_t segments[2],
                          struct report_host *const ends[2])
{
	for (unsigned e = 0; e < 2; e++) {
		struct guide_hosts *hosts;

		if (!ends[e] || !ends[e]->total->exposure ||
		    !is_server(ends[e], view))
			continue;
		hosts = &view->work->segments[segments[e]];
		hosts->server_outside += segments[!e] == ATLAS_OUTSIDE;
		hosts->server_unfit +=
			ends[!e] &&
			(ends[!e]->capability == CAPABILITY_VERIFY ||
		         ends[!e]->capability == CAPABILITY_SUSPECTED);
	}
}

static void count_pair(const struct view *view, const struct report_pair *pair)
{
	const struct guide_work *work = view->work;
	struct guide_pairs *pairs;

	count_callers(view, pair->segments, pair->hosts);
	if (!pair->path)
		return;
	pairs = &work->paths[pair->path - work->report->paths];
	pairs->pairs++;
	pairs->open_bytes += pair->sums->exposure;
	pairs->open_pairs += pair->sums->exposure > 0;
	if (pair->hosts[0] && pair->hosts[1])
		count_inside(pairs, view, pair->sums, pair->hosts);
}

static void count_host(struct guide_hosts *hosts, const struct view *view,
                       const struct report_host *host)
{
	bool server = is_server(host, view);

	hosts->hosts++;
	hosts->by_class[host->address_class]++;
	hosts->by_capability[host->capability]++;
	hosts->serving += host->total->service_count > 0;
	hosts->services += host->total->service_count;
	hosts->unanswered += host->total->unanswered;
	hosts->exposed += host->total->exposure > 0;
	hosts->members += host->member;
	hosts->controllers += (host->roles & view->controllers) != 0;
	hosts->gateways += (host->behaviours & HOST_GATEWAY) != 0;
	hosts->servers += server;
	hosts->open_servers += server && host->total->exposure;
	hosts->infrastructure += (host->roles & view->infrastructure) != 0;
}

static void count_rule(const struct guide_work *work,
                       const struct exemption *rule)
{
	if (!(rule->models >> MODEL_HOST_SUBNET & 1))
		return;
	for (unsigned e = 0; e < 2; e++)
		if (rule->ends[e] != ATLAS_OUTSIDE &&
		    (!e || rule->ends[1] != rule->ends[0]))
			work->segments[rule->ends[e]].rules++;
}

bool guide_count(struct guide_work *work)
{
	const struct report *report = work->report;
	const struct view view = {
		.work = work,
		.controllers = roles_of(report, "member-to-controller", 0, 0),
		.webs = roles_of(report, "web-to-database", 0, 1),
		.databases = roles_of(report, "web-to-database", 1, 2),
		.infrastructure = roles_of(report, "to-servers", 0, 0),
	};

	work->paths = calloc(report->path_count + 1, sizeof(*work->paths));
	work->segments =
		calloc(report->segment_count + 1, sizeof(*work->segments));
	if (!work->paths || !work->segments)
		return false;
	for (size_t s = 0; s < report->segment_count; s++)
		for (size_t h = 0; h < report->segments[s].host_count; h++)
			count_host(&work->segments[s], &view,
			           &report->segments[s].hosts[h]);
	for (size_t i = 0; i < report->pair_count; i++)
		count_pair(&view, &report->pairs[i]);
	for (size_t i = 0; i < report->exemptions->count; i++)
		count_rule(work, &report->exemptions->rules[i]);
	return true;
}
