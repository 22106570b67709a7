#include "report/emit_json_exemptions.h"

#include <stdlib.h>

#include "capture/transport.h"
#include "report/exemption.h"
#include "report/timestamp.h"

static void add_prefixes(struct json_scope object,
                         const struct prefix_list *list)
{
	struct json_scope array = json_add_array(object, "prefixes");
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < list->count; i++)
		json_add_string(array, NULL,
		                prefix_text(text, &list->prefix[i]));
}

static void add_end(struct json_scope object, const char *key,
                    const struct exemption *rule, unsigned end,
                    const struct report *report)
{
	struct json_scope sub = json_add_object(object, key);

	json_add_string(sub, "segment",
	                report_segment_name(report, rule->ends[end]));
	add_prefixes(sub, end ? &rule->servers : &rule->clients);
}

static void add_icmp(struct json_scope list, struct port_range range)
{
	for (uint32_t value = range.first; value <= range.last; value++) {
		struct json_scope item = json_add_object(list, NULL);

		json_add_u64(item, "type", value >> 8);
		json_add_u64(item, "code", value & 0xff);
	}
}

static void add_ports(struct json_scope object, const struct exemption *rule)
{
	bool is_icmp = exemption_is_icmp(rule);
	struct json_scope list =
		json_add_array(object, is_icmp ? "icmp" : "ports");

	for (size_t i = 0; i < rule->ports.count; i++) {
		struct port_range range = rule->ports.range[i];
		struct json_scope item;

		if (is_icmp) {
			add_icmp(list, range);
			continue;
		}
		item = json_add_object(list, NULL);
		json_add_u64(item, "first", range.first);
		json_add_u64(item, "last", range.last);
	}
}

static void add_words(struct json_scope object, const struct exemption *rule)
{
	const char *transport = transport_name(rule->transport);
	struct json_scope list = json_add_array(object, "signatures");
	char text[8];

	for (size_t i = 0; i < rule->signature_count; i++)
		json_add_string(list, NULL, rule->signatures[i]->id);
	list = json_add_array(object, "models");
	for (enum model model = 0; model < MODEL_COUNT; model++)
		if (rule->models & 1u << model)
			json_add_string(list, NULL, model_name(model));
	json_add_string(object, "kind", exemptable_role_name(rule->role));
	list = json_add_array(object, "directions");
	if (rule->directions & EXEMPTION_TO_SERVICE)
		json_add_string(list, NULL, "to-service");
	if (rule->directions & EXEMPTION_FROM_SERVICE)
		json_add_string(list, NULL, "from-service");
	snprintf(text, sizeof(text), "%u", rule->transport);
	json_add_string(object, "transport", transport ? transport : text);
}

static void add_evidence(struct json_scope object, const struct exemption *rule)
{
	char text[TIMESTAMP_TEXT];

	json_add_u64(object, "flows", rule->sums.flows);
	json_add_u64(object, "packets", rule->sums.packets);
	json_add_u64(object, "bytes", rule->sums.bytes);
	json_add_u64(object, "hosts", rule->client_count);
	json_add_bool(object, "more_hosts", rule->more_clients);
	json_add_string(object, "first",
	                timestamp_text(text, rule->span.first_ns));
	json_add_string(object, "last",
	                timestamp_text(text, rule->span.last_ns));
}

static void add_rule(struct json_scope list, const struct exemption *rule,
                     const struct report *report)
{
	struct json_scope object = json_add_object(list, NULL);

	add_words(object, rule);
	add_end(object, "clients", rule, 0, report);
	add_end(object, "service", rule, 1, report);
	add_ports(object, rule);
	add_evidence(object, rule);
}

/* Which rules each of so many places has: those of place p are rule[start[p]]
 * up to before rule[start[p + 1]]. */
struct rule_lists {
	size_t *start;
	uint32_t *rule;
};

struct exemption_index {
	const struct report *report;
	const struct exemptions *exemptions;
	struct exemptions *own; /* made for the model that was chosen */
	struct rule_lists by_segment;
	struct rule_lists by_path;
};

/* The places that a rule is about, none twice. */
typedef size_t rule_places(const struct report *report,
                           const struct exemption *rule, size_t places[2]);

static size_t segments_of(const struct report *report,
                          const struct exemption *rule, size_t places[2])
{
	size_t count = 0;

	(void)report;
	for (unsigned e = 0; e < 2; e++)
		if (rule->ends[e] != ATLAS_OUTSIDE &&
		    (!count || places[0] != rule->ends[e]))
			places[count++] = rule->ends[e];
	return count;
}

static size_t path_of(const struct report *report, const struct exemption *rule,
                      size_t places[2])
{
	const struct report_path *path =
		report_path_find(report, rule->ends[0], rule->ends[1]);

	if (!path)
		return 0;
	places[0] = (size_t)(path - report->paths);
	return 1;
}

/* Counted first, so that the starts are known, then put in their order. */
static bool lists_fill(struct rule_lists *lists, size_t place_count,
                       const struct exemption_index *index, rule_places *of)
{
	const struct exemptions *exemptions = index->exemptions;
	size_t places[2];

	lists->start = calloc(place_count + 2, sizeof(*lists->start));
	lists->rule = calloc(2 * exemptions->count + 1, sizeof(*lists->rule));
	if (!lists->start || !lists->rule)
		return false;
	for (size_t i = 0; i < exemptions->count; i++)
		for (size_t n =
		             of(index->report, &exemptions->rules[i], places);
		     n--;)
			lists->start[places[n] + 2]++;
	for (size_t p = 2; p < place_count + 2; p++)
		lists->start[p] += lists->start[p - 1];
	for (size_t i = 0; i < exemptions->count; i++)
		for (size_t n =
		             of(index->report, &exemptions->rules[i], places);
		     n--;)
			lists->rule[lists->start[places[n] + 1]++] =
				(uint32_t)i;
	return true;
}

static bool index_fill(struct exemption_index *index,
                       const struct report *report)
{
	struct error ignored = { "" };

	index->report = report;
	if (report->model_chosen)
		index->own = exemptions_create(report, 1u << report->model, 0,
		                               &ignored);
	index->exemptions =
		report->model_chosen ? index->own : report->exemptions;
	return index->exemptions &&
	       lists_fill(&index->by_segment, report->segment_count, index,
	                  segments_of) &&
	       lists_fill(&index->by_path, report->path_count, index, path_of);
}

struct exemption_index *exemption_index_create(const struct report *report)
{
	struct exemption_index *index = calloc(1, sizeof(*index));

	if (index && !index_fill(index, report)) {
		exemption_index_free(index);
		return NULL;
	}
	return index;
}

void exemption_index_free(struct exemption_index *index)
{
	if (!index)
		return;
	free(index->by_segment.start);
	free(index->by_segment.rule);
	free(index->by_path.start);
	free(index->by_path.rule);
	exemptions_free(index->own);
	free(index);
}

static void add_rules(struct json_scope object, const struct rule_lists *lists,
                      size_t place, const struct exemption_index *index)
{
	struct json_scope list = json_add_array(object, "exemptions");

	for (size_t i = lists->start[place]; i < lists->start[place + 1]; i++)
		add_rule(list, &index->exemptions->rules[lists->rule[i]],
		         index->report);
}

static void add_percents(struct json_scope object,
                         const struct exemption_balance *balance)
{
	struct json_scope percents =
		json_add_object(object, "protected_sensitive_percent");

	for (enum model model = 0; model < MODEL_COUNT; model++) {
		int percent = balance_percent(balance, model);

		if (percent >= 0)
			json_add_u64(percents, model_name(model),
			             (uint64_t)percent);
	}
}

void emit_json_segment_exemptions(struct json_scope object, size_t segment,
                                  const struct exemption_index *index)
{
	add_rules(object, &index->by_segment, segment, index);
	add_percents(object, &index->exemptions->segment_balances[segment]);
}

void emit_json_path_exemptions(struct json_scope object, size_t path,
                               const struct exemption_index *index)
{
	add_rules(object, &index->by_path, path, index);
	add_percents(object, &index->exemptions->balances[path]);
}
