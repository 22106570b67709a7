/*
 * The inventory: whether a host stays at its address, whether it can do IPsec,
 * who its clients are, and which hosts to secure first.
 *
 * Nothing more certain than what was seen: only who spoke IKE, ESP or AH is
 * known to be capable, and an address stays only if it was watched for long.
 */
#ifndef REPORT_INVENTORY_H
#define REPORT_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "classify/record.h"

struct report;
struct report_host;

enum address_class {
	ADDRESS_UNKNOWN, /* not watched for long enough */
	ADDRESS_STATIC,
	ADDRESS_LEASED,
	ADDRESS_MOVING, /* went to another MAC, or is made up for a while */
	ADDRESS_CLASS_COUNT
};

enum capability {
	CAPABILITY_UNKNOWN,
	CAPABILITY_CAPABLE,   /* speaks IPsec */
	CAPABILITY_VERIFY,    /* of a kind that often cannot */
	CAPABILITY_SUSPECTED, /* was asked by IKE and never answered */
	CAPABILITY_COUNT
};

/* "unknown", "static", "leased", "moving" */
const char *address_class_name(enum address_class address_class);

/* "unknown", "capable", "verify", "suspected-incapable" */
const char *capability_name(enum capability capability);

/* A host to secure before others. */
struct priority {
	uint32_t segment;
	const struct report_host *host;
	struct text_list reasons;
};

/* Seconds to watch before something can be called absent or lasting: a day,
 * or the longest lease that was seen. */
uint64_t inventory_needed_seconds(const struct report *report);

/* Classify the hosts of a report that has its segments, and put those that
 * are exposed most first. False when out of memory. */
bool inventory_take(struct report *report);

void inventory_release(struct report *report);

/* Whether a host is static or not known to be anything else. */
bool inventory_stays(const struct report_host *host);

/* Bits of the roles that a list names by id. */
uint64_t inventory_roles(const struct report *report,
                         const struct text_list *ids);

/* A formatted line at the end of a list; false when out of memory. */
bool text_list_say(struct text_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
