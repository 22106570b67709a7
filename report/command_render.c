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
	struct ledger *ledger;
	int status = STATUS_FAILED;

	if (argc != 3)
		return complain_usage("render needs a format and a report: "
		                      "ipsec-audit render FORMAT REPORT");
	if (!emitter_find(argv[1]))
		return complain_format(argv[1]);
	ledger = stored_ledger(argv[2], &err);
	if (ledger && stored_emit(ledger, argv[1], NULL, &err))
		status = STATUS_DONE;
	ledger_free(ledger);
	return status == STATUS_DONE ? status : complain(status, err.text);
}
