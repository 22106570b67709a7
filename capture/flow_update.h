/*
 * What a packet changes in the record of its flow. The inside of the flow
 * table: only its files include this.
 */
#ifndef CAPTURE_FLOW_UPDATE_H
#define CAPTURE_FLOW_UPDATE_H

#include <stdbool.h>

#include "capture/flow.h"

/* A new flow, as its first packet shows it; swapped is flow_key_of()'s. The
 * packet is not counted yet. */
void flow_begin(struct flow *flow, bool swapped, const struct packet *packet);

/* Count a packet, and take over what it says of the flow. */
void flow_add(struct flow *flow, enum direction direction,
              const struct packet *packet);

/* Whether a segment of TCP that was counted ends its connection. */
bool flow_is_done(const struct flow *flow, const struct packet *packet);

#endif
