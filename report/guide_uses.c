/* What the guide recommends IPsec for. */
#include "report/guide_parts.h"

static bool is_within(const struct guide_question *question)
{
	const struct report_path *path =
		&question->work->report->paths[question->index];

	return path->ends[0] == path->ends[1];
}

static void packet_filtering(struct guide_question *question)
{
	const struct guide_hosts *hosts = guide_hosts_of(question);
	bool stateful;

	if (!hosts->serving) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
		return;
	}
	guide_pro(question,
	          "hosts that serve something: %" PRIu64 ", on ports: %" PRIu64,
	          hosts->serving, hosts->services);
	if (hosts->unanswered)
		guide_pro(question,
		          "flows that hosts here began in vain: %" PRIu64,
		          hosts->unanswered);
	stateful = guide_objections(question);
	guide_settle_watched(question,
	                     stateful ? GUIDE_RECOMMENDED_WITH_EXEMPTIONS
	                              : GUIDE_RECOMMENDED);
}

static void ike_open(struct guide_question *question)
{
	bool used = guide_in_use(question);
	bool asked = guide_subject(question).kinds;
	bool closed = guide_objections(question);

	if (is_within(question))
		question->is_void = true;
	else if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else if (asked && closed)
		guide_settle(question, GUIDE_NOT_RECOMMENDED);
	else if (asked)
		guide_settle(question, GUIDE_RECOMMENDED);
	else
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
}

static void say_best(struct guide_question *question, const struct pair *best)
{
	char text[2][ADDRESS_TEXT];

	for (unsigned e = 0; e < 2; e++) {
		const struct address *address = &best->key.end[e].address;

		address_text(text[e], address,
		             address_is_ipv4(address) ? FAMILY_IPV4
		                                      : FAMILY_IPV6);
	}
	guide_pro(question,
	          "first %s with %s: %" PRIu64
	          " bytes in clear text in %" PRIu64 " flows",
	          text[0], text[1], best->exposure, best->sums.flows);
}

static void say_pairs(struct guide_question *question,
                      const struct guide_pairs *pairs)
{
	if (pairs->inside)
		guide_pro(question,
		          "pairs of hosts: %" PRIu64
		          "; without a dynamic end: %" PRIu64
		          "; there nearly always: %" PRIu64
		          "; that came back: %" PRIu64,
		          pairs->inside, pairs->dynamic[0], pairs->present,
		          pairs->recurring);
	if (pairs->open_bytes)
		guide_pro(question,
		          "bytes that would be protected: %" PRIu64
		          ", of pairs: %" PRIu64,
		          pairs->open_bytes, pairs->open_pairs);
	if (pairs->incapable)
		guide_contra(
			question,
			"pairs with an end that did not answer IKE: %" PRIu64,
			pairs->incapable);
}

/* The answer for a kind of pair of which there are some. */
static void settle_pairs(struct guide_question *question, bool is_open,
                         bool objected)
{
	if (!is_open) {
		guide_contra(question, "nothing that IPsec would protect "
		                       "better was seen between them");
		guide_settle_watched(question, GUIDE_NOT_RECOMMENDED);
		return;
	}
	guide_settle_watched(question,
	                     objected ? GUIDE_RECOMMENDED_WITH_EXEMPTIONS
	                              : GUIDE_RECOMMENDED);
}

static void host_to_host(struct guide_question *question)
{
	const struct guide_pairs *pairs = guide_pairs_of(question);
	bool used = guide_in_use(question);
	bool objected = guide_objections(question);

	say_pairs(question, pairs);
	if (pairs->best)
		say_best(question, pairs->best);
	if (guide_is_with_outside(question)) {
		question->is_void = true;
	} else if (used) {
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	} else if (!pairs->inside) {
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	} else if (pairs->suitable) {
		settle_pairs(question, true, objected);
	} else {
		guide_contra(question, "no pair stays at its addresses, comes "
		                       "back and has something to protect");
		guide_settle_watched(question, GUIDE_NOT_RECOMMENDED);
	}
}

static void controllers(struct guide_question *question)
{
	const struct guide_pairs *pairs = guide_pairs_of(question);
	bool used = guide_in_use(question);
	bool objected = guide_objections(question);

	if (pairs->controllers)
		guide_pro(question,
		          "pairs of domain controllers that talk: %" PRIu64,
		          pairs->controllers);
	if (guide_is_with_outside(question) || is_within(question))
		question->is_void = true;
	else if (!pairs->controllers)
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	else if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else
		settle_pairs(question, true, objected);
}

static void databases(struct guide_question *question)
{
	const struct guide_pairs *pairs = guide_pairs_of(question);
	bool used = guide_in_use(question);

	if (pairs->databases)
		guide_pro(
			question,
			"pairs of a web server and a database server: %" PRIu64
			"; with clear text: %" PRIu64,
			pairs->databases, pairs->open_databases);
	if (guide_is_with_outside(question))
		question->is_void = true;
	else if (!pairs->databases)
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	else if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else
		settle_pairs(question, pairs->open_databases,
		             guide_objections(question));
}

static void say_callers(struct guide_question *question,
                        const struct guide_hosts *hosts)
{
	if (hosts->servers)
		guide_pro(question,
		          "servers that stay and have clients: %" PRIu64
		          "; with clear text: %" PRIu64,
		          hosts->servers, hosts->open_servers);
	if (hosts->server_unfit)
		guide_contra(question,
		             "pairs of these with a peer that may lack IPsec: "
		             "%" PRIu64,
		             hosts->server_unfit);
	if (hosts->server_outside)
		guide_contra(question,
		             "pairs of these with a peer outside: %" PRIu64,
		             hosts->server_outside);
	if (hosts->infrastructure)
		guide_contra(question,
		             "servers of names, tickets, addresses or time, to "
		             "stay reachable in clear: %" PRIu64,
		             hosts->infrastructure);
}

static void to_servers(struct guide_question *question)
{
	const struct guide_hosts *hosts = guide_hosts_of(question);
	bool used = guide_in_use(question);
	bool objected = guide_objections(question);

	say_callers(question, hosts);
	if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else if (!hosts->servers)
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	else
		settle_pairs(question, hosts->open_servers,
		             objected || hosts->server_unfit ||
		                     hosts->server_outside);
}

static void l2tp(struct guide_question *question)
{
	struct guide_seen remote = guide_subject(question);
	bool used = guide_in_use(question);
	bool objected = guide_objections(question);

	if (!guide_is_with_outside(question))
		question->is_void = true;
	else if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else if (remote.kinds)
		guide_settle(question,
		             objected ? GUIDE_RECOMMENDED_WITH_EXEMPTIONS
		                      : GUIDE_RECOMMENDED);
	else
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
}

/* Gateways of either side. */
static uint64_t gateways_of(const struct guide_question *question)
{
	const struct guide_work *work = question->work;
	const struct report_path *path = &work->report->paths[question->index];
	uint64_t gateways = 0;

	for (unsigned e = 0; e < 2; e++)
		gateways += work->segments[path->ends[e]].gateways;
	return gateways;
}

static void site_to_site(struct guide_question *question)
{
	const struct guide_pairs *pairs = guide_pairs_of(question);
	struct guide_seen tunnels;
	bool used;
	bool objected;

	if (guide_is_with_outside(question) || is_within(question)) {
		question->is_void = true;
		return;
	}
	tunnels = guide_subject(question);
	used = guide_in_use(question);
	objected = guide_objections(question);
	if (gateways_of(question))
		guide_pro(question,
		          "hosts of the two segments that act as gateways: "
		          "%" PRIu64,
		          gateways_of(question));
	if (pairs->open_bytes)
		guide_pro(question,
		          "bytes in clear text between the two: %" PRIu64,
		          pairs->open_bytes);
	if (used)
		guide_settle(question, GUIDE_ALREADY_IN_USE);
	else if (!tunnels.kinds && !pairs->open_bytes)
		guide_settle_watched(question, GUIDE_NOT_OBSERVED);
	else
		settle_pairs(question, true, objected);
}

const struct guide_evaluator *guide_use(size_t index)
{
	static const struct guide_evaluator uses[] = {
		{ "packet-filtering", GUIDE_SEGMENT, packet_filtering },
		{ "ike-open", GUIDE_PATH, ike_open },
		{ "host-to-host", GUIDE_PATH, host_to_host },
		{ "controller-to-controller", GUIDE_PATH, controllers },
		{ "web-to-database", GUIDE_PATH, databases },
		{ "to-servers", GUIDE_SEGMENT, to_servers },
		{ "l2tp", GUIDE_PATH, l2tp },
		{ "site-to-site", GUIDE_PATH, site_to_site },
	};

	return index < sizeof(uses) / sizeof(uses[0]) ? &uses[index] : NULL;
}
