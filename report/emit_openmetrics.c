#include <inttypes.h>

#include "report/emit.h"

/* OpenMetrics 1.0 section "Label values": backslash, quote and newline. */
static void print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '\\' || *value == '"')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value, out);
	}
	fputc('"', out);
}

static void print_family(FILE *out, const char *name, const char *type,
                         const char *help)
{
	fprintf(out, "# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

static void print_ends(const struct report *report,
                       const struct report_path *path, FILE *out)
{
	print_label(out, "segment", report_segment_name(report, path->ends[0]));
	fputc(',', out);
	print_label(out, "peer", report_segment_name(report, path->ends[1]));
}

static void print_observation(const struct report *report, FILE *out)
{
	const struct observation *seen = &report->observation;
	const struct ledger_counters kept = ledger_counters_of(report->ledger);
	const struct {
		const char *name;
		const char *help;
		uint64_t value;
	} counters[] = {
		{ "frames", "Frames read.", seen->frames },
		{ "received", "Packets that the kernel saw.", seen->received },
		{ "dropped", "Packets that the kernel had no room for.",
		  seen->dropped },
		{ "interface_dropped", "Packets that the interface dropped.",
		  seen->if_dropped },
		{ "cut", "Frames shorter than on the wire.", seen->cut },
		{ "evicted_flows", "Flows ended early for want of room.",
		  kept.evicted_flows },
		{ "evicted_established",
		  "Of those flows, what had become a conversation.",
		  kept.evicted_established },
		{ "evicted_hosts",
		  "Hosts of few packets whose places others took.",
		  kept.evicted_hosts },
		{ "refused", "Records that found their table full.",
		  kept.refused },
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "ipsec_audit_%s",
		         counters[i].name);
		print_family(out, name, "counter", counters[i].help);
		fprintf(out, "%s_total %" PRIu64 "\n", name, counters[i].value);
	}
	print_family(out, "ipsec_audit_undecoded", "counter",
	             "Frames that were not decoded to their end, by reason.");
	for (enum decoded d = 0; d < DECODED_KINDS; d++)
		if (d != DECODED_OK)
			fprintf(out,
			        "ipsec_audit_undecoded_total{reason=\"%s\"} "
			        "%" PRIu64 "\n",
			        decoded_name(d), seen->outcomes[d]);
	print_family(out, "ipsec_audit_complete", "gauge",
	             "Whether every source was read to its end.");
	fprintf(out, "ipsec_audit_complete %d\n", seen->complete);
	print_family(out, "ipsec_audit_observed_seconds", "gauge",
	             "Time between the first and the last packet.");
	fprintf(out,
	        "# UNIT ipsec_audit_observed_seconds seconds\n"
	        "ipsec_audit_observed_seconds %" PRIu64 "\n",
	        seen->seconds);
}

/* One figure of all paths' traffic. */
static void print_traffic(const struct report *report, FILE *out,
                          const char *name, const char *help,
                          uint64_t (*value)(const struct report_part *part))
{
	print_family(out, name, "counter", help);
	for (size_t i = 0; i < report->path_count; i++) {
		fprintf(out, "%s_total{", name);
		print_ends(report, &report->paths[i], out);
		fprintf(out, "} %" PRIu64 "\n", value(&report->paths[i].part));
	}
}

static uint64_t flows_of(const struct report_part *part)
{
	return part->sums.flows;
}

static uint64_t packets_of(const struct report_part *part)
{
	return part->sums.packets;
}

static uint64_t bytes_of(const struct report_part *part)
{
	return part->sums.bytes;
}

/* A state set: one of the states is 1. */
static void print_states(const struct report_part *part, FILE *out,
                         const char *metric, const char *labels,
                         const char *segment, const char *peer)
{
	for (enum model model = 0; model < MODEL_COUNT; model++) {
		for (enum verdict v = 0; v < VERDICT_COUNT; v++) {
			fprintf(out, "%s{", metric);
			print_label(out, "segment", segment);
			if (peer) {
				fputc(',', out);
				print_label(out, "peer", peer);
			}
			fprintf(out, ",model=\"%s\",%s=\"%s\"} %d\n",
			        model_name(model), labels, verdict_name(v),
			        part->judgements[model].verdict == v);
		}
	}
}

static void print_verdicts(const struct report *report, FILE *out)
{
	print_family(out, "ipsec_audit_segment_verdict", "stateset",
	             "Verdict of a segment under a deployment model.");
	for (size_t i = 0; i < report->segment_count; i++)
		print_states(&report->segments[i].part, out,
		             "ipsec_audit_segment_verdict",
		             "ipsec_audit_segment_verdict",
		             report->segments[i].segment->name, NULL);
	print_family(out, "ipsec_audit_path_verdict", "stateset",
	             "Verdict of a path under a deployment model.");
	for (size_t i = 0; i < report->path_count; i++)
		print_states(
			&report->paths[i].part, out, "ipsec_audit_path_verdict",
			"ipsec_audit_path_verdict",
			report_segment_name(report, report->paths[i].ends[0]),
			report_segment_name(report, report->paths[i].ends[1]));
}

static void print_finding(const struct report *report,
                          const struct report_path *path,
                          const struct report_finding *finding, FILE *out)
{
	fprintf(out, "ipsec_audit_finding_packets_total{");
	print_ends(report, path, out);
	fputc(',', out);
	print_label(out, "signature", finding->signature->id);
	fputc(',', out);
	print_label(out, "category",
	            category_name(finding->signature->category));
	fprintf(out, "} %" PRIu64 "\n", finding->total.sums.packets);
}

static void print_findings(const struct report *report, FILE *out)
{
	print_family(out, "ipsec_audit_finding_packets", "counter",
	             "Packets of the flows in which a signature fired.");
	for (size_t i = 0; i < report->path_count; i++)
		for (size_t f = 0; f < report->paths[i].part.finding_count; f++)
			print_finding(report, &report->paths[i],
			              &report->paths[i].part.findings[f], out);
	print_family(out, "ipsec_audit_finding_impact", "gauge",
	             "Worst impact of a finding under a model: 0 out of scope, "
	             "1 protected, 2 in clear, 3 degrades, 4 needs an "
	             "exemption, 5 breaks.");
	for (size_t i = 0; i < report->path_count; i++) {
		const struct report_part *part = &report->paths[i].part;

		for (size_t f = 0; f < part->finding_count; f++) {
			for (enum model m = 0; m < MODEL_COUNT; m++) {
				fprintf(out, "ipsec_audit_finding_impact{");
				print_ends(report, &report->paths[i], out);
				fputc(',', out);
				print_label(out, "signature",
				            part->findings[f].signature->id);
				fprintf(out, ",model=\"%s\"} %d\n",
				        model_name(m),
				        (int)part->findings[f].impact[m]);
			}
		}
	}
}

bool emit_openmetrics(const struct report *report, FILE *out)
{
	print_observation(report, out);
	print_traffic(report, out, "ipsec_audit_flows", "Flows of a path.",
	              flows_of);
	print_traffic(report, out, "ipsec_audit_packets", "Packets of a path.",
	              packets_of);
	print_traffic(report, out, "ipsec_audit_bytes",
	              "IP bytes of a path, frame bytes of what is not IP.",
	              bytes_of);
	print_verdicts(report, out);
	print_findings(report, out);
	fputs("# EOF\n", out);
	return !ferror(out);
}
