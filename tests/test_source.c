#include "capture/source.h"

#include <fcntl.h>
#include <inttypes.h>

#include "tests/read_source.h"

TestSuite(source, .init = enter_new_folder, .fini = leave_folder,
          .timeout = 60);

/* path must yield one frame of 60 bytes at 1700000000.123456789 or .123456 */
static void expect_one_frame(const char *path, uint64_t time_ns)
{
	struct source *source = open_paths(path);
	struct frame frame;

	cr_assert_not_null(source, "%s", err.text);
	cr_assert_eq(source_next(source, &frame), SOURCE_FRAME);
	cr_expect_eq(frame.time_ns, time_ns);
	cr_expect_eq(frame.captured, FRAME_LEN);
	cr_expect_eq(frame.len, FRAME_LEN);
	cr_expect_eq(frame.bytes[FRAME_LEN - 1], FRAME_LEN);
	cr_expect_eq(frame.link_type, LINK_EN10MB);
	cr_expect_eq(frame.number, 1);
	cr_expect_eq(frame.source_index, 0);
	cr_expect_eq(source_next(source, &frame), SOURCE_END);
	source_close(source);
}

Test(source, pcap_of_either_order_and_precision_is_read)
{
	for (int big = 0; big < 2; big++) {
		struct bytes micro = { .big = big };
		struct bytes nano = { .big = big };

		put_pcap(&micro, PCAP_MICRO, LINK_EN10MB);
		put_record(&micro, SECOND, 123456, FRAME_LEN, FRAME_LEN);
		write_bytes("micro", &micro);
		expect_one_frame("micro", SECOND * ns + 123456000);
		put_pcap(&nano, PCAP_NANO, LINK_EN10MB);
		put_record(&nano, SECOND, 123456789, FRAME_LEN, FRAME_LEN);
		write_bytes("nano", &nano);
		expect_one_frame("nano", SECOND * ns + 123456789);
	}
}

Test(source, pcapng_of_either_order_and_precision_is_read)
{
	for (int big = 0; big < 2; big++) {
		struct bytes micro = { .big = big };
		struct bytes nano = { .big = big };

		put_section(&micro);
		put_interface(&micro, LINK_EN10MB, 65535, 6);
		put_packet(&micro, 0, SECOND * ns / 1000 + 123456, FRAME_LEN);
		write_bytes("micro", &micro);
		expect_one_frame("micro", SECOND * ns + 123456000);
		put_section(&nano);
		put_interface(&nano, LINK_EN10MB, 65535, 9);
		put_packet(&nano, 0, SECOND * ns + 123456789, FRAME_LEN);
		write_bytes("nano", &nano);
		expect_one_frame("nano", SECOND * ns + 123456789);
	}
}

Test(source, compressed_files_are_read_whatever_their_names)
{
	struct bytes plain = small_capture(SECOND, 1);
	struct bytes gzip = gzipped(plain.at, plain.len);
	struct bytes zstd = zstandard(plain.at, plain.len);

	write_bytes("a.pcap", &gzip);
	expect_one_frame("a.pcap", SECOND * ns);
	write_bytes("b.gz", &zstd);
	expect_one_frame("b.gz", SECOND * ns);
}

Test(source, standard_input_is_read_plain_and_compressed)
{
	struct bytes plain = small_capture(SECOND, 1);
	struct bytes gzip = gzipped(plain.at, plain.len);
	struct bytes zstd = zstandard(plain.at, plain.len);

	feed_standard_input(&plain);
	expect_one_frame("-", SECOND * ns);
	feed_standard_input(&gzip);
	expect_one_frame("-", SECOND * ns);
	feed_standard_input(&zstd);
	expect_one_frame("-", SECOND * ns);
	feed_standard_input(&plain);
	expect_one_frame("/dev/stdin", SECOND * ns);
	write_bytes("a", &gzip);
	dup2(open("a", O_RDONLY), STDIN_FILENO);
	expect_one_frame("-", SECOND * ns);
}

Test(source, raw_ip_carries_the_number_of_the_file_format)
{
	struct bytes bytes = { .len = 0 };
	struct frame frame;
	struct source *source;
	const struct source_stats *stats;

	put_pcap(&bytes, PCAP_MICRO, LINK_RAW);
	put_record(&bytes, SECOND, 0, 40, 40);
	write_bytes("a", &bytes);
	source = open_paths("a");
	cr_assert_eq(source_next(source, &frame), SOURCE_FRAME);
	cr_expect_eq(frame.link_type, LINK_RAW);
	source_stats(source, &stats);
	cr_expect_str_eq(stats->link_type, "RAW");
	source_close(source);
}

Test(source, stats_say_what_was_read)
{
	struct bytes bytes = { .len = 0 };
	const struct source_stats *stats;
	struct source *source;

	put_pcap(&bytes, PCAP_MICRO, LINK_EN10MB);
	put_record(&bytes, SECOND + 2, 0, 60, 60);
	put_record(&bytes, SECOND + 1, 0, 60, 1500); /* late and cut */
	put_record(&bytes, SECOND + 3, 0, 60, 60);
	put_record(&bytes, SECOND + 3, 0, 60, 60);
	write_bytes("a", &bytes);
	source = open_paths("a");
	stats = drain(source);
	cr_expect_str_eq(stats->name, "a");
	cr_expect_str_eq(stats->link_type, "EN10MB");
	cr_expect_not(stats->live);
	cr_expect_eq(stats->frames, 4);
	cr_expect_eq(stats->bytes, 1680);
	cr_expect_eq(stats->cut, 1);
	cr_expect_eq(stats->out_of_order, 1);
	cr_expect_eq(stats->first_ns, (SECOND + 1) * ns);
	cr_expect_eq(stats->last_ns, (SECOND + 3) * ns);
	cr_expect_str_empty(stats->failure);
	source_close(source);
}

Test(source, outcomes_are_counted_for_the_source_of_the_frame)
{
	const struct source_stats *stats;
	struct source *source;
	struct frame frame;

	write_small("a", SECOND, 2);
	write_small("b", SECOND + 9, 1);
	source = open_paths("a b");
	while (source_next(source, &frame) == SOURCE_FRAME)
		source_count(source, &frame,
		             frame.number == 2 ? DECODED_TRUNCATED
		                               : DECODED_OK);
	cr_assert_eq(source_stats(source, &stats), 2);
	cr_expect_eq(stats[0].outcomes[DECODED_OK], 1);
	cr_expect_eq(stats[0].outcomes[DECODED_TRUNCATED], 1);
	cr_expect_eq(stats[1].outcomes[DECODED_OK], 1);
	source_close(source);
}

Test(source, a_frame_is_no_shorter_on_the_wire_than_captured)
{
	struct bytes bytes = { .len = 0 };
	struct source *source;
	struct frame frame;

	put_pcap(&bytes, PCAP_MICRO, LINK_EN10MB);
	put_record(&bytes, SECOND, 0, 60, 20);
	write_bytes("a", &bytes);
	source = open_paths("a");
	cr_assert_eq(source_next(source, &frame), SOURCE_FRAME);
	cr_expect_eq(frame.captured, 60);
	cr_expect_eq(frame.len, 60);
	source_close(source);
}

Test(source, absurd_times_become_the_nearest_ones)
{
	static const struct {
		uint32_t seconds;
		uint32_t nanoseconds;
		uint64_t time_ns;
	} cases[] = {
		{ 0, 0, 0 },
		{ 0x7fffffff, 999999999, 2147483647999999999 },
		{ 0x80000000, 1, 2147483648000000001 }, /* after 2038 */
		{ 0xffffffff, 0, 4294967295000000000 },
		{ 1, 1000000000, 1999999999 },
		{ 1, 0xffffffff, 1000000000 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = { .len = 0 };

		put_pcap(&bytes, PCAP_NANO, LINK_EN10MB);
		put_record(&bytes, cases[i].seconds, cases[i].nanoseconds,
		           FRAME_LEN, FRAME_LEN);
		write_bytes("a", &bytes);
		expect_one_frame("a", cases[i].time_ns);
	}
}

Test(source, pcapng_times_beyond_64_bits_of_nanoseconds_are_held)
{
	struct bytes bytes = { .len = 0 };

	put_section(&bytes);
	put_interface(&bytes, LINK_EN10MB, 65535, 0); /* whole seconds */
	put_packet(&bytes, 0, UINT64_MAX / 4, FRAME_LEN);
	write_bytes("a", &bytes);
	expect_one_frame("a", INT64_MAX);
}

Test(source, several_files_are_one_capture_in_order_of_time)
{
	struct source *source;
	struct frame frame;
	uint64_t second = SECOND;

	write_small("c", SECOND, 2);
	write_small("a", SECOND + 2, 1);
	write_small("b", SECOND + 3, 3);
	source = open_paths("a b c");
	for (; source_next(source, &frame) == SOURCE_FRAME; second++)
		cr_expect_eq(frame.time_ns, second * ns);
	cr_expect_eq(second, SECOND + 6);
	cr_expect_eq(frame.number, 3);
	cr_expect_eq(frame.source_index, 2);
	source_close(source);
}

Test(source, a_folder_is_read_without_what_is_no_capture)
{
	struct bytes zipped = gzipped("text\n", 5);
	const struct source_stats *stats;
	struct source *source;

	write_small("b.pcap", SECOND, 2);
	write_small("a.pcap", SECOND + 2, 1);
	write_file("notes.json", "{ \"a\": 1 }\n", 11);
	write_bytes("c.gz", &zipped);
	source = open_paths(".");
	stats = drain(source);
	cr_assert_eq(source_stats(source, &stats), 3);
	cr_expect_str_eq(stats[0].name, "./b.pcap");
	cr_expect_str_eq(stats[1].name, "./a.pcap");
	cr_expect_str_eq(stats[2].name, "./c.gz");
	cr_expect_str_eq(stats[2].failure,
	                 "./c.gz: gzip data that is no pcap or pcapng file");
	cr_expect_str_eq(stats[2].link_type, "unknown");
	source_close(source);
}

Test(source, a_bad_file_among_good_ones_does_not_end_reading)
{
	const struct source_stats *stats;
	struct source *source;

	write_small("a", SECOND, 1);
	write_file("bad", "text\n", 5);
	write_small("z", SECOND + 1, 1);
	source = open_paths("bad z a");
	stats = drain(source);
	cr_assert_eq(source_stats(source, &stats), 3);
	cr_expect_eq(stats[0].frames, 1);
	cr_expect_eq(stats[1].frames, 1);
	cr_expect_str_eq(stats[2].failure, "bad: not a pcap or pcapng file");
	source_close(source);
}

Test(source, a_file_that_vanishes_before_its_turn_is_noted)
{
	const struct source_stats *stats;
	struct source *source;

	write_small("a", SECOND, 1);
	write_small("b", SECOND + 1, 1);
	source = open_paths("a b");
	cr_assert_eq(unlink("b"), 0);
	stats = drain(source);
	cr_expect_str_eq(stats[1].failure, "b: No such file or directory");
	source_close(source);
}

Test(source, a_filter_keeps_the_numbers_of_the_file)
{
	struct bytes bytes = { .len = 0 };
	const struct source_stats *stats;
	struct source *source;
	struct frame frame;

	put_pcap(&bytes, PCAP_MICRO, LINK_EN10MB);
	for (uint32_t i = 0; i < 6; i++)
		put_record(&bytes, SECOND + i, 0, 60 + i % 2, 60 + i % 2);
	write_bytes("a", &bytes);
	options.filter = "len > 60";
	source = open_paths("a");
	for (uint64_t number = 2; number <= 6; number += 2) {
		cr_assert_eq(source_next(source, &frame), SOURCE_FRAME);
		cr_expect_eq(frame.number, number);
	}
	cr_expect_eq(source_next(source, &frame), SOURCE_END);
	source_stats(source, &stats);
	cr_expect_eq(stats->frames, 3);
	cr_expect_eq(stats->bytes, 183);
	source_close(source);
}

Test(source, a_filter_that_fits_no_file_is_a_complaint)
{
	write_small("a", SECOND, 1);
	options.filter = "and and";
	cr_expect_null(open_paths("a"));
	cr_expect_str_eq(err.text, "bad filter 'and and': can't parse "
	                           "filter expression: syntax error");
}

Test(source, a_filter_that_fits_one_file_fails_only_the_other)
{
	struct bytes raw = { .len = 0 };
	const struct source_stats *stats;
	struct source *source;

	put_pcap(&raw, PCAP_MICRO, LINK_RAW);
	put_record(&raw, SECOND, 0, 40, 40);
	write_bytes("raw", &raw);
	write_small("ethernet", SECOND + 1, 1);
	options.filter = "vlan or not vlan";
	source = open_paths("raw ethernet");
	stats = drain(source);
	cr_assert_eq(source_stats(source, &stats), 2);
	cr_expect_str_eq(stats[0].failure, "raw: bad filter 'vlan or not "
	                                   "vlan': no VLAN support for Raw IP");
	cr_expect_eq(stats[1].frames, 1);
	source_close(source);
}

static uint64_t digest_of(const struct bytes *bytes, const char *path)
{
	const struct source_stats *stats;
	struct source *source;
	uint64_t digest;

	write_bytes(path, bytes);
	source = open_paths(path);
	stats = drain(source);
	digest = stats->digest;
	source_close(source);
	return digest;
}

Test(source, a_digest_names_the_content_and_not_the_file)
{
	struct bytes plain = small_capture(SECOND, 3);
	struct bytes gzip = gzipped(plain.at, plain.len);
	struct bytes other = plain;
	uint64_t digest = digest_of(&plain, "a");

	cr_expect_eq(digest, digest_of(&gzip, "b.gz"));
	/* A reader of reports may compare them years apart. */
	cr_expect_eq(digest, 0xdfbb88e479feaf98, "%" PRIx64, digest);
	other.at[24 + 16] ^= 1; /* the first byte of the first frame */
	cr_expect_neq(digest, digest_of(&other, "c"));
	other = small_capture(SECOND + 1, 3);
	cr_expect_neq(digest, digest_of(&other, "c"));
	other = small_capture(SECOND, 2);
	cr_expect_neq(digest, digest_of(&other, "c"));
}

/* done never shrinks, never exceeds the total, and comes to it. */
static void expect_progress(const char *paths, uint64_t size)
{
	struct source *source = open_paths(paths);
	struct frame frame;
	uint64_t before = 0;
	uint64_t done;
	uint64_t total;

	while (source_next(source, &frame) == SOURCE_FRAME) {
		source_progress(source, &done, &total);
		cr_expect_geq(done, before);
		cr_expect_leq(done, size);
		cr_expect_eq(total, size);
		before = done;
	}
	source_progress(source, &done, &total);
	cr_expect_eq(done, size);
	source_close(source);
}

Test(source, progress_is_counted_in_bytes_of_the_files)
{
	struct bytes plain = small_capture(SECOND, 3);
	struct bytes zstd = zstandard(plain.at, plain.len);

	write_bytes("a", &plain);
	write_bytes("b", &zstd);
	write_file("c", "text\n", 5);
	expect_progress("a", plain.len);
	expect_progress("b", zstd.len);
	expect_progress("a b c", plain.len + zstd.len + 5);
}

Test(source, progress_of_standard_input_has_no_total)
{
	struct bytes plain = small_capture(SECOND, 3);
	struct source *source;
	uint64_t done;
	uint64_t total;

	feed_standard_input(&plain);
	source = open_paths("-");
	drain(source);
	source_progress(source, &done, &total);
	cr_expect_eq(done, plain.len);
	cr_expect_eq(total, 0);
	source_close(source);
}

Test(source, a_stop_ends_reading_without_a_failure)
{
	const struct source_stats *stats;
	struct source *source;
	struct frame frame;

	write_small("a", SECOND, 3);
	source = open_paths("a");
	cr_expect_eq(source_next(source, &frame), SOURCE_FRAME);
	source_stop(source);
	cr_expect_eq(source_next(source, &frame), SOURCE_END);
	cr_expect_eq(source_next(source, &frame), SOURCE_END);
	source_stats(source, &stats);
	cr_expect_eq(stats->frames, 1);
	cr_expect_str_empty(stats->failure);
	source_close(source);
}

Test(source, a_signal_ends_the_wait_for_a_silent_pipe)
{
	struct bytes bytes = small_capture(SECOND, 1);
	const struct source_stats *stats;
	struct source *source;
	struct frame frame;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_gt(write(ends[1], bytes.at, bytes.len), 0);
	dup2(ends[0], STDIN_FILENO);
	source = open_paths("-");
	cr_expect_eq(source_next(source, &frame), SOURCE_FRAME);
	stop_soon(source);
	cr_expect_eq(source_next(source, &frame), SOURCE_END);
	source_stats(source, &stats);
	cr_expect_str_empty(stats->failure);
	source_close(source);
}
