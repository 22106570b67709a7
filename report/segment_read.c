#include "report/segment_parts.h"

#include <stdlib.h>
#include <string.h>

/* What others put before a name and store with it has to fit. */
enum { NAME_MAX_LEN = 255 };

/* What the report calls a VLAN whose frames no segment can be found for. */
static bool is_link_name(const char *text)
{
	return strcmp(text, "link") == 0 ||
	       strncmp(text, "link-vlan-", 10) == 0;
}

static bool read_name(struct segment *segment, const struct json *value,
                      const struct json_document *document, struct error *err)
{
	const char *text = json_string(value);

	if (!text || !*text)
		return json_complain(err, document, value,
		                     "a segment's name must be a text");
	if (strcmp(text, "outside") == 0)
		return json_complain(err, document, value,
		                     "'outside' is what no segment holds; "
		                     "choose another name");
	if (is_link_name(text))
		return json_complain(err, document, value,
		                     "'%s' is a name for what belongs to no "
		                     "segment; choose another",
		                     text);
	if (strlen(text) > NAME_MAX_LEN)
		return json_complain(err, document, value,
		                     "a segment's name has at most %d bytes",
		                     NAME_MAX_LEN);
	segment->name = strdup(text);
	return segment->name || fail(err, "out of memory for segments");
}

static bool read_prefixes(struct segment *segment, const struct json *value,
                          const struct json_document *document,
                          struct error *err)
{
	if (!json_is_array(value))
		return json_complain(err, document, value,
		                     "prefixes must be a list");
	segment->prefixes =
		calloc(json_count(value) + 1, sizeof(*segment->prefixes));
	if (!segment->prefixes)
		return fail(err, "out of memory for segments");
	for (const struct json *item = json_first(value); item;
	     item = json_next(item)) {
		const char *text = json_string(item);

		if (!text ||
		    !prefix_parse(&segment->prefixes[segment->prefix_count++],
		                  text))
			return json_complain(err, document, item,
			                     "'%s' is no prefix",
			                     text ? text : "...");
	}
	return true;
}

static bool read_vlans(struct segment *segment, const struct json *value,
                       const struct json_document *document, struct error *err)
{
	if (!json_is_array(value))
		return json_complain(err, document, value,
		                     "vlans must be a list");
	segment->vlans = calloc(json_count(value) + 1, sizeof(*segment->vlans));
	if (!segment->vlans)
		return fail(err, "out of memory for segments");
	for (const struct json *item = json_first(value); item;
	     item = json_next(item)) {
		uint64_t vlan;

		if (!json_u64(item, &vlan) || vlan < 1 || vlan > VLAN_MAX)
			return json_complain(err, document, item,
			                     "a VLAN is a number from 1 to %d",
			                     VLAN_MAX);
		segment->vlans[segment->vlan_count++] = (uint16_t)vlan;
	}
	return true;
}

static const struct {
	const char *key;
	bool (*read)(struct segment *segment, const struct json *value,
	             const struct json_document *document, struct error *err);
} fields[] = {
	{ "name", read_name },
	{ "prefixes", read_prefixes },
	{ "vlans", read_vlans },
};

enum { FIELD_COUNT = sizeof(fields) / sizeof(fields[0]) };

static bool read_field(struct segment *segment, const struct json *member,
                       const struct json *object,
                       const struct json_document *document, struct error *err)
{
	if (json_member(object, json_key(member)) != member)
		return json_complain(err, document, member, "a second '%s'",
		                     json_key(member));
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (strcmp(fields[i].key, json_key(member)) == 0)
			return fields[i].read(segment, member, document, err);
	return json_complain(err, document, member, "a segment has no key '%s'",
	                     json_key(member));
}

bool segment_read(struct segment *segment, const struct json *object,
                  const struct json_document *document, struct error *err)
{
	if (!json_is_object(object))
		return json_complain(err, document, object,
		                     "a segment must be an object");
	for (const struct json *member = json_first(object); member;
	     member = json_next(member))
		if (!read_field(segment, member, object, document, err))
			return false;
	if (!segment->name)
		return json_complain(err, document, object,
		                     "a segment without a name");
	if (!segment->prefix_count && !segment->vlan_count)
		return json_complain(err, document, object,
		                     "segment '%s' has neither prefixes nor "
		                     "vlans",
		                     segment->name);
	return true;
}
