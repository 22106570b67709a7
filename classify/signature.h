/*
 * Signatures: lines of knowledge about kinds of traffic.
 *
 * How to recognise it, what IPsec does to it under each deployment model, why,
 * and what to do. Read from folders of JSON files in which every object says
 * by its one key what it holds: signatures, remedies, aliases, roles, suites,
 * notes, guide or thresholds. A signature, remedy, suite, note or row of the
 * guide of a later folder replaces an earlier one of the same id, so users
 * refine ours with a folder of their own.
 *
 * A set is immutable once read and may be shared by threads.
 */
#ifndef CLASSIFY_SIGNATURE_H
#define CLASSIFY_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "classify/dpi.h"
#include "classify/facts.h"
#include "classify/guide.h"
#include "classify/json.h"
#include "classify/note.h"
#include "classify/role.h"
#include "classify/suite.h"
#include "classify/words.h"

struct signature_set;

/* What a report says of a signature; the match stays inside the set. */
struct signature {
	char *id;
	char *name;
	enum category category;
	enum impact impact[COLUMN_COUNT];
	bool benefits;
	char *why;
	struct text_list remedies; /* ids */
	struct text_list references;
	char *match; /* as the file has it, on one line */
	char *file;  /* where it was read */
};

struct remedy {
	char *id;
	char *name;
	char *text;
	struct text_list references;
};

/* Limits that verdicts are drawn by, "thresholds" in the files. */
struct thresholds {
	uint64_t ready_seconds;   /* shortest observation for `ready` */
	uint64_t ready_packets;   /* fewest packets of a place for `ready` */
	uint64_t finding_packets; /* fewest packets for a finding to count */
	/* Distinct peers of one port, and of how many networks they are, that
	 * make its host a peer among peers. */
	uint64_t peer_peers;
	uint64_t peer_networks;
	uint64_t busy_clients;      /* distinct clients of a busy server */
	uint64_t monitor_targets;   /* addresses that a monitor pings */
	uint64_t scanner_targets;   /* that a scanner tries in vain */
	uint64_t gateway_addresses; /* that a gateway's MAC sends for */
	uint64_t loss_permille; /* more dropped or undecodable than this: the
	                           observation proves no absence */
	/* What loads are worked out with: how long an association outlives its
	 * traffic, by how much a queue may hold the slowest class back, the
	 * replay window that stacks begin with, and what is a small packet. */
	uint64_t sa_idle_seconds;
	uint64_t queue_delay_ms;
	uint64_t replay_window;
	uint64_t small_bytes;
	/* What the guide's statements are weighed by: sessions and days that
	 * make a conversation a recurring one, part of the time in which a host
	 * that stays was seen, clients that make a server, essential traffic,
	 * exemptions that are too many to keep up, clear-text bytes that must
	 * stay protected to be worth it, hosts that nobody manages, small
	 * packets that are many, and how many hosts to name first. */
	uint64_t recurring_sessions;
	uint64_t recurring_days;
	uint64_t present_percent;
	uint64_t server_clients;
	uint64_t essential_permille;
	uint64_t many_exemptions;
	uint64_t worthwhile_percent;
	uint64_t unmanaged_percent;
	uint64_t small_percent;
	uint64_t priority_hosts;
	uint64_t discovered_prefixes; /* most of a report without a map */
};

enum { SIGNATURE_HITS = 16 };

/* The signatures that hold for a flow, most specific first. */
struct signature_hits {
	size_t count;
	uint16_t index[SIGNATURE_HITS];
};

/*
 * Read *.json of every folder in turn. dpi resolves nDPI names and is needed
 * for the call only. NULL on failure, with err naming file, line and word.
 */
struct signature_set *signature_set_read(const char *const *folders,
                                         size_t count, struct dpi *dpi,
                                         struct error *err);

/* The same of one file's text, which complaints call by that name. */
struct signature_set *signature_set_from_text(const char *text, size_t len,
                                              const char *name, struct dpi *dpi,
                                              struct error *err);

/* Accepts NULL. */
void signature_set_free(struct signature_set *set);

size_t signature_count(const struct signature_set *set);
const struct signature *signature_at(const struct signature_set *set,
                                     size_t index);

/* NULL if there is none of that id. */
const struct signature *signature_find(const struct signature_set *set,
                                       const char *id);
const struct remedy *signature_remedy(const struct signature_set *set,
                                      const char *id);
const struct thresholds *signature_thresholds(const struct signature_set *set);

const struct role_set *signature_roles(const struct signature_set *set);
const struct suite_set *signature_suites(const struct signature_set *set);
const struct note_set *signature_notes(const struct signature_set *set);
const struct guide *signature_guide(const struct signature_set *set);

/* Which signatures hold. */
void signature_match(const struct signature_set *set, const struct facts *facts,
                     struct signature_hits *hits);

/*
 * The public part of a signature from the object that signature_write() made:
 * reports carry those that fired.
 */
bool signature_read_public(struct signature *signature,
                           const struct json *object,
                           const struct json_document *document,
                           struct error *err);
void signature_write(const struct signature *signature,
                     struct json_scope object);

/* A copy that owns all it points to, without match and file. False when out of
 * memory; release it all the same. */
bool signature_copy(struct signature *into, const struct signature *from);

/* Frees what it points to, not the struct. */
void signature_release(struct signature *signature);

#endif
