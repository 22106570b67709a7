/*
 * Notes: what measuring IPsec taught about whole paths, as "notes" in
 * signature files.
 *
 * A signature speaks of one kind of traffic; a note of what a policy does to
 * a path on which some kinds, or some figures, come together. Signatures that
 * fired there are its evidence. A note of a later folder replaces an earlier
 * one of the same id.
 */
#ifndef CLASSIFY_NOTE_H
#define CLASSIFY_NOTE_H

#include "classify/record.h"
#include "classify/words.h"

/* What must hold of a path. */
enum note_when {
	NOTE_FIRED,    /* one of the note's signatures fired */
	NOTE_OVERSIZE, /* packets that may not be fragmented no longer fit */
	NOTE_TOO_BIG,  /* routers said that packets are too big */
	NOTE_REPLAY,   /* classes would overtake by more than the window */
	NOTE_WHEN_COUNT
};

/* "fired", "oversize", "too-big", "replay" */
const char *note_when_name(enum note_when when);

enum { NOTES_MAX = 64 };

struct note {
	char *id;
	char *name;
	char *text;
	enum note_when when;
	unsigned models; /* bits of enum model that it is about */
	struct text_list signatures;
	struct text_list remedies;
	struct text_list references;
	size_t folder; /* which of the folders it came from */
};

struct note_set {
	struct note notes[NOTES_MAX];
	size_t count;
};

/* Add a list of notes. False with err naming file, line and word. */
bool note_set_read(struct note_set *set, const struct json *list, size_t folder,
                   const struct json_document *document, struct error *err);

/* Frees what it points to. */
void note_set_release(struct note_set *set);

#endif
