/*
 * An arrival: a packet on its way from the reader to the flow table of the
 * worker that it belongs to.
 */
#ifndef CAPTURE_ARRIVAL_H
#define CAPTURE_ARRIVAL_H

#include <stdint.h>

#include "capture/packet.h"

struct arrival {
	const struct packet *packet;
	uint64_t clock_ns; /* latest packet time that the reader has seen */
	uint64_t hash;     /* flow_hash() of the packet */
};

#endif
