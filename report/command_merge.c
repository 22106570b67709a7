#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "report/knowledge.h"
#include "report/ledger_json.h"
#include "report/options.h"
#include "report/output.h"
#include "report/stored.h"

/* The first report's ledger takes in the others. */
static struct ledger *merge_all(int count, char **paths, struct error *err)
{
	struct ledger *all = stored_ledger(paths[0], err);

	for (int i = 1; all && i < count; i++) {
		struct ledger *next = stored_ledger(paths[i], err);
		struct error why = { "" };

		if (!next || !ledger_merge(all, next, false, &why)) {
			if (next)
				fail(err, "%s: %s", paths[i], why.text);
			ledger_free(all);
			all = NULL;
		}
		ledger_free(next);
	}
	return all;
}

int command_merge(int argc, char **argv)
{
	struct error err = { "" };
	struct stored_options options;
	struct ledger *ledger;
	int status = STATUS_FAILED;

	if (!stored_options_read(&options, argc, argv, &err))
		return complain_usage(err.text);
	if (options.words == argc)
		return complain_usage("merge needs reports: ipsec-audit merge "
		                      "[-o FILE] REPORT...");
	ledger = merge_all(argc - options.words, argv + options.words, &err);
	if (ledger && stored_emit(ledger, "json", &options, &err))
		status = STATUS_DONE;
	ledger_free(ledger);
	return status == STATUS_DONE ? status : complain(status, err.text);
}
