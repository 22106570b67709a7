/*
 * The guide: what the deployment guide of 2003 for IPsec on Windows says about
 * where IPsec fits, as "guide" in signature files.
 *
 * A statement in our own words, what in a network it is about, which
 * knowledge speaks for and against it, what no capture can show of it, and
 * where it is out of date. What it comes to in an observed network, report/
 * works out. A row of a later folder replaces an earlier one of the same id.
 */
#ifndef CLASSIFY_GUIDE_H
#define CLASSIFY_GUIDE_H

#include "classify/record.h"
#include "classify/words.h"

enum guide_scope { GUIDE_REPORT, GUIDE_SEGMENT, GUIDE_PATH, GUIDE_SCOPE_COUNT };

/* "report", "segment", "path" */
const char *guide_scope_name(enum guide_scope scope);

enum { GUIDE_ROWS_MAX = 64 };

struct guide_row {
	char *id;
	char *statement;
	enum guide_scope scope;
	unsigned categories;         /* bits: their findings are what it asks */
	struct text_list signatures; /* and these findings, by id */
	struct text_list in_use;     /* findings that show it in use */
	struct text_list against;    /* findings that speak against it */
	struct text_list roles;      /* ids of the roles that it is about */
	char *blind_spots;
	char *outdated; /* NULL if it still holds */
	struct text_list references;
	size_t folder; /* which of the folders it came from */
};

struct guide {
	struct guide_row rows[GUIDE_ROWS_MAX];
	size_t count;
};

/* Add a list of rows. False with err naming file, line and word. */
bool guide_read(struct guide *guide, const struct json *list, size_t folder,
                const struct json_document *document, struct error *err);

/* Frees what it points to. */
void guide_release(struct guide *guide);

/* NULL if there is none of that id. */
const struct guide_row *guide_find(const struct guide *guide, const char *id);

#endif
