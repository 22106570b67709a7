#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/output.h"
#include "tests/capture_bytes.h"

static struct error err;

static bool emit_text(const struct report *report, FILE *out)
{
	(void)report;
	return fputs("the report\n", out) >= 0;
}

static bool emit_half(const struct report *report, FILE *out)
{
	(void)report;
	fputs("the rep", out);
	return false;
}

/* More than any buffer takes, so that writing fails on the way. */
static bool emit_much(const struct report *report, FILE *out)
{
	(void)report;
	for (unsigned i = 0; i < 100000; i++)
		if (fputs("line after line\n", out) < 0)
			return false;
	return true;
}

static const struct emitter text = { .name = "text", .emit = emit_text };
static const struct emitter half = { .name = "half", .emit = emit_half };
static const struct emitter much = { .name = "much", .emit = emit_much };

static void expect_content(const char *path, const char *want)
{
	char content[64] = "";
	FILE *file = fopen(path, "r");

	cr_assert_not_null(file, "no %s", path);
	content[fread(content, 1, sizeof(content) - 1, file)] = '\0';
	fclose(file);
	cr_expect_str_eq(content, want);
}

static size_t count_files(void)
{
	DIR *folder = opendir(".");
	struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

TestSuite(output, .init = enter_new_folder, .fini = leave_folder);

Test(output, makes_a_file_that_anybody_may_read)
{
	struct stat status;

	umask(022);
	cr_expect(output_write(NULL, &text, "a.json", &err), "%s", err.text);
	expect_content("a.json", "the report\n");
	cr_assert_eq(stat("a.json", &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0644);
	cr_expect_eq(count_files(), 1);
}

Test(output, replaces_a_file_as_a_whole)
{
	write_file("a.json", "an older and much longer report\n", 32);
	cr_expect(output_write(NULL, &text, "a.json", &err), "%s", err.text);
	expect_content("a.json", "the report\n");
	cr_expect_eq(count_files(), 1);
}

Test(output, who_reads_the_old_file_goes_on_reading_it)
{
	char content[8] = "";
	FILE *reader;

	write_file("a.json", "old", 3);
	reader = fopen("a.json", "r");
	cr_expect(output_write(NULL, &text, "a.json", &err));
	cr_expect_eq(fread(content, 1, sizeof(content), reader), 3);
	fclose(reader);
}

Test(output, keeps_the_old_file_when_writing_fails)
{
	write_file("a.json", "old", 3);
	cr_expect_not(output_write(NULL, &half, "a.json", &err));
	cr_expect_str_eq(err.text, "a.json: not everything was written");
	expect_content("a.json", "old");
	cr_expect_eq(count_files(), 1);
}

Test(output, a_full_disk_gives_a_sentence)
{
	cr_expect_not(output_write(NULL, &text, "/dev/full", &err));
	cr_expect_str_eq(err.text, "/dev/full: No space left on device");
	cr_expect_not(output_write(NULL, &much, "/dev/full", &err));
	cr_expect_str_eq(err.text, "/dev/full: No space left on device");
}

Test(output, a_device_is_written_in_place)
{
	struct stat status;

	cr_expect(output_check("/dev/null", &err));
	cr_expect(output_write(NULL, &text, "/dev/null", &err));
	cr_assert_eq(stat("/dev/null", &status), 0);
	cr_expect(S_ISCHR(status.st_mode));
}

Test(output, a_place_that_cannot_be_is_noticed_before_the_work)
{
	static const struct {
		const char *path;
		const char *complaint;
	} cases[] = {
		{ "nowhere/a.json",
		  "nowhere/a.json: No such file or directory" },
		{ "file/a.json", "file/a.json: Not a directory" },
		{ ".", ".: Is a directory" },
		{ "/dev/null/a.json", "/dev/null/a.json: Not a directory" },
	};

	write_file("file", "", 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_not(output_check(cases[i].path, &err), "%s",
		              cases[i].path);
		cr_expect_str_eq(err.text, cases[i].complaint);
		cr_expect_not(output_write(NULL, &text, cases[i].path, &err));
		cr_expect_str_eq(err.text, cases[i].complaint);
	}
	cr_expect_eq(count_files(), 1);
}

Test(output, a_name_too_long_is_noticed_before_the_work)
{
	char path[5000];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	cr_expect_not(output_check(path, &err));
	cr_expect_not(output_write(NULL, &text, path, &err));
	cr_expect_eq(count_files(), 0);
}

Test(output, trying_leaves_nothing_behind)
{
	cr_expect(output_check("a.json", &err));
	cr_expect(output_check(NULL, &err));
	cr_expect(output_check("-", &err));
	cr_expect_eq(count_files(), 0);
}
