/*
 * Terms about hosts and about the sensor, whose facts come from many flows.
 */
#include "classify/role.h"
#include "classify/term_rows.h"

static bool read_behaviour(union term_value *value, const struct term_row *row,
                           const struct json *json,
                           const struct term_names *names, struct error *err)
{
	return term_read_bit(value, row, json, names, host_behaviour_name, err);
}

static bool read_role(union term_value *value, const struct term_row *row,
                      const struct json *json, const struct term_names *names,
                      struct error *err)
{
	const char *id = json_string(json);
	int index = id ? role_find(names->roles, id) : -1;

	if (index < 0)
		return term_refuse(row, json, names, err);
	value->range.low = UINT64_C(1) << index;
	value->range.high = value->range.low;
	return true;
}

static bool holds_behaviour(const union term_value *value,
                            const struct facts *facts)
{
	return facts->host->behaviours & value->range.low;
}

static bool holds_role(const union term_value *value, const struct facts *facts)
{
	return facts->host->roles & value->range.low;
}

static bool holds_mac(const union term_value *value, const struct facts *facts)
{
	for (size_t i = 0; i < facts->host->mac_count; i++)
		if (term_mac_covers(value, &facts->host->macs[i]))
			return true;
	return false;
}

static bool holds_lease(const union term_value *value,
                        const struct facts *facts)
{
	return facts->host->lease_seconds &&
	       in_range(value, facts->host->lease_seconds);
}

const struct term_row term_host_rows[] = {
	{ "host-behaviour", "peer-to-peer, monitor, scanner, leased, ...", 6, 0,
	  read_behaviour, holds_behaviour, TRAIT_NONE },
	{ "host-role", "a role by the services that it answers on", 6, 0,
	  read_role, holds_role, TRAIT_NONE },
	{ "host-mac", "address, or its first bits after a slash", 4, 0,
	  term_read_mac, holds_mac, TRAIT_NONE },
	{ "host-lease", "seconds of its DHCP lease", 4, UINT32_MAX,
	  term_read_range, holds_lease, TRAIT_NONE },
};

const size_t term_host_row_count =
	sizeof(term_host_rows) / sizeof(term_host_rows[0]);

static bool holds_seconds(const union term_value *value,
                          const struct facts *facts)
{
	return in_range(value, facts->sensor->seconds);
}

static bool holds_one_way(const union term_value *value,
                          const struct facts *facts)
{
	return in_range(value, facts->sensor->one_way_percent);
}

static bool holds_duplicated(const union term_value *value,
                             const struct facts *facts)
{
	return in_range(value, facts->sensor->duplicated_percent);
}

static bool holds_offloaded(const union term_value *value,
                            const struct facts *facts)
{
	return in_range(value, facts->sensor->offloaded_percent);
}

static bool holds_reordered(const union term_value *value,
                            const struct facts *facts)
{
	return in_range(value, facts->sensor->reordered_percent);
}

static bool holds_dropped(const union term_value *value,
                          const struct facts *facts)
{
	return in_range(value, facts->sensor->dropped_permille);
}

static bool holds_cut(const union term_value *value, const struct facts *facts)
{
	return in_range(value, facts->sensor->cut_permille);
}

static bool holds_undecoded(const union term_value *value,
                            const struct facts *facts)
{
	return in_range(value, facts->sensor->undecoded_permille);
}

static bool holds_encapsulated(const union term_value *value,
                               const struct facts *facts)
{
	return in_range(value, facts->sensor->encapsulated_percent);
}

const struct term_row term_sensor_rows[] = {
	{ "observed-seconds", "between first and last packet", 2, UINT32_MAX,
	  term_read_range, holds_seconds, TRAIT_NONE },
	{ "one-way-percent", "of TCP flows with one direction missing", 4, 100,
	  term_read_range, holds_one_way, TRAIT_NONE },
	{ "duplicated-percent", "of flows whose packets came twice", 4, 100,
	  term_read_range, holds_duplicated, TRAIT_NONE },
	{ "offloaded-percent", "of flows with packets no link carries", 4, 100,
	  term_read_range, holds_offloaded, TRAIT_NONE },
	{ "reordered-percent", "of TCP flows with overtaking segments", 4, 100,
	  term_read_range, holds_reordered, TRAIT_NONE },
	{ "dropped-permille", "of packets, by kernel and interface", 4, 1000,
	  term_read_range, holds_dropped, TRAIT_NONE },
	{ "cut-permille", "of packets shorter than on the wire", 4, 1000,
	  term_read_range, holds_cut, TRAIT_NONE },
	{ "undecoded-permille", "of frames not decoded to their end", 4, 1000,
	  term_read_range, holds_undecoded, TRAIT_NONE },
	{ "encapsulated-percent", "of flows taken off a mirror's carrier", 4,
	  100, term_read_range, holds_encapsulated, TRAIT_NONE },
};

const size_t term_sensor_row_count =
	sizeof(term_sensor_rows) / sizeof(term_sensor_rows[0]);
