/*
 * Frames that lie in lent room are those that come without, whatever the room
 * and the file.
 */
#include "capture/hash.h"
#include "tests/read_source.h"

TestSuite(source_room, .init = enter_new_folder, .fini = leave_folder,
          .timeout = 120);

/* All that a reader can tell of a source. */
struct account {
	uint64_t frames; /* a digest of them, in order */
	uint64_t count;
	uint64_t failures;
	uint64_t digest;
};

static void add_frame(struct account *account, const struct frame *frame)
{
	account->count++;
	account->frames = hash_u64(account->frames, frame->time_ns);
	account->frames = hash_u64(account->frames, frame->number);
	account->frames = hash_u64(account->frames, frame->len);
	account->frames = hash_u64(account->frames, frame->source_index);
	account->frames =
		hash_bytes(account->frames, frame->bytes, frame->captured);
}

static struct account close_account(struct account account,
                                    struct source *source)
{
	const struct source_stats *stats;
	size_t count = source_stats(source, &stats);

	for (size_t i = 0; i < count; i++) {
		account.failures =
			hash_bytes(account.failures, stats[i].failure,
		                   strlen(stats[i].failure));
		account.digest += stats[i].digest + stats[i].frames;
	}
	source_close(source);
	return account;
}

static struct account read_plainly(const char *paths)
{
	struct source *source = open_paths(paths);
	struct account account = { 0 };
	struct frame frame;

	cr_assert_not_null(source, "%s", err.text);
	while (source_next(source, &frame) == SOURCE_FRAME)
		add_frame(&account, &frame);
	return close_account(account, source);
}

/* Frames are looked at only when their room is used up. */
struct waiting {
	struct frame frames[8192];
	size_t count;
};

static void look(struct waiting *waiting, struct account *account)
{
	for (size_t i = 0; i < waiting->count; i++)
		add_frame(account, &waiting->frames[i]);
	waiting->count = 0;
}

static struct account read_into(const char *paths, size_t len)
{
	static struct waiting waiting;
	struct source *source = open_paths(paths);
	struct account account = { 0 };
	uint8_t *room = NULL;
	enum source_event event = SOURCE_FULL;

	cr_assert_not_null(source, "%s", err.text);
	do {
		if (event == SOURCE_FULL) {
			/* A frame may need more than all of it. */
			if (room && waiting.count == 0)
				len *= 2;
			look(&waiting, &account);
			free(room);
			room = malloc(len);
			source_lend(source, room, len);
		}
		event = source_next(source, &waiting.frames[waiting.count]);
		waiting.count += event == SOURCE_FRAME;
	} while (event != SOURCE_END);
	look(&waiting, &account);
	free(room);
	return close_account(account, source);
}

static void expect_same(const char *paths, const char *what)
{
	static const size_t rooms[] = { 300,  1000,        4096,
		                        5000, SOURCE_ROOM, SOURCE_ROOM + 999 };
	struct account plain = read_plainly(paths);

	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		struct account into = read_into(paths, rooms[i]);

		cr_expect_eq(memcmp(&into, &plain, sizeof(plain)), 0,
		             "%s in %zu: %llu of %llu frames", what, rooms[i],
		             (unsigned long long)into.count,
		             (unsigned long long)plain.count);
	}
}

/* Frames of many lengths, some of them cut by the snap length. */
static struct bytes varied(int magic, bool big, uint32_t count)
{
	struct bytes bytes = { .big = big };

	put_pcap(&bytes, magic, LINK_EN10MB);
	for (uint32_t i = 0; i < count; i++)
		put_record(&bytes, SECOND + i, i * 7,
		           (uint32_t)(hash_mix(i) % 240), 240);
	return bytes;
}

Test(source_room, plain_files_of_either_order_and_precision)
{
	static const struct {
		int magic;
		bool big;
	} cases[] = {
		{ PCAP_MICRO, false },
		{ PCAP_MICRO, true },
		{ PCAP_NANO, false },
		{ PCAP_NANO, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = varied(cases[i].magic, cases[i].big, 400);

		write_bytes("a", &bytes);
		expect_same("a", "plain");
	}
}

Test(source_room, other_files_and_several)
{
	struct bytes bytes = varied(PCAP_MICRO, false, 400);
	struct bytes gzip = gzipped(bytes.at, bytes.len);
	struct bytes ng = { .len = 0 };

	put_section(&ng);
	put_interface(&ng, LINK_EN10MB, 65535, 6);
	for (uint32_t i = 0; i < 100; i++)
		put_packet(&ng, 0, SECOND * ns / 1000 + i, FRAME_LEN);
	write_bytes("plain", &bytes);
	write_bytes("gzip", &gzip);
	write_bytes("ng", &ng);
	expect_same("gzip", "gzip");
	expect_same("ng", "pcapng");
	expect_same("plain gzip ng", "several");
	expect_same("ng plain gzip", "several");
	options.filter = "greater 100";
	expect_same("plain ng", "filtered");
}

Test(source_room, a_file_cut_anywhere)
{
	struct bytes bytes = varied(PCAP_NANO, false, 5);

	for (size_t len = 24; len < bytes.len; len += 3) {
		write_file("a", bytes.at, len);
		expect_same("a", "cut");
	}
}

/* Records that are no plain ones, behind some that are. */
Test(source_room, what_only_libpcap_understands)
{
	static const struct {
		const char *what;
		uint32_t part;
		uint32_t captured;
		uint32_t len;
	} cases[] = {
		{ "longer than the snap length", 0, 70000, 70000 },
		{ "longer than any frame", 0, 300000, 300000 },
		{ "shorter on the wire than captured", 0, 100, 60 },
		{ "no part of a second", 4000000000, 100, 100 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = varied(PCAP_NANO, false, 10);

		put_record(&bytes, SECOND, cases[i].part, cases[i].captured,
		           cases[i].len);
		put_record(&bytes, SECOND, 0, 60, 60);
		write_bytes("a", &bytes);
		expect_same("a", cases[i].what);
	}
}

Test(source_room, a_version_that_is_not_ours_is_left_to_libpcap)
{
	struct bytes bytes = varied(PCAP_MICRO, false, 10);

	bytes.at[6] = 2; /* 2.2 had its lengths the other way round */
	write_bytes("a", &bytes);
	expect_same("a", "version 2.2");
}
