#include "report/filter.h"

#include <assert.h>
#include <string.h>

#include "classify/number.h"

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

/* " && field == ": a value follows. */
static char *put_term(char *at, const char *field)
{
	return stpcpy(stpcpy(stpcpy(at, " && "), field), " == ");
}

static char *put_protocol(char *at, const struct example *example)
{
	const char *field = port_field(example->transport);

	if (example->family == FAMILY_LAYER2)
		return at;
	if (field) {
		for (unsigned i = 0; i < 2; i++)
			at = number_put(put_term(at, field), example->port[i]);
		return at;
	}
	if (example->family == FAMILY_IPV4)
		return number_put(put_term(at, "ip.proto"), example->transport);
	if (example->transport == TRANSPORT_ICMPV6)
		return stpcpy(at, " && icmpv6");
	return number_put(put_term(at, "ipv6.nxt"), example->transport);
}

/* The longest has two addresses, two ports and four names of fields. */
static_assert(FILTER_TEXT > 2 * ADDRESS_TEXT + 2 * NUMBER_TEXT + 4 * 20,
              "a filter has room");

const char *filter_text(char text[static FILTER_TEXT],
                        const struct example *example)
{
	enum family family = (enum family)example->family;
	const char *field = address_field(family);
	char address[ADDRESS_TEXT];
	char *at = stpcpy(stpcpy(text, field), " == ");

	at = stpcpy(at, address_text(address, &example->address[0], family));
	at = stpcpy(put_term(at, field),
	            address_text(address, &example->address[1], family));
	*put_protocol(at, example) = '\0';
	return text;
}
