#include "report/emit.h"

#include <string.h>

static const struct emitter emitters[] = {
	{ "json", "the report, as report.schema.json describes it", emit_json },
	{ "summary", "verdicts and findings as a table", emit_summary },
	{ "openmetrics", "figures for Prometheus", emit_openmetrics },
};

const struct emitter *emitter_at(size_t index)
{
	return index < sizeof(emitters) / sizeof(emitters[0]) ? &emitters[index]
	                                                      : NULL;
}

const struct emitter *emitter_find(const char *name)
{
	for (size_t i = 0; emitter_at(i); i++)
		if (strcmp(emitter_at(i)->name, name) == 0)
			return emitter_at(i);
	return NULL;
}
