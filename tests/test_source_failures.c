#include "capture/source.h"

#include "tests/read_source.h"

TestSuite(source_failures, .init = enter_new_folder, .fini = leave_folder,
          .timeout = 60);

Test(source_failures, complaints_name_the_file_and_what_is_wrong_with_it)
{
	struct bytes capture = small_capture(SECOND, 3);
	struct bytes gzip = gzipped(capture.at, capture.len);
	struct bytes nothing = gzipped("", 0);
	struct bytes words = zstandard("just words\n", 11);
	static const struct {
		const char *path;
		const char *complaint;
	} cases[] = {
		{ "none", "none: No such file or directory" },
		{ "empty", "empty: empty" },
		{ "text", "text: not a pcap or pcapng file" },
		{ "short", "short: truncated in the file's header" },
		{ "x.gz", "x.gz: gzip data truncated" },
		{ "nil.gz",
		  "nil.gz: gzip data that is no pcap or pcapng file" },
		{ "w.zst", "w.zst: zstd data that is no pcap or pcapng file" },
		{ ". -", "-: standard input must be the only input" },
		{ "text empty", "empty: empty" },
	};

	write_file("empty", "", 0);
	write_file("text", "hi", 2);
	write_file("short", capture.at, 20);
	write_file("x.gz", gzip.at, 12);
	write_bytes("nil.gz", &nothing);
	write_bytes("w.zst", &words);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_null(open_paths(cases[i].path));
		cr_expect_str_eq(err.text, cases[i].complaint);
	}
}

Test(source_failures, no_path_at_all_is_a_complaint)
{
	cr_expect_null(source_open_files(NULL, 0, &options, &err));
	cr_expect_str_eq(err.text, "no file to read");
}

Test(source_failures, standard_input_without_bytes_is_a_complaint)
{
	struct bytes nothing = { .len = 0 };

	feed_standard_input(&nothing);
	cr_expect_null(open_paths("-"));
	cr_expect_str_eq(err.text, "-: empty");
}

/*
 * Cut anywhere, a capture of three frames yields those before the cut, and
 * says so unless the cut is between two of them.
 */
static void expect_whole_frames(const struct bytes *bytes, const size_t ends[4])
{
	for (size_t len = ends[0]; len < ends[3]; len++) {
		size_t frames = (len >= ends[1]) + (size_t)(len >= ends[2]);
		const struct source_stats *stats;
		struct source *source;
		char want[64] = "cut: truncated before the first packet";

		write_file("cut", bytes->at, len);
		source = open_paths("cut");
		stats = drain(source);
		cr_expect_eq(stats->frames, frames, "cut at %zu", len);
		if (frames > 0)
			snprintf(want, sizeof(want),
			         "cut: truncated after packet %zu", frames);
		if (len == ends[frames])
			want[0] = '\0';
		cr_expect_str_eq(stats->failure, want, "cut at %zu", len);
		source_close(source);
	}
}

Test(source_failures, a_pcap_cut_anywhere_keeps_the_frames_before)
{
	struct bytes bytes = small_capture(SECOND, 3);
	size_t ends[4] = { 24, 24 + 76, 24 + 76 * 2, 24 + 76 * 3 };

	for (size_t len = 0; len < 24; len++) {
		write_file("cut", bytes.at, len);
		cr_expect_null(open_paths("cut"));
		cr_expect_str_eq(err.text,
		                 len == 0 ? "cut: empty"
		                          : "cut: truncated in the file's "
		                            "header");
	}
	expect_whole_frames(&bytes, ends);
}

Test(source_failures, a_pcapng_cut_anywhere_keeps_the_frames_before)
{
	struct bytes bytes = { .len = 0 };
	size_t ends[4];

	put_section(&bytes);
	put_interface(&bytes, LINK_EN10MB, 65535, 6);
	ends[0] = bytes.len;
	for (size_t i = 1; i < 4; i++) {
		put_packet(&bytes, 0, SECOND * ns / 1000 + i, FRAME_LEN);
		ends[i] = bytes.len;
	}
	for (size_t len = 0; len < ends[0]; len++) {
		write_file("cut", bytes.at, len);
		cr_expect_null(open_paths("cut"));
		cr_expect_neq(err.text[0], '\0');
	}
	expect_whole_frames(&bytes, ends);
}

Test(source_failures, compressed_captures_cut_anywhere_say_so)
{
	struct bytes plain = small_capture(SECOND, 3);
	struct bytes packed[] = { gzipped(plain.at, plain.len),
		                  zstandard(plain.at, plain.len) };

	for (size_t i = 0; i < 2; i++) {
		for (size_t len = 4; len < packed[i].len; len++) {
			struct source *source;
			const char *said = err.text;
			const struct source_stats *stats;

			write_file("cut", packed[i].at, len);
			source = open_paths("cut");
			if (source) {
				stats = drain(source);
				said = stats->failure;
			}
			cr_expect_not_null(strstr(said, i ? "zstd data trunc"
			                                  : "gzip data trunc"),
			                   "cut at %zu: %s", len, said);
			source_close(source);
		}
	}
}

/* Without its checksum, a gzip file still yields every frame. */
Test(source_failures, the_frames_before_damage_count)
{
	struct bytes plain = small_capture(SECOND, 3);
	struct bytes gzip = gzipped(plain.at, plain.len);
	const struct source_stats *stats;
	struct source *source;

	write_file("a", gzip.at, gzip.len - 8);
	source = open_paths("a");
	stats = drain(source);
	cr_expect_eq(stats->frames, 3);
	cr_expect_str_eq(stats->failure,
	                 "a: gzip data truncated after packet 3");
	source_close(source);
}

Test(source_failures, interfaces_that_differ_are_explained)
{
	static const struct {
		uint16_t link_type;
		uint32_t snap_len;
		const char *failure;
	} cases[] = {
		{ LINK_RAW, 65535,
		  "a: interfaces of different link types (EN10MB and RAW) "
		  "after packet 1, which libpcap cannot read from one file; "
		  "split it by interface: tshark -Y frame.interface_id==0 -w "
		  "PART, then editcap -F pcap -T ether PART" },
		{ LINK_EN10MB, 96,
		  "a: interfaces of different snap lengths after packet 1, "
		  "which libpcap cannot read from one file; rewrite it with "
		  "editcap -F pcap" },
		{ LINK_EN10MB, 65535, "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = { .len = 0 };
		const struct source_stats *stats;
		struct source *source;

		put_section(&bytes);
		put_interface(&bytes, LINK_EN10MB, 65535, 9);
		put_packet(&bytes, 0, SECOND * ns, FRAME_LEN);
		put_interface(&bytes, cases[i].link_type, cases[i].snap_len, 9);
		put_packet(&bytes, 1, SECOND * ns, FRAME_LEN);
		write_bytes("a", &bytes);
		source = open_paths("a");
		stats = drain(source);
		cr_expect_eq(stats->frames, cases[i].failure[0] ? 1 : 2);
		cr_expect_str_eq(stats->failure, cases[i].failure);
		source_close(source);
	}
}
