/*
 * What the files behind capture/source.h share: reading files and listening
 * to interfaces. These two are the only ones that know libpcap.
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

/* Bring the kernel's counts up to date. */
void source_read_kernel(struct source *source);

/* Wait for a frame, but no longer than a tenth of a second: libpcap's own
 * waiting may last until one comes. SOURCE_FRAME if one may be there. */
enum source_event source_wait(struct source *source);

#endif
