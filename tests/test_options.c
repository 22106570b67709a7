#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "report/options.h"

enum { WORDS = 12 };

static struct error err;
static struct options options;

static void end(void)
{
	options_release(&options);
}

TestSuite(options, .fini = end);

/* Arguments behind the program's name, up to a NULL. */
static bool read_words(const char *const *words)
{
	static char copies[WORDS][64];
	char *argv[WORDS + 1] = { NULL };
	int argc = 0;

	snprintf(copies[argc], sizeof(copies[0]), "ipsec-audit");
	argv[argc] = copies[argc];
	for (argc++; *words && argc < WORDS; argc++, words++) {
		snprintf(copies[argc], sizeof(copies[0]), "%s", *words);
		argv[argc] = copies[argc];
	}
	err.text[0] = '\0';
	options_release(&options);
	return options_read(&options, argc, argv, &err);
}

static void expect_read(const char *const *words)
{
	cr_expect(read_words(words), "%s", err.text);
}

Test(options, have_defaults)
{
	expect_read((const char *[]){ "-r", "-", NULL });
	cr_expect_eq(options.memory, (uint64_t)MEMORY_DEFAULT_MIB << 20);
	cr_expect_eq(options.workers, 0);
	cr_expect_eq(options.interval, 60);
	cr_expect_eq(options.mtu, 1500);
	cr_expect_null(options.filter);
	cr_expect_null(options.format);
	cr_expect_not(options.fail_on);
}

Test(options, long_and_short_say_the_same)
{
	static const char *const forms[][3] = {
		{ "-ieth0", "-oout", "-j2" },
		{ "--interface=eth0", "--output=out", "--workers=2" },
	};

	for (size_t i = 0; i < 2; i++) {
		expect_read((const char *[]){ forms[i][0], forms[i][1],
		                              forms[i][2], NULL });
		cr_expect_str_eq(options.interface, "eth0");
		cr_expect_str_eq(options.output, "out");
		cr_expect_eq(options.workers, 2);
	}
}

Test(options, some_may_be_repeated)
{
	expect_read((const char *[]){ "-r", "a", "-r", "b", "--mmdb", "c",
	                              "--mmdb", "d", "-vv", NULL });
	cr_assert_eq(options.reads.count, 2);
	cr_expect_str_eq(options.reads.text[1], "b");
	cr_assert_eq(options.mmdbs.count, 2);
	cr_expect_str_eq(options.mmdbs.text[0], "c");
	cr_expect_eq(options.verbose, 2);
}

/* The shell makes many words of one -r *.pcap. */
Test(options, leading_words_that_name_files_are_inputs)
{
	char folder[] = "/tmp/options-XXXXXX";
	FILE *file;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	file = fopen("b.pcap", "w");
	cr_assert_not_null(file);
	fclose(file);
	expect_read((const char *[]){ "-r", "a.pcap", "b.pcap", ".", "tcp",
	                              "port", "80", NULL });
	cr_assert_eq(options.reads.count, 3);
	cr_expect_str_eq(options.reads.text[1], "b.pcap");
	cr_expect_str_eq(options.reads.text[2], ".");
	cr_expect_str_eq(options.filter, "tcp port 80");
	unlink("b.pcap");
	rmdir(folder);
}

Test(options, the_rest_is_a_bpf_expression)
{
	expect_read((const char *[]){ "-i", "eth0", "host", "10.0.0.1", "and",
	                              "not", "arp", NULL });
	cr_expect_str_eq(options.filter, "host 10.0.0.1 and not arp");
	expect_read((const char *[]){ "-i", "eth0", "tcp[13]", "&", "2", "-q",
	                              NULL });
	cr_expect_str_eq(options.filter, "tcp[13] & 2");
	cr_expect(options.quiet);
	/* What looks like an option is one, unless it was said to be none. */
	expect_read(
		(const char *[]){ "-i", "eth0", "--", "len", ">", "-1", NULL });
	cr_expect_str_eq(options.filter, "len > -1");
	expect_read((const char *[]){ "-r", "-", "--", "icmp", NULL });
	cr_expect_str_eq(options.filter, "icmp");
}

Test(options, an_interface_s_expression_is_not_taken_for_files)
{
	expect_read((const char *[]){ "-i", "eth0", "/tmp", NULL });
	cr_expect_eq(options.reads.count, 0);
	cr_expect_str_eq(options.filter, "/tmp");
}

Test(options, fail_on_is_a_verdict_of_any_or_one_model)
{
	expect_read(
		(const char *[]){ "-r", "-", "--fail-on", "not-ready", NULL });
	cr_expect(options.fail_on);
	cr_expect(options.fail_any_model);
	cr_expect_eq(options.fail_verdict, VERDICT_NOT_READY);
	expect_read((const char *[]){ "-r", "-", "--fail-on",
	                              "host-any:ready-with-exemptions", NULL });
	cr_expect_not(options.fail_any_model);
	cr_expect_eq(options.fail_model, MODEL_HOST_ANY);
	cr_expect_eq(options.fail_verdict, VERDICT_READY_WITH_EXEMPTIONS);
}

Test(options, help_and_version_need_no_input)
{
	expect_read((const char *[]){ "--help", NULL });
	cr_expect(options.help);
	expect_read((const char *[]){ "-V", NULL });
	cr_expect(options.version);
}

static const struct {
	const char *words[5];
	const char *complaint;
} complaints[] = {
	{ { NULL },
	  "nothing to audit: give capture files with -r or an "
	  "interface with -i" },
	{ { "tcp" },
	  "nothing to audit: give capture files with -r or "
	  "an interface with -i" },
	{ { "-r", "a", "-i", "b" }, "-r and -i exclude each other" },
	{ { "-r" }, "option '-r' needs an argument" },
	{ { "-qr" }, "option '-r' needs an argument" },
	{ { "--read" }, "option '--read' needs an argument" },
	{ { "-X" }, "no option '-X'" },
	{ { "-Xq", "-r", "a" }, "no option '-X'" },
	{ { "-qX", "-r", "a" }, "no option '-X'" },
	{ { "-qXv" }, "no option '-X'" },
	{ { "--colour", "-q" }, "no option '--colour'" },
	{ { "--colour=red" }, "no option '--colour=red'" },
	{ { "--quiet=yes" }, "no option '--quiet=yes'" },
	{ { "-j", "0" }, "'0' is no value for --workers" },
	{ { "-j", "two" }, "'two' is no value for --workers" },
	{ { "-j", "-1" }, "'-1' is no value for --workers" },
	{ { "-j", "2x" }, "'2x' is no value for --workers" },
	{ { "-j", "99999999999999999999" },
	  "'99999999999999999999' is no value for --workers" },
	{ { "--memory", "15M" }, "'15M' is no value for --memory" },
	{ { "--memory", "1T" }, "'1T' is no value for --memory" },
	{ { "--interval", "0" }, "'0' is no value for --interval" },
	{ { "--snapshot-length", "63" },
	  "'63' is no value for --snapshot-length" },
	{ { "--mtu", "575" }, "'575' is no value for --mtu" },
	{ { "--mtu", "65536" }, "'65536' is no value for --mtu" },
	{ { "-f", "yaml" }, "'yaml' is no value for --format" },
	{ { "--fail-on", "bad" }, "'bad' is no value for --fail-on" },
	{ { "--fail-on", "host:ready" },
	  "'host:ready' is no value for --fail-on" },
	{ { "--fail-on", ":ready" }, "':ready' is no value for --fail-on" },
	{ { "--fail-on", "host-any:" },
	  "'host-any:' is no value for --fail-on" },
};

Test(options, complaints_name_the_word)
{
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]);
	     i++) {
		cr_expect_not(read_words(complaints[i].words), "case %zu", i);
		cr_expect_str_eq(err.text, complaints[i].complaint);
	}
}

Test(options, sizes_are_powers_of_1024)
{
	static const struct {
		const char *text;
		uint64_t bytes; /* 0: none */
	} cases[] = {
		{ "1", 1 },
		{ "512K", 512 << 10 },
		{ "512m", 512 << 20 },
		{ "3G", UINT64_C(3) << 30 },
		{ "1073741824G", UINT64_C(1) << 60 },
		{ "1073741825K", 0 },
		{ "", 0 },
		{ "K", 0 },
		{ "-1", 0 },
		{ " 1", 0 },
		{ "1KB", 0 },
		{ "1.5M", 0 },
		{ "1T", 0 },
		{ "18446744073709551616", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t bytes = 0;
		bool read = size_parse(&bytes, cases[i].text);

		cr_expect_eq(read, cases[i].bytes != 0, "'%s'", cases[i].text);
		if (read)
			cr_expect_eq(bytes, cases[i].bytes, "'%s'",
			             cases[i].text);
	}
}

Test(options, every_line_of_the_help_fits_a_terminal)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	options_print(out);
	fclose(out);
	cr_expect_not_null(strstr(text, "  -r  --read FILE|DIR|-"));
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		cr_expect_leq(strcspn(line, "\n"), 110, "%.60s", line);
	free(text);
}
