#include <stdlib.h>
#include <string.h>

#include "report/exemption_parts.h"

/* Room for one more; doubling at powers of two saves a member for it. */
static void *grown(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

static int prefix_order(const struct prefix *a, const struct prefix *b)
{
	int order = address_compare(&a->address, &b->address);

	return order ? order : (int)a->len - (int)b->len;
}

bool prefix_list_add(struct prefix_list *list, const struct prefix *prefix)
{
	struct prefix *larger;
	size_t at = list->count;

	while (at > 0 && prefix_order(&list->prefix[at - 1], prefix) > 0)
		at--;
	if (at > 0 && prefix_order(&list->prefix[at - 1], prefix) == 0)
		return true;
	larger = grown(list->prefix, list->count, sizeof(*larger));
	if (!larger)
		return false;
	list->prefix = larger;
	memmove(&larger[at + 1], &larger[at],
	        (list->count - at) * sizeof(*larger));
	larger[at] = *prefix;
	list->count++;
	return true;
}

bool prefix_list_add_all(struct prefix_list *list,
                         const struct prefix_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!prefix_list_add(list, &from->prefix[i]))
			return false;
	return true;
}

bool prefix_list_equal(const struct prefix_list *a, const struct prefix_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (prefix_order(&a->prefix[i], &b->prefix[i]) != 0)
			return false;
	return true;
}

/* Join what a new port made adjoin. */
static void join_ranges(struct port_list *list)
{
	size_t kept = 0;

	for (size_t i = 1; i < list->count; i++) {
		if (list->range[i].first <=
		    (uint32_t)list->range[kept].last + 1) {
			if (list->range[i].last > list->range[kept].last)
				list->range[kept].last = list->range[i].last;
			continue;
		}
		list->range[++kept] = list->range[i];
	}
	if (list->count)
		list->count = kept + 1;
}

static bool port_list_add_range(struct port_list *list, struct port_range range)
{
	/* join_ranges() lets the count fall, so room is made anew. */
	struct port_range *larger =
		realloc(list->range, (list->count + 1) * sizeof(*larger));
	size_t at = list->count;

	if (!larger)
		return false;
	list->range = larger;
	for (; at > 0 && larger[at - 1].first > range.first; at--)
		larger[at] = larger[at - 1];
	larger[at] = range;
	list->count++;
	join_ranges(list);
	return true;
}

bool port_list_add(struct port_list *list, uint16_t port)
{
	return port_list_add_range(list, (struct port_range){ port, port });
}

bool port_list_add_all(struct port_list *list, const struct port_list *from)
{
	for (size_t i = 0; i < from->count; i++)
		if (!port_list_add_range(list, from->range[i]))
			return false;
	return true;
}

bool signature_list_add(const struct signature ***list, size_t *count,
                        const struct signature *signature)
{
	const struct signature **larger;
	size_t at = *count;

	while (at > 0 && strcmp((*list)[at - 1]->id, signature->id) > 0)
		at--;
	if (at > 0 && strcmp((*list)[at - 1]->id, signature->id) == 0)
		return true;
	larger = grown(*list, *count, sizeof(const struct signature *));
	if (!larger)
		return false;
	*list = larger;
	memmove(&larger[at + 1], &larger[at],
	        (*count - at) * sizeof(const struct signature *));
	larger[at] = signature;
	++*count;
	return true;
}

size_t port_blocks(struct port_range block[static PORT_BLOCKS],
                   struct port_range range)
{
	uint32_t low = range.first;
	uint32_t high = range.last;
	size_t count = 0;

	while (low <= high && count < PORT_BLOCKS) {
		uint32_t size = low ? low & -low : 65536;

		while (low + size - 1 > high)
			size >>= 1;
		block[count++] = (struct port_range){
			.first = (uint16_t)low,
			.last = (uint16_t)(low + size - 1),
		};
		low += size;
	}
	return count;
}
