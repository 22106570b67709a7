#include "report/exemptable.h"

#include <string.h>

const char *exemptable_role_name(enum exemptable_role role)
{
	switch (role) {
	case EXEMPTABLE_SERVICE: return "service";
	case EXEMPTABLE_GROUP: return "group";
	case EXEMPTABLE_ERROR: return "error";
	case EXEMPTABLE_ROLE_COUNT: break;
	}
	return "";
}

bool exemptable_role_from_name(enum exemptable_role *role, const char *name)
{
	for (*role = 0; *role < EXEMPTABLE_ROLE_COUNT; (*role)++)
		if (strcmp(exemptable_role_name(*role), name) == 0)
			return true;
	return false;
}

struct exemptable *ledger_exemptable(struct ledger *ledger,
                                     const struct exemptable_key *key)
{
	return table_add(&ledger->exemptables, key);
}

void client_set_add(struct client_set *set, const struct address *address)
{
	uint32_t at = 0;

	while (at < set->count &&
	       address_compare(&set->address[at], address) < 0)
		at++;
	if (at < set->count && address_compare(&set->address[at], address) == 0)
		return;
	if (set->count == EXEMPTABLE_CLIENTS) {
		set->more = true;
		if (at == EXEMPTABLE_CLIENTS)
			return;
		set->count--;
	}
	memmove(&set->address[at + 1], &set->address[at],
	        (set->count - at) * sizeof(*set->address));
	set->address[at] = *address;
	set->count++;
}

static const char *id_of(const struct ledger *ledger, uint32_t signature)
{
	return ledger_signature(ledger, signature)->id;
}

void exemptable_add_signature(struct exemptable *exemptable, uint32_t signature,
                              const struct ledger *ledger)
{
	uint32_t *kept = exemptable->signatures;
	uint32_t count = exemptable->signature_count;
	uint32_t at = 0;

	for (uint32_t i = 0; i < count; i++)
		if (kept[i] == signature)
			return;
	while (at < count &&
	       strcmp(id_of(ledger, kept[at]), id_of(ledger, signature)) < 0)
		at++;
	if (at == EXEMPTABLE_SIGNATURES)
		return;
	if (count == EXEMPTABLE_SIGNATURES)
		count--;
	memmove(&kept[at + 1], &kept[at], (count - at) * sizeof(*kept));
	kept[at] = signature;
	exemptable->signature_count = count + 1;
}

/* A port, or several: once several, always several. 0 while none is known. */
void exemptable_add_port(struct exemptable *exemptable, uint32_t port)
{
	if (!exemptable->client_port)
		exemptable->client_port = port;
	else if (port && exemptable->client_port != port)
		exemptable->client_port = EXEMPTABLE_ANY_PORT;
}

void exemptable_merge(struct exemptable *into, const struct exemptable *from)
{
	sums_merge(&into->sums, &from->sums);
	span_add(&into->span, from->span.first_ns, from->span.last_ns);
	for (unsigned i = 0; i < 2; i++)
		into->packets[i] += from->packets[i];
	into->worthy_bytes += from->worthy_bytes;
	exemptable_add_port(into, from->client_port);
	for (uint32_t i = 0; i < from->clients.count; i++)
		client_set_add(&into->clients, &from->clients.address[i]);
	into->clients.more |= from->clients.more;
}
