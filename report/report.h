/*
 * The report: a ledger, and what follows from it.
 *
 * Places become segments and paths between them, coverage and knowledge become
 * impacts, impacts and the observation's quality become verdicts. A finished
 * value: emitters only read it, and it is the same for the same ledger.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/atlas.h"
#include "report/cost.h"
#include "report/guide_answer.h"
#include "report/inventory.h"
#include "report/ledger.h"
#include "report/load.h"
#include "report/notes.h"

enum verdict {
	VERDICT_READY,
	VERDICT_READY_WITH_EXEMPTIONS,
	VERDICT_INSUFFICIENT_EVIDENCE,
	VERDICT_NOT_READY,
	VERDICT_COUNT
};

const char *verdict_name(enum verdict verdict);
bool verdict_from_name(enum verdict *verdict, const char *name);

enum { CAPABILITY_EVIDENCE = 96 };

/* One line of why. */
struct reason {
	enum impact impact;
	const struct signature *signature; /* NULL: coverage or observation */
	uint64_t packets;
	char *text; /* owned */
};

struct judgement {
	enum verdict verdict;
	struct reason *reasons; /* worst first */
	size_t count;
};

/* A signature that fired in a segment or on a path. */
struct report_finding {
	const struct signature *signature;
	enum impact impact[MODEL_COUNT]; /* worst of its flows and hosts */
	/* Packets that the worst impact is about; the others fare better. */
	uint64_t affected[MODEL_COUNT];
	struct finding total; /* its key means nothing here */
	uint32_t host_count;  /* hosts in which it fired as such */
};

struct report_application {
	char name[LEDGER_NAME];
	struct sums sums;
};

/* Whom a segment talks to outside. */
struct report_peer {
	uint32_t as_number; /* 0: unknown */
	char organization[LEDGER_NAME];
	char country[4];
	struct sums sums;
};

/* What segments and paths have in common. */
struct report_part {
	struct path total;               /* its key means nothing here */
	struct sums sums;                /* over all manners */
	struct report_finding *findings; /* worst first */
	size_t finding_count;
	struct judgement judgements[MODEL_COUNT];
	struct report_application *applications; /* most bytes first */
	size_t application_count;
	struct cost_row *costs;
	size_t cost_count;
	struct load load;
};

struct report_host {
	struct address address;
	const struct host *total; /* over the VLANs that it was seen on: the
	                             ledger's, but for several of them */
	struct host *merged;      /* of those; or NULL */
	struct mac macs[LEDGER_MACS];
	size_t mac_count;
	bool more_macs;
	bool leased;
	uint32_t lease_seconds;
	unsigned behaviours; /* bits of enum host_behaviour */
	uint64_t roles;      /* bits by index into the signatures' roles */
	enum host_system system;
	enum address_class address_class;
	enum capability capability;
	char capability_evidence[CAPABILITY_EVIDENCE];
	uint32_t clients;     /* distinct, of its busiest port */
	uint64_t ike_in_vain; /* flows of IKE to it that it did not answer */
	bool member;          /* talks with a domain controller */
	struct activity activity;
};

struct report_segment {
	const struct atlas_segment *segment;
	struct report_part part;
	struct report_host *hosts; /* by address */
	size_t host_count;
	struct report_peer *peers; /* most bytes first */
	size_t peer_count;
	struct guide_answers guide;
};

struct report_path {
	uint32_t ends[2]; /* indices into segments, or ATLAS_OUTSIDE */
	struct report_part part;
	struct report_note *notes;
	size_t note_count;
	struct guide_answers guide;
};

/* Two hosts that talked with each other, and where they are. */
struct report_pair {
	const struct pair *sums;      /* the ledger's */
	uint32_t segments[2];         /* of its ends; or ATLAS_OUTSIDE */
	struct report_host *hosts[2]; /* or NULL */
	struct report_path *path;     /* or NULL */
};

/* How much was seen, and how well. */
struct observation {
	struct span span;
	uint64_t seconds;
	uint64_t frames;
	uint64_t bytes;
	uint64_t cut;
	uint64_t out_of_order;
	uint64_t outcomes[DECODED_KINDS];
	uint64_t received;
	uint64_t dropped;
	uint64_t if_dropped;
	struct sums traffic; /* of all paths */
	bool complete;       /* every source was read to its end */
};

struct exemptions;

struct report {
	const struct ledger *ledger;
	struct atlas *atlas;
	const struct signature_set *set;
	struct thresholds thresholds;
	struct costing costing;
	struct observation observation;
	struct signature_hits sensor; /* what is to be said of the sensor */
	struct report_segment *segments;
	size_t segment_count;
	struct report_path *paths;
	size_t path_count;
	struct report_pair *pairs; /* in the ledger's order */
	size_t pair_count;
	bool model_chosen; /* by the user, for what emitters say of one model */
	enum model model;
	struct exemptions *exemptions; /* under all models, no baselines */
	struct guide_answers guide;
	struct priority *priorities; /* most exposed first */
	size_t priority_count;
};

/*
 * Ledger and signatures are borrowed and must outlive the report; what is
 * asked about hosts and the sensor, and the thresholds, are these signatures'.
 * NULL on failure.
 */
struct report *report_create(const struct ledger *ledger,
                             const struct signature_set *set,
                             struct error *err);

/* The same with costs as they were asked for. */
struct report *report_create_costed(const struct ledger *ledger,
                                    const struct signature_set *set,
                                    const struct costing *costing,
                                    struct error *err);

/* Accepts NULL. */
void report_free(struct report *report);

/* The host that has an address; NULL if there is none. */
struct report_host *report_host_find(struct report_segment *segment,
                                     const struct address *address);

/* The same in a segment by its index, which may be ATLAS_OUTSIDE, and in the
 * segment of a place. */
struct report_host *report_host_in(const struct report *report, uint32_t index,
                                   const struct address *address);
struct report_host *report_host_at(const struct report *report,
                                   const struct place *place,
                                   const struct address *address);

/* The path between two segments, in either order; NULL if there is none. */
struct report_path *report_path_find(const struct report *report, uint32_t one,
                                     uint32_t other);

/* "office", or "outside" for ATLAS_OUTSIDE. */
const char *report_segment_name(const struct report *report, uint32_t index);

/* The worst verdict of any segment or path under any model. */
enum verdict report_worst(const struct report *report);
enum verdict report_worst_of(const struct report *report, enum model model);

#endif
