#include "report/stored.h"

#include "report/emit.h"
#include "report/knowledge.h"
#include "report/ledger_json.h"
#include "report/output.h"

struct ledger *stored_ledger(const char *path, struct error *err)
{
	struct json_document *document = json_read_file(path, err);
	struct ledger *ledger =
		document ? ledger_read(document, UINT64_MAX / 200, err) : NULL;

	json_free(document);
	return ledger;
}

bool stored_emit(const struct ledger *ledger, const char *format,
                 const char *path, struct error *err)
{
	struct signature_set *set = knowledge_read(NULL, 0, err);
	struct report *report = set ? report_create(ledger, set, err) : NULL;
	bool written =
		report && output_write(report, emitter_find(format), path, err);

	report_free(report);
	signature_set_free(set);
	return written;
}
