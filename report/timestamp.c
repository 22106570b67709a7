#include "report/timestamp.h"

#include <stdbool.h>

#include "classify/number.h"

/*
 * A day of the Gregorian calendar, counted from 1970-01-01. Years begin in
 * March here, so that the leap day is a year's last and months of 30 and 31
 * days repeat every five; eras are of 400 years.
 */
static char *put_date(char *at, uint64_t day)
{
	uint64_t since = day + 719468; /* from 0000-03-01 */
	uint64_t era = since / 146097;
	uint64_t in_era = since % 146097;
	uint64_t year =
		(in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) /
		365;
	uint64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * in_year + 2) / 153; /* 0: March */
	bool is_next = month >= 10;

	at = number_put_wide(at, year + era * 400 + is_next, 4);
	*at++ = '-';
	at = number_put_wide(at, is_next ? month - 9 : month + 3, 2);
	*at++ = '-';
	return number_put_wide(at, in_year - (153 * month + 2) / 5 + 1, 2);
}

static char *put_time(char *at, unsigned second)
{
	at = number_put_wide(at, second / 3600, 2);
	*at++ = ':';
	at = number_put_wide(at, second / 60 % 60, 2);
	*at++ = ':';
	return number_put_wide(at, second % 60, 2);
}

const char *timestamp_text(char text[static TIMESTAMP_TEXT], uint64_t ns)
{
	uint64_t seconds = ns / 1000000000;
	unsigned rest = (unsigned)(ns % 1000000000);
	char *at = put_date(text, seconds / 86400);

	*at++ = 'T';
	at = put_time(at, (unsigned)(seconds % 86400));
	if (rest) {
		*at++ = '.';
		at = rest % 1000 ? number_put_wide(at, rest, 9)
		                 : number_put_wide(at, rest / 1000, 6);
	}
	*at++ = 'Z';
	*at = '\0';
	return text;
}
