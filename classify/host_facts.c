#include "classify/host_facts.h"

const char *host_behaviour_name(unsigned bit)
{
	switch (bit) {
	case HOST_PEER_TO_PEER: return "peer-to-peer";
	case HOST_MONITOR: return "monitor";
	case HOST_SCANNER: return "scanner";
	case HOST_LEASED: return "leased";
	case HOST_MOVED: return "moved";
	case HOST_SEVERAL_ADDRESSES: return "several-addresses";
	case HOST_TEMPORARY_ADDRESS: return "temporary-address";
	case HOST_GATEWAY: return "gateway";
	case HOST_MIXED_HOP_LIMITS: return "mixed-hop-limits";
	case HOST_SEVERAL_CLASSES: return "several-classes";
	case HOST_BUSY_SERVER: return "busy-server";
	}
	return NULL;
}

const char *host_system_name(enum host_system system)
{
	switch (system) {
	case HOST_SYSTEM_UNKNOWN: return "unknown";
	case HOST_SYSTEM_UNIX: return "unix";
	case HOST_SYSTEM_WINDOWS: return "windows";
	case HOST_SYSTEM_DEVICE: return "device";
	}
	return "unknown";
}
