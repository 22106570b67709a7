#include "report/emit_json_exemptions.h"

#include "capture/transport.h"
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

static void add_percent(struct json_scope percents, enum model model,
                        int percent)
{
	if (percent >= 0)
		json_add_u64(percents, model_name(model), (uint64_t)percent);
}

void emit_json_segment_exemptions(struct json_scope object, uint32_t segment,
                                  const struct exemptions *exemptions,
                                  const struct report *report)
{
	struct json_scope list = json_add_array(object, "exemptions");
	struct json_scope percents;

	for (size_t i = 0; i < exemptions->count; i++)
		if (exemptions->rules[i].ends[0] == segment ||
		    exemptions->rules[i].ends[1] == segment)
			add_rule(list, &exemptions->rules[i], report);
	percents = json_add_object(object, "protected_sensitive_percent");
	for (enum model model = 0; model < MODEL_COUNT; model++)
		add_percent(percents, model,
		            exemptions_percent(exemptions, segment, model));
}

static bool is_between(const struct exemption *rule, const uint32_t ends[2])
{
	return (rule->ends[0] == ends[0] && rule->ends[1] == ends[1]) ||
	       (rule->ends[0] == ends[1] && rule->ends[1] == ends[0]);
}

void emit_json_path_exemptions(struct json_scope object, size_t path,
                               const struct exemptions *exemptions,
                               const struct report *report)
{
	const struct exemption_balance *balance = &exemptions->balances[path];
	struct json_scope list = json_add_array(object, "exemptions");
	struct json_scope percents;

	for (size_t i = 0; i < exemptions->count; i++)
		if (is_between(&exemptions->rules[i], balance->ends))
			add_rule(list, &exemptions->rules[i], report);
	percents = json_add_object(object, "protected_sensitive_percent");
	for (enum model model = 0; model < MODEL_COUNT; model++)
		add_percent(percents, model, balance_percent(balance, model));
}
