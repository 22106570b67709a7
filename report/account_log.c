#include <stdio.h>
#include <string.h>

#include "report/account.h"

enum { NAME_LEN = 320, PROVISIONAL_LEN = IPV4_PREFIX_OFFSET + 24 };

/*
 * What to call a place in the log: without a map, segments are only known at
 * the end, so it is the /24 or /64 that holds it.
 */
static const char *place_name(char text[static NAME_LEN],
                              const struct accounting *accounting,
                              const struct place *place)
{
	struct prefix prefix;

	switch ((enum place_kind)place->kind) {
	case PLACE_OUTSIDE: break;
	case PLACE_SEGMENT:
		return segment_map_at(accounting->map, place->segment)->name;
	case PLACE_PIECE:
		prefix = prefix_around(&place->address,
		                       place->len > PROVISIONAL_LEN
		                               ? PROVISIONAL_LEN
		                               : place->len);
		return prefix_text(text, &prefix);
	case PLACE_LINK:
		if (!place->vlan)
			return "link";
		snprintf(text, NAME_LEN, "link-vlan-%u", place->vlan);
		return text;
	}
	return "outside";
}

static enum relation relation_of(const struct account *account,
                                 const char *client, const char *server)
{
	bool client_out = account->client.kind == PLACE_OUTSIDE;
	bool server_out = account->server.kind == PLACE_OUTSIDE;

	if (client_out || server_out)
		return client_out && server_out ? RELATION_TRANSIT
		                                : RELATION_OUTSIDE;
	return strcmp(client, server) == 0 ? RELATION_WITHIN : RELATION_BETWEEN;
}

static enum impact worst_impact(const struct accounting *accounting,
                                const struct signature_hits *hits,
                                enum model model, enum coverage coverage)
{
	enum impact worst = IMPACT_OUT_OF_SCOPE;

	if (!hits->count)
		return coverage_default(coverage);
	for (size_t i = 0; i < hits->count; i++) {
		const struct signature *signature =
			signature_at(accounting->set, hits->index[i]);
		enum impact impact = coverage_impact(
			coverage, signature->impact[impact_column_of(model)]);

		if (impact > worst)
			worst = impact;
	}
	return worst;
}

void account_log(const struct account *account,
                 const struct accounting *accounting,
                 const struct classified *classified)
{
	char client[NAME_LEN];
	char server[NAME_LEN];
	struct flow_log_entry entry = {
		.classified = classified,
		.set = accounting->set,
		.source_segment =
			place_name(client, accounting, &account->client),
		.destination_segment =
			place_name(server, accounting, &account->server),
	};
	enum relation relation = relation_of(account, entry.source_segment,
	                                     entry.destination_segment);

	for (enum model model = 0; model < MODEL_COUNT; model++)
		entry.impact[model] =
			worst_impact(accounting, &classified->hits, model,
		                     coverage_of(model, account->manner,
		                                 relation));
	flow_log_write(accounting->flow_log, &entry);
}
