/*
 * Aliases: the names that one nDPI protocol has had in its releases.
 *
 * Signatures use the names of nDPI 4.2; where the linked nDPI knows the
 * protocol by another name, it is found through its aliases.
 */
#ifndef CLASSIFY_ALIASES_H
#define CLASSIFY_ALIASES_H

#include "classify/dpi.h"
#include "classify/json.h"

struct aliases;

/* An empty set. NULL when out of memory. */
struct aliases *aliases_create(void);

/* Accepts NULL. */
void aliases_free(struct aliases *aliases);

/* Add an object of name: [other names]. False with err set. */
bool aliases_read(struct aliases *aliases, const struct json *object,
                  const struct json_document *document, struct error *err);

/*
 * The id of a protocol by its name or any alias of it. known says whether the
 * name is one that some release of nDPI has, even if the linked one lacks it.
 */
bool aliases_find(const struct aliases *aliases, struct dpi *dpi,
                  const char *name, uint16_t *id, bool *known);

#endif
