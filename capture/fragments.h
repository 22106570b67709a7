/*
 * Fragments: gives later fragments the ports of their first, or the ICMP type
 * and identifier.
 *
 * Only the first fragment of a datagram has a transport header. A bounded
 * memory of recent first fragments (RFC 791 section 3.2: source, target,
 * protocol and identification; RFC 8200 section 4.5: without the protocol,
 * since a later fragment names the first header that was cut) lets the later
 * ones join their flow. One that comes before its first, or long after it,
 * keeps no ports.
 */
#ifndef CAPTURE_FRAGMENTS_H
#define CAPTURE_FRAGMENTS_H

#include <stdint.h>

#include "capture/error.h"
#include "capture/packet.h"

struct fragments;

struct fragments *fragments_create(struct error *err);

/* Accepts NULL. */
void fragments_free(struct fragments *fragments);

/* Remember a first fragment, or complete a later one. */
void fragments_resolve(struct fragments *fragments, struct packet *packet);

/* Later fragments whose first was not known. */
uint64_t fragments_orphans(const struct fragments *fragments);

#endif
