#include <criterion/criterion.h>

#include <string.h>
#include <time.h>

#include "report/timestamp.h"

Test(timestamp, is_utc_with_as_many_digits_as_it_has)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 1, "1970-01-01T00:00:00.000000001Z" },
		{ 1000, "1970-01-01T00:00:00.000001Z" },
		{ 500000000, "1970-01-01T00:00:00.500000Z" },
		{ UINT64_C(951782400000000000), "2000-02-29T00:00:00Z" },
		{ UINT64_C(1234567890123456789),
		  "2009-02-13T23:31:30.123456789Z" },
		{ UINT64_C(1483228800000000000) - 1000000000,
		  "2016-12-31T23:59:59Z" },
		{ UINT64_MAX, "2554-07-21T23:34:33.709551615Z" },
	};
	char text[TIMESTAMP_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_str_eq(timestamp_text(text, cases[i].ns),
		                 cases[i].text);
}

/* All days that nanoseconds reach, as the C library names them. */
Test(timestamp, has_the_calendar_of_the_library)
{
	for (uint64_t day = 0; day < 213504; day++) {
		time_t seconds = (time_t)(day * 86400 + day % 86400);
		char text[TIMESTAMP_TEXT];
		char want[TIMESTAMP_TEXT];
		struct tm tm;

		cr_assert_not_null(gmtime_r(&seconds, &tm));
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
		timestamp_text(text, (uint64_t)seconds * 1000000000);
		if (strcmp(text, want) != 0)
			cr_assert_fail("%s instead of %s", text, want);
	}
}
