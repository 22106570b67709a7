#include "report/load.h"

#include <stdlib.h>

#include "report/load_parts.h"

const char *load_pmtu_name(enum load_pmtu pmtu)
{
	switch (pmtu) {
	case LOAD_PMTU_UNSEEN: return "not-seen";
	case LOAD_PMTU_WORKS: return "works";
	case LOAD_PMTU_BROKEN: return "broken";
	}
	return "";
}

size_t load_parts_of(const struct report *report,
                     const struct report_path *path, const uint32_t segments[2],
                     uint32_t parts[LOAD_PARTS])
{
	uint32_t one = segments[0];
	uint32_t other = segments[1];
	size_t count = 0;

	if (path)
		parts[count++] = (uint32_t)(report->segment_count +
		                            (size_t)(path - report->paths));
	if (one != ATLAS_OUTSIDE)
		parts[count++] = one;
	if (other != one && other != ATLAS_OUTSIDE)
		parts[count++] = other;
	return count;
}

/* What fits the narrowest of the tunnels fits them all. */
static void take_clamp(struct load *load, const struct report_part *part)
{
	for (size_t i = 0; i < part->cost_count; i++) {
		const struct cost_row *row = &part->costs[i];

		if (row->shape.mode == ESP_TUNNEL &&
		    (!load->interface_mtu ||
		     row->largest_inner < load->interface_mtu))
			load->interface_mtu = row->largest_inner;
	}
	load->mss[0] = esp_mss(load->interface_mtu, false);
	load->mss[1] = esp_mss(load->interface_mtu, true);
}

static enum load_pmtu pmtu_of(const struct path *traffic)
{
	if (traffic->black_hole_flows)
		return LOAD_PMTU_BROKEN;
	return traffic->too_big_flows ? LOAD_PMTU_WORKS : LOAD_PMTU_UNSEEN;
}

void load_measure(struct report_part *part, const struct lengths *lengths,
                  const struct thresholds *thresholds)
{
	const struct path *traffic = &part->total;
	struct load *load = &part->load;

	load->rate = bins_peak(&traffic->bins);
	load->rate_seconds = traffic->bins.width;
	load->packets = lengths_below(lengths, UINT64_MAX);
	load->small_packets = lengths_below(lengths, thresholds->small_bytes);
	load->median_len = lengths_median(lengths);
	load->pmtu = pmtu_of(traffic);
	take_clamp(load, part);
}

bool load_add(struct report *report)
{
	return load_add_pairs(report) && load_add_calls(report);
}

void load_release(struct load *load)
{
	free(load->calls);
	*load = (struct load){ 0 };
}
