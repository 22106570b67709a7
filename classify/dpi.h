/*
 * Deep packet inspection: names the application of a flow. The only file that
 * knows nDPI.
 *
 * A flow's application depends on that flow's packets alone. nDPI keeps
 * caches in which one flow's result colours another's (which peer spoke
 * BitTorrent, which server's certificate was whose); they are switched off,
 * since with them a report would depend on how flows were shared out among
 * threads.
 *
 * A struct dpi belongs to one thread. Ids are those of the linked nDPI and
 * mean nothing outside the process: reports and signatures speak of names.
 */
#ifndef CLASSIFY_DPI_H
#define CLASSIFY_DPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "capture/flow.h"

struct dpi;
struct dpi_flow;

enum { DPI_UNKNOWN = 0 };

struct application {
	uint16_t master; /* e.g. TLS; DPI_UNKNOWN if there is just one layer */
	uint16_t sub;    /* e.g. Netflix */
	uint16_t category;
	bool guessed; /* from ports or addresses, not from payload */
};

struct dpi *dpi_create(struct error *err);

/* Accepts NULL. All its flows must be back. */
void dpi_free(struct dpi *dpi);

/* Packets that were shown to nDPI. */
uint64_t dpi_calls(const struct dpi *dpi);

/* Version of the linked nDPI. */
const char *dpi_version(void);

/*
 * State of a flow that is being looked at, from a pool: nDPI's takes more room
 * than everything else that is known of a flow. NULL when out of memory: the
 * flow then stays unknown.
 */
struct dpi_flow *dpi_flow_create(struct dpi *dpi);

/* Back into the pool. flow may be NULL. */
void dpi_flow_free(struct dpi *dpi, struct dpi_flow *flow);

/* Have the processor fetch what showing a packet looks at first. */
void dpi_fetch(const struct dpi_flow *flow);

/*
 * Show a packet to nDPI. True when there is nothing more to learn from this
 * flow, or enough was tried.
 */
bool dpi_packet(struct dpi *dpi, struct dpi_flow *flow,
                const struct packet *packet);

/* The verdict until now, without a guess. */
struct application dpi_so_far(const struct dpi_flow *flow);

/* The verdict at the end, guesses included. */
struct application dpi_conclude(struct dpi *dpi, struct dpi_flow *flow);

/* The ids that a name has; false if this nDPI has no such protocol. */
bool dpi_find_protocol(struct dpi *dpi, const char *name, uint16_t *id);
bool dpi_find_category(struct dpi *dpi, const char *name, uint16_t *id);

enum { DPI_COMMUNITY_ID = 64 };

/* Community ID (version 1, seed 0) of a flow; false if it has none. */
bool dpi_community_id(const struct flow *flow,
                      char text[static DPI_COMMUNITY_ID]);

/* Name of an id, "Unknown" for DPI_UNKNOWN; borrowed while dpi lives. */
const char *dpi_protocol_name(const struct dpi *dpi, uint16_t id);

#endif
