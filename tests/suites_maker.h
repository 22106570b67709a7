/*
 * The suites that the program comes with, for tests.
 */
#ifndef TESTS_SUITES_MAKER_H
#define TESTS_SUITES_MAKER_H

#include <criterion/criterion.h>

#include "classify/json.h"
#include "classify/suite.h"

/* To be released by the caller. */
static inline void read_suites(struct suite_set *suites)
{
	struct error err = { "" };
	struct json_document *document =
		json_read_file("signatures/suites.json", &err);

	cr_assert_not_null(document, "%s", err.text);
	cr_assert(suite_set_read(suites,
	                         json_member(json_root(document), "suites"), 0,
	                         document, &err),
	          "%s", err.text);
	json_free(document);
}

#endif
