#include "classify/words.h"

#include <string.h>

const char *category_name(enum category category)
{
	switch (category) {
	case CATEGORY_MULTICAST: return "multicast";
	case CATEGORY_BROADCAST: return "broadcast";
	case CATEGORY_ICMP_DEPENDENT: return "icmp-dependent";
	case CATEGORY_REAL_TIME: return "real-time";
	case CATEGORY_PEER_TO_PEER: return "peer-to-peer";
	case CATEGORY_INSPECTION: return "inspection";
	case CATEGORY_ROUTING: return "routing";
	case CATEGORY_LAYER_2: return "layer-2";
	case CATEGORY_ADDRESSING: return "addressing";
	case CATEGORY_FRAGMENTATION: return "fragmentation";
	case CATEGORY_QOS: return "qos";
	case CATEGORY_TUNNEL: return "tunnel";
	case CATEGORY_DOMAIN_SERVICES: return "domain-services";
	case CATEGORY_WIRELESS: return "wireless";
	case CATEGORY_TIME: return "time";
	case CATEGORY_ENCRYPTED: return "encrypted";
	case CATEGORY_CLEARTEXT: return "cleartext";
	case CATEGORY_HOST_CAPABILITY: return "host-capability";
	case CATEGORY_BULK: return "bulk";
	case CATEGORY_SENSOR: return "sensor";
	case CATEGORY_COUNT: break;
	}
	return "";
}

bool category_from_name(enum category *category, const char *name)
{
	for (*category = 0; *category < CATEGORY_COUNT; (*category)++)
		if (strcmp(category_name(*category), name) == 0)
			return true;
	return false;
}

const char *impact_name(enum impact impact)
{
	switch (impact) {
	case IMPACT_OUT_OF_SCOPE: return "out-of-scope";
	case IMPACT_PROTECTED: return "protected";
	case IMPACT_IN_CLEAR: return "in-clear";
	case IMPACT_DEGRADES: return "degrades";
	case IMPACT_NEEDS_EXEMPTION: return "needs-exemption";
	case IMPACT_BREAKS: return "breaks";
	case IMPACT_COUNT: break;
	}
	return "";
}

bool impact_from_name(enum impact *impact, const char *name)
{
	for (*impact = 0; *impact < IMPACT_COUNT; (*impact)++)
		if (strcmp(impact_name(*impact), name) == 0)
			return true;
	return false;
}

const char *model_name(enum model model)
{
	switch (model) {
	case MODEL_HOST_SUBNET: return "host-subnet";
	case MODEL_HOST_ANY: return "host-any";
	case MODEL_GATEWAY_POLICY: return "gateway-policy";
	case MODEL_GATEWAY_ROUTE: return "gateway-route";
	case MODEL_REMOTE_ACCESS: return "remote-access";
	case MODEL_COUNT: break;
	}
	return "";
}

bool model_from_name(enum model *model, const char *name)
{
	for (*model = 0; *model < MODEL_COUNT; (*model)++)
		if (strcmp(model_name(*model), name) == 0)
			return true;
	return false;
}

const char *impact_column_name(enum impact_column column)
{
	switch (column) {
	case COLUMN_HOST: return "host";
	case COLUMN_GATEWAY_POLICY: return "gateway-policy";
	case COLUMN_GATEWAY_ROUTE: return "gateway-route";
	case COLUMN_REMOTE_ACCESS: return "remote-access";
	case COLUMN_COUNT: break;
	}
	return "";
}

enum impact_column impact_column_of(enum model model)
{
	switch (model) {
	case MODEL_HOST_SUBNET: return COLUMN_HOST;
	case MODEL_HOST_ANY: return COLUMN_HOST;
	case MODEL_GATEWAY_POLICY: return COLUMN_GATEWAY_POLICY;
	case MODEL_GATEWAY_ROUTE: return COLUMN_GATEWAY_ROUTE;
	case MODEL_REMOTE_ACCESS: return COLUMN_REMOTE_ACCESS;
	case MODEL_COUNT: break;
	}
	return COLUMN_HOST;
}
