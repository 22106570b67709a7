#include "report/emit_json_part.h"

#include <stdio.h>

#include "capture/transport.h"
#include "report/filter.h"
#include "report/ledger_json.h"
#include "report/timestamp.h"

static void add_time(struct json_scope object, const char *key, uint64_t ns)
{
	if (ns) {
		char text[TIMESTAMP_TEXT];

		json_add_string(object, key, timestamp_text(text, ns));
	}
}

void emit_json_span(struct json_scope object, const struct span *span)
{
	add_time(object, "first", span->first_ns);
	add_time(object, "last", span->last_ns);
}

void emit_json_sums(struct json_scope object, const struct sums *sums)
{
	json_add_u64(object, "flows", sums->flows);
	json_add_u64(object, "packets", sums->packets);
	json_add_u64(object, "bytes", sums->bytes);
}

static void add_traffic(struct json_scope object,
                        const struct report_part *part)
{
	struct json_scope traffic = json_add_object(object, "traffic");
	struct bin peak = bins_peak(&part->total.bins);
	struct json_scope sub;

	emit_json_sums(traffic, &part->sums);
	emit_json_span(traffic, &part->total.span);
	json_add_u64(traffic, "peak_packets_per_second", peak.packets);
	json_add_u64(traffic, "peak_bytes_per_second", peak.bytes);
	sub = json_add_object(traffic, "manners");
	for (enum manner m = 0; m < MANNER_COUNT; m++)
		if (part->total.by_manner[m].packets)
			emit_json_sums(json_add_object(sub, manner_name(m)),
			               &part->total.by_manner[m]);
	sub = json_add_object(traffic, "categories");
	for (enum category c = 0; c < CATEGORY_COUNT; c++)
		if (part->total.by_category[c].flows)
			emit_json_sums(json_add_object(sub, category_name(c)),
			               &part->total.by_category[c]);
}

static void add_impact(struct json_scope object,
                       const enum impact impact[MODEL_COUNT])
{
	struct json_scope sub = json_add_object(object, "impact");

	for (enum model model = 0; model < MODEL_COUNT; model++)
		json_add_string(sub, model_name(model),
		                impact_name(impact[model]));
}

static void add_affected(struct json_scope object,
                         const uint64_t affected[MODEL_COUNT])
{
	struct json_scope sub = json_add_object(object, "affected");

	for (enum model model = 0; model < MODEL_COUNT; model++)
		json_add_u64(sub, model_name(model), affected[model]);
}

static void add_end(struct json_scope object, const char *key,
                    const struct example *example, unsigned end)
{
	struct json_scope sub = json_add_object(object, key);
	enum family family = (enum family)example->family;
	char text[ADDRESS_TEXT];

	json_add_string(sub, family == FAMILY_LAYER2 ? "mac" : "ip",
	                address_text(text, &example->address[end], family));
	if (example->port[end])
		json_add_u64(sub, "port", example->port[end]);
}

static void add_example(struct json_scope list, const struct example *example)
{
	struct json_scope object = json_add_object(list, NULL);
	const char *transport = transport_name(example->transport);
	char text[FILTER_TEXT];
	char time[TIMESTAMP_TEXT];

	json_add_string(object, "id", example_id(text, example));
	json_add_string(object, "time", timestamp_text(time, example->time_ns));
	add_end(object, "source", example, 0);
	add_end(object, "destination", example, 1);
	if (example->family != FAMILY_LAYER2) {
		snprintf(text, sizeof(text), "%u", example->transport);
		json_add_string(object, "transport",
		                transport ? transport : text);
	}
	if (example->vlan)
		json_add_u64(object, "vlan", example->vlan);
	json_add_string(object, "filter", filter_text(text, example));
}

static void add_texts(struct json_scope object, const char *key,
                      const struct text_list *texts)
{
	struct json_scope list = json_add_array(object, key);

	for (size_t i = 0; i < texts->count; i++)
		json_add_string(list, NULL, texts->text[i]);
}

static void add_finding_hosts(struct json_scope object,
                              const struct host_set *hosts)
{
	struct json_scope list = json_add_array(object, "hosts");
	char text[ADDRESS_TEXT];

	for (uint32_t i = 0; i < hosts->count; i++)
		json_add_string(list, NULL,
		                address_text(text, &hosts->address[i],
		                             (enum family)hosts->family[i]));
	json_add_bool(object, "more_hosts", hosts->more);
}

static void add_findings(struct json_scope object,
                         const struct report_part *part)
{
	struct json_scope list = json_add_array(object, "findings");

	for (size_t i = 0; i < part->finding_count; i++) {
		const struct report_finding *finding = &part->findings[i];
		const struct signature *signature = finding->signature;
		struct json_scope item = json_add_object(list, NULL);
		struct json_scope examples;

		json_add_string(item, "signature", signature->id);
		json_add_string(item, "name", signature->name);
		json_add_string(item, "category",
		                category_name(signature->category));
		add_impact(item, finding->impact);
		add_affected(item, finding->affected);
		json_add_bool(item, "benefits", signature->benefits);
		emit_json_sums(item, &finding->total.sums);
		if (finding->host_count)
			json_add_u64(item, "hosts_found", finding->host_count);
		emit_json_span(item, &finding->total.span);
		add_finding_hosts(item, &finding->total.hosts);
		examples = json_add_array(item, "examples");
		for (uint32_t e = 0; e < finding->total.example_count; e++)
			add_example(examples, &finding->total.examples[e]);
		add_texts(item, "remedy", &signature->remedies);
	}
}

static void add_verdicts(struct json_scope object,
                         const struct report_part *part)
{
	struct json_scope verdicts = json_add_object(object, "verdicts");

	for (enum model model = 0; model < MODEL_COUNT; model++) {
		const struct judgement *judgement = &part->judgements[model];
		struct json_scope sub =
			json_add_object(verdicts, model_name(model));
		struct json_scope reasons;

		json_add_string(sub, "verdict",
		                verdict_name(judgement->verdict));
		reasons = json_add_array(sub, "reasons");
		for (size_t i = 0; i < judgement->count; i++) {
			const struct reason *reason = &judgement->reasons[i];
			struct json_scope item = json_add_object(reasons, NULL);

			json_add_string(item, "text", reason->text);
			if (reason->impact >= IMPACT_DEGRADES)
				json_add_string(item, "impact",
				                impact_name(reason->impact));
			if (reason->signature)
				json_add_string(item, "signature",
				                reason->signature->id);
			json_add_u64(item, "packets", reason->packets);
		}
	}
}

static void add_applications(struct json_scope object,
                             const struct report_part *part)
{
	struct json_scope list = json_add_array(object, "applications");

	for (size_t i = 0; i < part->application_count; i++) {
		struct json_scope item = json_add_object(list, NULL);

		json_add_string(item, "name", part->applications[i].name);
		emit_json_sums(item, &part->applications[i].sums);
	}
}

void emit_json_part(struct json_scope object, const struct report_part *part)
{
	add_traffic(object, part);
	add_verdicts(object, part);
	add_findings(object, part);
	add_applications(object, part);
}
