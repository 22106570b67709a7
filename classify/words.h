/*
 * The words of the trade: categories, impacts and deployment models, each as
 * an enum and as the text that data files and reports use.
 */
#ifndef CLASSIFY_WORDS_H
#define CLASSIFY_WORDS_H

#include <stdbool.h>

enum category {
	CATEGORY_MULTICAST,
	CATEGORY_BROADCAST,
	CATEGORY_ICMP_DEPENDENT,
	CATEGORY_REAL_TIME,
	CATEGORY_PEER_TO_PEER,
	CATEGORY_INSPECTION,
	CATEGORY_ROUTING,
	CATEGORY_LAYER_2,
	CATEGORY_ADDRESSING,
	CATEGORY_FRAGMENTATION,
	CATEGORY_QOS,
	CATEGORY_TUNNEL,
	CATEGORY_DOMAIN_SERVICES,
	CATEGORY_WIRELESS,
	CATEGORY_TIME,
	CATEGORY_ENCRYPTED,
	CATEGORY_CLEARTEXT,
	CATEGORY_HOST_CAPABILITY,
	CATEGORY_BULK,
	CATEGORY_SENSOR,
	CATEGORY_COUNT
};

/* What IPsec does to traffic, mildest first: the larger is the worse. */
enum impact {
	IMPACT_OUT_OF_SCOPE, /* never reaches that policy */
	IMPACT_PROTECTED,    /* works, and is covered */
	IMPACT_IN_CLEAR,     /* works, but stays unprotected */
	IMPACT_DEGRADES,
	IMPACT_NEEDS_EXEMPTION,
	IMPACT_BREAKS,
	IMPACT_COUNT
};

/* Where policies sit and how wide they are. */
enum model {
	MODEL_HOST_SUBNET,    /* transport mode, the segments' prefixes */
	MODEL_HOST_ANY,       /* transport mode, everything must be IPsec */
	MODEL_GATEWAY_POLICY, /* tunnel mode, pairs of prefixes */
	MODEL_GATEWAY_ROUTE,  /* tunnel interface, routing decides */
	MODEL_REMOTE_ACCESS,  /* tunnel mode, a host, everything */
	MODEL_COUNT
};

/*
 * The columns of a signature's impact: both host models read the first, since
 * they differ in coverage and not in what happens to covered traffic.
 */
enum impact_column {
	COLUMN_HOST,
	COLUMN_GATEWAY_POLICY,
	COLUMN_GATEWAY_ROUTE,
	COLUMN_REMOTE_ACCESS,
	COLUMN_COUNT
};

const char *category_name(enum category category);
bool category_from_name(enum category *category, const char *name);

const char *impact_name(enum impact impact);
bool impact_from_name(enum impact *impact, const char *name);

const char *model_name(enum model model);
bool model_from_name(enum model *model, const char *name);

const char *impact_column_name(enum impact_column column);
enum impact_column impact_column_of(enum model model);

#endif
