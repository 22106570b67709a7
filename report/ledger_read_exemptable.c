#include <string.h>

#include "report/exemptable.h"
#include "report/ledger_reader.h"

static bool read_places(struct reader *reader, const struct json *object,
                        struct exemptable_key *key)
{
	const struct json *list = reader_list(reader, object, "places");

	if (!list)
		return false;
	if (json_count(list) != 2)
		return reader_expected(reader, list, "two places");
	return reader_place(reader, json_first(list), &key->client) &&
	       reader_place(reader, json_next(json_first(list)), &key->server);
}

static bool read_names(struct reader *reader, const struct json *object,
                       struct exemptable_key *key)
{
	const char *role_name = reader_string(reader, object, "role");
	const char *name = reader_string(reader, object, "manner");
	enum exemptable_role role;
	enum manner manner;

	if (!role_name || !name)
		return false;
	if (!exemptable_role_from_name(&role, role_name) ||
	    !manner_from_name(&manner, name))
		return reader_expected(reader, object,
		                       "a known role and manner");
	key->role = (uint8_t)role;
	key->manner = (uint8_t)manner;
	return true;
}

static bool read_service(struct reader *reader, const struct json *object,
                         struct exemptable_key *key)
{
	uint64_t family;
	uint64_t transport;
	uint64_t port;
	uint64_t type;
	uint64_t code;

	if (!reader_u64(reader, object, "family", &family) ||
	    !reader_u64(reader, object, "transport", &transport) ||
	    !reader_u64(reader, object, "port", &port) ||
	    !reader_u64(reader, object, "icmp_type", &type) ||
	    !reader_u64(reader, object, "icmp_code", &code))
		return false;
	if ((family != FAMILY_IPV4 && family != FAMILY_IPV6) ||
	    transport > UINT8_MAX || port > UINT16_MAX || type > UINT8_MAX ||
	    code > UINT8_MAX)
		return reader_expected(reader, object, "a service");
	key->family = (uint8_t)family;
	key->transport = (uint8_t)transport;
	key->port = (uint16_t)port;
	key->icmp_type = (uint8_t)type;
	key->icmp_code = (uint8_t)code;
	return reader_address(reader, json_member(object, "address"),
	                      (enum family)family, &key->address);
}

static bool read_clients(struct reader *reader, const struct json *object,
                         struct exemptable *exemptable)
{
	const struct json *list = reader_list(reader, object, "clients");
	struct address address;
	uint64_t port;
	bool more;

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		if (!reader_address(reader, item,
		                    (enum family)exemptable->key.family,
		                    &address))
			return false;
		client_set_add(&exemptable->clients, &address);
	}
	if (!list || !reader_bool(reader, object, "more_clients", &more) ||
	    !reader_u64(reader, object, "client_port", &port))
		return false;
	if (port > EXEMPTABLE_ANY_PORT)
		return reader_expected(reader, object, "a client's port");
	exemptable->clients.more |= more;
	exemptable_add_port(exemptable, (uint32_t)port);
	return true;
}

static bool read_signatures(struct reader *reader, const struct json *object,
                            struct exemptable *exemptable)
{
	const struct json *list = reader_list(reader, object, "signatures");

	for (const struct json *item = json_first(list); item;
	     item = json_next(item)) {
		const char *id = json_string(item);
		uint32_t index;

		if (!id || !reader_fired(reader, id, &index))
			return reader_expected(reader, item,
			                       "a known signature");
		exemptable_add_signature(exemptable, index, reader->ledger);
	}
	return list;
}

static bool read_exemptable(struct reader *reader, const struct json *object)
{
	struct exemptable_key key;
	struct exemptable *exemptable;
	uint64_t packets[2];
	uint64_t worthy;

	memset(&key, 0, sizeof(key));
	if (!read_places(reader, object, &key) ||
	    !read_names(reader, object, &key) ||
	    !read_service(reader, object, &key) ||
	    !reader_numbers(reader, json_member(object, "packets"), packets,
	                    2) ||
	    !reader_u64(reader, object, "worthy_bytes", &worthy))
		return false;
	exemptable = ledger_exemptable(reader->ledger, &key);
	if (!exemptable)
		return reader_no_room(reader, object);
	exemptable->packets[0] += packets[0];
	exemptable->packets[1] += packets[1];
	exemptable->worthy_bytes += worthy;
	return reader_sums(reader, json_member(object, "sums"),
	                   &exemptable->sums) &&
	       reader_span(reader, object, &exemptable->span) &&
	       read_clients(reader, object, exemptable) &&
	       read_signatures(reader, object, exemptable);
}

bool reader_exemptables(struct reader *reader, const struct json *ledger)
{
	return reader_each(reader, ledger, "exemptable", read_exemptable);
}
