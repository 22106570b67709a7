/*
 * Strays: packets that came by one capture ring and are for the flow table
 * behind another, waiting there for their turn, which is by their time.
 *
 * Room for so many and no more; of a packet's bytes as many are kept as a
 * frame of common size has. No locks: who shares it takes turns.
 */
#ifndef CAPTURE_STRAYS_H
#define CAPTURE_STRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/decode.h"
#include "capture/error.h"
#include "capture/packet.h"

enum { STRAYS_MAX = 2048, STRAY_BYTES = 1664 };

enum stray_kind {
	STRAY_HOME,  /* of a flow that is kept here whatever ring it comes by */
	STRAY_GUEST, /* a fragment in search of its flow */
	STRAY_ERROR, /* an ICMP error, for the flow that it quotes alone */
};

struct stray {
	struct packet packet; /* borrows bytes below */
	enum stray_kind kind;
	unsigned asked; /* tables that have not had a guest's flow */
	uint64_t sequence;
	uint8_t bytes[STRAY_BYTES];
};

struct strays;

/* NULL on failure. */
struct strays *strays_create(struct error *err);

/* Accepts NULL. */
void strays_free(struct strays *strays);

/* A copy. False when there is no room. */
bool strays_put(struct strays *strays, const struct packet *packet,
                enum stray_kind kind, unsigned asked);

/* How many wait. */
size_t strays_count(const struct strays *strays);

/* Take out the earliest; NULL if it is later than until_ns, or there is none.
 * Its place is taken up until it is given back. */
struct stray *strays_take(struct strays *strays, uint64_t until_ns);
void strays_give_back(struct strays *strays, const struct stray *stray);

#endif
