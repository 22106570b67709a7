#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"
#include "classify/dpi.h"
#include "report/emit.h"
#include "report/emit_json_cost.h"
#include "report/emit_json_exemptions.h"
#include "report/emit_json_guide.h"
#include "report/emit_json_part.h"
#include "report/json_list.h"
#include "report/ledger_json.h"

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

	if (!sorted) {
		json_give_up(list);
		return;
	}
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

	emit_json_span(object, &observation->span);
	json_add_u64(object, "seconds", observation->seconds);
	json_add_bool(object, "complete", observation->complete);
	json_add_u64(object, "frames", observation->frames);
	json_add_u64(object, "frame_bytes", observation->bytes);
	emit_json_sums(object, &observation->traffic);
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
	json_add_u64(object, "dpi_skipped", counters.dpi_skipped);
	json_add_u64(object, "refused", counters.refused);
	json_add_string(object, "segments_from",
	                report->ledger->map ? "map" : "discovery");
	add_links(object, report->ledger);
	add_sensor(object, report);
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
	const struct host *total = host->total;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope macs;
	char text[ADDRESS_TEXT];

	/* Text of either family says by itself which it is. */
	json_add_string(object, "address",
	                address_text(text, &host->address,
	                             address_is_ipv4(&host->address)
	                                     ? FAMILY_IPV4
	                                     : FAMILY_IPV6));
	macs = json_add_array(object, "macs");
	for (size_t i = 0; i < host->mac_count; i++)
		json_add_string(macs, NULL, mac_text(text, &host->macs[i]));
	json_add_bool(object, "more_macs", host->more_macs);
	json_add_bool(object, "leased", host->leased);
	if (host->leased)
		json_add_u64(object, "lease_seconds", host->lease_seconds);
	emit_json_span(object, &total->span);
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
		emit_json_sums(item, &peer->sums);
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
enum { PIECE = 4 };

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
	emit_json_part(object, &segment->part);
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
	emit_json_part(object, &path->part);
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
