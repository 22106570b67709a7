#include "capture/inputs.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "tests/capture_bytes.h"

static struct error err;

TestSuite(inputs, .init = enter_new_folder, .fini = leave_folder);

/* A capture whose name ends in the second of its first frame. */
static void write_capture(const char *path)
{
	struct bytes bytes = small_capture(0, 1);

	write_bytes(path, &bytes);
}

static uint64_t time_in_name(const char *path)
{
	return strtoull(path + strcspn(path, "0123456789"), NULL, 10);
}

static uint64_t same_time(const char *path)
{
	(void)path;
	return 7;
}

static uint64_t never_asked(const char *path)
{
	cr_assert_fail("asked for the time of %s", path);
	return 0;
}

/* Find the inputs of paths that have a space between them. */
static bool find(struct inputs *inputs, const char *paths,
                 input_first_ns *first_ns)
{
	char *words = strdup(paths);
	char *path[8];
	size_t count = 0;
	char *rest = words;
	bool found;

	while ((path[count] = strsep(&rest, " ")) != NULL)
		count++;
	found = inputs_find(inputs, path, count, first_ns, &err);
	free(words);
	return found;
}

/* The names of the inputs, with a space behind each; "!" for a failure. */
static const char *names(const char *paths, input_first_ns *first_ns)
{
	static char text[512];
	struct inputs inputs;

	text[0] = '\0';
	if (!find(&inputs, paths, first_ns))
		return "!";
	for (size_t i = 0; i < inputs.count; i++) {
		strcat(text, inputs.input[i].path);
		strcat(text, " ");
	}
	inputs_release(&inputs);
	return text;
}

Test(inputs, are_in_the_order_of_their_first_frames)
{
	write_capture("c20");
	write_capture("a30");
	write_capture("b10");
	cr_expect_str_eq(names("c20 a30 b10", time_in_name), "b10 c20 a30 ");
}

Test(inputs, of_the_same_time_are_in_the_order_of_their_names)
{
	write_capture("c");
	write_capture("a");
	write_capture("b");
	cr_expect_str_eq(names("c a b", same_time), "a b c ");
}

Test(inputs, a_folder_stands_for_the_captures_directly_in_it)
{
	struct bytes zipped = gzipped("text", 4);

	write_capture("b.pcap");
	write_capture("a.dump");
	write_capture(".hidden.pcap");
	write_file("README", "how these came to be\n", 21);
	write_file("empty.pcap", "", 0);
	write_file("cut.pcap", "\xd4\xc3", 2);
	write_bytes("c.gz", &zipped);
	cr_assert_eq(mkdir("sub.pcap", 0700), 0);
	cr_expect_str_eq(names(".", same_time), "./a.dump ./b.pcap "
	                                        "./c.gz ");
	cr_expect_str_eq(names("./", same_time), "./a.dump ./b.pcap "
	                                         "./c.gz ");
}

Test(inputs, a_file_meant_twice_is_read_once)
{
	write_capture("a");
	write_capture("b");
	cr_assert_eq(symlink("a", "link"), 0);
	cr_expect_str_eq(names("a ./a link . b .", same_time), "./b a ");
}

Test(inputs, pipes_come_last_and_are_not_looked_into)
{
	cr_assert_eq(mkfifo("pipe", 0600), 0);
	write_capture("a");
	write_capture("b");
	cr_expect_str_eq(names("pipe a b", same_time), "a b pipe ");
	cr_expect_str_eq(names("pipe", never_asked), "pipe ");
}

Test(inputs, a_single_file_is_not_opened_for_its_time)
{
	write_capture("a");
	cr_expect_str_eq(names("a", never_asked), "a ");
}

Test(inputs, standard_input_stands_alone)
{
	write_capture("a");
	cr_expect_str_eq(names("-", never_asked), "- ");
	cr_expect_str_eq(names("- a", never_asked), "!");
	cr_expect_str_eq(err.text, "-: standard input must be the only input");
}

Test(inputs, complaints_name_the_path_and_the_reason)
{
	static const struct {
		const char *path;
		const char *complaint;
	} cases[] = {
		{ "none", "none: No such file or directory" },
		{ "file/x", "file/x: Not a directory" },
		{ "dangling", "dangling: No such file or directory" },
		{ "bare", "bare: no capture files in this folder" },
		{ ".", ".: no capture files in this folder" },
	};

	write_file("file", "text\n", 5);
	cr_assert_eq(symlink("nowhere", "dangling"), 0);
	cr_assert_eq(mkdir("bare", 0700), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_str_eq(names(cases[i].path, same_time), "!");
		cr_expect_str_eq(err.text, cases[i].complaint);
	}
}

Test(inputs, a_bare_folder_is_named_beside_good_files)
{
	write_capture("a");
	cr_assert_eq(mkdir("bare", 0700), 0);
	cr_expect_str_eq(names("a bare", same_time), "!");
	cr_expect_str_eq(err.text, "bare: no capture files in this folder");
}

/* Root may read anything, so this one needs to be somebody else. */
Test(inputs, a_file_that_may_not_be_read_is_named)
{
	write_capture("secret");
	cr_assert_eq(chmod("secret", 0), 0);
	cr_assert_eq(chmod(".", 0755), 0);
	if (geteuid() == 0)
		cr_assert_eq(seteuid(65534), 0);
	cr_expect_str_eq(names("secret", same_time), "!");
	cr_expect_str_eq(err.text, "secret: Permission denied");
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
}

Test(inputs, size_is_that_of_all_files_or_unknown)
{
	struct inputs inputs;

	write_file("a", "abc", 3);
	write_file("b", "defgh", 5);
	cr_assert_eq(mkfifo("pipe", 0600), 0);
	cr_assert(find(&inputs, "a b", same_time));
	cr_expect_eq(inputs_size(&inputs), 8);
	inputs_release(&inputs);
	cr_assert(find(&inputs, "a b pipe", same_time));
	cr_expect_eq(inputs_size(&inputs), 0);
	inputs_release(&inputs);
}

Test(inputs, captures_are_known_by_their_first_bytes_or_fewer)
{
	static const struct {
		bool capture;
		size_t len;
		uint8_t bytes[4];
	} cases[] = {
		{ true, 4, { 0xd4, 0xc3, 0xb2, 0xa1 } },
		{ true, 4, { 0xa1, 0xb2, 0xc3, 0xd4 } },
		{ true, 4, { 0x4d, 0x3c, 0xb2, 0xa1 } },
		{ true, 4, { 0xa1, 0xb2, 0x3c, 0x4d } },
		{ true, 4, { 0x0a, 0x0d, 0x0d, 0x0a } },
		{ true, 2, { 0xa1, 0xb2 } },
		{ false, 4, { 0xa1, 0xb2, 0xc3, 0xd5 } },
		{ false, 4, { 0x0a, 0x0a, 0x0d, 0x0d } },
		{ false, 0, { 0 } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(input_is_capture(cases[i].bytes, cases[i].len),
		             cases[i].capture, "case %zu", i);
}
