#include "report/emit_json_cost.h"

#include <math.h>

#include "report/codec.h"
#include "report/filter.h"
#include "report/timestamp.h"

static const char *family_name(bool ipv6)
{
	return ipv6 ? "ipv6" : "ipv4";
}

/* null where there is none */
static void add_some(struct json_scope object, const char *key, uint64_t number)
{
	if (number)
		json_add_u64(object, key, number);
	else
		json_add_null(object, key);
}

/* 0 / 0 is written as null */
static void add_percent(struct json_scope object, const char *key,
                        uint64_t part, uint64_t whole)
{
	json_add_decimal(object, key,
	                 whole ? 100.0 * (double)part / (double)whole : NAN, 2);
}

static void add_row(struct json_scope list, const struct cost_row *row)
{
	struct json_scope object = json_add_object(list, NULL);
	uint64_t overhead = row->protected_bytes - row->plain_bytes;

	json_add_string(object, "suite", row->shape.suite->id);
	json_add_string(object, "mode", esp_mode_name(row->shape.mode));
	json_add_string(object, "outer", family_name(row->shape.outer_ipv6));
	json_add_bool(object, "nat_traversal", row->shape.nat_traversal);
	json_add_u64(object, "mtu", row->mtu);
	json_add_u64(object, "packets", row->packets);
	json_add_u64(object, "plain_bytes", row->plain_bytes);
	json_add_u64(object, "protected_bytes", row->protected_bytes);
	json_add_u64(object, "overhead_bytes", overhead);
	add_percent(object, "overhead_percent", overhead, row->plain_bytes);
	json_add_u64(object, "oversize_packets", row->oversize_packets);
	json_add_u64(object, "oversize_df_packets", row->oversize_df_packets);
	add_some(object, "largest_inner", row->largest_inner);
	add_some(object, "mss_ipv4", row->mss[0]);
	add_some(object, "mss_ipv6", row->mss[1]);
}

static void add_addresses(struct json_scope object,
                          const struct load_pair *pair)
{
	struct json_scope list = json_add_array(object, "addresses");
	char text[ADDRESS_TEXT];

	for (unsigned i = 0; i < 2; i++) {
		const struct address *address = &pair->address[i];

		json_add_string(list, NULL,
		                address_text(text, address,
		                             address_is_ipv4(address)
		                                     ? FAMILY_IPV4
		                                     : FAMILY_IPV6));
	}
}

static void add_pairs(struct json_scope load, const struct load *from)
{
	struct json_scope object = json_add_object(load, "pairs");

	json_add_u64(object, "total", from->pairs);
	json_add_u64(object, "at_peak", from->pairs_at_peak);
	if (from->pairs) {
		char text[TIMESTAMP_TEXT];

		json_add_string(object, "peak_start",
		                timestamp_text(text,
		                               from->peak_second * 1000000000));
	}
	json_add_u64(object, "peak_seconds", from->peak_seconds);
	json_add_u64(object, "new_per_second", from->new_pairs);
}

static void add_rate(struct json_scope load, const struct load *from)
{
	struct json_scope object = json_add_object(load, "peak");

	json_add_u64(object, "packets_per_second", from->rate.packets);
	json_add_u64(object, "bits_per_second", from->rate.bytes * 8);
	json_add_u64(object, "seconds", from->rate_seconds);
}

static void add_largest(struct json_scope load, const struct load_pair *pair)
{
	struct json_scope object = json_add_object(load, "largest_pair");
	double seconds =
		(double)(pair->span.last_ns - pair->span.first_ns) / 1e9;

	add_addresses(object, pair);
	json_add_u64(object, "packets", pair->sums.packets);
	json_add_u64(object, "bytes", pair->sums.bytes);
	json_add_decimal(object, "seconds", seconds, 3);
	/* What took less than a second is no rate. */
	json_add_decimal(object, "bits_per_second",
	                 (double)pair->sums.bytes * 8 /
	                         (seconds < 1 ? 1 : seconds),
	                 0);
}

static void add_window(struct json_scope replay, const char *key,
                       const struct load_window *window,
                       const struct load_pair *pair)
{
	struct json_scope object;

	if (!window->needed)
		return;
	object = json_add_object(replay, key);
	if (pair)
		add_addresses(object, pair);
	json_add_u64(object, "packets_per_second", window->packets_per_second);
	json_add_u64(object, "needed", window->needed);
	add_some(object, "window", window->enough);
}

static void add_replay(struct json_scope load, const struct load *from,
                       const struct thresholds *thresholds)
{
	struct json_scope object = json_add_object(load, "replay");

	json_add_u64(object, "delay_ms", thresholds->queue_delay_ms);
	add_window(object, "pair", &from->pair_window, &from->mixed);
	add_window(object, "path", &from->path_window, NULL);
}

static void add_sizes(struct json_scope load, const struct load *from,
                      const struct thresholds *thresholds)
{
	struct json_scope object = json_add_object(load, "sizes");

	json_add_u64(object, "packets", from->packets);
	json_add_u64(object, "small_bytes", thresholds->small_bytes);
	json_add_u64(object, "small_packets", from->small_packets);
	add_percent(object, "small_percent", from->small_packets,
	            from->packets);
	add_some(object, "median", from->median_len);
}

static void add_clamp(struct json_scope load, const struct load *from)
{
	struct json_scope object = json_add_object(load, "clamp");

	add_some(object, "interface_mtu", from->interface_mtu);
	add_some(object, "mss_ipv4", from->mss[0]);
	add_some(object, "mss_ipv6", from->mss[1]);
}

static void add_pmtu(struct json_scope load, const struct report_part *part)
{
	struct json_scope object = json_add_object(load, "path_mtu_discovery");

	json_add_string(object, "today", load_pmtu_name(part->load.pmtu));
	json_add_u64(object, "too_big_flows", part->total.too_big_flows);
	json_add_u64(object, "black_hole_flows", part->total.black_hole_flows);
}

static void add_call(struct json_scope list, const struct load_call *call)
{
	struct json_scope object = json_add_object(list, NULL);
	double rate =
		call->ns ? (double)call->paces * 1e9 / (double)call->ns : NAN;
	struct json_scope sub;

	json_add_string(object, "codec", codec_name(call->payload_type));
	json_add_string(object, "ip", family_name(call->ipv6));
	json_add_u64(object, "ip_len", call->ip_len);
	json_add_u64(object, "streams", call->sums.flows);
	json_add_u64(object, "packets", call->sums.packets);
	json_add_decimal(object, "packets_per_second", rate, 2);
	json_add_decimal(object, "bytes_per_second", rate * call->ip_len, 0);
	sub = json_add_object(object, "protected");
	for (enum esp_mode mode = 0; mode < ESP_MODE_COUNT; mode++)
		json_add_decimal(sub, esp_mode_name(mode),
		                 call->protected_len[mode]
		                         ? rate * call->protected_len[mode]
		                         : NAN,
		                 0);
}

void emit_json_cost(struct json_scope object, const struct report_part *part,
                    const struct report *report)
{
	struct json_scope list = json_add_array(object, "cost");
	struct json_scope load;

	for (size_t i = 0; i < part->cost_count; i++)
		add_row(list, &part->costs[i]);
	load = json_add_object(object, "load");
	add_pairs(load, &part->load);
	add_rate(load, &part->load);
	if (part->load.pairs)
		add_largest(load, &part->load.largest);
	add_replay(load, &part->load, &report->thresholds);
	add_sizes(load, &part->load, &report->thresholds);
	add_clamp(load, &part->load);
	add_pmtu(load, part);
	list = json_add_array(load, "calls");
	for (size_t i = 0; i < part->load.call_count; i++)
		add_call(list, &part->load.calls[i]);
}

static void add_evidence(struct json_scope list,
                         const struct report_finding *finding)
{
	struct json_scope object = json_add_object(list, NULL);
	const struct finding *total = &finding->total;
	struct json_scope filters;
	char text[FILTER_TEXT];

	json_add_string(object, "signature", finding->signature->id);
	json_add_u64(object, "flows", total->sums.flows);
	json_add_u64(object, "packets", total->sums.packets);
	filters = json_add_array(object, "filters");
	for (uint32_t i = 0; i < total->example_count; i++)
		json_add_string(filters, NULL,
		                filter_text(text, &total->examples[i]));
}

static void add_note(struct json_scope list, const struct report_note *on)
{
	struct json_scope object = json_add_object(list, NULL);
	const struct note *note = on->note;
	struct json_scope sub;

	json_add_string(object, "id", note->id);
	json_add_string(object, "name", note->name);
	json_add_string(object, "text", note->text);
	json_add_string(object, "when", note_when_name(note->when));
	json_add_u64(object, "packets", on->packets);
	sub = json_add_array(object, "models");
	for (enum model model = 0; model < MODEL_COUNT; model++)
		if (note->models & 1u << model)
			json_add_string(sub, NULL, model_name(model));
	sub = json_add_array(object, "evidence");
	for (size_t i = 0; i < on->evidence_count; i++)
		add_evidence(sub, on->evidence[i]);
	sub = json_add_array(object, "remedy");
	for (size_t i = 0; i < note->remedies.count; i++)
		json_add_string(sub, NULL, note->remedies.text[i]);
	sub = json_add_array(object, "references");
	for (size_t i = 0; i < note->references.count; i++)
		json_add_string(sub, NULL, note->references.text[i]);
}

void emit_json_notes(struct json_scope object, const struct report_path *path)
{
	struct json_scope list = json_add_array(object, "notes");

	for (size_t i = 0; i < path->note_count; i++)
		add_note(list, &path->notes[i]);
}
