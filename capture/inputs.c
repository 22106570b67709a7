#include "capture/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/decompress.h"

enum { MAGIC_LEN = 4 };

bool input_is_capture(const uint8_t *bytes, size_t len)
{
	static const uint8_t magics[][MAGIC_LEN] = {
		{ 0xa1, 0xb2, 0xc3, 0xd4 }, /* microseconds */
		{ 0xd4, 0xc3, 0xb2, 0xa1 },
		{ 0xa1, 0xb2, 0x3c, 0x4d }, /* nanoseconds */
		{ 0x4d, 0x3c, 0xb2, 0xa1 },
		{ 0xa1, 0xb2, 0xcd, 0x34 }, /* Kuznetzov's, early Linux */
		{ 0x34, 0xcd, 0xb2, 0xa1 },
		{ 0xa1, 0x2b, 0x3c, 0x4d }, /* Navtel's */
		{ 0x4d, 0x3c, 0x2b, 0xa1 },
		{ 0x0a, 0x0d, 0x0d, 0x0a }, /* pcapng, either order */
	};

	if (len > MAGIC_LEN)
		len = MAGIC_LEN;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (len > 0 && memcmp(bytes, magics[i], len) == 0)
			return true;
	return false;
}

static bool holds(const struct inputs *inputs, const struct stat *status)
{
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->input[i].inode == status->st_ino &&
		    inputs->input[i].device == status->st_dev)
			return true;
	return false;
}

static bool make_room(struct inputs *inputs)
{
	size_t room = inputs->room ? 2 * inputs->room : 16;
	struct input *input;

	if (inputs->count < inputs->room)
		return true;
	input = reallocarray(inputs->input, room, sizeof(*input));
	if (!input)
		return false;
	inputs->input = input;
	inputs->room = room;
	return true;
}

static bool add(struct inputs *inputs, const char *path,
                const struct stat *status, struct error *err)
{
	struct input *input;

	inputs->mentions++;
	if (holds(inputs, status))
		return true;
	if (!make_room(inputs))
		return fail(err, "%s: out of memory", path);
	input = &inputs->input[inputs->count];
	*input = (struct input){ .path = strdup(path),
		                 .regular = S_ISREG(status->st_mode),
		                 .first_ns = INPUT_TIME_UNKNOWN,
		                 .device = status->st_dev,
		                 .inode = status->st_ino };
	if (!input->path)
		return fail(err, "%s: out of memory", path);
	if (input->regular)
		input->size = (uint64_t)status->st_size;
	inputs->count++;
	return true;
}

/* A file that cannot be opened is kept: reading it will tell why. */
static bool may_hold_frames(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint8_t magic[MAGIC_LEN];
	ssize_t len;

	if (fd < 0)
		return true;
	len = read(fd, magic, sizeof(magic));
	close(fd);
	return len == MAGIC_LEN &&
	       (input_is_capture(magic, MAGIC_LEN) ||
	        compression_of(magic, MAGIC_LEN) != COMPRESSION_NONE);
}

static bool add_entry(struct inputs *inputs, const char *folder,
                      const char *name, struct error *err)
{
	const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
	struct stat status;
	char *path;
	bool fine = true;

	if (name[0] == '.')
		return true;
	if (asprintf(&path, "%s%s%s", folder, slash, name) < 0)
		return fail(err, "%s: out of memory", folder);
	if (stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
	    may_hold_frames(path))
		fine = add(inputs, path, &status, err);
	free(path);
	return fine;
}

/* A folder whose captures were all mentioned before is not an empty one. */
static bool add_folder(struct inputs *inputs, const char *folder,
                       struct error *err)
{
	size_t mentions = inputs->mentions;
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, NULL);
	bool fine = true;

	if (count < 0)
		return fail(err, "%s: cannot list this folder: %s", folder,
		            strerror(errno));
	for (int i = 0; i < count; i++) {
		fine = fine &&
		       add_entry(inputs, folder, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	if (fine && inputs->mentions == mentions)
		return fail(err, "%s: no capture files in this folder", folder);
	return fine;
}

static bool add_path(struct inputs *inputs, const char *path, struct error *err)
{
	struct stat status;
	int fd;

	if (stat(path, &status) < 0)
		return fail(err, "%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return add_folder(inputs, path, err);
	if (!S_ISREG(status.st_mode))
		return add(inputs, path, &status, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(err, "%s: %s", path, strerror(errno));
	close(fd);
	return add(inputs, path, &status, err);
}

/* Something that has no size: standard input, whatever it is connected to. */
static bool add_endless(struct inputs *inputs, const char *name,
                        struct error *err)
{
	static const struct stat pipe = { .st_mode = S_IFIFO };

	return add(inputs, name, &pipe, err);
}

static int compare(const void *a, const void *b)
{
	const struct input *left = a;
	const struct input *right = b;

	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	if (left->regular != right->regular)
		return left->regular ? -1 : 1;
	return strcmp(left->path, right->path);
}

static void sort(struct inputs *inputs, input_first_ns *first_ns)
{
	if (inputs->count < 2)
		return;
	for (size_t i = 0; i < inputs->count; i++)
		if (inputs->input[i].regular)
			inputs->input[i].first_ns =
				first_ns(inputs->input[i].path);
	qsort(inputs->input, inputs->count, sizeof(inputs->input[0]), compare);
}

bool inputs_find(struct inputs *inputs, char *const *paths, size_t count,
                 input_first_ns *first_ns, struct error *err)
{
	*inputs = (struct inputs){ 0 };
	if (count == 1 && strcmp(paths[0], "-") == 0)
		return add_endless(inputs, "-", err);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(paths[i], "-") == 0) {
			inputs_release(inputs);
			return fail(err, "-: standard input must be the only "
			                 "input");
		}
		if (!add_path(inputs, paths[i], err)) {
			inputs_release(inputs);
			return false;
		}
	}
	sort(inputs, first_ns);
	return true;
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		free(inputs->input[i].path);
	free(inputs->input);
	*inputs = (struct inputs){ 0 };
}

bool inputs_add_interface(struct inputs *inputs, const char *interface,
                          struct error *err)
{
	*inputs = (struct inputs){ 0 };
	return add_endless(inputs, interface, err);
}

uint64_t inputs_size(const struct inputs *inputs)
{
	uint64_t size = 0;

	for (size_t i = 0; i < inputs->count; i++) {
		if (!inputs->input[i].regular)
			return 0;
		size += inputs->input[i].size;
	}
	return size;
}

static bool judge_head(const struct decompress *decompress, struct error *err)
{
	enum compression kind = decompress_kind(decompress);
	const uint8_t *head;
	size_t len = decompress_head(decompress, &head);

	if (decompress_failure(decompress)[0])
		return fail(err, "%s", decompress_failure(decompress));
	if (kind != COMPRESSION_NONE && !input_is_capture(head, len))
		return fail(err, "%s data that is no pcap or pcapng file",
		            compression_name(kind));
	if (len == 0)
		return fail(err, "empty");
	if (!input_is_capture(head, len))
		return fail(err, "not a pcap or pcapng file");
	return true;
}

static int open_descriptor(const char *path)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return open(path, O_RDONLY | O_CLOEXEC);
}

struct decompress *input_open(const char *path, const atomic_bool *stopped,
                              struct error *err)
{
	int fd = open_descriptor(path);
	struct decompress *decompress;

	if (fd < 0) {
		fail(err, "%s", strerror(errno));
		return NULL;
	}
	decompress = decompress_open(fd, stopped, err);
	if (!decompress || judge_head(decompress, err))
		return decompress;
	fclose(decompress_stream(decompress));
	decompress_close(decompress);
	return NULL;
}
