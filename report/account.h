/*
 * An account: where one flow is entered in a ledger. The inside of the
 * accountant; only accountant.c and account_hosts.c include this.
 */
#ifndef REPORT_ACCOUNT_H
#define REPORT_ACCOUNT_H

#include "classify/classifier.h"
#include "classify/geo.h"
#include "report/ledger.h"

/* Worked out at a flow's first packet. */
struct account {
	struct place client;
	struct place server;
	struct path_key key;
	struct path *path; /* NULL if the ledger had no room */
	enum manner manner;
};

/* What an IP flow says of its hosts, and of whom they talk to outside. */
void account_hosts(const struct account *account, struct ledger *ledger,
                   const struct geo *geo, const struct classified *classified);

#endif
