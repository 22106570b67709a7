#include "report/accountant.h"

#include <stdlib.h>

#include "report/account.h"

enum { EXTENSION = 1 };

static bool is_outside(const struct accountant *accountant,
                       const struct packet *packet,
                       const struct address *address)
{
	return place_of(accountant->accounting.map, address, packet->family,
	                packet->vlan)
	               .kind == PLACE_OUTSIDE;
}

static enum manner error_manner(const struct accountant *accountant,
                                const struct packet *packet)
{
	const struct quote *quote = &packet->quote;

	return is_outside(accountant, packet, &quote->source) ||
	                       is_outside(accountant, packet, &quote->target)
	               ? MANNER_ERROR_OUTSIDE
	               : MANNER_ERROR_INSIDE;
}

static enum manner manner_of(const struct accountant *accountant,
                             const struct flow *flow,
                             const struct packet *packet)
{
	if (packet->family == FAMILY_LAYER2)
		return MANNER_LAYER2;
	switch (packet->cast) {
	case CAST_MULTICAST:
		return address_is_link_group(&packet->target) ||
		                       packet->hop_limit <= 1
		               ? MANNER_GROUP_LINK
		               : MANNER_GROUP_ROUTED;
	case CAST_LIMITED_BROADCAST: return MANNER_LIMITED_BROADCAST;
	case CAST_DIRECTED_BROADCAST: return MANNER_DIRECTED_BROADCAST;
	case CAST_UNICAST:
	case CAST_COUNT: break;
	}
	if (flow->third_party)
		return error_manner(accountant, packet);
	return address_is_link_local(&packet->source) ||
	                       address_is_link_local(&packet->target)
	               ? MANNER_LINK_LOCAL
	               : MANNER_UNICAST;
}

static void open_account(const struct accountant *accountant,
                         struct account *account, const struct flow *flow,
                         const struct packet *packet)
{
	const struct segment_map *map = accountant->accounting.map;
	enum family family = (enum family)flow->key.family;

	account->manner = manner_of(accountant, flow, packet);
	account->client = place_of(map, flow_client_address(flow), family,
	                           flow->key.vlan);
	/* Who listens to a group cannot be seen: it is the sender's segment
	 * that a policy for the group is written for. */
	account->server = packet->cast == CAST_UNICAST
	                          ? place_of(map, flow_server_address(flow),
	                                     family, flow->key.vlan)
	                          : account->client;
}

static void begin(void *self, struct flow *flow, const struct packet *packet)
{
	struct accountant *accountant = self;
	struct account *account = flow->extension[EXTENSION];

	struct path_key key;

	open_account(accountant, account, flow, packet);
	key = account_key(account);
	account->path = ledger_path(accountant->ledger, &key);
}

static void packet(void *self, struct flow *flow, const struct packet *packet)
{
	(void)self;
	account_packets_add(flow->extension[EXTENSION], flow, packet);
}

static void end(void *self, const struct classified *classified)
{
	struct accountant *accountant = self;
	struct account *account = classified->flow->extension[EXTENSION];

	account_flow(account, accountant, account->path, classified);
	if (accountant->accounting.flow_log &&
	    classified->flow->key.family != FAMILY_LAYER2)
		account_log(account, &accountant->accounting, classified);
	free(account->call);
}

void accountant_enter(struct accountant *accountant,
                      const struct classified *classified)
{
	const struct account *account = classified->flow->extension[EXTENSION];
	const struct path_key key = account_key(account);

	account_flow(account, accountant, ledger_path(accountant->ledger, &key),
	             classified);
}

static void evidence(void *self, const struct evidence *evidence)
{
	struct accountant *accountant = self;

	ledger_evidence(accountant->ledger, evidence);
}

struct accountant *accountant_create(const struct accounting *accounting,
                                     struct error *err)
{
	struct accountant *accountant = calloc(1, sizeof(*accountant));

	if (accountant) {
		accountant->fired = calloc(signature_count(accounting->set) + 1,
		                           sizeof(*accountant->fired));
		accountant->ledger =
			ledger_create(accounting->map, accounting->memory, err);
	}
	if (!accountant || !accountant->fired || !accountant->ledger) {
		accountant_free(accountant);
		fail(err, "out of memory for a ledger");
		return NULL;
	}
	accountant->accounting = *accounting;
	accountant->listener = (struct classify_listener){
		.self = accountant,
		.extension_len = sizeof(struct account),
		.begin = begin,
		.packet = packet,
		.end = end,
		.evidence = evidence,
	};
	return accountant;
}

void accountant_free(struct accountant *accountant)
{
	if (!accountant)
		return;
	ledger_free(accountant->ledger);
	free(accountant->fired);
	free(accountant);
}

const struct classify_listener *
accountant_listener(const struct accountant *accountant)
{
	return &accountant->listener;
}

struct ledger *accountant_ledger(struct accountant *accountant)
{
	return accountant->ledger;
}

struct ledger *accountant_give_ledger(struct accountant *accountant)
{
	struct ledger *ledger = accountant->ledger;

	accountant->ledger = NULL;
	return ledger;
}
