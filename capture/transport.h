/*
 * Names of IP protocols, as IANA's registry and the Elastic Common Schema
 * have them in lower case. A table of its own because /etc/protocols is
 * missing on small systems.
 */
#ifndef CAPTURE_TRANSPORT_H
#define CAPTURE_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

/* NULL if the number has no name here. */
const char *transport_name(uint8_t transport);

/* From a name or a decimal number. */
bool transport_from_name(uint8_t *transport, const char *name);

#endif
