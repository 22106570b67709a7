#include "classify/geo.h"

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct geo {
	MMDB_s *databases;
	size_t count;
};

/* Of a file that cannot be opened, the system knows why. */
static const char *open_failure(int status)
{
	return status == MMDB_FILE_OPEN_ERROR ? strerror(errno)
	                                      : MMDB_strerror(status);
}

struct geo *geo_open(const char *const *paths, size_t count, struct error *err)
{
	struct geo *geo = calloc(1, sizeof(*geo));

	if (geo && count)
		geo->databases = calloc(count, sizeof(*geo->databases));
	if (!geo || (count && !geo->databases)) {
		free(geo);
		fail(err, "out of memory for geography");
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		int status =
			MMDB_open(paths[i], MMDB_MODE_MMAP, &geo->databases[i]);

		if (status != MMDB_SUCCESS) {
			fail(err, "%s: %s", paths[i], open_failure(status));
			geo_close(geo);
			return NULL;
		}
		geo->count++;
	}
	return geo;
}

void geo_close(struct geo *geo)
{
	if (!geo)
		return;
	for (size_t i = 0; i < geo->count; i++)
		MMDB_close(&geo->databases[i]);
	free(geo->databases);
	free(geo);
}

/* The library takes socket addresses; mapped ones work in trees of either
 * kind only when turned back into IPv4. */
static MMDB_lookup_result_s look_up(const MMDB_s *database,
                                    const struct address *address, int *status)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };

	if (address_is_ipv4(address)) {
		memcpy(&four.sin_addr, address->bytes + 12, 4);
		return MMDB_lookup_sockaddr(database,
		                            (const struct sockaddr *)&four,
		                            status);
	}
	memcpy(&six.sin6_addr, address->bytes, 16);
	return MMDB_lookup_sockaddr(database, (const struct sockaddr *)&six,
	                            status);
}

/* Copy what fits, not cutting a UTF-8 character in two. */
static void copy_text(char *into, size_t room, const MMDB_entry_data_s *data)
{
	size_t len = data->data_size < room ? data->data_size : room - 1;

	while (len < data->data_size && len > 0 &&
	       ((unsigned char)data->utf8_string[len] & 0xc0) == 0x80)
		len--;
	memcpy(into, data->utf8_string, len);
	into[len] = '\0';
}

static bool get(MMDB_entry_s *entry, MMDB_entry_data_s *data, uint32_t type,
                const char *const *path)
{
	return MMDB_aget_value(entry, data, path) == MMDB_SUCCESS &&
	       data->has_data && data->type == type;
}

static void add_facts(struct geo_place *place, MMDB_entry_s *entry)
{
	static const char *const number[] = { "autonomous_system_number",
		                              NULL };
	static const char *const organization[] = {
		"autonomous_system_organization", NULL
	};
	static const char *const country[] = { "country", "iso_code", NULL };
	MMDB_entry_data_s data;

	if (!place->as_number &&
	    get(entry, &data, MMDB_DATA_TYPE_UINT32, number))
		place->as_number = data.uint32;
	if (!*place->organization &&
	    get(entry, &data, MMDB_DATA_TYPE_UTF8_STRING, organization))
		copy_text(place->organization, sizeof(place->organization),
		          &data);
	if (!*place->country &&
	    get(entry, &data, MMDB_DATA_TYPE_UTF8_STRING, country))
		copy_text(place->country, sizeof(place->country), &data);
}

struct geo_place geo_find(const struct geo *geo, const struct address *address)
{
	struct geo_place place = { 0 };

	for (size_t i = 0; i < geo->count; i++) {
		int status;
		MMDB_lookup_result_s found =
			look_up(&geo->databases[i], address, &status);

		/* An IPv6 address in an IPv4 tree is an error and no fact. */
		if (status == MMDB_SUCCESS && found.found_entry)
			add_facts(&place, &found.entry);
	}
	return place;
}
