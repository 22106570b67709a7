/*
 * Rings: the threads that listen to an interface, each from a capture ring of
 * its own into a flow table of its own.
 *
 * What the kernel brings together, TCP, UDP and SCTP conversations, no thread
 * hands to another. Anything else is a stray wherever it does not come by the
 * ring that it belongs to, and is sent there: what has no ports, or came in a
 * tunnel, has its home by its flow_hash(); a fragment, which comes by its
 * addresses alone, goes round until a table has its flow; and an ICMP error
 * goes to all, one of which has the flow that it quotes. Strays are taken in
 * by their time, once every ring has been read that far, so that the flows
 * are those that a single ring would have made; but a conversation whose very
 * first datagram came in fragments is two, since nobody knows where the kernel
 * will bring the whole ones.
 *
 * Knows threads, as capture/shards.h does.
 */
#ifndef CAPTURE_RINGS_H
#define CAPTURE_RINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "capture/flow_table.h"
#include "capture/source.h"

struct rings;

/*
 * Begin to listen. Ring i is read into table i; both are borrowed, and both
 * are the ring's thread's until rings_pause(). seed is flow_hash()'s, and the
 * tables'. NULL on failure.
 */
struct rings *rings_create(struct source *const *sources,
                           struct flow_table *const *tables, size_t count,
                           uint64_t seed, struct error *err);

/* Stops what has not ended. Accepts NULL. */
void rings_free(struct rings *rings);

/* Wait for so long, or until every ring has ended; whether it has. */
bool rings_wait(struct rings *rings, unsigned milliseconds);

/* Have the threads rest, within a tenth of a second or so. Until
 * rings_resume() sources and tables are the caller's. */
void rings_pause(struct rings *rings);
void rings_resume(struct rings *rings);

/* Once every ring has ended: end all flows, each ring's by a thread. */
void rings_flush(struct rings *rings);

/* The books of all rings together, borrowed until the next call. While they
 * rest or have ended. */
const struct source_stats *rings_stats(struct rings *rings);

/* Later fragments whose first was not known. */
uint64_t rings_fragment_orphans(const struct rings *rings);

#endif
