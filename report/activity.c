#include "report/activity.h"

/* Put two slots into one. */
static void fold(struct activity *activity)
{
	uint64_t first = activity->first / 2;
	uint64_t slots = 0;

	for (unsigned i = 0; i < ACTIVITY_SLOTS; i++)
		if (activity->slots >> i & 1)
			slots |= UINT64_C(1)
			         << ((activity->first + i) / 2 - first);
	activity->first = first;
	activity->slots = slots;
	activity->width *= 2;
}

static uint64_t last_slot(const struct activity *activity)
{
	return activity->first +
	       (63 - (unsigned)__builtin_clzll(activity->slots));
}

/* Bits from low to high, 0 to 63 each. */
static uint64_t bits_between(uint64_t low, uint64_t high)
{
	return (UINT64_MAX << low) & (UINT64_MAX >> (63 - high));
}

void activity_widen(struct activity *activity, uint32_t width)
{
	while (activity->slots && activity->width < width)
		fold(activity);
}

/* Make bits reach from slot low to slot high of the present width; both
 * follow the width. */
static void reach(struct activity *activity, uint64_t *low, uint64_t *high)
{
	for (;;) {
		uint64_t first =
			*low < activity->first ? *low : activity->first;
		uint64_t last = last_slot(activity);

		last = *high > last ? *high : last;
		if (last - first < ACTIVITY_SLOTS) {
			activity->slots <<= activity->first - first;
			activity->first = first;
			return;
		}
		fold(activity);
		*low /= 2;
		*high /= 2;
	}
}

void activity_add(struct activity *activity, uint64_t first_second,
                  uint64_t last_second)
{
	uint64_t low;
	uint64_t high;

	if (!activity->slots)
		*activity = (struct activity){
			.first = first_second / ACTIVITY_WIDTH,
			.slots = 1,
			.width = ACTIVITY_WIDTH,
		};
	low = first_second / activity->width;
	high = last_second / activity->width;
	reach(activity, &low, &high);
	activity->slots |=
		bits_between(low - activity->first, high - activity->first);
}

void activity_merge(struct activity *into, const struct activity *from)
{
	struct activity other = *from;
	uint64_t low;
	uint64_t high;

	if (!other.slots)
		return;
	if (!into->slots) {
		*into = other;
		return;
	}
	activity_widen(into, other.width);
	activity_widen(&other, into->width);
	low = other.first;
	high = last_slot(&other);
	reach(into, &low, &high);
	activity_widen(&other, into->width);
	into->slots |= other.slots << (other.first - into->first);
}

bool activity_is_possible(const struct activity *activity)
{
	const uint64_t latest = UINT64_MAX / 1000000000;
	uint32_t width = ACTIVITY_WIDTH;

	if (!activity->slots)
		return !activity->first && !activity->width;
	while (width < activity->width && width < UINT32_MAX / 4)
		width *= 2;
	return activity->slots & 1 && width == activity->width &&
	       activity->first <= latest / width;
}
