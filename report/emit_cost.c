/*
 * What IPsec would cost, path by path, as tables for a person.
 */
#include <inttypes.h>

#include "report/codec.h"
#include "report/emit.h"
#include "report/emit_text.h"
#include "report/timestamp.h"

enum { SUITE_WIDTH = 26, PAIR_TEXT = 2 * ADDRESS_TEXT + 4 };

static void print_ends(const struct report *report,
                       const struct report_path *path, FILE *out)
{
	fputc('\n', out);
	print_text(report_segment_name(report, path->ends[0]), out);
	fputs(path->ends[0] == path->ends[1] ? " within" : " - ", out);
	if (path->ends[0] != path->ends[1])
		print_text(report_segment_name(report, path->ends[1]), out);
	fputc('\n', out);
}

static const char *pair_text(char text[static PAIR_TEXT],
                             const struct load_pair *pair)
{
	char ends[2][ADDRESS_TEXT];

	for (unsigned i = 0; i < 2; i++)
		address_text(ends[i], &pair->address[i],
		             address_is_ipv4(&pair->address[i]) ? FAMILY_IPV4
		                                                : FAMILY_IPV6);
	snprintf(text, PAIR_TEXT, "%s and %s", ends[0], ends[1]);
	return text;
}

static void print_columns(FILE *out)
{
	fprintf(out, "  %-*s %-9s %-4s %-3s %17s %17s %7s %9s %9s %5s\n",
	        SUITE_WIDTH, "suite", "mode", "over", "NAT", "plain bytes",
	        "protected bytes", "more", "too big", "with DF", "fits");
}

static void print_row(const struct cost_row *row, FILE *out)
{
	char plain[COUNT_TEXT];
	char protected[COUNT_TEXT];
	double more = row->plain_bytes ? 100.0 *
	                                         (double)(row->protected_bytes -
	                                                  row->plain_bytes) /
	                                         (double)row->plain_bytes
	                               : 0;

	fputs("  ", out);
	print_column(row->shape.suite->id, SUITE_WIDTH, out);
	fprintf(out,
	        " %-9s %-4s %-3s %17s %17s %6.1f%% %9" PRIu64 " %9" PRIu64
	        " %5u\n",
	        esp_mode_name(row->shape.mode),
	        row->shape.outer_ipv6 ? "IPv6" : "IPv4",
	        row->shape.nat_traversal ? "yes" : "no",
	        count_text(plain, row->plain_bytes),
	        count_text(protected, row->protected_bytes), more,
	        row->oversize_packets, row->oversize_df_packets,
	        row->largest_inner);
}

static void print_rows(const struct report_part *part, FILE *out)
{
	print_columns(out);
	for (size_t i = 0; i < part->cost_count; i++)
		if (part->costs[i].packets)
			print_row(&part->costs[i], out);
}

static void print_pairs(const struct load *load, FILE *out)
{
	char text[COUNT_TEXT];
	char pair[PAIR_TEXT];

	if (!load->pairs)
		return;
	fprintf(out, "  pairs        %s", count_text(text, load->pairs));
	fprintf(out, ", %s of them within %" PRIu64 " s",
	        count_text(text, load->pairs_at_peak), load->peak_seconds);
	fprintf(out, ", %s new within a second; each takes two SAs\n",
	        count_text(text, load->new_pairs));
	fprintf(out, "  largest      %s",
	        count_text(text, load->largest.sums.bytes));
	fprintf(out, " bytes between %s\n", pair_text(pair, &load->largest));
}

static void print_window(const char *what, const struct load_window *window,
                         FILE *out)
{
	if (!window->needed)
		return;
	fprintf(out, "  replay       %" PRIu64 " packets overtake one %s",
	        window->needed, what);
	if (window->enough)
		fprintf(out, ": window %" PRIu64 "\n", window->enough);
	else
		fprintf(out, ": no usual window holds them\n");
}

static void print_load(const struct load *load, FILE *out)
{
	char text[COUNT_TEXT];

	print_pairs(load, out);
	fprintf(out, "  peak         %s packets/s",
	        count_text(text, load->rate.packets));
	fprintf(out, ", %s bit/s", count_text(text, load->rate.bytes * 8));
	fprintf(out, "; half of the packets are of up to %u bytes\n",
	        load->median_len);
	print_window("of the busiest pair that mixes classes",
	             &load->pair_window, out);
	print_window("when one SA takes all", &load->path_window, out);
	if (load->interface_mtu)
		fprintf(out,
		        "  to set       interface MTU %u, MSS %u (IPv4) and %u "
		        "(IPv6): fits all of the tunnels above\n",
		        load->interface_mtu, load->mss[0], load->mss[1]);
	fprintf(out, "  PMTU         discovery today: %s\n",
	        load_pmtu_name(load->pmtu));
}

static void print_calls(const struct load *load, FILE *out)
{
	for (size_t i = 0; i < load->call_count; i++) {
		const struct load_call *call = &load->calls[i];

		fprintf(out,
		        "  call         %s, packets of %u bytes: %u in "
		        "transport mode, %u in a tunnel\n",
		        codec_name(call->payload_type), call->ip_len,
		        call->protected_len[ESP_TRANSPORT],
		        call->protected_len[ESP_TUNNEL]);
	}
}

static void print_notes(const struct report_path *path, FILE *out)
{
	char text[COUNT_TEXT];

	for (size_t i = 0; i < path->note_count; i++) {
		fputs("  note         ", out);
		print_column(path->notes[i].note->name, 60, out);
		fprintf(out, " %s packets\n",
		        count_text(text, path->notes[i].packets));
	}
}

bool emit_cost(const struct report *report, FILE *out)
{
	uint32_t mtu = report->costing.mtu ? report->costing.mtu : COST_MTU;

	fprintf(out, "What IPsec would cost, over links of %u bytes\n", mtu);
	for (size_t i = 0; i < report->path_count; i++) {
		const struct report_path *path = &report->paths[i];

		if (!path->part.load.packets)
			continue;
		print_ends(report, path, out);
		print_rows(&path->part, out);
		print_load(&path->part.load, out);
		print_calls(&path->part.load, out);
		print_notes(path, out);
	}
	return !ferror(out);
}
