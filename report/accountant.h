/*
 * The accountant: enters classified flows into a ledger.
 *
 * Listens to a classifier. Lengths are entered packet by packet, rates second
 * by second, everything else at the end of a flow.
 * One accountant belongs to one thread; map, geography and flow log are
 * shared.
 */
#ifndef REPORT_ACCOUNTANT_H
#define REPORT_ACCOUNTANT_H

#include "capture/error.h"
#include "classify/classifier.h"
#include "classify/geo.h"
#include "report/flow_log.h"
#include "report/ledger.h"

struct accountant;

/* What accountants share; borrowed while they live. */
struct accounting {
	const struct segment_map *map; /* or NULL */
	const struct geo *geo;         /* or NULL */
	const struct signature_set *set;
	struct flow_log *flow_log; /* or NULL */
	uint64_t memory;           /* for the ledger */
};

struct accountant *accountant_create(const struct accounting *accounting,
                                     struct error *err);

/* Accepts NULL. */
void accountant_free(struct accountant *accountant);

/* What to plug into a classifier; borrowed while the accountant lives. */
const struct classify_listener *
accountant_listener(const struct accountant *accountant);

/* Borrowed while the accountant lives. */
struct ledger *accountant_ledger(struct accountant *accountant);

/* The caller's to free; nothing can be entered any more. */
struct ledger *accountant_give_ledger(struct accountant *accountant);

/*
 * Enter a flow of another accountant as if it ended now, into this one's
 * ledger: for a report in between. Its packets must be there already.
 */
void accountant_enter(struct accountant *accountant,
                      const struct classified *classified);

#endif
