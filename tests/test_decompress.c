#include "capture/decompress.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>

#include "tests/capture_bytes.h"

static const char text[] = "what goes in must come out, and what goes in must "
			   "come out again";

static const size_t text_len = sizeof(text) - 1;

static struct error err;

TestSuite(decompress, .init = enter_new_folder, .fini = leave_folder);

static struct decompress *open_bytes(const void *bytes, size_t len)
{
	write_file("in", bytes, len);
	return decompress_open(open("in", O_RDONLY), NULL, &err);
}

/* A pipe that holds bytes and has no writer any more. */
static struct decompress *open_piped(const void *bytes, size_t len)
{
	int ends[2];

	if (pipe(ends) != 0 || write(ends[1], bytes, len) != (ssize_t)len)
		abort();
	close(ends[1]);
	return decompress_open(ends[0], NULL, &err);
}

/* All that comes out, terminated; the stream is closed, failed noted. */
static struct bytes drain(struct decompress *decompress, bool *failed)
{
	FILE *stream = decompress_stream(decompress);
	struct bytes out = { .len = 0 };

	out.len = fread(out.at, 1, sizeof(out.at) - 1, stream);
	*failed = ferror(stream);
	fclose(stream);
	return out;
}

/* Bytes in a file must come out as want, without complaint. */
static void expect_plain(const struct bytes *in, const char *want)
{
	struct decompress *decompress = open_bytes(in->at, in->len);
	bool failed;
	struct bytes out = drain(decompress, &failed);

	cr_expect_str_eq((const char *)out.at, want);
	cr_expect_not(failed);
	cr_expect_str_empty(decompress_failure(decompress));
	decompress_close(decompress);
}

/* Bytes in a file must come out as a piece of text, with a complaint. */
static void expect_failure(const struct bytes *in, const char *want)
{
	struct decompress *decompress = open_bytes(in->at, in->len);
	bool failed;
	struct bytes out = drain(decompress, &failed);

	cr_expect(failed);
	cr_expect(out.len <= text_len);
	cr_expect_arr_eq(out.at, text, out.len);
	cr_expect_str_eq(decompress_failure(decompress), want);
	decompress_close(decompress);
}

Test(decompress, compression_is_told_by_the_first_bytes)
{
	static const struct {
		enum compression compression;
		size_t len;
		uint8_t bytes[4];
	} cases[] = {
		{ COMPRESSION_GZIP, 4, { 0x1f, 0x8b, 8, 0 } },
		{ COMPRESSION_GZIP, 2, { 0x1f, 0x8b } },
		{ COMPRESSION_NONE, 1, { 0x1f } },
		{ COMPRESSION_ZSTD, 4, { 0x28, 0xb5, 0x2f, 0xfd } },
		{ COMPRESSION_NONE, 3, { 0x28, 0xb5, 0x2f } },
		{ COMPRESSION_ZSTD, 4, { 0x50, 0x2a, 0x4d, 0x18 } },
		{ COMPRESSION_ZSTD, 4, { 0x5f, 0x2a, 0x4d, 0x18 } },
		{ COMPRESSION_NONE, 4, { 0x60, 0x2a, 0x4d, 0x18 } },
		{ COMPRESSION_NONE, 4, { 0xd4, 0xc3, 0xb2, 0xa1 } },
		{ COMPRESSION_NONE, 0, { 0 } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(compression_of(cases[i].bytes, cases[i].len),
		             cases[i].compression, "case %zu", i);
}

Test(decompress, plain_bytes_come_out_as_they_went_in)
{
	struct bytes in = { .len = 0 };

	expect_plain(&in, "");
	put(&in, "abc", 3);
	expect_plain(&in, "abc");
	put(&in, "defgh", 5);
	expect_plain(&in, "abcdefgh");
}

Test(decompress, a_plain_file_is_read_from_where_it_stands)
{
	struct decompress *decompress;
	struct bytes out;
	bool failed;
	int file;

	write_file("in", text, text_len);
	file = open("in", O_RDONLY);
	lseek(file, 5, SEEK_SET);
	decompress = decompress_open(file, NULL, &err);
	out = drain(decompress, &failed);
	cr_expect_str_eq((const char *)out.at, text + 5);
	decompress_close(decompress);
}

Test(decompress, the_bytes_looked_at_in_a_pipe_are_given_back)
{
	struct bytes gzip = gzipped(text, text_len);
	struct bytes zstd = zstandard(text, text_len);
	struct {
		enum compression compression;
		const void *bytes;
		size_t len;
	} cases[] = {
		{ COMPRESSION_NONE, text, text_len },
		{ COMPRESSION_GZIP, gzip.at, gzip.len },
		{ COMPRESSION_ZSTD, zstd.at, zstd.len },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decompress *decompress =
			open_piped(cases[i].bytes, cases[i].len);
		const uint8_t *head;
		struct bytes out;
		bool failed;

		cr_expect_eq(decompress_kind(decompress), cases[i].compression);
		cr_assert_eq(decompress_head(decompress, &head), 4);
		cr_expect_arr_eq(head, text, 4);
		out = drain(decompress, &failed);
		cr_expect_str_eq((const char *)out.at, text);
		cr_expect_not(failed);
		cr_expect_eq(decompress_consumed(decompress), cases[i].len);
		decompress_close(decompress);
	}
}

Test(decompress, gzip_members_one_after_another_are_one_stream)
{
	struct bytes first = gzipped("one ", 4);
	struct bytes empty = gzipped("", 0);
	struct bytes second = gzipped("two", 3);
	struct bytes in = { .len = 0 };

	put(&in, first.at, first.len);
	expect_plain(&in, "one ");
	put(&in, empty.at, empty.len);
	put_fill(&in, 0, 512);
	put(&in, second.at, second.len);
	put_fill(&in, 0, 512);
	expect_plain(&in, "one two");
	expect_plain(&empty, "");
}

Test(decompress, zstd_frames_one_after_another_are_one_stream)
{
	struct bytes first = zstandard("one ", 4);
	struct bytes empty = zstandard("", 0);
	struct bytes second = zstandard("two", 3);
	struct bytes in = { .len = 0 };

	put_uint(&in, 0x184d2a50, 4); /* skippable, 3 bytes */
	put_uint(&in, 3, 4);
	put_fill(&in, 'x', 3);
	expect_plain(&in, "");
	put(&in, first.at, first.len);
	put(&in, empty.at, empty.len);
	put_uint(&in, 0x184d2a5f, 4);
	put_uint(&in, 0, 4);
	put(&in, second.at, second.len);
	expect_plain(&in, "one two");
}

Test(decompress, every_prefix_of_compressed_data_is_called_truncated)
{
	struct bytes gzip = gzipped(text, text_len);
	struct bytes zstd = zstandard(text, text_len);

	for (size_t len = 2; len < gzip.len; len++) {
		struct bytes prefix = gzip;

		prefix.len = len;
		expect_failure(&prefix, "gzip data truncated");
	}
	for (size_t len = 4; len < zstd.len; len++) {
		struct bytes prefix = zstd;

		prefix.len = len;
		expect_failure(&prefix, "zstd data truncated");
	}
}

Test(decompress, damage_is_named)
{
	struct bytes gzip = gzipped(text, text_len);
	struct bytes zstd = zstandard(text, text_len);
	struct bytes longer = gzip;

	gzip.at[gzip.len - 8] ^= 1; /* the checksum, RFC 1952 */
	expect_failure(&gzip, "gzip data corrupt (incorrect data check)");
	zstd.at[zstd.len - 4] ^= 1; /* the checksum, RFC 8878 */
	expect_failure(&zstd, "zstd data corrupt (Restored data doesn't match "
	                      "checksum)");
	put(&longer, "and then", 8);
	expect_failure(&longer, "gzip data corrupt (incorrect header check)");
}

Test(decompress, any_flipped_bit_ends_in_peace)
{
	struct bytes good[] = { gzipped(text, text_len),
		                zstandard(text, text_len) };

	for (size_t i = 0; i < 8 * (good[0].len + good[1].len); i++) {
		bool second = i / 8 >= good[0].len;
		struct bytes bad = good[second];
		struct decompress *decompress;
		bool failed;

		bad.at[i / 8 - (second ? good[0].len : 0)] ^=
			(uint8_t)(1 << i % 8);
		decompress = open_bytes(bad.at, bad.len);
		drain(decompress, &failed);
		cr_expect_eq(failed, decompress_failure(decompress)[0] != 0);
		decompress_close(decompress);
	}
}

/* More than the buffers hold, and hard to compress. */
Test(decompress, a_megabyte_survives)
{
	enum { LEN = 1 << 20 };
	uint8_t *plain = malloc(LEN);
	uint8_t *out = malloc(LEN + 1);
	size_t room = ZSTD_compressBound(LEN);
	uint8_t *packed = malloc(room);
	struct decompress *decompress;
	uint32_t random = 1;

	for (size_t i = 0; i < LEN; i++) {
		random = random * 1664525 + 1013904223;
		plain[i] = (uint8_t)(random >> 24 & 0x3f);
	}
	decompress =
		open_bytes(packed, ZSTD_compress(packed, room, plain, LEN, 1));
	cr_expect_eq(fread(out, 1, LEN + 1, decompress_stream(decompress)),
	             LEN);
	cr_expect_arr_eq(out, plain, LEN);
	fclose(decompress_stream(decompress));
	decompress_close(decompress);
	free(packed);
	free(out);
	free(plain);
}

static atomic_bool stopped;

static void stop(int signal)
{
	(void)signal;
	atomic_store(&stopped, true);
}

Test(decompress, a_stop_ends_the_wait_for_a_silent_pipe, .timeout = 10)
{
	struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct sigaction action = { .sa_handler = stop,
		                    .sa_flags = SA_RESTART };
	struct decompress *decompress;
	struct bytes out;
	bool failed;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(write(ends[1], "abcdef", 6), 6);
	decompress = decompress_open(ends[0], &stopped, &err);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	out = drain(decompress, &failed);
	cr_expect_str_eq((const char *)out.at, "abcdef");
	cr_expect_not(failed);
	decompress_close(decompress);
	close(ends[1]);
}

Test(decompress, a_folder_cannot_be_read)
{
	cr_expect_null(decompress_open(open(".", O_RDONLY), NULL, &err));
	cr_expect_str_eq(err.text, "read failed: Is a directory");
}
