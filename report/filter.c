#include "report/filter.h"

/* Protocols with ports, by Wireshark's field names. */
static const char *port_field(uint8_t transport)
{
	switch (transport) {
	case TRANSPORT_TCP: return "tcp.port";
	case TRANSPORT_UDP:
	case TRANSPORT_UDPLITE: return "udp.port";
	case TRANSPORT_SCTP: return "sctp.port";
	}
	return NULL;
}

static const char *address_field(enum family family)
{
	switch (family) {
	case FAMILY_LAYER2: return "eth.addr";
	case FAMILY_IPV4: return "ip.addr";
	case FAMILY_IPV6: return "ipv6.addr";
	case FAMILY_COUNT: break;
	}
	return "frame";
}

static void add_protocol(char *text, size_t room, const struct example *example)
{
	const char *field = port_field(example->transport);

	if (example->family == FAMILY_LAYER2)
		return;
	if (field)
		snprintf(text, room, " && %s == %u && %s == %u", field,
		         example->port[0], field, example->port[1]);
	else if (example->family == FAMILY_IPV4)
		snprintf(text, room, " && ip.proto == %u", example->transport);
	else if (example->transport == TRANSPORT_ICMPV6)
		snprintf(text, room, " && icmpv6");
	else
		snprintf(text, room, " && ipv6.nxt == %u", example->transport);
}

const char *filter_text(char text[static FILTER_TEXT],
                        const struct example *example)
{
	enum family family = (enum family)example->family;
	const char *field = address_field(family);
	char client[ADDRESS_TEXT];
	char server[ADDRESS_TEXT];
	int len = snprintf(text, FILTER_TEXT, "%s == %s && %s == %s", field,
	                   address_text(client, &example->address[0], family),
	                   field,
	                   address_text(server, &example->address[1], family));

	if (len > 0 && len < FILTER_TEXT)
		add_protocol(text + len, (size_t)(FILTER_TEXT - len), example);
	return text;
}
