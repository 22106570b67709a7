#include "report/stored.h"

#include <string.h>

#include "report/emit.h"
#include "report/knowledge.h"
#include "report/ledger_json.h"
#include "report/options.h"
#include "report/output.h"
#include "report/policy_text.h"

static bool take(struct stored_options *options, const char *name,
                 const char *value)
{
	if (strcmp(name, "-o") == 0 || strcmp(name, "--output") == 0)
		options->output = value;
	else if (strcmp(name, "--suites") == 0)
		options->suites = value;
	else if (strcmp(name, "--model") == 0)
		return options->model_chosen =
		               model_from_name(&options->model, value);
	else
		return mtu_parse(&options->mtu, value);
	return true;
}

static bool is_known(const char *name)
{
	static const char *const names[] = { "-o", "--output", "--suites",
		                             "--mtu", "--model" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

bool stored_options_read(struct stored_options *options, int argc, char **argv,
                         struct error *err)
{
	int at = 1;

	*options = (struct stored_options){ 0 };
	for (; at < argc && argv[at][0] == '-' && argv[at][1]; at += 2) {
		const char *name = argv[at];

		if (!is_known(name))
			return fail(err, "%s has no option '%s'", argv[0],
			            name);
		if (at + 1 == argc)
			return fail(err, "option '%s' needs an argument", name);
		if (!take(options, name, argv[at + 1]))
			return fail(err, "'%s' is no value for %s",
			            argv[at + 1], name);
	}
	options->words = at;
	return true;
}

struct ledger *stored_ledger(const char *path, struct error *err)
{
	struct json_document *document = json_read_file(path, err);
	struct ledger *ledger =
		document ? ledger_read(document, UINT64_MAX / 200, err) : NULL;

	json_free(document);
	return ledger;
}

static struct report *create(const struct ledger *ledger,
                             const struct signature_set *set,
                             const struct stored_options *options,
                             struct error *err)
{
	struct costing costing;
	struct report *report;

	if (!costing_choose(&costing, options->mtu, options->suites,
	                    signature_suites(set), err))
		return NULL;
	report = report_create_costed(ledger, set, &costing, err);
	if (report) {
		report->model_chosen = options->model_chosen;
		report->model = options->model;
	}
	return report;
}

bool stored_emit(const struct ledger *ledger, const char *format,
                 const struct stored_options *options, struct error *err)
{
	struct signature_set *set = knowledge_read(NULL, 0, NULL, err);
	struct report *report = set ? create(ledger, set, options, err) : NULL;
	bool written = report && output_write(report, emitter_find(format),
	                                      options->output, err);

	if (written)
		policy_tell(report, emitter_find(format)->platform, stderr);
	report_free(report);
	signature_set_free(set);
	return written;
}
