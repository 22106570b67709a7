/*
 * Long lists of JSON, made on several processors: pieces of a list are
 * written to memory at the same time and put together in their order.
 */
#ifndef REPORT_JSON_LIST_H
#define REPORT_JSON_LIST_H

#include "classify/json_writer.h"

struct json_list {
	size_t count;
	size_t piece; /* values that are worth a piece of their own */
	const void *self;
	/* Adds one value. Called by several threads at once. */
	void (*add)(struct json_scope list, size_t index, const void *self);
};

/* Add all values to an open array. */
void json_list_add(struct json_scope scope, const struct json_list *list);

#endif
