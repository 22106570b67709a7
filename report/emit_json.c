#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"
#include "classify/dpi.h"
#include "report/emit.h"
#include "report/emit_json_cost.h"
#include "report/emit_json_exemptions.h"
#include "report/emit_json_guide.h"
#include "report/filter.h"
#include "report/json_list.h"
#include "report/ledger_json.h"
#include "report/timestamp.h"

static void add_time(struct json_scope object, const char *key, uint64_t ns)
{
	if (ns) {
		char text[TIMESTAMP_TEXT];

		json_add_string(object, key, timestamp_text(text, ns));
	}
}

static void add_span(struct json_scope object, const struct span *span)
{
	add_time(object, "first", span->first_ns);
	add_time(object, "last", span->last_ns);
}

static void add_sums(struct json_scope object, const struct sums *sums)
{
	json_add_u64(object, "flows", sums->flows);
	json_add_u64(object, "packets", sums->packets);
	json_add_u64(object, "bytes", sums->bytes);
}

static void add_tool(struct json_scope root)
{
	struct json_scope tool = json_add_object(root, "tool");

	json_add_string(tool, "name", "ipsec-audit");
	json_add_string(tool, "version", VERSION);
	json_add_string(tool, "ndpi", dpi_version());
}

/* What kind of number a link protocol is, and the number as the trade writes
 * it. */
static const char *link_protocol_text(char text[static 32],
                                      const struct link_key *key)
{
	unsigned long long protocol = key->protocol;

	switch ((enum link_kind)key->kind) {
	case LINK_ETHERTYPE: snprintf(text, 32, "0x%04llx", protocol); break;
	case LINK_LLC:
		snprintf(text, 32, "%02llx:%02llx:%02llx",
		         protocol >> 16 & 0xff, protocol >> 8 & 0xff,
		         protocol & 0xff);
		break;
	case LINK_SNAP:
		snprintf(text, 32, "%06llx:%04llx", protocol >> 16 & 0xffffff,
		         protocol & 0xffff);
		break;
	case LINK_RAW_IPX: snprintf(text, 32, "raw IPX"); break;
	case LINK_WIFI:
		snprintf(text, 32, "type %llu subtype %llu%s",
		         protocol >> 4 & 3, protocol & 15,
		         protocol & 0x40 ? " protected" : "");
		break;
	case LINK_PPP: snprintf(text, 32, "0x%04llx", protocol); break;
	case LINK_KIND_COUNT: snprintf(text, 32, "%llu", protocol); break;
	}
	return text;
}

static const char *link_kind_name(enum link_kind kind)
{
	switch (kind) {
	case LINK_ETHERTYPE: return "ethertype";
	case LINK_LLC: return "llc";
	case LINK_SNAP: return "snap";
	case LINK_RAW_IPX: return "raw-ipx";
	case LINK_WIFI: return "wifi";
	case LINK_PPP: return "ppp";
	case LINK_KIND_COUNT: break;
	}
	return "";
}

static int by_protocol(const void *a, const void *b)
{
	const struct link_sums *left = *(const struct link_sums *const *)a;
	const struct link_sums *right = *(const struct link_sums *const *)b;

	if (left->key.kind != right->key.kind)
		return left->key.kind < right->key.kind ? -1 : 1;
	if (left->key.protocol != right->key.protocol)
		return left->key.protocol < right->key.protocol ? -1 : 1;
	return (int)left->key.vlan - (int)right->key.vlan;
}

static void add_links(struct json_scope object, const struct ledger *ledger)
{
	struct json_scope list = json_add_array(object, "not_ip");
	const struct table *links = &ledger->links;
	const struct link_sums **sorted =
		malloc((links->count + 1) * sizeof(struct link_sums *));
	char text[32];

	if (!sorted)
		return;
	for (size_t i = 0; i < links->count; i++)
		sorted[i] = links->records[i];
	qsort(sorted, links->count, sizeof(struct link_sums *), by_protocol);
	for (size_t i = 0; i < links->count; i++) {
		const struct link_key *key = &sorted[i]->key;
		struct json_scope link = json_add_object(list, NULL);

		json_add_string(link, "kind",
		                link_kind_name((enum link_kind)key->kind));
		json_add_string(link, "protocol",
		                link_protocol_text(text, key));
		if (key->vlan)
			json_add_u64(link, "vlan", key->vlan);
		json_add_u64(link, "frames", sorted[i]->sums.packets);
		json_add_u64(link, "bytes", sorted[i]->sums.bytes);
	}
	free(sorted);
}

/* What is to be said of how well the sensor saw. */
static void add_sensor(struct json_scope object, const struct report *report)
{
	struct json_scope list = json_add_array(object, "findings");

	for (size_t i = 0; i < report->sensor.count; i++)
		signature_write(signature_at(report->set,
		                             report->sensor.index[i]),
		                json_add_object(list, NULL));
}

static void add_observation(struct json_scope root, const struct report *report)
{
	const struct observation *observation = &report->observation;
	const struct ledger_counters counters =
		ledger_counters_of(report->ledger);
	struct json_scope object = json_add_object(root, "observation");
	struct json_scope outcomes;

	add_span(object, &observation->span);
	json_add_u64(object, "seconds", observation->seconds);
	json_add_bool(object, "complete", observation->complete);
	json_add_u64(object, "frames", observation->frames);
	json_add_u64(object, "frame_bytes", observation->bytes);
	add_sums(object, &observation->traffic);
	json_add_u64(object, "received", observation->received);
	json_add_u64(object, "dropped", observation->dropped);
	json_add_u64(object, "if_dropped", observation->if_dropped);
	json_add_u64(object, "cut", observation->cut);
	json_add_u64(object, "out_of_order", observation->out_of_order);
	outcomes = json_add_object(object, "decoded");
	for (enum decoded d = 0; d < DECODED_KINDS; d++)
		json_add_u64(outcomes, decoded_name(d),
		             observation->outcomes[d]);
	json_add_u64(object, "fragment_orphans", counters.fragment_orphans);
	json_add_u64(object, "evicted_flows", counters.evicted_flows);
	json_add_u64(object, "evicted_established",
	             counters.evicted_established);
	json_add_u64(object, "evicted_hosts", counters.evicted_hosts);
	json_add_u64(object, "evicted_ports", counters.evicted_ports);
	json_add_u64(object, "evicted_pairs", counters.evicted_pairs);
	json_add_u64(object, "evicted_services", counters.evicted_services);
	json_add_u64(object, "dpi_calls", counters.dpi_calls);
	json_add_u64(object, "refused", counters.refused);
	json_add_string(object, "segments_from",
	                report->ledger->map ? "map" : "discovery");
	add_links(object, report->ledger);
	add_sensor(object, report);
}

static void add_traffic(struct json_scope object,
                        const struct report_part *part)
{
	struct json_scope traffic = json_add_object(object, "traffic");
	struct bin peak = bins_peak(&part->total.bins);
	struct json_scope sub;

	add_sums(traffic, &part->sums);
	add_span(traffic, &part->total.span);
	json_add_u64(traffic, "peak_packets_per_second", peak.packets);
	json_add_u64(traffic, "peak_bytes_per_second", peak.bytes);
	sub = json_add_object(traffic, "manners");
	for (enum manner m = 0; m < MANNER_COUNT; m++)
		if (part->total.by_manner[m].packets)
			add_sums(json_add_object(sub, manner_name(m)),
			         &part->total.by_manner[m]);
	sub = json_add_object(traffic, "categories");
	for (enum category c = 0; c < CATEGORY_COUNT; c++)
		if (part->total.by_category[c].flows)
			add_sums(json_add_object(sub, category_name(c)),
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
		add_sums(item, &finding->total.sums);
		if (finding->host_count)
			json_add_u64(item, "hosts_found", finding->host_count);
		add_span(item, &finding->total.span);
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
		add_sums(item, &part->applications[i].sums);
	}
}

static void add_services(struct json_scope object, const struct host *host)
{
	struct json_scope list = json_add_array(object, "services");
	char text[8];

	for (uint32_t i = 0; i < host->service_count; i++) {
		const struct service *service = &host->services[i];
		const char *transport = transport_name(service->transport);
		struct json_scope item = json_add_object(list, NULL);

		snprintf(text, sizeof(text), "%u", service->transport);
		json_add_string(item, "transport",
		                transport ? transport : text);
		json_add_u64(item, "port", service->port);
		json_add_string(item, "application", service->application);
	}
}

static void add_roles(struct json_scope object, const struct report_host *host,
                      const struct report *report)
{
	const struct role_set *roles = signature_roles(report->set);
	struct json_scope list = json_add_array(object, "roles");

	for (size_t i = 0; i < roles->count; i++)
		if (host->roles >> i & 1)
			json_add_string(list, NULL, roles->roles[i].id);
	list = json_add_array(object, "behaviours");
	for (unsigned bit = 1; host_behaviour_name(bit); bit <<= 1)
		if (host->behaviours & bit)
			json_add_string(list, NULL, host_behaviour_name(bit));
	json_add_string(object, "system", host_system_name(host->system));
}

static void add_host(struct json_scope list, const struct report_host *host,
                     const struct report *report)
{
	const struct host *total = &host->total;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope macs;
	char text[ADDRESS_TEXT];

	/* Text of either family says by itself which it is. */
	json_add_string(object, "address",
	                address_text(text, &total->key.address,
	                             address_is_ipv4(&total->key.address)
	                                     ? FAMILY_IPV4
	                                     : FAMILY_IPV6));
	macs = json_add_array(object, "macs");
	for (size_t i = 0; i < host->mac_count; i++)
		json_add_string(macs, NULL, mac_text(text, &host->macs[i]));
	json_add_bool(object, "more_macs", host->more_macs);
	json_add_bool(object, "leased", host->leased);
	if (host->leased)
		json_add_u64(object, "lease_seconds", host->lease_seconds);
	add_span(object, &total->span);
	json_add_u64(object, "packets_sent", total->packets[0]);
	json_add_u64(object, "packets_received", total->packets[1]);
	json_add_u64(object, "bytes_sent", total->bytes[0]);
	json_add_u64(object, "bytes_received", total->bytes[1]);
	add_services(object, total);
	add_roles(object, host, report);
	emit_json_standing(object, host);
}

static void add_peers(struct json_scope object,
                      const struct report_segment *segment)
{
	struct json_scope list = json_add_array(object, "outside");

	for (size_t i = 0; i < segment->peer_count; i++) {
		const struct report_peer *peer = &segment->peers[i];
		struct json_scope item = json_add_object(list, NULL);

		if (peer->as_number)
			json_add_u64(item, "as", peer->as_number);
		if (*peer->organization)
			json_add_string(item, "organization",
			                peer->organization);
		if (*peer->country)
			json_add_string(item, "country", peer->country);
		add_sums(item, &peer->sums);
	}
}

static void add_identity(struct json_scope object,
                         const struct atlas_segment *segment)
{
	struct json_scope list;
	char text[ADDRESS_TEXT];

	json_add_string(object, "name", segment->name);
	list = json_add_array(object, "prefixes");
	for (size_t i = 0; i < segment->prefix_count; i++)
		json_add_string(list, NULL,
		                prefix_text(text,
		                            &segment->prefixes[i].prefix));
	list = json_add_array(object, "vlans");
	for (size_t i = 0; i < segment->vlan_count; i++)
		json_add_u64(list, NULL, segment->vlans[i]);
	json_add_bool(object, "discovered", segment->discovered);
	list = json_add_array(object, "basis");
	for (size_t i = 0; i < segment->prefix_count; i++)
		json_add_string(list, NULL,
		                basis_name(segment->prefixes[i].basis));
	if (segment->link_only)
		json_add_string(list, NULL, basis_name(BASIS_LINK));
}

/* Segments and paths are long: so many are worth a piece of their list. */
enum { PIECE = 32 };

/* What the values of such a list are made from. */
struct source_of_list {
	const struct report *report;
	const struct exemption_index *exemptions;
};

static void add_segment(struct json_scope list, size_t index, const void *self)
{
	const struct source_of_list *from = self;
	const struct report *report = from->report;
	const struct report_segment *segment = &report->segments[index];
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope hosts;

	add_identity(object, segment->segment);
	add_traffic(object, &segment->part);
	add_verdicts(object, &segment->part);
	add_findings(object, &segment->part);
	add_applications(object, &segment->part);
	emit_json_cost(object, &segment->part, report);
	emit_json_guide(object, &segment->guide);
	add_peers(object, segment);
	hosts = json_add_array(object, "hosts");
	for (size_t h = 0; h < segment->host_count; h++)
		add_host(hosts, &segment->hosts[h], report);
	emit_json_segment_exemptions(object, index, from->exemptions);
}

static void add_path(struct json_scope list, size_t index, const void *self)
{
	const struct source_of_list *from = self;
	const struct report *report = from->report;
	const struct report_path *path = &report->paths[index];
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope ends = json_add_array(object, "segments");

	for (unsigned e = 0; e < 2; e++)
		json_add_string(ends, NULL,
		                report_segment_name(report, path->ends[e]));
	add_traffic(object, &path->part);
	add_verdicts(object, &path->part);
	add_findings(object, &path->part);
	add_applications(object, &path->part);
	emit_json_cost(object, &path->part, report);
	emit_json_guide(object, &path->guide);
	emit_json_notes(object, path);
	emit_json_path_exemptions(object, index, from->exemptions);
}

static void add_parts(struct json_scope root, const struct report *report,
                      const struct exemption_index *exemptions)
{
	const struct source_of_list from = { report, exemptions };
	const struct json_list segments = { report->segment_count, PIECE, &from,
		                            add_segment };
	const struct json_list paths = { report->path_count, PIECE, &from,
		                         add_path };

	json_list_add(json_add_array(root, "segments"), &segments);
	json_list_add(json_add_array(root, "paths"), &paths);
}

static void add_report(struct json_scope root, const struct report *report,
                       const struct exemption_index *exemptions)
{
	json_add_string(root, "schema", LEDGER_SCHEMA);
	add_tool(root);
	add_observation(root, report);
	emit_json_priorities(root, report);
	emit_json_guide(root, &report->guide);
	add_parts(root, report, exemptions);
	ledger_write(report->ledger, root);
}

bool emit_json(const struct report *report, FILE *out)
{
	/* Members of a segment or path, but not of what is in these. */
	enum { LEVELS = 3 };
	struct exemption_index *exemptions = exemption_index_create(report);
	struct json_writer *writer = json_writer_open(out, LEVELS);
	bool written;

	if (exemptions && writer)
		add_report(json_add_object(json_writer_text(writer), NULL),
		           report, exemptions);
	written = json_writer_close(writer) && exemptions;
	exemption_index_free(exemptions);
	return written;
}
