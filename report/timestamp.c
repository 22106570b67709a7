#include "report/timestamp.h"

#include <stdio.h>
#include <time.h>

const char *timestamp_text(char text[static TIMESTAMP_TEXT], uint64_t ns)
{
	time_t seconds = (time_t)(ns / 1000000000);
	unsigned rest = (unsigned)(ns % 1000000000);
	struct tm tm;
	size_t len;

	if (!gmtime_r(&seconds, &tm))
		return "1970-01-01T00:00:00Z";
	len = strftime(text, TIMESTAMP_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest)
		snprintf(text + len, TIMESTAMP_TEXT - len,
		         rest % 1000 ? ".%09uZ" : ".%06uZ",
		         rest % 1000 ? rest : rest / 1000);
	else
		snprintf(text + len, TIMESTAMP_TEXT - len, "Z");
	return text;
}
