/*
 * The pieces that exemptions are made of: the inside of exemption.c, in files
 * of their own. Only exemption*.c include this.
 */
#ifndef REPORT_EXEMPTION_PARTS_H
#define REPORT_EXEMPTION_PARTS_H

#include "report/exemption.h"

/* Without padding. */
struct atom_key {
	uint32_t ends[2];
	struct address address;
	uint16_t port;
	uint8_t transport;
	uint8_t family;
	uint8_t role;
	uint8_t manner;
	uint8_t icmp_type;
	uint8_t icmp_code;
};

/* One service of one address, for all clients of one segment: what a rule
 * exempts or does not, but never in part. */
struct atom {
	struct atom_key key;
	struct sums sums;
	struct span span;
	uint64_t worthy_bytes;
	uint64_t packets[2];
	uint32_t client_port; /* as in struct exemptable */
	unsigned models;      /* of those wanted, which need it exempt */
	struct prefix_list clients;
	bool more_clients;
	const struct signature **signatures;
	size_t signature_count;
};

/* All atoms of a report: a table of struct atom. Release in any case. */
bool atoms_collect(struct table *atoms, const struct report *report);
void atoms_release(struct table *atoms);

/* Which of the models need an atom exempt. */
unsigned atom_models(const struct atom *atom, const struct report *report,
                     unsigned models);

/* Whether an association could carry it. */
bool atom_is_protectable(const struct atom *atom, enum model model);

unsigned atom_directions(const struct atom *atom);

/* Rules from atoms that are needed, appended. */
bool exemptions_gather(struct exemptions *exemptions, struct atom **atoms,
                       size_t count, const struct report *report);

/* The wanted baselines' rules, appended. */
bool exemptions_add_baselines(struct exemptions *exemptions, unsigned baselines,
                              unsigned models);

/* The baseline that exempts an atom already; NULL if none does. */
struct exemption *baseline_of(const struct exemptions *exemptions,
                              const struct atom *atom);

/* A balance for each path and segment, and what an atom weighs in them. */
bool balances_begin(struct exemptions *exemptions, const struct report *report);
void balances_add(struct exemptions *exemptions, const struct atom *atom,
                  const struct report *report);

/* A new rule of zeroes at the end; NULL when out of memory. */
struct exemption *exemption_append(struct exemptions *exemptions);

/* What an atom adds to a rule's evidence. */
bool exemption_add_evidence(struct exemption *rule, const struct atom *atom);

void exemption_release(struct exemption *rule);

/* Keep lists in order and each member once. False when out of memory. */
bool prefix_list_add(struct prefix_list *list, const struct prefix *prefix);
bool prefix_list_add_all(struct prefix_list *list,
                         const struct prefix_list *from);
bool prefix_list_equal(const struct prefix_list *a,
                       const struct prefix_list *b);
bool port_list_add(struct port_list *list, uint16_t port);
bool port_list_add_all(struct port_list *list, const struct port_list *from);
bool signature_list_add(const struct signature ***list, size_t *count,
                        const struct signature *signature);

#endif
