/*
 * Capture files made by hand, for tests: bytes in memory, then in a file.
 *
 * Everything is put in the byte order that big says. Frames are filled with
 * their length, so that a reader can be checked without keeping a copy.
 */
#ifndef TESTS_CAPTURE_BYTES_H
#define TESTS_CAPTURE_BYTES_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum {
	PCAP_MICRO = (int)0xa1b2c3d4,
	PCAP_NANO = (int)0xa1b23c4d,
	LINK_EN10MB = 1,
	LINK_RAW = 101,
	FRAME_LEN = 60,
};

struct bytes {
	bool big;
	size_t len;
	uint8_t at[400 * 1024];
};

static inline void put(struct bytes *bytes, const void *more, size_t len)
{
	if (len > sizeof(bytes->at) - bytes->len)
		abort();
	memcpy(bytes->at + bytes->len, more, len);
	bytes->len += len;
}

static inline void put_uint(struct bytes *bytes, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		unsigned shift = 8 * (bytes->big ? size - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		put(bytes, &byte, 1);
	}
}

static inline void put_fill(struct bytes *bytes, int value, size_t len)
{
	uint8_t byte = (uint8_t)value;

	while (len-- > 0)
		put(bytes, &byte, 1);
}

static inline void put_pcap(struct bytes *bytes, int magic, uint32_t link_type)
{
	put_uint(bytes, (uint32_t)magic, 4);
	put_uint(bytes, 2, 2);
	put_uint(bytes, 4, 2);
	put_uint(bytes, 0, 8);
	put_uint(bytes, 65535, 4);
	put_uint(bytes, link_type, 4);
}

/* A record that has captured bytes and claims len. */
static inline void put_record(struct bytes *bytes, uint32_t seconds,
                              uint32_t part, uint32_t captured, uint32_t len)
{
	put_uint(bytes, seconds, 4);
	put_uint(bytes, part, 4);
	put_uint(bytes, captured, 4);
	put_uint(bytes, len, 4);
	put_fill(bytes, (int)captured, captured);
}

static inline void put_block(struct bytes *bytes, uint32_t type,
                             const struct bytes *body)
{
	uint32_t padding = (4 - body->len % 4) % 4;
	uint32_t len = (uint32_t)body->len + padding + 12;

	put_uint(bytes, type, 4);
	put_uint(bytes, len, 4);
	put(bytes, body->at, body->len);
	put_fill(bytes, 0, padding);
	put_uint(bytes, len, 4);
}

static inline void put_section(struct bytes *bytes)
{
	struct bytes body = { .big = bytes->big };

	put_uint(&body, 0x1a2b3c4d, 4);
	put_uint(&body, 1, 2);
	put_uint(&body, 0, 2);
	put_uint(&body, UINT64_MAX, 8);
	put_block(bytes, 0x0a0d0d0a, &body);
}

/* Timestamps are in 10^-resolution seconds. */
static inline void put_interface(struct bytes *bytes, uint16_t link_type,
                                 uint32_t snap_len, uint8_t resolution)
{
	struct bytes body = { .big = bytes->big };

	put_uint(&body, link_type, 2);
	put_uint(&body, 0, 2);
	put_uint(&body, snap_len, 4);
	put_uint(&body, 9, 2); /* if_tsresol */
	put_uint(&body, 1, 2);
	put_uint(&body, resolution, 1);
	put_fill(&body, 0, 3);
	put_uint(&body, 0, 4);
	put_block(bytes, 1, &body);
}

static inline void put_packet(struct bytes *bytes, uint32_t interface,
                              uint64_t ticks, uint32_t len)
{
	struct bytes body = { .big = bytes->big };

	put_uint(&body, interface, 4);
	put_uint(&body, ticks >> 32, 4);
	put_uint(&body, ticks & UINT32_MAX, 4);
	put_uint(&body, len, 4);
	put_uint(&body, len, 4);
	put_fill(&body, (int)len, len);
	put_block(bytes, 6, &body);
}

/* A microsecond capture of count frames, a second apart. */
static inline struct bytes small_capture(uint32_t seconds, uint32_t count)
{
	struct bytes bytes = { .big = false };

	put_pcap(&bytes, PCAP_MICRO, LINK_EN10MB);
	for (uint32_t i = 0; i < count; i++)
		put_record(&bytes, seconds + i, 0, FRAME_LEN, FRAME_LEN);
	return bytes;
}

static inline struct bytes gzipped(const void *plain, size_t len)
{
	struct bytes bytes = { .len = 0 };
	z_stream z = { .next_in = (Bytef *)(uintptr_t)plain,
		       .avail_in = (uInt)len,
		       .next_out = bytes.at,
		       .avail_out = sizeof(bytes.at) };

	if (deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
	                 Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	bytes.len = z.total_out;
	deflateEnd(&z);
	return bytes;
}

/* One frame, with a checksum behind it. */
static inline struct bytes zstandard(const void *plain, size_t len)
{
	struct bytes bytes = { .len = 0 };
	ZSTD_CCtx *context = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	bytes.len =
		ZSTD_compress2(context, bytes.at, sizeof(bytes.at), plain, len);
	ZSTD_freeCCtx(context);
	if (ZSTD_isError(bytes.len))
		abort();
	return bytes;
}

/* A fresh folder, which becomes the working directory. */
static inline void enter_new_folder(void)
{
	char path[] = "/tmp/capture-bytes-XXXXXX";

	if (!mkdtemp(path) || chdir(path) != 0)
		abort();
}

/* Remove the working directory, which must hold no folder that is not empty. */
static inline void leave_folder(void)
{
	char *path = get_current_dir_name();
	DIR *folder = opendir(".");
	struct dirent *entry;

	while (folder && (entry = readdir(folder)) != NULL)
		remove(entry->d_name);
	closedir(folder);
	if (chdir("/") != 0 || rmdir(path) != 0)
		abort();
	free(path);
}

static inline void write_file(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		abort();
}

static inline void write_bytes(const char *path, const struct bytes *bytes)
{
	write_file(path, bytes->at, bytes->len);
}

#endif
