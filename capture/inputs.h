/*
 * Inputs: the files that the operator's paths stand for, in the order in
 * which they are to be read, which is that of their first frames, and where
 * those say nothing, that of their names.
 *
 * A folder stands for the captures directly in it: regular files whose magic
 * number is that of pcap, pcapng, gzip or zstd, and which are not hidden. A
 * file that is meant twice, by whatever names, is read once. Pipes are never
 * looked into beforehand and come last.
 */
#ifndef CAPTURE_INPUTS_H
#define CAPTURE_INPUTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/error.h"

struct decompress;

/* The time of a first frame that is not known; sorts last. */
#define INPUT_TIME_UNKNOWN UINT64_MAX

struct input {
	char *path;
	bool regular;      /* not a pipe or a device */
	uint64_t size;     /* bytes, of a regular file */
	uint64_t first_ns; /* time of the first frame */
	dev_t device;
	ino_t inode;
};

/* Owns its paths. */
struct inputs {
	struct input *input;
	size_t count;
	size_t room;
	size_t mentions; /* of files, those of the same one too */
};

/*
 * The time of a file's first frame since 1970, or INPUT_TIME_UNKNOWN. Asked
 * only of regular files, and only where there is something to sort.
 */
typedef uint64_t input_first_ns(const char *path);

/*
 * False if a path does not exist or cannot be opened, a folder cannot be
 * listed or holds no capture; err names it and nothing is left to release.
 */
bool inputs_find(struct inputs *inputs, char *const *paths, size_t count,
                 input_first_ns *first_ns, struct error *err);

void inputs_release(struct inputs *inputs);

/* Make an interface's name the only input. */
bool inputs_add_interface(struct inputs *inputs, const char *interface,
                          struct error *err);

/* Bytes in all, 0 if one of the inputs is no regular file. */
uint64_t inputs_size(const struct inputs *inputs);

/*
 * Open an input's path; "-" is standard input. What comes back has a stream
 * that begins like a capture; who reads it closes it, as capture/decompress.h
 * says. NULL if it does not; err says why, without naming the path.
 */
struct decompress *input_open(const char *path, const atomic_bool *stopped,
                              struct error *err);

/* Whether bytes begin like a pcap or pcapng file; a shorter piece may. */
bool input_is_capture(const uint8_t *bytes, size_t len);

#endif
