/*
 * What the renderers of exemptions have in common: the choice of the model,
 * comments with evidence, and text that is safe in anybody's configuration.
 *
 * Names come from the wire and from users' files. Nothing of them reaches a
 * policy except inside comments, through policy_safe().
 */
#ifndef REPORT_POLICY_TEXT_H
#define REPORT_POLICY_TEXT_H

#include <stdio.h>

#include "report/exemption.h"

/* What a platform is like. */
struct platform {
	const char *name;
	const char *comment;      /* what begins a comment: "# " */
	enum model model;         /* unless the user chose another */
	unsigned baselines;       /* that it does not see to by itself */
	const char *const *notes; /* for the head of the file; ends with NULL */
};

extern const struct platform platform_swanctl;
extern const struct platform platform_libreswan;
extern const struct platform platform_xfrm;
extern const struct platform platform_windows;
extern const struct platform platform_netsh;
extern const struct platform platform_cisco;

struct policy {
	const struct platform *platform;
	const struct report *report;
	struct exemptions *exemptions;
	enum model model;
	FILE *out;
};

/* False when out of memory. */
bool policy_open(struct policy *policy, const struct platform *platform,
                 const struct report *report, FILE *out);

/* False if something was not written. */
bool policy_close(struct policy *policy);

/* Comments: what this is, what it leaves in clear, what it leaves out. */
void policy_head(const struct policy *policy);

/* Comments above the rule of that index: why, and what was seen. */
void policy_evidence(const struct policy *policy, const char *indent,
                     size_t index);

/* One line of comment; the arguments must be safe already. */
__attribute__((format(printf, 3, 4))) void
policy_note(const struct policy *policy, const char *indent, const char *format,
            ...);

/* Only letters, digits, blanks and ._:/+-, and not too long. */
enum { POLICY_NAME = 64 };
const char *policy_safe(char text[static POLICY_NAME], const char *name);

/* The same without blanks and all but letters, digits and -, for names. */
const char *policy_word(char text[static POLICY_NAME], const char *name);

/* The first signature of a rule, or its baseline, as a word. */
const char *policy_rule_word(char text[static POLICY_NAME],
                             const struct exemption *rule);

/* A rule from where a host or gateway stands. */
struct policy_view {
	char side; /* 'c' as client or sender, 's' as server or receiver */
	const struct prefix_list *local;
	const struct prefix_list *remote;
};

/* One or two views; those that nobody inside has are left out. */
size_t policy_views(struct policy_view view[static 2],
                    const struct exemption *rule);

/*
 * Whether programs write the IP header of this protocol themselves: Linux then
 * looks for the policy of protocol 255 when they send (ip_output.c and raw.c,
 * IP_HDRINCL), whatever protocol the header names.
 */
enum { TRANSPORT_RAW = 255 };
bool policy_has_own_header(const struct exemption *rule);

bool policy_is_gateway(const struct policy *policy);

/* Lines about the paths of which exemptions leave less than half protected,
 * each behind a few words of its own. */
void policy_warn(const struct policy *policy, const char *before, FILE *out);

/* The same for a person at the command line; platform may be NULL. */
void policy_tell(const struct report *report, const struct platform *platform,
                 FILE *out);

#endif
