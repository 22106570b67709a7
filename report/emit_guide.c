/* The guide's statements, place by place, for a person to read. */
#include <inttypes.h>
#include <string.h>

#include "report/emit.h"
#include "report/emit_text.h"

enum {
	PAGE_WIDTH = 118,
	ID_WIDTH = 27,
	VERDICT_WIDTH = 28,
	EVIDENCE_INDENT = 6,
	ADDRESS_WIDTH = 40,
	CLASS_WIDTH = 9,
	CAPABILITY_WIDTH = 20,
	NAME_WIDTH = 30
};

static int character_count(const char *text, size_t len)
{
	int count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* Cut where it is long, and no wider than it is. */
static void print_name(const char *name, FILE *out)
{
	int width = character_count(name, strlen(name));

	print_column(name, width < NAME_WIDTH ? width : NAME_WIDTH, out);
}

static void print_word(const char *word, size_t len, FILE *out)
{
	char copy[PAGE_WIDTH + 1];

	snprintf(copy, sizeof(copy), "%.*s", (int)len, word);
	print_text(copy, out);
}

/* From a column on, broken between words; further lines begin there too. */
static void print_wrapped(const char *text, int column, FILE *out)
{
	int at = column;

	while (*text) {
		size_t len = strcspn(text, " ");
		int width = character_count(text, len);

		if (at > column && at + 1 + width > PAGE_WIDTH) {
			fprintf(out, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			fputc(' ', out);
			at++;
		}
		print_word(text, len, out);
		at += width;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void print_evidence(char mark, const struct text_list *list, FILE *out)
{
	for (size_t i = 0; i < list->count; i++) {
		fprintf(out, "%*s%c ", EVIDENCE_INDENT, "", mark);
		print_wrapped(list->text[i], EVIDENCE_INDENT + 2, out);
	}
}

static void print_answer(const struct guide_answer *answer, FILE *out)
{
	fputs("  ", out);
	print_column(answer->row->id, ID_WIDTH, out);
	fprintf(out, " %-*s ", VERDICT_WIDTH,
	        guide_verdict_name(answer->verdict));
	print_wrapped(answer->row->statement, ID_WIDTH + VERDICT_WIDTH + 4,
	              out);
	print_evidence('+', &answer->pro, out);
	print_evidence('-', &answer->contra, out);
}

static void print_answers(const struct guide_answers *answers, FILE *out)
{
	for (size_t i = 0; i < answers->count; i++)
		print_answer(&answers->answers[i], out);
}

static void print_priorities(const struct report *report, FILE *out)
{
	char text[ADDRESS_TEXT];

	if (!report->priority_count)
		return;
	fprintf(out, "\nSECURE FIRST\n  %-*s %15s %-*s %-*s %s\n",
	        ADDRESS_WIDTH, "host", "bytes open", CLASS_WIDTH, "address",
	        CAPABILITY_WIDTH, "IPsec", "segment");
	for (size_t i = 0; i < report->priority_count; i++) {
		const struct priority *priority = &report->priorities[i];
		const struct report_host *host = priority->host;
		const struct address *address = &host->address;

		fprintf(out, "  %-*s %15" PRIu64 " %-*s %-*s ", ADDRESS_WIDTH,
		        address_text(text, address,
		                     address_is_ipv4(address) ? FAMILY_IPV4
		                                              : FAMILY_IPV6),
		        host->total->exposure, CLASS_WIDTH,
		        address_class_name(host->address_class),
		        CAPABILITY_WIDTH, capability_name(host->capability));
		print_name(report_segment_name(report, priority->segment), out);
		fputc('\n', out);
	}
}

static void print_place(const char *what, const char *first, const char *second,
                        FILE *out)
{
	fprintf(out, "\n%s ", what);
	print_name(first, out);
	if (second) {
		fputs(" - ", out);
		print_name(second, out);
	}
	fputc('\n', out);
}

static void print_segments(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->segment_count; i++) {
		const struct report_segment *segment = &report->segments[i];

		if (!segment->guide.count)
			continue;
		print_place("SEGMENT", segment->segment->name, NULL, out);
		print_answers(&segment->guide, out);
	}
}

static void print_paths(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->path_count; i++) {
		const struct report_path *path = &report->paths[i];

		if (!path->guide.count)
			continue;
		print_place("PATH", report_segment_name(report, path->ends[0]),
		            report_segment_name(report, path->ends[1]), out);
		print_answers(&path->guide, out);
	}
}

static void print_remark(const char *title, const char *text, FILE *out)
{
	const int column = EVIDENCE_INDENT + 16;

	fprintf(out, "%*s%-*s", EVIDENCE_INDENT, "", 16, title);
	print_wrapped(text, column, out);
}

/* What holds wherever the statement is answered. */
static void print_remarks(const struct report *report, FILE *out)
{
	const struct guide *guide = signature_guide(report->set);

	if (!guide->count)
		return;
	fputs("\nWHAT NO CAPTURE SHOWS, AND WHERE THE GUIDE IS OUT OF DATE\n",
	      out);
	for (size_t i = 0; i < guide->count; i++) {
		const struct guide_row *row = &guide->rows[i];

		fputs("  ", out);
		print_text(row->id, out);
		fputc('\n', out);
		print_remark("cannot be seen", row->blind_spots, out);
		if (row->outdated)
			print_remark("out of date", row->outdated, out);
	}
}

bool emit_guide(const struct report *report, FILE *out)
{
	fputs("What the deployment guide of 2003 for IPsec on Windows says, "
	      "and what it comes to here.\nThe verdict is about using IPsec "
	      "for what the statement speaks of.\n",
	      out);
	print_priorities(report, out);
	fputs("\nTHE WHOLE NETWORK\n", out);
	print_answers(&report->guide, out);
	print_segments(report, out);
	print_paths(report, out);
	print_remarks(report, out);
	return !ferror(out);
}
