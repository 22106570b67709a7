#include "classify/role.h"

#include <stdlib.h>
#include <string.h>

#include "capture/transport.h"

/* "tcp/88" */
static bool service_parse(struct role_service *service, const char *text)
{
	const char *slash = text ? strchr(text, '/') : NULL;
	char transport[16];
	size_t len = slash ? (size_t)(slash - text) : 0;
	char *end;
	unsigned long port;

	if (!len || len >= sizeof(transport))
		return false;
	memcpy(transport, text, len);
	transport[len] = '\0';
	port = strtoul(slash + 1, &end, 10);
	service->port = (uint16_t)port;
	return transport_from_name(&service->transport, transport) &&
	       end != slash + 1 && !*end && port && port <= UINT16_MAX;
}

static bool read_services(struct role *role, const struct json *list,
                          const struct json_document *document,
                          struct error *err)
{
	if (!json_is_array(list) || !json_count(list) ||
	    json_count(list) > ROLE_SERVICES_MAX)
		return json_complain(err, document, list,
		                     "services must be a list of 1 to %d",
		                     ROLE_SERVICES_MAX);
	for (const struct json *item = json_first(list); item;
	     item = json_next(item))
		if (!service_parse(&role->services[role->service_count++],
		                   json_string(item)))
			return json_complain(err, document, item,
			                     "'%s' is no service like tcp/88",
			                     json_string(item)
			                             ? json_string(item)
			                             : "...");
	return true;
}

static bool read_text(char **text, const struct json *value,
                      const struct json_document *document, struct error *err)
{
	const char *given = json_string(value);

	if (!given || !*given)
		return json_complain(err, document, value,
		                     "'%s' must be a text", json_key(value));
	*text = strdup(given);
	return *text || fail(err, "out of memory for roles");
}

static bool read_member(struct role *role, const struct json *member,
                        const struct json_document *document, struct error *err)
{
	const char *key = json_key(member);

	if (strcmp(key, "id") == 0)
		return read_text(&role->id, member, document, err);
	if (strcmp(key, "name") == 0)
		return read_text(&role->name, member, document, err);
	if (strcmp(key, "services") == 0)
		return read_services(role, member, document, err);
	if (strcmp(key, "at-least") == 0)
		return json_u64(member, &role->at_least) ||
		       json_complain(err, document, member,
		                     "'at-least' must be a whole number");
	return json_complain(err, document, member, "a role has no key '%s'",
	                     key);
}

static bool read_role(struct role *role, const struct json *object,
                      const struct json_document *document, struct error *err)
{
	if (!json_is_object(object))
		return json_complain(err, document, object,
		                     "a role must be an object");
	for (const struct json *member = json_first(object); member;
	     member = json_next(member)) {
		if (json_repeats(object, member))
			return json_complain(err, document, member,
			                     "a second '%s'", json_key(member));
		if (!read_member(role, member, document, err))
			return false;
	}
	if (!role->id || !role->name || !role->service_count || !role->at_least)
		return json_complain(err, document, object,
		                     "a role needs id, name, services and "
		                     "at-least");
	return role->at_least <= role->service_count ||
	       json_complain(err, document, object,
	                     "role '%s' needs more services than it names",
	                     role->id);
}

bool role_set_read(struct role_set *set, const struct json *list,
                   const struct json_document *document, struct error *err)
{
	if (!json_is_array(list))
		return json_complain(err, document, list,
		                     "roles must be a list");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		struct role *role = &set->roles[set->count];

		if (set->count == ROLES_MAX)
			return json_complain(err, document, object,
			                     "more than %d roles", ROLES_MAX);
		set->count++;
		*role = (struct role){ 0 };
		if (!read_role(role, object, document, err))
			return false;
		if (role_find(set, role->id) != (int)set->count - 1)
			return json_complain(err, document, object,
			                     "a second role '%s'", role->id);
	}
	return true;
}

void role_set_release(struct role_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		free(set->roles[i].id);
		free(set->roles[i].name);
	}
	set->count = 0;
}

int role_find(const struct role_set *set, const char *id)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->roles[i].id && strcmp(set->roles[i].id, id) == 0)
			return (int)i;
	return -1;
}

static bool offers(const struct role_service *services, size_t count,
                   const struct role_service *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (services[i].transport == wanted->transport &&
		    services[i].port == wanted->port)
			return true;
	return false;
}

uint64_t role_match(const struct role_set *set,
                    const struct role_service *services, size_t count)
{
	uint64_t roles = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct role *role = &set->roles[i];
		uint64_t found = 0;

		for (size_t s = 0; s < role->service_count; s++)
			found += offers(services, count, &role->services[s]);
		if (found >= role->at_least)
			roles |= UINT64_C(1) << i;
	}
	return roles;
}
