/*
 * What is known of a host, and of the observation as a whole, when signatures
 * are asked about them: facts that only many flows together show.
 *
 * Filled in from a ledger's sums when a report is made; plain values that
 * borrow the lists they point to.
 */
#ifndef CLASSIFY_HOST_FACTS_H
#define CLASSIFY_HOST_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "capture/address.h"

enum host_behaviour {
	/* One port in conversation with many peers, calling and called. */
	HOST_PEER_TO_PEER = 1 << 0,
	/* Pings several hosts again and again. */
	HOST_MONITOR = 1 << 1,
	/* Tries many addresses and ports that do not answer. */
	HOST_SCANNER = 1 << 2,
	/* Its address came by DHCP. */
	HOST_LEASED = 1 << 3,
	/* Its address was claimed by several MACs. */
	HOST_MOVED = 1 << 4,
	/* Its MAC has other addresses as well. */
	HOST_SEVERAL_ADDRESSES = 1 << 5,
	/* An IPv6 address made of random bits, beside others of its MAC. */
	HOST_TEMPORARY_ADDRESS = 1 << 6,
	/* Packets of many other addresses come from its MAC. */
	HOST_GATEWAY = 1 << 7,
	/* Its packets have hop limits of different systems. */
	HOST_MIXED_HOP_LIMITS = 1 << 8,
	/* Several DSCPs towards one peer. */
	HOST_SEVERAL_CLASSES = 1 << 9,
	/* Many clients, at work all the time. */
	HOST_BUSY_SERVER = 1 << 10,
};

/* "peer-to-peer", ...; NULL if it is no single known bit. */
const char *host_behaviour_name(unsigned bit);

/* By what a stack sets hop limits to at first. */
enum host_system {
	HOST_SYSTEM_UNKNOWN,
	HOST_SYSTEM_UNIX,    /* 64 */
	HOST_SYSTEM_WINDOWS, /* 128 */
	HOST_SYSTEM_DEVICE,  /* 255: routers, telephones, small devices */
};

const char *host_system_name(enum host_system system);

struct host_facts {
	unsigned behaviours; /* bits of enum host_behaviour */
	uint64_t roles;      /* bits by index into the signature set's roles */
	enum host_system system;
	const struct mac *macs;
	size_t mac_count;
	uint32_t lease_seconds; /* 0 if not leased */
};

/* Parts of a hundred or a thousand where the name says so. */
struct sensor_facts {
	uint64_t seconds;
	uint64_t one_way_percent;    /* of TCP flows */
	uint64_t duplicated_percent; /* of flows */
	uint64_t offloaded_percent;
	uint64_t reordered_percent; /* of TCP flows */
	uint64_t dropped_permille;  /* of packets */
	uint64_t cut_permille;
	uint64_t undecoded_permille;
	uint64_t encapsulated_percent; /* taken off a mirror's carrier */
};

#endif
