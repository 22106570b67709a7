/*
 * A glance at a frame: which two ends a plain one is between, for whoever
 * hands frames on without a need of their packets.
 *
 * Nearly all frames are plain: Ethernet, with tags or without, and in it one
 * whole datagram of TCP or UDP that carries no other one. To decode such a
 * frame takes five times as long as a glance.
 */
#ifndef CAPTURE_GLANCE_H
#define CAPTURE_GLANCE_H

#include <stdbool.h>

#include "capture/decode.h"
#include "capture/flow.h"

/*
 * True if packet_decode() would make one packet of the frame and have nothing
 * to complain of, the packet being no fragment and quoting nothing; these are
 * its ends. False says nothing: the frame has to be decoded.
 */
bool frame_glance(struct flow_ends *ends, const struct frame *frame);

#endif
