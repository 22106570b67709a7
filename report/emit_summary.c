#include <inttypes.h>
#include <string.h>

#include "report/emit.h"
#include "report/emit_text.h"
#include "report/timestamp.h"

enum {
	NAME_WIDTH = 34,
	COLUMN_WIDTH = 14,
	PACKETS_WIDTH = 9,
	FINDINGS_SHOWN = 10,
};

/* Verdicts and impacts in words that fit a column. */
static const char *short_verdict(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_READY: return "ready";
	case VERDICT_READY_WITH_EXEMPTIONS: return "exemptions";
	case VERDICT_INSUFFICIENT_EVIDENCE: return "unproven";
	case VERDICT_NOT_READY: return "NOT READY";
	case VERDICT_COUNT: break;
	}
	return "";
}

static const char *short_impact(enum impact impact)
{
	switch (impact) {
	case IMPACT_OUT_OF_SCOPE: return "-";
	case IMPACT_PROTECTED: return "protected";
	case IMPACT_IN_CLEAR: return "in clear";
	case IMPACT_DEGRADES: return "degrades";
	case IMPACT_NEEDS_EXEMPTION: return "EXEMPT";
	case IMPACT_BREAKS: return "BREAKS";
	case IMPACT_COUNT: break;
	}
	return "";
}

static const char *duration_text(char text[static COUNT_TEXT], uint64_t seconds)
{
	if (seconds < 120)
		snprintf(text, COUNT_TEXT, "%" PRIu64 " s", seconds);
	else if (seconds < 2 * 3600)
		snprintf(text, COUNT_TEXT, "%" PRIu64 " min", seconds / 60);
	else if (seconds < 48 * 3600)
		snprintf(text, COUNT_TEXT, "%" PRIu64 " h", seconds / 3600);
	else
		snprintf(text, COUNT_TEXT, "%" PRIu64 " days", seconds / 86400);
	return text;
}

static void print_sources(const struct report *report, FILE *out)
{
	const struct ledger *ledger = report->ledger;

	for (size_t i = 0; i < ledger->source_count && i < 5; i++) {
		fputs(i ? ", " : "", out);
		print_text(ledger->sources[i].name, out);
	}
	if (ledger->source_count > 5)
		fprintf(out, " and %zu more", ledger->source_count - 5);
}

/* Only what lessens the observation; false if nothing does. */
static bool print_flaws(const struct report *report, FILE *out)
{
	const struct observation *seen = &report->observation;
	const struct ledger_counters counters =
		ledger_counters_of(report->ledger);
	const struct {
		uint64_t count;
		const char *what;
	} flaws[] = {
		{ seen->dropped, "packets dropped by the kernel" },
		{ seen->if_dropped, "packets dropped by the interface" },
		{ seen->cut, "packets cut short" },
		{ seen->outcomes[DECODED_TRUNCATED], "headers truncated" },
		{ seen->outcomes[DECODED_MALFORMED], "headers malformed" },
		{ seen->outcomes[DECODED_TOO_DEEP], "tunnels too deep" },
		{ seen->outcomes[DECODED_UNKNOWN_LINK],
		  "frames of an unknown link type" },
		{ seen->out_of_order, "packets out of order" },
		{ counters.fragment_orphans, "fragments without their first" },
		{ counters.evicted_flows, "flows evicted" },
		{ counters.evicted_hosts, "hosts evicted" },
		{ counters.refused, "records refused for want of memory" },
	};
	bool any = false;
	char text[COUNT_TEXT];

	for (size_t i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++) {
		if (!flaws[i].count)
			continue;
		fprintf(out, "%s%s %s", any ? ", " : "",
		        count_text(text, flaws[i].count), flaws[i].what);
		any = true;
	}
	return any;
}

static void print_failures(const struct report *report, FILE *out)
{
	const struct ledger *ledger = report->ledger;

	for (size_t i = 0; i < ledger->source_count; i++) {
		if (!*ledger->sources[i].failure)
			continue;
		fputs("INCOMPLETE  ", out);
		print_text(ledger->sources[i].failure, out);
		fputc('\n', out);
	}
}

static bool is_joined(const struct atlas_segment *segment)
{
	for (size_t i = 0; i < segment->prefix_count; i++)
		if (segment->prefixes[i].basis == BASIS_JOINED)
			return true;
	return false;
}

/* How many segments there are, and who says so. */
static void print_origin(const struct report *report, FILE *out)
{
	size_t joined = 0;

	for (size_t i = 0; i < report->segment_count; i++)
		joined += is_joined(report->segments[i].segment);
	fprintf(out, "segments    %zu ", report->segment_count);
	if (report->ledger->map) {
		fputs("of the segment map\n", out);
		return;
	}
	fputs("discovered, since no map was given (-s)", out);
	if (joined)
		fprintf(out, "; %zu joined from several with little traffic",
		        joined);
	fputc('\n', out);
}

static void print_head(const struct report *report, FILE *out)
{
	const struct observation *seen = &report->observation;
	char text[COUNT_TEXT];
	char time[TIMESTAMP_TEXT];

	fprintf(out, "IPsec readiness of ");
	print_sources(report, out);
	fprintf(out, "\n\nobserved    %s frames, ",
	        count_text(text, seen->frames));
	fprintf(out, "%s flows in %s", count_text(text, seen->traffic.flows),
	        duration_text(time, seen->seconds));
	if (seen->span.first_ns)
		fprintf(out, " from %s",
		        timestamp_text(time, seen->span.first_ns));
	fputc('\n', out);
	print_origin(report, out);
	fputs("quality     ", out);
	if (!print_flaws(report, out))
		fprintf(out, "nothing dropped, cut or undecodable");
	fputc('\n', out);
	print_failures(report, out);
}

static void print_columns(const char *title, FILE *out)
{
	fprintf(out, "\n%-*s", NAME_WIDTH, title);
	for (enum model model = 0; model < MODEL_COUNT; model++)
		fprintf(out, " %-*s", COLUMN_WIDTH, model_name(model));
}

/* Cut to its column, or filled up to it. */
static void print_name(const char *indent, const char *name, FILE *out)
{
	fputs(indent, out);
	print_column(name, NAME_WIDTH - (int)strlen(indent), out);
}

static void print_verdicts(const char *name, const struct report_part *part,
                           FILE *out)
{
	print_name("", name, out);
	for (enum model model = 0; model < MODEL_COUNT; model++)
		fprintf(out, " %-*s", COLUMN_WIDTH,
		        short_verdict(part->judgements[model].verdict));
	fputc('\n', out);
}

static void print_path_verdicts(const struct report *report,
                                const struct report_path *path, FILE *out)
{
	char name[600];

	if (path->ends[0] == path->ends[1])
		return;
	snprintf(name, sizeof(name), "%s - %s",
	         report_segment_name(report, path->ends[0]),
	         report_segment_name(report, path->ends[1]));
	print_verdicts(name, &path->part, out);
}

/* With its number of packets, where it is about a part of them only. */
static void print_impact(const struct report_finding *finding, enum model model,
                         FILE *out)
{
	enum impact impact = finding->impact[model];
	char text[COUNT_TEXT + COLUMN_WIDTH];

	snprintf(text, sizeof(text), "%s", short_impact(impact));
	if (impact >= IMPACT_DEGRADES &&
	    finding->affected[model] < finding->total.sums.packets)
		snprintf(text, sizeof(text), "%s %" PRIu64,
		         short_impact(impact), finding->affected[model]);
	fprintf(out, " %-*s", COLUMN_WIDTH, text);
}

static void print_findings(const char *name, const struct report_part *part,
                           FILE *out)
{
	char text[COUNT_TEXT];

	if (!part->finding_count)
		return;
	print_text(name, out);
	fputc('\n', out);
	for (size_t i = 0; i < part->finding_count && i < FINDINGS_SHOWN; i++) {
		const struct report_finding *finding = &part->findings[i];

		print_name("  ", finding->signature->name, out);
		for (enum model model = 0; model < MODEL_COUNT; model++)
			print_impact(finding, model, out);
		fprintf(out, " %*s\n", PACKETS_WIDTH,
		        count_text(text, finding->total.sums.packets));
	}
	if (part->finding_count > FINDINGS_SHOWN)
		fprintf(out, "  ... and %zu more in the report\n",
		        part->finding_count - FINDINGS_SHOWN);
}

static void print_unseen(const struct report *report, FILE *out)
{
	size_t unseen = 0;

	for (size_t i = 0; i < report->segment_count; i++)
		unseen += !report->segments[i].part.sums.packets;
	if (unseen)
		fprintf(out, "%zu more segment%s of the map had no traffic\n",
		        unseen, unseen == 1 ? "" : "s");
}

bool emit_summary(const struct report *report, FILE *out)
{
	print_head(report, out);
	print_columns("VERDICTS", out);
	fputc('\n', out);
	for (size_t i = 0; i < report->segment_count; i++)
		if (report->segments[i].part.sums.packets)
			print_verdicts(report->segments[i].segment->name,
			               &report->segments[i].part, out);
	for (size_t i = 0; i < report->path_count; i++)
		print_path_verdicts(report, &report->paths[i], out);
	print_unseen(report, out);
	print_columns("FINDINGS, worst first", out);
	fprintf(out, " %*s\n", PACKETS_WIDTH, "packets");
	for (size_t i = 0; i < report->segment_count; i++)
		print_findings(report->segments[i].segment->name,
		               &report->segments[i].part, out);
	return !ferror(out);
}
