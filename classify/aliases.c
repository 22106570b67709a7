#include "classify/aliases.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct alias {
	char *name;
	char *other;
};

struct aliases {
	struct alias *alias;
	size_t count;
};

struct aliases *aliases_create(void)
{
	return calloc(1, sizeof(struct aliases));
}

void aliases_free(struct aliases *aliases)
{
	if (!aliases)
		return;
	for (size_t i = 0; i < aliases->count; i++) {
		free(aliases->alias[i].name);
		free(aliases->alias[i].other);
	}
	free(aliases->alias);
	free(aliases);
}

static bool add(struct aliases *aliases, const char *name, const char *other)
{
	struct alias *alias =
		realloc(aliases->alias, (aliases->count + 1) * sizeof(*alias));

	if (!alias)
		return false;
	aliases->alias = alias;
	alias[aliases->count].name = strdup(name);
	alias[aliases->count].other = strdup(other);
	aliases->count++;
	return alias[aliases->count - 1].name &&
	       alias[aliases->count - 1].other;
}

bool aliases_read(struct aliases *aliases, const struct json *object,
                  const struct json_document *document, struct error *err)
{
	if (!json_is_object(object))
		return json_complain(err, document, object,
		                     "aliases must be an object");
	for (const struct json *entry = json_first(object); entry;
	     entry = json_next(entry)) {
		if (!json_is_array(entry))
			return json_complain(err, document, entry,
			                     "'%s' needs a list of names",
			                     json_key(entry));
		for (const struct json *other = json_first(entry); other;
		     other = json_next(other)) {
			if (!json_string(other))
				return json_complain(
					err, document, other,
					"an alias of '%s' is no string",
					json_key(entry));
			if (!add(aliases, json_key(entry), json_string(other)))
				return fail(err, "out of memory for aliases");
		}
	}
	return true;
}

bool aliases_find(const struct aliases *aliases, struct dpi *dpi,
                  const char *name, uint16_t *id, bool *known)
{
	*known = dpi_find_protocol(dpi, name, id);
	if (*known)
		return true;
	for (size_t i = 0; i < aliases->count; i++) {
		if (strcasecmp(aliases->alias[i].name, name) != 0)
			continue;
		*known = true;
		if (dpi_find_protocol(dpi, aliases->alias[i].other, id))
			return true;
	}
	return false;
}
