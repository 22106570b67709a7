#include <string.h>

#include "report/exemptable.h"
#include "report/ledger_writer.h"

static int by_places(const struct exemptable_key *a,
                     const struct exemptable_key *b,
                     const struct segment_map *map)
{
	int order = place_compare(&a->client, &b->client, map);

	return order ? order : place_compare(&a->server, &b->server, map);
}

/* What is behind the places has no indices in it: its bytes are an order. */
static int by_key(const void *a, const void *b, void *ledger)
{
	const struct exemptable_key *left =
		&(*(const struct exemptable *const *)a)->key;
	const struct exemptable_key *right =
		&(*(const struct exemptable *const *)b)->key;
	int order = by_places(left, right, writer_map(ledger));
	const size_t from = offsetof(struct exemptable_key, address);

	return order ? order
	             : memcmp((const char *)left + from,
	                      (const char *)right + from, sizeof(*left) - from);
}

static void write_service(struct json_scope object,
                          const struct exemptable_key *key)
{
	char text[ADDRESS_TEXT];

	json_add_string(object, "role",
	                exemptable_role_name((enum exemptable_role)key->role));
	json_add_string(object, "manner",
	                manner_name((enum manner)key->manner));
	json_add_u64(object, "family", key->family);
	json_add_string(object, "address",
	                address_text(text, &key->address,
	                             (enum family)key->family));
	json_add_u64(object, "transport", key->transport);
	json_add_u64(object, "port", key->port);
	json_add_u64(object, "icmp_type", key->icmp_type);
	json_add_u64(object, "icmp_code", key->icmp_code);
}

static void write_clients(struct json_scope object,
                          const struct exemptable *exemptable)
{
	const struct client_set *clients = &exemptable->clients;
	struct json_scope list = json_add_array(object, "clients");
	char text[ADDRESS_TEXT];

	for (uint32_t i = 0; i < clients->count; i++)
		json_add_string(
			list, NULL,
			address_text(text, &clients->address[i],
		                     (enum family)exemptable->key.family));
	json_add_bool(object, "more_clients", clients->more);
	json_add_u64(object, "client_port", exemptable->client_port);
}

static void write_exemptable(struct json_scope list, const void *record,
                             const struct ledger *ledger)
{
	const struct exemptable *exemptable = record;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope sub = json_add_array(object, "places");

	writer_place(sub, NULL, &exemptable->key.client, ledger);
	writer_place(sub, NULL, &exemptable->key.server, ledger);
	write_service(object, &exemptable->key);
	writer_sums(object, "sums", &exemptable->sums);
	writer_span(object, &exemptable->span);
	writer_pair(object, "packets", exemptable->packets[0],
	            exemptable->packets[1]);
	json_add_u64(object, "worthy_bytes", exemptable->worthy_bytes);
	write_clients(object, exemptable);
	sub = json_add_array(object, "signatures");
	for (uint32_t i = 0; i < exemptable->signature_count; i++)
		json_add_string(sub, NULL,
		                ledger_signature(ledger,
		                                 exemptable->signatures[i])
		                        ->id);
}

const struct writer_row *writer_exemptable_row(size_t index)
{
	static const struct writer_row row = {
		"exemptable",
		offsetof(struct ledger, exemptables),
		write_exemptable,
		by_key,
		WRITER_BY_PLACES,
		{ offsetof(struct exemptable, key.client),
		  offsetof(struct exemptable, key.server) },
	};

	return index == 0 ? &row : NULL;
}
