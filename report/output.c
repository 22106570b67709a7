#include "report/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdout(const char *path)
{
	return !path || strcmp(path, "-") == 0;
}

/* Devices and pipes can only be written in place. */
static bool is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static const char *why(void)
{
	return errno ? strerror(errno) : "not everything was written";
}

static bool write_stream(const struct report *report,
                         const struct emitter *emitter, FILE *out,
                         const char *name, struct error *err)
{
	errno = 0;
	return (emitter->emit(report, out) && fflush(out) == 0) ||
	       fail(err, "%s: %s", name, why());
}

static bool write_in_place(const struct report *report,
                           const struct emitter *emitter, const char *path,
                           struct error *err)
{
	FILE *out = fopen(path, "we");
	bool written;

	if (!out)
		return fail(err, "%s: %s", path, strerror(errno));
	written = write_stream(report, emitter, out, path, err);
	if (fclose(out) && written)
		written = fail(err, "%s: %s", path, strerror(errno));
	return written;
}

/* A temporary file beside path, so that rename() can replace it at once. */
static FILE *open_beside(const char *path, char temporary[static PATH_MAX],
                         struct error *err)
{
	mode_t mask = umask(0);
	int fd;
	FILE *out;

	umask(mask);
	if (snprintf(temporary, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
		fail(err, "%s: %s", path, strerror(ENAMETOOLONG));
		return NULL;
	}
	fd = mkstemp(temporary);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		fail(err, "%s: %s", path, strerror(errno));
		if (fd >= 0) {
			close(fd);
			unlink(temporary);
		}
		return NULL;
	}
	/* mkstemp() keeps it private; a report is as public as any file. */
	if (fchmod(fd, 0666 & ~mask))
		errno = 0;
	return out;
}

bool output_write(const struct report *report, const struct emitter *emitter,
                  const char *path, struct error *err)
{
	char temporary[PATH_MAX];
	FILE *out;
	bool written;

	if (is_stdout(path))
		return write_stream(report, emitter, stdout, "standard output",
		                    err);
	if (is_special(path))
		return write_in_place(report, emitter, path, err);
	out = open_beside(path, temporary, err);
	if (!out)
		return false;
	written = write_stream(report, emitter, out, path, err);
	if (fclose(out) && written)
		written = fail(err, "%s: %s", path, strerror(errno));
	if (written && rename(temporary, path))
		written = fail(err, "%s: %s", path, strerror(errno));
	if (!written)
		unlink(temporary);
	return written;
}

bool output_check(const char *path, struct error *err)
{
	char temporary[PATH_MAX];
	FILE *out;

	if (is_stdout(path))
		return true;
	if (is_folder(path))
		return fail(err, "%s: %s", path, strerror(EISDIR));
	if (is_special(path))
		return access(path, W_OK) == 0 ||
		       fail(err, "%s: %s", path, strerror(errno));
	out = open_beside(path, temporary, err);
	if (!out)
		return false;
	fclose(out);
	unlink(temporary);
	return true;
}
