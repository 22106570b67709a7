/*
 * What the files behind capture/source.h share: reading files and listening
 * to interfaces. Only source.c and source_*.c include this: no others know
 * libpcap.
 */
#ifndef CAPTURE_SOURCE_PARTS_H
#define CAPTURE_SOURCE_PARTS_H

#include <pcap/pcap.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/decompress.h"
#include "capture/inputs.h"
#include "capture/records.h"
#include "capture/source.h"

/* Where frames come from just now: an open file or an interface. */
struct reader {
	pcap_t *pcap;                  /* NULL between two files */
	struct decompress *decompress; /* NULL for an interface */
	struct records records;        /* what is read past libpcap, */
	bool has_records;              /* if anything is */
	struct bpf_program filter;     /* for files; the kernel has its own */
	bool has_filter;
	bool microseconds; /* an interface that has no finer clock */
	int link_type;
	uint64_t number; /* frames read, with those that the filter refused */
	uint64_t previous_ns;
	uint64_t since_ns; /* one of several rings: frames before this came
	                      while not all were there; 0 once over */
};

/* Room lent for the frames to come; none where at is NULL. */
struct room {
	uint8_t *at;
	size_t len;
	size_t used;
	bool waiting; /* a frame did not fit */
	struct frame frame;
};

struct source {
	struct inputs inputs;
	bool live;
	char *filter;
	struct reader reader;
	struct source_stats *stats; /* one per input, or of the interface */
	size_t started;             /* how many of them are in use */
	uint64_t bytes_passed;      /* of the inputs read before this one */
	uint64_t bytes_total;       /* 0 if one is a pipe */
	struct pcap_stat kernel;    /* counts as last read */
	int wake;                   /* an eventfd of a ring; -1: none */
	bool shared;                /* one of several rings */
	struct room room;
	atomic_bool stopped;
};

/* An empty one; NULL for want of memory. */
struct source *source_create(struct error *err);

/* The files' number of a link that libpcap may have another for. */
int source_link_of(int dlt);

/* Its lasting name; "unknown" if there is none. */
const char *source_link_name(int link_type);

/*
 * Open a file, and have a filter, which may be NULL, refuse frames of it. False
 * with err set, which does not name the file; one that could not be opened
 * need not be closed, but may.
 */
bool source_reader_open(struct reader *reader, const char *path,
                        const atomic_bool *stopped, struct error *err);
bool source_reader_filter(struct reader *reader, const char *filter,
                          struct error *err);
void source_reader_close(struct reader *reader);

/* Always false; theirs is what libpcap said, place where it stopped. */
bool source_reader_fail(const struct reader *reader, const char *theirs,
                        const char *place, struct error *err);

/*
 * Whatever a file claims becomes a time: seconds are 32 bits without sign in
 * pcap, which libpcap reads with one; what fits no 64 bits of nanoseconds, or
 * is no part of a second, is brought to the nearest that does.
 */
uint64_t source_reader_time_ns(const struct reader *reader,
                               const struct timeval *at);

/* The input being read, or the interface. */
static inline struct source_stats *source_current(const struct source *source)
{
	return &source->stats[source->started - 1];
}

/* Open the next input that can be opened, and note why others cannot be. False
 * when there are no more, or when stopped. */
bool source_open_next(struct source *source);

/* Whether this file's frames can be read past libpcap: only into room. */
void source_find_records(struct source *source);

/* Nothing more comes of this input, or of the interface: close it, and note
 * why, if it failed. */
void source_finish(struct source *source, bool failed);

/* Bring the kernel's counts up to date. */
void source_read_kernel(struct source *source);

/* Wait for a frame, but no longer than a tenth of a second: libpcap's own
 * waiting may last until one comes. SOURCE_FRAME if one may be there. */
enum source_event source_wait(struct source *source);

#endif
