#include "report/flow_log.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"
#include "classify/json_writer.h"
#include "report/timestamp.h"

struct flow_log {
	FILE *out;
	char *path;
};

struct flow_log *flow_log_open(const char *path, struct error *err)
{
	struct flow_log *log = calloc(1, sizeof(*log));

	if (log)
		log->path = strdup(path);
	if (!log || !log->path) {
		free(log);
		fail(err, "out of memory for the flow log");
		return NULL;
	}
	log->out = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
	if (!log->out) {
		fail(err, "%s: %s", path, strerror(errno));
		free(log->path);
		free(log);
		return NULL;
	}
	return log;
}

bool flow_log_close(struct flow_log *log, struct error *err)
{
	bool written;

	if (!log)
		return true;
	errno = 0;
	written = fflush(log->out) == 0 && !ferror(log->out);
	if (log->out != stdout && fclose(log->out))
		written = false;
	if (!written)
		fail(err, "%s: %s", log->path,
		     errno ? strerror(errno) : "not everything was written");
	free(log->path);
	free(log);
	return written;
}

static void add_time(struct json_scope object, const char *key, uint64_t ns)
{
	char text[TIMESTAMP_TEXT];

	json_add_string(object, key, timestamp_text(text, ns));
}

static bool mac_is_set(const struct mac *mac)
{
	static const struct mac zero;

	return memcmp(mac, &zero, sizeof(zero)) != 0;
}

/* ECS writes MACs in upper case with hyphens (RFC 7042). */
static void add_mac(struct json_scope object, const struct mac *mac)
{
	char text[ADDRESS_TEXT];

	if (!mac_is_set(mac))
		return;
	mac_text(text, mac);
	for (char *at = text; *at; at++)
		*at = *at == ':' ? '-' : (char)toupper((unsigned char)*at);
	json_add_string(object, "mac", text);
}

static bool transport_has_ports(uint8_t transport)
{
	return transport == TRANSPORT_TCP || transport == TRANSPORT_UDP ||
	       transport == TRANSPORT_SCTP || transport == TRANSPORT_UDPLITE;
}

static void add_end(struct json_scope root, const char *key,
                    const struct flow *flow, unsigned end, enum direction sends)
{
	struct json_scope object = json_add_object(root, key);
	char text[ADDRESS_TEXT];

	json_add_string(object, "ip",
	                address_text(text, &flow->key.address[end],
	                             (enum family)flow->key.family));
	if (transport_has_ports(flow->key.transport))
		json_add_u64(object, "port", flow->key.port[end]);
	add_mac(object, &flow->mac[sends]);
	json_add_u64(object, "packets", flow->packets[sends]);
	json_add_u64(object, "bytes", flow->bytes[sends]);
}

/* The first of nDPI's names, in lower case: what carries the rest. */
static void add_protocol(struct json_scope network, const char *application)
{
	char text[64];
	size_t len = strcspn(application, ".");

	if (len >= sizeof(text) || strcmp(application, "Unknown") == 0)
		return;
	for (size_t i = 0; i < len; i++)
		text[i] = (char)tolower((unsigned char)application[i]);
	text[len] = '\0';
	json_add_string(network, "protocol", text);
}

static void add_network(struct json_scope root,
                        const struct classified *classified)
{
	const struct flow *flow = classified->flow;
	struct json_scope network = json_add_object(root, "network");
	const char *transport = transport_name(flow->key.transport);
	char text[DPI_COMMUNITY_ID];

	json_add_string(network, "type",
	                flow->key.family == FAMILY_IPV4 ? "ipv4" : "ipv6");
	if (!transport) {
		snprintf(text, sizeof(text), "%u", flow->key.transport);
		transport = text;
	}
	json_add_string(network, "transport", transport);
	add_protocol(network, classified->application);
	if (dpi_community_id(flow, text))
		json_add_string(network, "community_id", text);
	json_add_u64(network, "packets", flow_packets(flow));
	json_add_u64(network, "bytes", flow_bytes(flow));
	if (flow->key.vlan) {
		struct json_scope vlan = json_add_object(network, "vlan");

		snprintf(text, sizeof(text), "%u", flow->key.vlan);
		json_add_string(vlan, "id", text);
	}
}

static void add_event(struct json_scope root, const struct flow *flow)
{
	struct json_scope event = json_add_object(root, "event");

	json_add_string(event, "kind", "event");
	add_time(event, "start", flow->first_ns);
	add_time(event, "end", flow->last_ns);
	json_add_u64(event, "duration", flow->last_ns - flow->first_ns);
}

static void add_categories(struct json_scope audit,
                           const struct flow_log_entry *entry)
{
	const struct signature_hits *hits = &entry->classified->hits;
	struct json_scope list = json_add_array(audit, "categories");
	uint32_t seen = 0;

	for (size_t i = 0; i < hits->count; i++) {
		enum category category =
			signature_at(entry->set, hits->index[i])->category;

		if (!(seen & 1u << category))
			json_add_string(list, NULL, category_name(category));
		seen |= 1u << category;
	}
}

static void add_audit(struct json_scope root,
                      const struct flow_log_entry *entry)
{
	const struct signature_hits *hits = &entry->classified->hits;
	struct json_scope audit = json_add_object(root, "ipsec_audit");
	struct json_scope list;
	struct json_scope impact;

	json_add_string(audit, "application", entry->classified->application);
	add_categories(audit, entry);
	list = json_add_array(audit, "signatures");
	for (size_t i = 0; i < hits->count; i++)
		json_add_string(list, NULL,
		                signature_at(entry->set, hits->index[i])->id);
	json_add_string(audit, "source_segment", entry->source_segment);
	json_add_string(audit, "destination_segment",
	                entry->destination_segment);
	impact = json_add_object(audit, "impact");
	for (enum model model = 0; model < MODEL_COUNT; model++)
		json_add_string(impact, model_name(model),
		                impact_name(entry->impact[model]));
}

/* Without levels a line is written by one call, so that lines of threads do
 * not mix. */
void flow_log_write(struct flow_log *log, const struct flow_log_entry *entry)
{
	const struct flow *flow = entry->classified->flow;
	struct json_writer *writer = json_writer_open(log->out, 0);
	struct json_scope root;

	if (!writer)
		return;
	root = json_add_object(json_writer_text(writer), NULL);
	add_time(root, "@timestamp", flow->last_ns);
	add_event(root, flow);
	add_end(root, "source", flow, flow->client, TO_SERVER);
	add_end(root, "destination", flow, flow_server(flow), TO_CLIENT);
	add_network(root, entry->classified);
	add_audit(root, entry);
	json_writer_close(writer);
}
