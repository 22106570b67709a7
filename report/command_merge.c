#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/command.h"
#include "report/knowledge.h"
#include "report/ledger_json.h"
#include "report/options.h"
#include "report/output.h"
#include "report/stored.h"

/* "-o FILE" before the reports. */
static bool read_arguments(int argc, char **argv, const char **output,
                           int *first, struct error *err)
{
	*output = NULL;
	*first = 1;
	while (*first < argc && argv[*first][0] == '-' && argv[*first][1]) {
		if (strcmp(argv[*first], "-o") != 0)
			return fail(err, "merge has no option '%s'",
			            argv[*first]);
		if (*first + 1 == argc)
			return fail(err, "option '-o' needs an argument");
		*output = argv[*first + 1];
		*first += 2;
	}
	if (argc - *first < 1)
		return fail(err, "merge needs reports: ipsec-audit merge "
		                 "[-o FILE] REPORT...");
	return true;
}

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
	const char *output;
	int first;
	struct ledger *ledger;
	int status = STATUS_FAILED;

	if (!read_arguments(argc, argv, &output, &first, &err))
		return complain_usage(err.text);
	ledger = merge_all(argc - first, argv + first, &err);
	if (ledger && stored_emit(ledger, "json", output, &err))
		status = STATUS_DONE;
	ledger_free(ledger);
	return status == STATUS_DONE ? status : complain(status, err.text);
}
