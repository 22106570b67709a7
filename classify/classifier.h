/*
 * The classifier: flows in, findings out.
 *
 * Listens to a flow table, shows each flow's first packets to nDPI, learns
 * about hosts by the way, and at the end of a flow says which signatures
 * hold. One classifier belongs to one thread; signatures are shared.
 */
#ifndef CLASSIFY_CLASSIFIER_H
#define CLASSIFY_CLASSIFIER_H

#include "capture/error.h"
#include "capture/flow_table.h"
#include "classify/dpi_stock.h"
#include "classify/facts.h"
#include "classify/learn.h"
#include "classify/signature.h"

struct classifier;

/* A flow and what was found in it; borrowed for the call. */
struct classified {
	const struct flow *flow;
	struct facts facts;
	struct signature_hits hits;
	const char *application; /* nDPI's names, "TLS.Netflix" */
};

/* The shape of the next stage. */
struct classify_listener {
	void *self;
	/* What it needs at flow->extension[1] (see struct flow_listener). */
	size_t extension_len;
	void (*begin)(void *self, struct flow *flow,
	              const struct packet *packet);
	void (*packet)(void *self, struct flow *flow,
	               const struct packet *packet);
	/* The flow is over. */
	void (*end)(void *self, const struct classified *classified);
	void (*evidence)(void *self, const struct evidence *evidence);
};

/* NULL on failure. Set and listener must outlive the classifier; what it takes
 * out of the stock is its own. */
struct classifier *classifier_create(const struct signature_set *set,
                                     const struct classify_listener *listener,
                                     struct dpi_stock *stock,
                                     struct error *err);

/* Accepts NULL. Every flow must have ended. */
void classifier_free(struct classifier *classifier);

/* What to plug into a flow table; borrowed while the classifier lives. */
const struct flow_listener *
classifier_listener(const struct classifier *classifier);

/* Packets that were shown to nDPI. */
uint64_t classifier_dpi_calls(const struct classifier *classifier);

/* Flows of one packet that were not, since they began in a crowd. */
uint64_t classifier_dpi_skipped(const struct classifier *classifier);

/*
 * What would be said of a flow that goes on, for a report in between: without
 * nDPI's final guess, and leaving the flow as it is.
 */
void classifier_peek(struct classifier *classifier, const struct flow *flow,
                     struct classified *classified);

#endif
