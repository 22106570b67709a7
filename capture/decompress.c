#include "capture/decompress.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* Large enough that system calls vanish beside the work on the bytes. */
enum { INPUT_LEN = 256 * 1024, STREAM_LEN = 256 * 1024 };

/* A stop must reach a reader that waits on a silent pipe. */
enum { POLL_MS = 100 };

/* One way to turn the bytes of a file into plain ones. */
struct codec {
	const char *name;
	bool (*open)(struct decompress *d);
	/* Bytes put out, 0 at the end, -1 with d->failure set. */
	ssize_t (*read)(struct decompress *d, char *out, size_t size);
	void (*close)(struct decompress *d);
};

struct decompress {
	const struct codec *codec;
	enum compression kind;
	int fd;     /* -1 once the stream owns it */
	bool waits; /* no regular file: reading may block for long */
	const atomic_bool *stopped;

	uint8_t *in;
	size_t in_at;
	size_t in_len;
	bool in_over; /* the file has no more */
	uint64_t fetched;

	bool inside; /* a gzip member or zstd frame has begun, not ended */
	z_stream gzip;
	ZSTD_DStream *zstd;

	uint8_t head[DECOMPRESS_HEAD_LEN];
	size_t head_len;
	size_t head_at;
	FILE *stream;
	char *stream_buffer;
	char failure[128];
};

/* zstd's skippable frames have sixteen magic numbers. */
enum compression compression_of(const uint8_t *bytes, size_t len)
{
	static const uint8_t zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	static const uint8_t skippable[] = { 0x2a, 0x4d, 0x18 };

	if (len >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
		return COMPRESSION_GZIP;
	if (len >= 4 && memcmp(bytes, zstd, 4) == 0)
		return COMPRESSION_ZSTD;
	if (len >= 4 && bytes[0] >> 4 == 5 &&
	    memcmp(bytes + 1, skippable, 3) == 0)
		return COMPRESSION_ZSTD;
	return COMPRESSION_NONE;
}

static bool is_stopped(const struct decompress *d)
{
	return d->stopped && atomic_load(d->stopped);
}

/* Wait until a pipe has bytes; false once nobody wants them any more. */
static bool wait_for_bytes(const struct decompress *d)
{
	struct pollfd pipe = { .fd = d->fd, .events = POLLIN };

	while (d->waits && !is_stopped(d))
		if (poll(&pipe, 1, POLL_MS) > 0)
			return true;
	return !d->waits;
}

static ssize_t fetch(struct decompress *d, void *out, size_t size)
{
	ssize_t got;

	do {
		if (!wait_for_bytes(d))
			return 0;
		got = read(d->fd, out, size);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	if (got < 0)
		snprintf(d->failure, sizeof(d->failure), "read failed: %s",
		         strerror(errno));
	else
		d->fetched += (uint64_t)got;
	return got;
}

/* Make input available unless there is none left; false if reading failed. */
static bool fill(struct decompress *d)
{
	ssize_t got;

	if (d->in_at < d->in_len || d->in_over)
		return true;
	got = fetch(d, d->in, INPUT_LEN);
	if (got < 0)
		return false;
	d->in_at = 0;
	d->in_len = (size_t)got;
	d->in_over = got == 0;
	return true;
}

/* Nothing fetched that is not used yet, and nothing more to fetch. */
static bool used_up(const struct decompress *d)
{
	return d->in_over && d->in_at == d->in_len;
}

/* The end of the input is the end of the data unless something is open. */
static ssize_t finish(struct decompress *d)
{
	if (!d->inside)
		return 0;
	snprintf(d->failure, sizeof(d->failure), "%s data truncated",
	         d->codec->name);
	return -1;
}

static ssize_t corrupt(struct decompress *d, const char *why)
{
	snprintf(d->failure, sizeof(d->failure), "%s data corrupt (%s)",
	         d->codec->name, why);
	return -1;
}

static bool open_plain(struct decompress *d)
{
	(void)d;
	return true;
}

static void close_plain(struct decompress *d)
{
	(void)d;
}

static ssize_t read_plain(struct decompress *d, char *out, size_t size)
{
	size_t len = d->in_len - d->in_at;

	if (len == 0)
		return d->in_over ? 0 : fetch(d, out, size);
	if (len > size)
		len = size;
	memcpy(out, d->in + d->in_at, len);
	d->in_at += len;
	return (ssize_t)len;
}

static bool open_gzip(struct decompress *d)
{
	/* 16 more than the largest window: a gzip header is demanded. */
	d->inside = true;
	return inflateInit2(&d->gzip, 16 + MAX_WBITS) == Z_OK;
}

static void close_gzip(struct decompress *d)
{
	inflateEnd(&d->gzip);
}

/* Between members: skip padding, begin the next one if there is one. */
static void begin_member(struct decompress *d)
{
	while (d->in_at < d->in_len && d->in[d->in_at] == 0)
		d->in_at++;
	if (d->in_at < d->in_len)
		d->inside = inflateReset(&d->gzip) == Z_OK;
}

static ssize_t inflate_some(struct decompress *d, char *out, size_t size)
{
	z_stream *gzip = &d->gzip;
	int result;

	gzip->next_in = d->in + d->in_at;
	gzip->avail_in = (uInt)(d->in_len - d->in_at);
	gzip->next_out = (Bytef *)out;
	gzip->avail_out = (uInt)size;
	result = inflate(gzip, Z_NO_FLUSH);
	d->in_at = d->in_len - gzip->avail_in;
	if (result == Z_STREAM_END)
		d->inside = false;
	else if (result != Z_OK && result != Z_BUF_ERROR)
		return corrupt(d, gzip->msg ? gzip->msg : zError(result));
	return (ssize_t)(size - gzip->avail_out);
}

static ssize_t read_gzip(struct decompress *d, char *out, size_t size)
{
	ssize_t got = 0;

	while (got == 0) {
		if (!fill(d))
			return -1;
		if (!d->inside)
			begin_member(d);
		if (d->inside)
			got = inflate_some(d, out, size);
		if (got == 0 && used_up(d))
			return finish(d);
	}
	return got;
}

static bool open_zstd(struct decompress *d)
{
	d->zstd = ZSTD_createDStream();
	return d->zstd != NULL;
}

static void close_zstd(struct decompress *d)
{
	ZSTD_freeDStream(d->zstd);
}

static ssize_t unzstd_some(struct decompress *d, char *out, size_t size)
{
	ZSTD_inBuffer in = { d->in, d->in_len, d->in_at };
	ZSTD_outBuffer to = { out, size, 0 };
	size_t result = ZSTD_decompressStream(d->zstd, &to, &in);

	d->in_at = in.pos;
	if (ZSTD_isError(result))
		return corrupt(d, ZSTD_getErrorName(result));
	d->inside = result != 0;
	return (ssize_t)to.pos;
}

/* Without input, only a frame begun may have something left to put out. */
static ssize_t read_zstd(struct decompress *d, char *out, size_t size)
{
	ssize_t got = 0;

	while (got == 0) {
		if (!fill(d))
			return -1;
		if (d->inside || d->in_at < d->in_len)
			got = unzstd_some(d, out, size);
		if (got == 0 && used_up(d))
			return finish(d);
	}
	return got;
}

static const struct codec codecs[COMPRESSION_COUNT] = {
	[COMPRESSION_NONE] = { "plain", open_plain, read_plain, close_plain },
	[COMPRESSION_GZIP] = { "gzip", open_gzip, read_gzip, close_gzip },
	[COMPRESSION_ZSTD] = { "zstd", open_zstd, read_zstd, close_zstd },
};

const char *compression_name(enum compression compression)
{
	return codecs[compression].name;
}

/* The stream's reader: the bytes looked at before, then the codec's. */
static ssize_t cookie_read(void *cookie, char *out, size_t size)
{
	struct decompress *d = cookie;
	size_t len = d->head_len - d->head_at;

	if (len > 0) {
		len = len < size ? len : size;
		memcpy(out, d->head + d->head_at, len);
		d->head_at += len;
		return (ssize_t)len;
	}
	if (d->failure[0] == '\0')
		return d->codec->read(d, out, size);
	errno = EIO;
	return -1;
}

/* Read until the magic number can be judged or there is no more. */
static bool peek_input(struct decompress *d)
{
	ssize_t got = 1;

	while (got > 0 && d->in_len < DECOMPRESS_HEAD_LEN) {
		got = fetch(d, d->in + d->in_len, INPUT_LEN - d->in_len);
		if (got > 0)
			d->in_len += (size_t)got;
	}
	d->in_over = got == 0;
	d->kind = compression_of(d->in, d->in_len);
	d->codec = &codecs[d->kind];
	return got >= 0;
}

/* A failure here will be the stream's first read error. */
static void peek_plain(struct decompress *d)
{
	ssize_t got = 1;

	while (got > 0 && d->head_len < DECOMPRESS_HEAD_LEN) {
		got = d->codec->read(d, (char *)d->head + d->head_len,
		                     DECOMPRESS_HEAD_LEN - d->head_len);
		if (got > 0)
			d->head_len += (size_t)got;
	}
}

static FILE *open_stream(struct decompress *d, off_t position)
{
	static const cookie_io_functions_t functions = { .read = cookie_read };
	FILE *stream;

	if (d->kind != COMPRESSION_NONE || d->waits)
		return fopencookie(d, "r", functions);
	if (lseek(d->fd, position, SEEK_SET) < 0)
		return NULL;
	stream = fdopen(d->fd, "r");
	if (stream)
		d->fd = -1;
	return stream;
}

/* Only one thread reads, so the stream's lock would be taken for nothing. */
static bool start(struct decompress *d, off_t position, struct error *err)
{
	if (!peek_input(d))
		return fail(err, "%s", d->failure);
	if (!d->codec->open(d))
		return fail(err, "out of memory");
	peek_plain(d);
	d->stream = open_stream(d, position);
	if (!d->stream)
		return fail(err, "%s", strerror(errno));
	setvbuf(d->stream, d->stream_buffer, _IOFBF, STREAM_LEN);
	__fsetlocking(d->stream, FSETLOCKING_BYCALLER);
	return true;
}

struct decompress *decompress_open(int fd, const atomic_bool *stopped,
                                   struct error *err)
{
	struct decompress *d = calloc(1, sizeof(*d));
	off_t position = lseek(fd, 0, SEEK_CUR);
	struct stat status;

	if (!d) {
		close(fd);
		fail(err, "out of memory");
		return NULL;
	}
	d->fd = fd;
	d->codec = &codecs[COMPRESSION_NONE];
	d->stopped = stopped;
	d->waits = fstat(fd, &status) < 0 || !S_ISREG(status.st_mode);
	d->in = malloc(INPUT_LEN);
	d->stream_buffer = malloc(STREAM_LEN);
	if (!d->in || !d->stream_buffer)
		fail(err, "out of memory");
	else if (start(d, position, err))
		return d;
	decompress_close(d);
	return NULL;
}

void decompress_close(struct decompress *d)
{
	if (!d)
		return;
	d->codec->close(d);
	if (d->fd >= 0)
		close(d->fd);
	free(d->in);
	free(d->stream_buffer);
	free(d);
}

FILE *decompress_stream(const struct decompress *d)
{
	return d->stream;
}

enum compression decompress_kind(const struct decompress *d)
{
	return d->kind;
}

size_t decompress_head(const struct decompress *d, const uint8_t **head)
{
	*head = d->head;
	return d->head_len;
}

const char *decompress_failure(const struct decompress *d)
{
	return d ? d->failure : "";
}

uint64_t decompress_consumed(const struct decompress *d)
{
	return d->fetched - (d->in_len - d->in_at);
}
