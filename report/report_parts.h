/*
 * The pieces that a report is put together from: the inside of report.c, in a
 * file of its own. Only report.c and report_parts.c include this.
 */
#ifndef REPORT_REPORT_PARTS_H
#define REPORT_REPORT_PARTS_H

#include "report/report.h"

struct part_key {
	uint32_t end[2];
};

/* Found by the id of its signature. */
struct finding_builder {
	char id[LEDGER_NAME];
	struct report_finding finding;
};

struct application_builder {
	char name[LEDGER_NAME];
	struct sums sums;
};

/* Add what a finding of the ledger says where coverage has the last word. */
void finding_builder_add(struct finding_builder *builder,
                         const struct finding *finding, enum manner manner,
                         enum relation relation);

/* Add a host in which a signature about hosts fired. */
void finding_builder_add_host(struct finding_builder *builder,
                              const struct report_host *host);

struct host_facts report_host_facts(const struct report_host *host);

/* Move records of a table into a part, in the order of the report. */
bool part_take_findings(struct report_part *part, const struct table *table);
bool part_take_applications(struct report_part *part,
                            const struct table *table);

void part_release(struct report_part *part);

bool report_add_hosts(struct report *report);
bool report_add_peers(struct report *report);

/* Costs, loads and notes, once the parts are whole. */
bool report_price(struct report *report);

#endif
