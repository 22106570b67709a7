#include "report/notes.h"

#include <stdlib.h>
#include <string.h>

#include "report/report.h"

static const struct report_finding *finding_of(const struct report_part *part,
                                               const char *id)
{
	for (size_t i = 0; i < part->finding_count; i++)
		if (strcmp(part->findings[i].signature->id, id) == 0)
			return &part->findings[i];
	return NULL;
}

static struct report_note note_on(const struct report_part *part,
                                  const struct note *note)
{
	struct report_note on = { .note = note };

	for (size_t i = 0; i < note->signatures.count; i++) {
		const struct report_finding *finding =
			finding_of(part, note->signatures.text[i]);

		if (finding && on.evidence_count < NOTE_EVIDENCE)
			on.evidence[on.evidence_count++] = finding;
	}
	return on;
}

/* Packets that a tunnel would have to refuse, by the first of its rows. */
static uint64_t oversize_packets(const struct report_part *part)
{
	for (size_t i = 0; i < part->cost_count; i++)
		if (part->costs[i].shape.mode == ESP_TUNNEL)
			return part->costs[i].oversize_df_packets;
	return 0;
}

static uint64_t evidence_packets(const struct report_note *on)
{
	uint64_t packets = 0;

	for (size_t i = 0; i < on->evidence_count; i++)
		packets += on->evidence[i]->total.sums.packets;
	return packets;
}

/* A window of W drops what is late by W. */
static bool overruns(const struct load_window *window,
                     const struct thresholds *thresholds)
{
	return window->needed && window->needed >= thresholds->replay_window;
}

static uint64_t overrun_packets(const struct load *load,
                                const struct thresholds *thresholds)
{
	if (overruns(&load->path_window, thresholds))
		return load->packets;
	return overruns(&load->pair_window, thresholds)
	               ? load->mixed.sums.packets
	               : 0;
}

/* Whether a note's condition holds, and of how many packets. */
static bool holds(struct report_note *on, const struct report_part *part,
                  const struct thresholds *thresholds)
{
	on->packets = evidence_packets(on);
	switch (on->note->when) {
	case NOTE_FIRED: return on->evidence_count > 0;
	case NOTE_TOO_BIG: return part->total.too_big_flows > 0;
	case NOTE_OVERSIZE: on->packets = oversize_packets(part); break;
	case NOTE_REPLAY:
		on->packets = overrun_packets(&part->load, thresholds);
		break;
	case NOTE_WHEN_COUNT: return false;
	}
	return on->packets > 0;
}

/* Whether a note is about a model that would protect such a path. */
static bool concerns(const struct note *note, const struct report_path *path)
{
	enum relation relation = atlas_relation(path->ends[0], path->ends[1]);

	for (enum model model = 0; model < MODEL_COUNT; model++)
		if (note->models & 1u << model &&
		    coverage_of(model, MANNER_UNICAST, relation) ==
		            COVERAGE_PROTECT)
			return true;
	return false;
}

static bool attach(struct report_path *path, const struct note_set *set,
                   const struct thresholds *thresholds)
{
	path->notes = calloc(set->count + 1, sizeof(*path->notes));
	if (!path->notes)
		return false;
	for (size_t i = 0; i < set->count; i++) {
		struct report_note on = note_on(&path->part, &set->notes[i]);

		if (concerns(on.note, path) &&
		    holds(&on, &path->part, thresholds))
			path->notes[path->note_count++] = on;
	}
	return true;
}

bool notes_attach(struct report *report)
{
	for (size_t i = 0; i < report->path_count; i++)
		if (!attach(&report->paths[i], signature_notes(report->set),
		            &report->thresholds))
			return false;
	return true;
}
