#include <criterion/criterion.h>

#include "capture/hash.h"
#include "capture/slots.h"

enum { LINKS = 3000 };

/* A few hashes for many links, so that they are in each other's way. */
static uint32_t hash_of(uint32_t link)
{
	return (uint32_t)hash_mix(link % 700);
}

static size_t find(const struct slots *slots, uint32_t link)
{
	size_t i = slots_home(slots, hash_of(link));

	while (slots->at[i].link && slots->at[i].link != link)
		i = slots_next(slots, i);
	return i;
}

static void put_all(struct slots *slots)
{
	for (uint32_t link = 1; link <= LINKS; link++) {
		if (link * 2 > slots->count)
			cr_assert(slots_grow(slots, 4));
		slots_put(slots, link, hash_of(link));
	}
}

Test(slots, what_was_put_is_found_however_they_grew)
{
	struct slots slots = { 0 };

	put_all(&slots);
	for (uint32_t link = 1; link <= LINKS; link++)
		cr_expect_eq(slots.at[find(&slots, link)].link, link);
	cr_expect_eq(slots.at[find(&slots, LINKS + 1)].link, 0);
	slots_release(&slots);
	slots_release(&slots);
}

Test(slots, removing_hides_nothing_else)
{
	struct slots slots = { 0 };

	put_all(&slots);
	for (uint32_t link = 1; link <= LINKS; link += 2)
		slots_remove(&slots, find(&slots, link));
	for (uint32_t link = 1; link <= LINKS; link++)
		cr_expect_eq(slots.at[find(&slots, link)].link,
		             link % 2 ? 0 : link);
	slots_clear(&slots);
	for (uint32_t link = 1; link <= LINKS; link++)
		cr_expect_eq(slots.at[find(&slots, link)].link, 0);
	slots_release(&slots);
}
