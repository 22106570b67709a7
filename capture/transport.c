#include "capture/transport.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The first name of a number is the one it is printed with. */
static const struct {
	uint8_t number;
	const char *name;
} transports[] = {
	{ 1, "icmp" },
	{ 2, "igmp" },
	{ 4, "ipip" },
	{ 6, "tcp" },
	{ 8, "egp" },
	{ 9, "igp" },
	{ 17, "udp" },
	{ 27, "rdp" },
	{ 33, "dccp" },
	{ 41, "ipv6" },
	{ 46, "rsvp" },
	{ 47, "gre" },
	{ 50, "esp" },
	{ 51, "ah" },
	{ 54, "nhrp" },
	{ 55, "mobile" },
	{ 58, "ipv6-icmp" },
	{ 58, "icmpv6" },
	{ 88, "eigrp" },
	{ 89, "ospf" },
	{ 94, "ipip-ka9q" },
	{ 97, "etherip" },
	{ 103, "pim" },
	{ 108, "ipcomp" },
	{ 112, "vrrp" },
	{ 113, "pgm" },
	{ 115, "l2tp" },
	{ 124, "isis" },
	{ 132, "sctp" },
	{ 133, "fc" },
	{ 135, "mobility-header" },
	{ 136, "udplite" },
	{ 137, "mpls-in-ip" },
	{ 139, "hip" },
	{ 140, "shim6" },
	{ 141, "wesp" },
	{ 143, "ethernet" },
	{ 144, "aggfrag" },
};

enum { COUNT = sizeof(transports) / sizeof(transports[0]) };

const char *transport_name(uint8_t transport)
{
	for (size_t i = 0; i < COUNT; i++)
		if (transports[i].number == transport)
			return transports[i].name;
	return NULL;
}

bool transport_from_name(uint8_t *transport, const char *name)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(transports[i].name, name) == 0) {
			*transport = transports[i].number;
			return true;
		}
	}
	*transport = (uint8_t)number;
	return *name >= '0' && *name <= '9' && !*end && number <= UINT8_MAX;
}
