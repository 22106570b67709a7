#include <unistd.h>

#include "report/flow_log.h"
#include "tests/capture_bytes.h"
#include "tests/chain.h"

static struct error err;

static const char sites[] = "[{\"name\":\"office\","
			    "\"prefixes\":[\"128.232.0.0/16\",\"fd00::/16\"]}]";

/* The lines that packets make, in a list; the caller frees it. */
static struct json_document *log_of(const struct packet *packets, size_t count)
{
	struct flow_log *log;
	struct chain chain;
	struct json_document *document;
	char path[] = "/tmp/flow-log-XXXXXX";
	char text[8192] = "";
	FILE *file;

	close(mkstemp(path));
	log = flow_log_open(path, &err);
	cr_assert_not_null(log, "%s", err.text);
	chain = chain_start(sites, log);
	for (size_t i = 0; i < count; i++)
		chain_packet(&chain, packets[i]);
	flow_table_flush(chain.table);
	cr_expect(flow_log_close(log, &err), "%s", err.text);
	chain_end(&chain);
	file = fopen(path, "r");
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	unlink(path);
	/* Nothing but an object in each line. */
	cr_expect(!*text || text[strlen(text) - 1] == '\n');
	document = json_read_text(text, strlen(text), "flows", &err);
	return document;
}

/* A value by the names that lead to it: "source.ip" */
static const char *value_at(const struct json_document *document,
                            const char *path, char text[static 64])
{
	const struct json *value = json_root(document);
	char name[64];
	uint64_t number;

	while (value && *path) {
		size_t len = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		value = json_member(value, name);
		path += len + (path[len] == '.');
	}
	if (value && json_is_array(value))
		value = json_first(value);
	if (value && json_string(value))
		return json_string(value);
	if (!value || !json_u64(value, &number))
		return "(none)";
	snprintf(text, 64, "%llu", (unsigned long long)number);
	return text;
}

struct want {
	const char *path;
	const char *value;
};

static void expect_values(const struct json_document *document,
                          const struct want *wants, size_t count)
{
	char text[64];

	cr_assert_not_null(document, "%s", err.text);
	for (size_t i = 0; i < count; i++)
		cr_expect_str_eq(value_at(document, wants[i].path, text),
		                 wants[i].value, "%s", wants[i].path);
}

/* The flow that the Community ID specification gives as an example. */
Test(flow_log, has_the_names_of_the_elastic_common_schema)
{
	static const struct want wants[] = {
		{ "@timestamp", "2020-09-13T12:26:40.002000Z" },
		{ "event.kind", "event" },
		{ "event.start", "2020-09-13T12:26:40.001000Z" },
		{ "event.end", "2020-09-13T12:26:40.002000Z" },
		{ "event.duration", "1000000" },
		{ "source.ip", "128.232.110.120" },
		{ "source.port", "34855" },
		{ "source.mac", "02-00-00-00-AB-01" },
		{ "source.packets", "1" },
		{ "source.bytes", "100" },
		{ "destination.ip", "66.35.250.204" },
		{ "destination.port", "80" },
		{ "destination.mac", "02-00-00-00-AB-02" },
		{ "destination.packets", "1" },
		{ "network.type", "ipv4" },
		{ "network.transport", "tcp" },
		{ "network.community_id", "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
		{ "network.packets", "2" },
		{ "network.bytes", "200" },
		{ "network.vlan.id", "10" },
		{ "ipsec_audit.source_segment", "office" },
		{ "ipsec_audit.destination_segment", "outside" },
		{ "ipsec_audit.impact.gateway-policy", "in-clear" },
	};
	struct packet packets[2] = { make_tcp("128.232.110.120", 34855,
		                              "66.35.250.204", 80, TCP_SYN) };
	struct json_document *document;

	packets[0].vlan = 10;
	packets[0].source_mac = (struct mac){ { 2, 0, 0, 0, 0xab, 1 } };
	packets[0].target_mac = (struct mac){ { 2, 0, 0, 0, 0xab, 2 } };
	packets[0].has_macs = true;
	packets[1] = make_reply(&packets[0]);
	packets[1].tcp_flags = TCP_SYN | TCP_ACK;
	document = log_of(packets, 2);
	expect_values(document, wants, sizeof(wants) / sizeof(wants[0]));
	json_free(document);
}

Test(flow_log, says_which_signatures_hold_and_what_ipsec_would_do)
{
	static const struct want wants[] = {
		{ "network.transport", "udp" },
		{ "network.type", "ipv4" },
		{ "ipsec_audit.signatures", "mdns" },
		{ "ipsec_audit.categories", "multicast" },
		{ "ipsec_audit.impact.host-subnet", "in-clear" },
		{ "ipsec_audit.impact.host-any", "needs-exemption" },
		{ "ipsec_audit.impact.gateway-policy", "out-of-scope" },
		{ "network.vlan.id", "(none)" },
		{ "source.mac", "(none)" },
	};
	struct packet packet = make_packet(TRANSPORT_UDP, "128.232.0.1", 5353,
	                                   "224.0.0.251", 5353);
	struct json_document *document;

	packet.cast = CAST_MULTICAST;
	document = log_of(&packet, 1);
	expect_values(document, wants, sizeof(wants) / sizeof(wants[0]));
	json_free(document);
}

Test(flow_log, a_protocol_without_a_name_is_its_number)
{
	static const struct want wants[] = {
		{ "network.transport", "253" },
		{ "source.ip", "fd00::1" },
		{ "source.port", "(none)" },
		{ "network.type", "ipv6" },
		{ "ipsec_audit.impact.host-any", "needs-exemption" },
	};
	struct packet packet = make_packet(253, "fd00::1", 0, "2001:db8::1", 0);
	struct json_document *document = log_of(&packet, 1);

	expect_values(document, wants, sizeof(wants) / sizeof(wants[0]));
	json_free(document);
}

Test(flow_log, is_about_ip_only)
{
	struct packet packet = make_frame(0x0806, 1, 2);

	cr_expect_null(log_of(&packet, 1));
}

Test(flow_log, a_file_that_cannot_be_made_is_named)
{
	cr_expect_null(flow_log_open("/nowhere/flows", &err));
	cr_expect_str_eq(err.text, "/nowhere/flows: No such file or directory");
}

Test(flow_log, a_full_disk_gives_a_sentence)
{
	struct packet packet =
		make_packet(TRANSPORT_UDP, "128.232.0.1", 9, "128.232.0.2", 9);
	struct flow_log *log = flow_log_open("/dev/full", &err);
	struct chain chain = chain_start(sites, log);

	chain_packet(&chain, packet);
	flow_table_flush(chain.table);
	cr_expect_not(flow_log_close(log, &err));
	cr_expect_str_eq(err.text, "/dev/full: No space left on device");
	chain_end(&chain);
}

Test(flow_log, none_is_closed_without_complaint)
{
	cr_expect(flow_log_close(NULL, &err));
}
