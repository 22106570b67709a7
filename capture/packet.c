#include "capture/packet.h"

const char *encapsulation_name(unsigned bit)
{
	switch ((enum encapsulation)bit) {
	case ENCAP_VLAN: return "vlan";
	case ENCAP_QINQ: return "qinq";
	case ENCAP_MPLS: return "mpls";
	case ENCAP_PPPOE: return "pppoe";
	case ENCAP_ERSPAN: return "erspan";
	case ENCAP_TZSP: return "tzsp";
	case ENCAP_VXLAN: return "vxlan";
	case ENCAP_GENEVE: return "geneve";
	case ENCAP_GRE: return "gre";
	case ENCAP_IPIP: return "ipip";
	case ENCAP_6IN4: return "6in4";
	case ENCAP_TEREDO: return "teredo";
	case ENCAP_WIFI: return "wifi";
	case ENCAP_GTP: return "gtp";
	}
	return NULL;
}

const char *cast_name(enum cast cast)
{
	switch (cast) {
	case CAST_UNICAST: return "unicast";
	case CAST_MULTICAST: return "multicast";
	case CAST_LIMITED_BROADCAST: return "limited-broadcast";
	case CAST_DIRECTED_BROADCAST: return "directed-broadcast";
	case CAST_COUNT: break;
	}
	return "";
}
