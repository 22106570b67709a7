#include "capture/source_parts.h"

/*
 * libpcap knows a few links by numbers of its own, which are not those in
 * the files. Frames carry the files'.
 */
static const struct {
	int dlt;
	int link_type;
} renumbered[] = {
	{ DLT_ATM_RFC1483, 100 },
	{ DLT_RAW, 101 },
	{ DLT_ATM_CLIP, 106 },
};

int source_link_of(int dlt)
{
	for (size_t i = 0; i < sizeof(renumbered) / sizeof(renumbered[0]); i++)
		if (renumbered[i].dlt == dlt)
			return renumbered[i].link_type;
	return dlt;
}

const char *source_link_name(int link_type)
{
	const char *name;

	for (size_t i = 0; i < sizeof(renumbered) / sizeof(renumbered[0]); i++)
		if (renumbered[i].link_type == link_type)
			link_type = renumbered[i].dlt;
	name = pcap_datalink_val_to_name(link_type);
	return name ? name : "unknown";
}

const char *source_link_type(const char *name)
{
	int dlt = pcap_datalink_name_to_val(name);
	const char *known = dlt < 0 ? NULL : pcap_datalink_val_to_name(dlt);

	return known ? known : "unknown";
}
