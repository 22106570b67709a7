/*
 * The chain from packets to a report, with the real signatures: what the
 * program plugs together, without sources and threads.
 *
 * Tests run at the top of the sources, where signatures/ is.
 */
#ifndef TESTS_CHAIN_H
#define TESTS_CHAIN_H

#include <criterion/criterion.h>

#include "capture/flow_table.h"
#include "classify/classifier.h"
#include "report/accountant.h"
#include "report/knowledge.h"
#include "report/report.h"
#include "tests/packet_maker.h"

enum { CHAIN_MEMORY = 64 << 20 };

struct chain {
	struct signature_set *set;
	struct segment_map *map;
	struct accountant *accountant;
	struct classifier *classifier;
	struct flow_table *table;
	struct report *report;
	uint64_t time_ns;
};

static inline struct segment_map *map_from_text(const char *text,
                                                struct error *err)
{
	struct json_document *document =
		json_read_text(text, strlen(text), "test.json", err);
	struct segment_map *map =
		document ? segment_map_from(json_root(document), document, err)
			 : NULL;

	json_free(document);
	return map;
}

/* segments is the list of a segment map, NULL to discover them. */
static inline struct chain chain_start(const char *segments,
                                       struct flow_log *flow_log)
{
	static const char *const folder = "signatures";
	struct error err = { "" };
	struct chain chain = { .time_ns = UINT64_C(1600000000000000000) };
	struct accounting accounting = { .flow_log = flow_log,
		                         .memory = CHAIN_MEMORY };

	chain.set = knowledge_read_only(&folder, 1, NULL, &err);
	cr_assert_not_null(chain.set, "%s", err.text);
	if (segments) {
		chain.map = map_from_text(segments, &err);
		cr_assert_not_null(chain.map, "%s", err.text);
	}
	accounting.set = chain.set;
	accounting.map = chain.map;
	chain.accountant = accountant_create(&accounting, &err);
	cr_assert_not_null(chain.accountant, "%s", err.text);
	chain.classifier =
		classifier_create(chain.set,
	                          accountant_listener(chain.accountant), NULL,
	                          &err);
	cr_assert_not_null(chain.classifier, "%s", err.text);
	chain.table =
		flow_table_create(&flow_limits_default,
	                          classifier_listener(chain.classifier), &err);
	cr_assert_not_null(chain.table, "%s", err.text);
	return chain;
}

/* A millisecond after the packet before. */
static inline void chain_packet(struct chain *chain, struct packet packet)
{
	chain->time_ns += 1000000;
	packet.time_ns = chain->time_ns;
	packet.frame_number++;
	flow_table_packet(chain->table, &packet, packet.time_ns);
}

/* End all flows; borrowed until chain_end(). */
static inline const struct report *chain_report(struct chain *chain)
{
	struct error err = { "" };

	flow_table_flush(chain->table);
	chain->report = report_create(accountant_ledger(chain->accountant),
	                              chain->set, &err);
	cr_assert_not_null(chain->report, "%s", err.text);
	return chain->report;
}

static inline void chain_end(struct chain *chain)
{
	report_free(chain->report);
	flow_table_free(chain->table);
	classifier_free(chain->classifier);
	accountant_free(chain->accountant);
	signature_set_free(chain->set);
	segment_map_free(chain->map);
}

/* The finding of a signature in a part, NULL if it did not fire there. */
static inline const struct report_finding *
part_finding(const struct report_part *part, const char *id)
{
	for (size_t i = 0; i < part->finding_count; i++)
		if (strcmp(part->findings[i].signature->id, id) == 0)
			return &part->findings[i];
	return NULL;
}

#endif
