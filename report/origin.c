#include "report/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/parallel.h"

static bool open_files(struct origin *origin, const struct options *options,
                       const struct source_options *how, struct error *err)
{
	/* The reader promises not to change the names. */
	char **paths = calloc(options->reads.count, sizeof(char *));

	if (!paths)
		return fail(err, "out of memory");
	memcpy(paths, options->reads.text,
	       options->reads.count * sizeof(char *));
	origin->source[0] =
		source_open_files(paths, options->reads.count, how, err);
	origin->count = origin->source[0] ? 1 : 0;
	free(paths);
	return origin->count;
}

unsigned origin_workers(const struct options *options)
{
	return (unsigned)(options->workers ? options->workers
	                                   : parallel_width());
}

bool origin_open(struct origin *origin, const struct options *options,
                 struct error *err)
{
	const struct source_options how = {
		.filter = options->filter,
		.snap_len = (uint32_t)options->snap_len,
	};

	*origin = (struct origin){ .workers = origin_workers(options) };
	if (!options->interface)
		return open_files(origin, options, &how, err);
	origin->count =
		source_open_rings(options->interface, origin->workers, &how,
	                          origin->source, &origin->one_ring);
	if (!origin->count)
		*err = origin->one_ring;
	return origin->count;
}

void origin_close(struct origin *origin)
{
	for (size_t i = 0; i < origin->count; i++)
		source_close(origin->source[i]);
	origin->count = 0;
}

void origin_stop(struct origin *origin)
{
	for (size_t i = 0; i < origin->count; i++)
		source_stop(origin->source[i]);
}

void origin_say(const struct origin *origin, const char *interface)
{
	if (origin->count > 1)
		fprintf(stderr, "%s: %zu capture rings\n", interface,
		        origin->count);
	else if (origin->one_ring.text[0])
		fprintf(stderr, "%s: one capture ring: %s\n", interface,
		        origin->one_ring.text);
}
