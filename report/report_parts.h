/*
 * The pieces that a report is put together from. Only the files that do so
 * include this.
 */
#ifndef REPORT_REPORT_PARTS_H
#define REPORT_REPORT_PARTS_H

#include "report/report.h"

/* Found by the part that it is of and the id of its signature. */
struct finding_builder {
	struct finding_builder_key {
		struct report_part *part;
		char id[LEDGER_NAME];
	} key;
	struct report_finding finding;
};

struct application_builder {
	struct application_builder_key {
		struct report_part *part;
		char name[LEDGER_NAME];
	} key;
	struct sums sums;
};

/* The builder of a part, made if new. NULL when out of memory. */
struct finding_builder *finding_builder_get(struct table *table,
                                            struct report_part *part,
                                            const struct signature *signature);
struct application_builder *
application_builder_get(struct table *table, struct report_part *part,
                        const char name[static LEDGER_NAME]);

/* Add what a finding of the ledger says where coverage has the last word. */
void finding_builder_add(struct finding_builder *builder,
                         const struct finding *finding, enum manner manner,
                         enum relation relation);

/* Add a host in which a signature about hosts fired. */
void finding_builder_add_host(struct finding_builder *builder,
                              const struct report_host *host);

struct host_facts report_host_facts(const struct report_host *host);

/*
 * Builders have counted what their parts will have: make room for that in each
 * part, hand all of it out, and put it into the order of the report.
 */
bool part_make_room(struct report_part *part);
void findings_hand_out(const struct table *table);
void applications_hand_out(const struct table *table);
void part_sort(struct report_part *part);

void part_release(struct report_part *part);

/* All parts of a report: segments come first, then paths. */
size_t report_part_count(const struct report *report);
struct report_part *report_part_at(struct report *report, size_t index);

/* Segments and paths with all that is said of each alone, judged. False when
 * out of memory; what was built until then is freed with the report. */
bool report_build_parts(struct report *report);

bool report_add_hosts(struct report *report);
void report_hosts_release(struct report_segment *segment);
bool report_add_peers(struct report *report);

/* Pairs are added with their hosts, once these stay where they are; and find
 * their paths once these do. */
bool report_add_pairs(struct report *report);
void report_pairs_find_paths(struct report *report);

/* Costs, loads and notes, once the parts are whole. */
bool report_price(struct report *report);

#endif
