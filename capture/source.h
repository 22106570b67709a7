/*
 * Sources: where frames come from.
 *
 * Capture files (pcap and pcapng, gzip and zstd by their magic bytes),
 * folders of them, standard input, or a network interface, all behind one
 * call that yields the next frame. Several files are one capture: they are
 * read in the order of their first packets. libpcap is known to the files
 * behind this header alone.
 *
 * A file that cannot be read to its end does not end the audit: what it held
 * until then counts, its stats say what went wrong, and the next file follows.
 */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/decode.h"
#include "capture/error.h"

struct source;

/* What is known of one file, or of one interface. */
struct source_stats {
	char *name;            /* path as given, "-" or the interface's name */
	const char *link_type; /* libpcap's name, e.g. "EN10MB"; never NULL */
	bool live;
	uint64_t frames; /* read, after the BPF expression */
	uint64_t bytes;  /* of those frames on the wire */
	uint64_t cut;    /* frames shorter than on the wire (snap length) */
	uint64_t out_of_order;            /* earlier than the frame before */
	uint64_t outcomes[DECODED_KINDS]; /* set by source_count() */
	uint64_t first_ns;   /* time of the earliest frame, 0 if none */
	uint64_t last_ns;    /* time of the latest frame */
	uint64_t digest;     /* of those frames' times, lengths and first bytes:
	                        names the content, not the path */
	uint64_t received;   /* live: by the kernel's count, with those it then
	                        dropped; lo shows each frame twice */
	uint64_t dropped;    /* live: for want of room in the ring */
	uint64_t if_dropped; /* live: by the interface */
	char failure[768];   /* why reading ended early, "" if it did not:
	                        "FILE: truncated after packet 12" */
};

enum source_event {
	SOURCE_FRAME, /* frame is filled; its bytes live until the next call,
	                 or in lent room until more is lent */
	SOURCE_FULL,  /* the room is used up: lend more */
	SOURCE_IDLE,  /* live: nothing came for a tenth of a second */
	SOURCE_WOKEN, /* a ring: source_wake() was called */
	SOURCE_END,
};

struct source_options {
	const char *filter;   /* BPF expression, NULL for all */
	uint32_t snap_len;    /* live, 0 for the default of 262144 */
	uint32_t buffer_size; /* live: rings in bytes, together; 0: 64 MiB */
	bool no_promiscuous;  /* live */
};

/*
 * Open files, folders (the captures directly in them, see capture/inputs.h)
 * or "-", which must then be the only path. Named pipes are read too, behind
 * the files.
 *
 * NULL when a path does not exist or cannot be opened, a folder holds no
 * capture, or not one input can be read; err says why of the first. Where at
 * least one can, another that is no capture, has vanished, or whose links the
 * filter does not suit is a failure in its stats, and frames follow from the
 * rest. Files are opened when their turn comes; the paths and options need
 * not outlive the call.
 */
struct source *source_open_files(char *const *paths, size_t count,
                                 const struct source_options *options,
                                 struct error *err);

/*
 * Capture from an interface. NULL with err naming it, the reason and what
 * would help; an interface that disappears later is a failure in its stats.
 */
struct source *source_open_live(const char *interface,
                                const struct source_options *options,
                                struct error *err);

/*
 * Capture from an interface by several rings, each of them a source of its
 * own, for a thread of its own. The kernel puts both directions of a TCP, UDP
 * or SCTP conversation into the same ring; what else belongs together need
 * not come together. Frames count from when all rings were there.
 *
 * How many were opened: wanted, or where the kernel does not share an
 * interface between rings 1, and err says why; or 0, as source_open_live().
 */
size_t source_open_rings(const char *interface, size_t wanted,
                         const struct source_options *options,
                         struct source **rings, struct error *err);

/* Have a ring's source_next() that waits for a frame return SOURCE_WOKEN. By
 * any thread. */
void source_wake(struct source *source);

/* Accepts NULL. */
void source_close(struct source *source);

/*
 * Frames of a file are numbered from 1 with those that the filter refuses, as
 * other tools number them; those of an interface without, since the kernel
 * filters, and those of a ring among its own: there is no file to find them
 * in. A frame is never longer as captured than on the wire. Times that
 * fit no 64 bits of nanoseconds are the nearest that do.
 */
enum source_event source_next(struct source *source, struct frame *frame);

/* No link's frames are longer, but for a few that no network has. */
enum { SOURCE_ROOM = 262144 + 16 };

/*
 * Have the frames to come lie in room that stays the caller's, so that many
 * can be looked at together; plain pcap files are then read a room at a time.
 * Once lent, room has to be lent again after every SOURCE_FULL. Where less
 * than SOURCE_ROOM is lent, some frame may not fit and ask for more; a frame
 * that does not fit into as much as that is cut.
 */
void source_lend(struct source *source, uint8_t *room, size_t len);

/*
 * Make a blocked or future source_next() return SOURCE_END, a blocked one
 * within a tenth of a second. May be called by a signal handler or another
 * thread. Not a failure.
 */
void source_stop(struct source *source);

/* Note the outcome of decoding a frame that came from here. */
void source_count(struct source *source, const struct frame *frame,
                  enum decoded outcome);

/*
 * The stats of every source so far, in reading order; borrowed until the next
 * call of source_next() or source_close(). Live counters are brought up to
 * date by the call.
 */
size_t source_stats(struct source *source, const struct source_stats **stats);

/*
 * Bytes of the input files consumed and in all, compressed as they are; total
 * 0 for an interface and where an input is a pipe. By the reading thread.
 */
void source_progress(const struct source *source, uint64_t *done,
                     uint64_t *total);

/* The lasting text of a link type's name; "unknown" if libpcap has no such. */
const char *source_link_type(const char *name);

#endif
