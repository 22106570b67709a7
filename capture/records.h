/*
 * Records: the frames of a plain pcap file, many at a time.
 *
 * libpcap fetches each frame by two calls of stdio and copies it once more,
 * which takes longer than decoding it. Here a large piece of the file is read
 * straight into room that somebody lends, and its records are found where
 * they lie. Only what every writer agrees on is read (draft-ietf-opsawg-pcap,
 * version 2.4): whatever else there is, a cut last record and the end of the
 * file among it, is left to libpcap, which then says what it is.
 */
#ifndef CAPTURE_RECORDS_H
#define CAPTURE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of a file; the members are records.c's own. */
struct records {
	int fd;           /* borrowed */
	uint64_t offset;  /* in the file, of the next record */
	uint32_t longest; /* a frame that is no mistake */
	bool swapped;
	bool nanoseconds;
	bool fetched;
	uint8_t *room; /* borrowed */
	size_t room_len;
	const uint8_t *at; /* of the next record in the room */
	const uint8_t *end;
};

/* Bytes live as long as the room does. Numbers as the file has them. */
struct record {
	uint32_t seconds;
	int64_t nanoseconds; /* whatever the file claims */
	uint32_t captured;
	uint32_t len;
	const uint8_t *bytes;
};

enum records_step {
	RECORDS_FRAME,
	RECORDS_FULL, /* the rest of the file needs room: lend some */
	RECORDS_LEFT, /* what follows at offset is for libpcap */
};

/*
 * Of the file behind fd, which must not be a pipe. longest is its snap
 * length. False if it is not in the plain format.
 */
bool records_open(struct records *records, int fd, uint32_t longest);

/* Nothing is read into the room before the next records_next(). */
void records_lend(struct records *records, uint8_t *room, size_t len);

/* A record that does not fit into so much room is for libpcap. */
enum records_step records_next(struct records *records, size_t most,
                               struct record *record);

#endif
