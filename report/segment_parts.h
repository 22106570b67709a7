/*
 * How one segment is read, before its map is searched: the inside of the
 * segment map. Only the segment*.c files include this.
 */
#ifndef REPORT_SEGMENT_PARTS_H
#define REPORT_SEGMENT_PARTS_H

#include "report/segment.h"

enum { VLAN_MAX = 4094 };

/* An object of the "segments" list. The segment must be empty; what was read
 * of it is the caller's to free, also after a failure. */
bool segment_read(struct segment *segment, const struct json *object,
                  const struct json_document *document, struct error *err);

#endif
