/*
 * Decompression: a file descriptor to a stream of plain bytes.
 *
 * What the bytes are is told by their first four, never by a name: gzip
 * (members one after another are read through, zero padding between and
 * behind them is skipped) and zstd (likewise its frames, skippable ones too);
 * anything else comes out as it went in. A plain regular file is read
 * directly, so that nothing stands between it and the reader; a pipe's first
 * bytes are looked at and given back.
 *
 * Who reads the stream closes it with fclose() (libpcap does), before
 * decompress_close() frees what is behind it. The only file that knows zlib
 * and libzstd.
 */
#ifndef CAPTURE_DECOMPRESS_H
#define CAPTURE_DECOMPRESS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "capture/error.h"

enum { DECOMPRESS_HEAD_LEN = 4 };

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_ZSTD,
	COMPRESSION_COUNT
};

const char *compression_name(enum compression compression);

/* By the magic number that the bytes of a file begin with. */
enum compression compression_of(const uint8_t *bytes, size_t len);

struct decompress;

/*
 * Takes fd, which is closed even when this fails. Reading a pipe ends as if
 * at its end once *stopped is true, which may be set from anywhere at any
 * time; NULL if nobody stops it. NULL is returned for want of memory or when
 * the first read fails; err says why, without naming the file.
 */
struct decompress *decompress_open(int fd, const atomic_bool *stopped,
                                   struct error *err);

/* Accepts NULL. */
void decompress_close(struct decompress *decompress);

/* Borrowed until the reader's fclose(). */
FILE *decompress_stream(const struct decompress *decompress);

enum compression decompress_kind(const struct decompress *decompress);

/*
 * The first plain bytes, at most DECOMPRESS_HEAD_LEN, which the stream will
 * still yield; fewer if there are no more. Returns how many.
 */
size_t decompress_head(const struct decompress *decompress,
                       const uint8_t **head);

/*
 * Why the stream has a read error, e.g. "gzip data truncated"; "" if it has
 * none. Borrowed until decompress_close(). Accepts NULL, which never fails.
 */
const char *decompress_failure(const struct decompress *decompress);

/* Bytes of the file consumed so far; of a plain file, ask its stream. */
uint64_t decompress_consumed(const struct decompress *decompress);

#endif
