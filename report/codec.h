/*
 * Codecs of telephones by their RTP payload type (RFC 3551 section 6): those
 * of a fixed rate, whose packets have one length.
 */
#ifndef REPORT_CODEC_H
#define REPORT_CODEC_H

#include <stdint.h>

/* "G.711 A-law"; NULL for any other payload type. */
const char *codec_name(uint32_t payload_type);

#endif
