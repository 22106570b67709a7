/*
 * Segment maps of many names, 10.0.0.0/16, 10.1.0.0/16, ..., for tests.
 */
#ifndef TESTS_MAP_MAKER_H
#define TESTS_MAP_MAKER_H

#include <criterion/criterion.h>

#include "report/segment.h"
#include "tests/json_maker.h"

/* A map of the caller's. */
static inline struct segment_map *make_map_of(const char *const *names,
                                              size_t count)
{
	struct error err = { "" };
	struct json_maker maker;
	struct json_scope list =
		json_add_array(json_maker_start(&maker, 0), NULL);
	struct json_document *document;
	struct segment_map *made;

	for (size_t i = 0; i < count; i++) {
		struct json_scope object = json_add_object(list, NULL);
		char prefix[ADDRESS_TEXT];

		json_add_string(object, "name", names[i]);
		snprintf(prefix, sizeof(prefix), "10.%zu.0.0/16", i);
		json_add_string(json_add_array(object, "prefixes"), NULL,
		                prefix);
	}
	document = json_maker_read(&maker, &err);
	cr_assert_not_null(document, "%s", err.text);
	made = segment_map_from(json_root(document), document, &err);
	cr_assert_not_null(made, "%s", err.text);
	json_free(document);
	return made;
}

#endif
