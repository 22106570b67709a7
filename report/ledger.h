/*
 * The ledger: the sums behind a report.
 *
 * Everything is addition, minimum, maximum, union, or the smallest of a set,
 * so ledgers of different traffic add up to the ledger of all of it, whoever
 * kept them: worker threads, files, sensors, sites. Merging is associative
 * and commutative. A ledger carries the signatures that fired and the segment
 * map it was kept by, so that it can be read far from where it was made.
 *
 * One thread at a time. Tables have a cap; what found no room is counted.
 */
#ifndef REPORT_LEDGER_H
#define REPORT_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/error.h"
#include "capture/source.h"
#include "classify/learn.h"
#include "classify/signature.h"
#include "report/activity.h"
#include "report/bins.h"
#include "report/coverage.h"
#include "report/histogram.h"
#include "report/place.h"
#include "report/sketch.h"
#include "report/table.h"

enum {
	LEDGER_EXAMPLES = 3,
	LEDGER_HOSTS = 32,
	LEDGER_SERVICES = 16,
	LEDGER_MACS = 4,
	LEDGER_NAME = 64,
	LEDGER_APPLICATION = 30,
	LEDGER_LONGER = 3,
};

struct sums {
	uint64_t flows;
	uint64_t packets;
	uint64_t bytes;
};

struct span {
	uint64_t first_ns; /* 0 while nothing was seen */
	uint64_t last_ns;
};

/* The two places of a path, in the order of their bytes. */
struct path_key {
	struct place place[2];
};

struct path {
	struct path_key key;
	struct sums by_manner[MANNER_COUNT];
	struct sums by_category[CATEGORY_COUNT];
	struct histogram sizes[2][2]; /* unicast: [IPv6][don't fragment] */
	/* Those of them whose IP header is longer than 20 or 40 bytes: by 4, 8
	 * or 12, modulo 16. Padding to blocks tells no more apart. */
	struct histogram longer[2][2][LEDGER_LONGER];
	uint64_t too_big_flows;    /* an ICMP error said: packet too big */
	uint64_t black_hole_flows; /* should have been told, and were not */
	struct bins bins;
	struct span span;
};

/* Where an engineer can look: one flow of a finding. */
struct example {
	uint64_t hash; /* the smallest are kept */
	uint64_t time_ns;
	uint64_t frame;
	uint32_t source;  /* index into the ledger's sources */
	uint16_t port[2]; /* client's, server's */
	uint16_t vlan;
	uint8_t transport;
	uint8_t family;
	struct address address[2]; /* client, server */
};

/* The hosts of a finding with the smallest hashes. */
struct host_set {
	uint32_t count;
	bool more; /* there were others */
	struct address address[LEDGER_HOSTS];
	uint8_t family[LEDGER_HOSTS];
};

struct finding_key {
	struct path_key path;
	uint32_t signature; /* index into the ledger's signatures */
	uint32_t manner;
};

struct finding {
	struct finding_key key;
	struct sums sums;
	struct span span;
	uint32_t example_count;
	struct example examples[LEDGER_EXAMPLES];
	struct host_set hosts;
};

struct application_key {
	struct path_key path;
	char name[LEDGER_NAME];
};

struct application_sums {
	struct application_key key;
	struct sums sums;
};

/* Who is talked to outside, as far as geography knows. */
struct peer_key {
	struct place place;
	uint32_t as_number;
	char organization[LEDGER_NAME];
	char country[4];
};

struct peer {
	struct peer_key key;
	struct sums sums;
};

struct service {
	uint8_t transport;
	uint16_t port;
	char application[LEDGER_APPLICATION];
};

struct host_key {
	struct place place;
	struct address address;
};

struct host {
	struct host_key key;
	uint64_t packets[2]; /* sent, received */
	uint64_t bytes[2];
	uint64_t exposure; /* bytes of flows that would gain from IPsec */
	uint64_t ipsec;    /* packets of IKE, ESP and AH that it sent */
	struct span span;
	uint64_t unanswered;      /* flows that it began and nobody answered */
	struct sketch tried;      /* addresses and ports of those */
	struct sketch pinged;     /* addresses that it sent echo requests to */
	struct sketch hop_limits; /* exactly: a bit for each value it sent */
	uint32_t service_count;
	struct service services[LEDGER_SERVICES]; /* the smallest, in order */
};

/*
 * One port of a host and whom it talks with: ports that were called, and high
 * ports that call other high ports, as peers do.
 */
struct endpoint_key {
	struct place place;
	struct address address;
	uint16_t port;
	uint8_t transport;
	uint8_t zero;
};

struct endpoint {
	struct endpoint_key key;
	uint64_t called;        /* flows towards it */
	uint64_t calling;       /* flows from it */
	uint64_t answered;      /* of both, those with packets both ways */
	struct sketch peers;    /* addresses at the other ends */
	struct sketch networks; /* their /16 or /32 */
	char application[LEDGER_APPLICATION];
};

/* Two hosts that talk: what one pair of security associations would carry. */
struct pair_end {
	struct place place;
	struct address address;
};

struct pair_key {
	struct pair_end end[2]; /* in the order of their bytes */
};

struct pair {
	struct pair_key key;
	struct sums sums;
	uint64_t exposure; /* bytes of flows that would gain from IPsec */
	struct span span;
	uint64_t dscps; /* a bit for each value seen */
	uint64_t peak;  /* packets in the busiest second of any one flow */
	struct activity activity;
};

/* Streams of one codec and length of packets: of the packets that have it. */
struct call_key {
	struct path_key path;
	uint32_t payload_type; /* of RTP, RFC 3551 section 6 */
	uint32_t ip_len;
	uint32_t family;
};

struct call_sums {
	struct call_key key;
	struct sums sums; /* flows: one for each direction */
	uint64_t paces;   /* intervals between packets, pauses left out */
	uint64_t ns;      /* sum of those */
};

/* A MAC and the addresses that its packets come from. */
struct station_key {
	struct mac mac;
	uint16_t vlan;
};

struct station {
	struct station_key key;
	struct sketch addresses;
};

struct evidence_key {
	struct prefix prefix;
	struct mac mac;
	uint8_t kind; /* enum evidence_kind */
	uint16_t vlan;
};

struct evidence_sums {
	struct evidence_key key;
	uint64_t count;
	uint32_t seconds; /* longest lease */
};

/* Frames without IP. */
struct link_key {
	uint64_t protocol;
	uint32_t kind; /* enum link_kind */
	uint32_t vlan;
};

struct link_sums {
	struct link_key key;
	struct sums sums;
};

struct signature_key {
	char id[LEDGER_NAME];
};

struct fired {
	struct signature_key key;
	struct signature signature; /* its own copy */
};

/* Where the observation was less than complete. */
struct ledger_counters {
	uint64_t fragment_orphans;
	uint64_t evicted_flows;
	uint64_t evicted_established; /* of them, what was no attempt */
	uint64_t evicted_hosts;       /* records that made room for others, */
	uint64_t evicted_ports;       /* of hosts, their ports, */
	uint64_t evicted_pairs;       /* pairs of hosts */
	uint64_t evicted_services;    /* and what exemptions would name */
	uint64_t dpi_calls;           /* packets shown to nDPI */
	uint64_t
		dpi_skipped; /* flows of one packet that were not, in a flood */
	uint64_t refused;    /* additions to full tables */
	uint64_t ip_flows;
	uint64_t tcp_flows;
	uint64_t one_way_flows; /* TCP with a direction missing */
	uint64_t reordered_flows;
	uint64_t duplicated_flows;
	uint64_t offloaded_flows;
	uint64_t mirrored_flows; /* taken off a mirror's carrier */
};

/* All counters by name, for reading, writing and adding them. */
struct counter_field {
	const char *name;
	size_t offset; /* of a uint64_t in struct ledger_counters */
};

/* The index-th counter, NULL past the last. */
const struct counter_field *ledger_counter(size_t index);
uint64_t *counter_of(struct ledger_counters *counters,
                     const struct counter_field *field);

struct ledger {
	const struct segment_map *map; /* NULL: segments are discovered */
	struct segment_map *own_map;   /* the same, if the ledger read it */
	struct source_stats *sources;
	size_t source_count;
	struct table fired;
	struct table paths;
	struct table findings;
	struct table applications;
	struct table peers;
	struct table hosts;
	struct table endpoints;
	struct table pairs;
	struct table calls;
	struct table stations;
	struct table evidence;
	struct table links;
	struct table exemptables; /* struct exemptable */
	struct ledger_counters counters;
};

/*
 * The map is borrowed, may be NULL, and must outlive the ledger. memory is
 * what the tables may take, in bytes, roughly.
 */
struct ledger *ledger_create(const struct segment_map *map, uint64_t memory,
                             struct error *err);

/* Accepts NULL. */
void ledger_free(struct ledger *ledger);

/* Change what the tables may take; those that take more already stay. */
void ledger_limit(struct ledger *ledger, uint64_t memory);

/* The table at an offset in struct ledger, for lists of tables. */
const struct table *ledger_table(const struct ledger *ledger, size_t offset);

/* Records by key, made if new. NULL when the table is full. */
struct path_key path_key_of(const struct place *a, const struct place *b);
struct path *ledger_path(struct ledger *ledger, const struct path_key *key);
struct finding *ledger_finding(struct ledger *ledger,
                               const struct finding_key *key);
struct application_sums *ledger_application(struct ledger *ledger,
                                            const struct path_key *path,
                                            const char *name);
struct host *ledger_host(struct ledger *ledger, const struct place *place,
                         const struct address *address);

struct pair *ledger_pair(struct ledger *ledger, const struct pair_end *a,
                         const struct pair_end *b);

/* The index of a signature among those that fired; a copy is kept. False
 * when out of memory. */
bool ledger_fire(struct ledger *ledger, const struct signature *signature,
                 uint32_t *index);
const struct signature *ledger_signature(const struct ledger *ledger,
                                         uint32_t index);

void ledger_evidence(struct ledger *ledger, const struct evidence *evidence);

void sums_add(struct sums *sums, uint64_t flows, uint64_t packets,
              uint64_t bytes);
void sums_merge(struct sums *into, const struct sums *from);
void span_add(struct span *span, uint64_t first_ns, uint64_t last_ns);

/* Add one record to another, whatever their keys. */
void path_merge(struct path *into, const struct path *from);
void finding_merge(struct finding *into, const struct finding *from,
                   uint32_t source_offset);
void host_merge(struct host *into, const struct host *from);

/* Frees what a path points to. */
void path_release(struct path *path);

/* Keep an example, a host or a service if it is among the smallest. */
void finding_add_example(struct finding *finding,
                         const struct example *example);
void host_set_add(struct host_set *set, const struct address *address,
                  enum family family);
void host_add_service(struct host *host, const struct service *service);

/* Of the names that one service's flows had, keep the first by the alphabet
 * that says something. */
void application_keep(char kept[static LEDGER_APPLICATION], const char *name);

/* Copy what is known of the sources; replaces what was there. False when out of
 * memory: the ledger has some of them then. */
bool ledger_set_sources(struct ledger *ledger, const struct source_stats *stats,
                        size_t count, struct error *err);

/*
 * Add everything of from, but for its sources when they are the same run's
 * (same_run): worker ledgers share sources. Otherwise a source that both hold
 * is refused, as are maps that contradict each other. After a failure into is
 * only good for being freed.
 */
bool ledger_merge(struct ledger *into, const struct ledger *from, bool same_run,
                  struct error *err);

/* The counters, with what the tables refused and evicted themselves. */
struct ledger_counters ledger_counters_of(const struct ledger *ledger);

/* Additions that found a table full, over all tables. */
uint64_t ledger_refused(const struct ledger *ledger);

#endif
