#include "report/emit.h"

#include <string.h>

#include "report/policy_text.h"

static const struct emitter emitters[] = {
	{ "json", "the report, as report.schema.json describes it", emit_json,
	  NULL },
	{ "summary", "verdicts and findings as a table", emit_summary, NULL },
	{ "cost", "what IPsec would cost as a table", emit_cost, NULL },
	{ "guide", "where IPsec fits, statement by statement", emit_guide,
	  NULL },
	{ "openmetrics", "figures for Prometheus", emit_openmetrics, NULL },
	{ "swanctl", "exemptions for strongSwan", emit_swanctl,
	  &platform_swanctl },
	{ "libreswan", "exemptions for Libreswan", emit_libreswan,
	  &platform_libreswan },
	{ "xfrm", "exemptions for Linux, as ip -batch reads them", emit_xfrm,
	  &platform_xfrm },
	{ "windows", "exemptions for Windows, in PowerShell", emit_windows,
	  &platform_windows },
	{ "netsh", "exemptions for Windows, with netsh", emit_netsh,
	  &platform_netsh },
	{ "cisco", "exemptions for Cisco crypto maps", emit_cisco,
	  &platform_cisco },
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
