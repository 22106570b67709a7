#include <stdatomic.h>
#include <stdlib.h>

#include "capture/parallel.h"
#include "classify/facts.h"
#include "report/grouping.h"
#include "report/load_parts.h"

/* Windows that receivers can be set to; the first is where many begin. */
static const uint64_t windows[] = { 32, 64, 128, 1024, 4096 };

static int by_addresses(const void *a, const void *b)
{
	const struct load_pair *left = a;
	const struct load_pair *right = b;
	int order = address_compare(&left->address[0], &right->address[0]);

	return order ? order
	             : address_compare(&left->address[1], &right->address[1]);
}

static struct load_pair pair_of(const struct pair *pair)
{
	const struct pair_end *end = pair->key.end;
	bool swapped = address_compare(&end[0].address, &end[1].address) > 0;

	return (struct load_pair){
		.address = { end[swapped].address, end[!swapped].address },
		.sums = pair->sums,
		.span = pair->span,
		.dscps = pair->dscps,
		.peak = pair->peak,
		.activity = pair->activity,
	};
}

/* Which parts each pair belongs to: LOAD_PARTS of them, or fewer. */
struct gathering {
	struct report *report;
	struct grouping parts;
	atomic_bool failed;
};

/* Associations are for global addresses. */
static void find_parts(const struct report *report,
                       const struct report_pair *pair,
                       uint32_t parts[LOAD_PARTS])
{
	const struct pair_end *end = pair->sums->key.end;
	size_t count = 0;

	if (!address_is_link_local(&end[0].address) &&
	    !address_is_link_local(&end[1].address))
		count = load_parts_of(report, pair->path, pair->segments,
		                      parts);
	while (count < LOAD_PARTS)
		parts[count++] = GROUPING_NONE;
}

static bool gather(struct gathering *gathering)
{
	const struct report *report = gathering->report;
	size_t count = report->pair_count * LOAD_PARTS;
	uint32_t *parts = malloc((count + 1) * sizeof(*parts));
	bool gathered;

	for (size_t i = 0; parts && i < report->pair_count; i++)
		find_parts(report, &report->pairs[i], &parts[i * LOAD_PARTS]);
	gathered = parts && grouping_make(&gathering->parts, parts, count,
	                                  report_part_count(report));
	free(parts);
	return gathered;
}

/* The same two hosts on several VLANs are one pair. */
static size_t join(struct load_pair *pairs, size_t count)
{
	size_t kept = 0;

	for (size_t i = 1; i < count; i++) {
		struct load_pair *into = &pairs[kept];

		if (by_addresses(into, &pairs[i]) != 0) {
			pairs[++kept] = pairs[i];
			continue;
		}
		sums_merge(&into->sums, &pairs[i].sums);
		span_add(&into->span, pairs[i].span.first_ns,
		         pairs[i].span.last_ns);
		into->dscps |= pairs[i].dscps;
		if (pairs[i].peak > into->peak)
			into->peak = pairs[i].peak;
		activity_merge(&into->activity, &pairs[i].activity);
	}
	return count ? kept + 1 : 0;
}

/* A pair comes alive, or ceases to be. */
struct event {
	uint64_t slot;
	int change;
};

static int by_slot(const void *a, const void *b)
{
	const struct event *left = a;
	const struct event *right = b;

	if (left->slot != right->slot)
		return left->slot < right->slot ? -1 : 1;
	return left->change - right->change; /* the ceasing first */
}

/* A pair is alive in its slots and in as many behind each as it idles. */
static size_t add_events(struct event *events, const struct activity *activity,
                         uint64_t slots_alive)
{
	uint64_t until = 0; /* it is alive before this slot */
	size_t count = 0;

	for (unsigned i = 0; i < ACTIVITY_SLOTS; i++) {
		uint64_t slot = activity->first + i;

		if (!(activity->slots >> i & 1))
			continue;
		if (!count || slot > until) {
			if (count)
				events[count++] = (struct event){ until, -1 };
			events[count++] = (struct event){ slot, 1 };
		}
		until = slot + slots_alive;
	}
	if (count)
		events[count++] = (struct event){ until, -1 };
	return count;
}

static size_t count_bits(const struct load_pair *pairs, size_t count)
{
	size_t bits = 0;

	for (size_t i = 0; i < count; i++)
		bits += (size_t)__builtin_popcountll(pairs[i].activity.slots);
	return bits;
}

static void find_peak(struct load *load, const struct event *events,
                      size_t count, uint32_t width)
{
	uint64_t before = load->peak_seconds / width - 1;
	uint64_t alive = 0;

	for (size_t i = 0; i < count; i++) {
		alive += (uint64_t)(int64_t)events[i].change;
		if (alive <= load->pairs_at_peak)
			continue;
		load->pairs_at_peak = alive;
		load->peak_second = events[i].slot > before
		                            ? (events[i].slot - before) * width
		                            : 0;
	}
}

/* Pairs alive at the same time, in slots of the widest's width. */
static bool count_alive(struct load *load, struct load_pair *pairs,
                        size_t count, uint64_t idle)
{
	uint32_t width = 0;
	uint64_t slots;
	size_t events_count = 0;
	struct event *events;

	for (size_t i = 0; i < count; i++)
		if (pairs[i].activity.width > width)
			width = pairs[i].activity.width;
	for (size_t i = 0; i < count; i++)
		activity_widen(&pairs[i].activity, width);
	if (!width)
		return true;
	events = malloc((2 * count_bits(pairs, count) + 1) * sizeof(*events));
	if (!events)
		return false;
	slots = idle > width ? (idle - 1) / width + 1 : 1;
	for (size_t i = 0; i < count; i++)
		events_count += add_events(events + events_count,
		                           &pairs[i].activity, slots);
	qsort(events, events_count, sizeof(*events), by_slot);
	load->peak_seconds = slots * width;
	find_peak(load, events, events_count, width);
	free(events);
	return true;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *left = a;
	const uint64_t *right = b;

	return (*left > *right) - (*left < *right);
}

/* Most pairs whose first packets fell into one second. */
static bool count_new(struct load *load, const struct load_pair *pairs,
                      size_t count)
{
	uint64_t *seconds = malloc((count + 1) * sizeof(*seconds));
	uint64_t alike = 0;

	if (!seconds)
		return false;
	for (size_t i = 0; i < count; i++)
		seconds[i] = pairs[i].span.first_ns / 1000000000;
	qsort(seconds, count, sizeof(*seconds), by_number);
	for (size_t i = 0; i < count; i++) {
		alike = i && seconds[i] == seconds[i - 1] ? alike + 1 : 1;
		if (alike > load->new_pairs)
			load->new_pairs = alike;
	}
	free(seconds);
	return true;
}

static bool mixes(uint64_t dscps)
{
	return dscps & (dscps - 1);
}

/*
 * While the slowest class waits, this many packets of the others pass it. A
 * window of W drops what is late by W, so it has to be larger.
 */
static struct load_window window_of(uint64_t packets_per_second,
                                    const struct thresholds *thresholds)
{
	struct load_window window = {
		.packets_per_second = packets_per_second,
		.needed = (packets_per_second * thresholds->queue_delay_ms +
		           999) /
		          1000,
	};

	for (size_t i = sizeof(windows) / sizeof(windows[0]); i-- > 0;)
		if (windows[i] > window.needed)
			window.enough = windows[i];
	return window;
}

static void find_pairs(struct load *load, const struct load_pair *pairs,
                       size_t count, const struct thresholds *thresholds)
{
	uint64_t dscps = 0;

	load->pairs = count;
	load->largest = pairs[0];
	for (size_t i = 0; i < count; i++) {
		dscps |= pairs[i].dscps;
		if (pairs[i].sums.bytes > load->largest.sums.bytes)
			load->largest = pairs[i];
		if (mixes(pairs[i].dscps) && pairs[i].peak > load->mixed.peak)
			load->mixed = pairs[i];
	}
	if (load->mixed.peak)
		load->pair_window = window_of(load->mixed.peak, thresholds);
	if (mixes(dscps))
		load->path_window = window_of(load->rate.packets, thresholds);
}

static bool add_pairs(struct load *load, struct load_pair *pairs, size_t count,
                      const struct thresholds *thresholds)
{
	qsort(pairs, count, sizeof(*pairs), by_addresses);
	count = join(pairs, count);
	find_pairs(load, pairs, count, thresholds);
	return count_alive(load, pairs, count, thresholds->sa_idle_seconds) &&
	       count_new(load, pairs, count);
}

static void add_part(void *self, size_t index)
{
	struct gathering *gathering = self;
	struct report *report = gathering->report;
	size_t count;
	const uint32_t *members = grouping_of(&gathering->parts, index, &count);
	struct load_pair *pairs;

	if (!count)
		return;
	pairs = malloc(count * sizeof(*pairs));
	for (size_t i = 0; pairs && i < count; i++)
		pairs[i] = pair_of(report->pairs[members[i] / LOAD_PARTS].sums);
	if (!pairs || !add_pairs(&report_part_at(report, index)->load, pairs,
	                         count, &report->thresholds))
		atomic_store(&gathering->failed, true);
	free(pairs);
}

bool load_add_pairs(struct report *report)
{
	struct gathering gathering = { .report = report };
	bool gathered = gather(&gathering);

	if (gathered)
		parallel_each(report_part_count(report), add_part, &gathering);
	grouping_release(&gathering.parts);
	return gathered && !atomic_load(&gathering.failed);
}
