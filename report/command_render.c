#include <stdio.h>
#include <string.h>

#include "report/command.h"
#include "report/emit.h"
#include "report/stored.h"

static int complain_format(const char *name)
{
	char text[512];
	int len =
		snprintf(text, sizeof(text), "no format '%s'; there are", name);

	for (size_t i = 0; emitter_at(i) && len > 0 && len < 512; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s %s",
		                i ? "," : "", emitter_at(i)->name);
	return complain_usage(text);
}

int command_render(int argc, char **argv)
{
	struct error err = { "" };
	struct stored_options options;
	struct ledger *ledger;
	const char *format;
	int status = STATUS_FAILED;

	if (!stored_options_read(&options, argc, argv, &err))
		return complain_usage(err.text);
	if (argc - options.words != 2)
		return complain_usage("render needs a format and a report: "
		                      "ipsec-audit render FORMAT REPORT");
	format = argv[options.words];
	if (!emitter_find(format))
		return complain_format(format);
	ledger = stored_ledger(argv[options.words + 1], &err);
	if (ledger && stored_emit(ledger, format, &options, &err))
		status = STATUS_DONE;
	ledger_free(ledger);
	return status == STATUS_DONE ? status : complain(status, err.text);
}
