/*
 * Roles: what a host is, by the services that it answers on.
 *
 * Data, "roles" in signature files: a domain controller answers on at least
 * four of the ports that Active Directory uses, a printer on one of three.
 */
#ifndef CLASSIFY_ROLE_H
#define CLASSIFY_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/error.h"
#include "classify/json.h"

enum { ROLES_MAX = 64, ROLE_SERVICES_MAX = 16 };

struct role_service {
	uint8_t transport;
	uint16_t port;
};

struct role {
	char *id;
	char *name;
	struct role_service services[ROLE_SERVICES_MAX];
	size_t service_count;
	uint64_t at_least; /* of them */
};

struct role_set {
	struct role roles[ROLES_MAX];
	size_t count;
};

/* Add a list of roles. False with err naming file, line and word. */
bool role_set_read(struct role_set *set, const struct json *list,
                   const struct json_document *document, struct error *err);

/* Frees what it points to. */
void role_set_release(struct role_set *set);

/* The index of a role, -1 if there is none of that id. */
int role_find(const struct role_set *set, const char *id);

/* Bits of the roles that a host with these services has. */
uint64_t role_match(const struct role_set *set,
                    const struct role_service *services, size_t count);

#endif
