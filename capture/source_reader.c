#include <string.h>

#include "capture/source_parts.h"

/* What libpcap says, by its first words, and what we say. */
static const struct trouble {
	const char *theirs;
	const char *ours;
	const char *hint;
} troubles[] = {
	{ "truncated ", "truncated", "" },
	{ "The interface disappeared", "the interface disappeared", "" },
	{ "an interface has a type ", "interfaces of different link types",
	  ", which libpcap cannot read from one file; split it by interface: "
	  "tshark -Y frame.interface_id==0 -w PART, then "
	  "editcap -F pcap -T ether PART" },
	{ "an interface has a snapshot length ",
	  "interfaces of different snap lengths",
	  ", which libpcap cannot read from one file; rewrite it with "
	  "editcap -F pcap" },
};

/* The two link types, where it is those that libpcap complains of. */
static void name_links(char *text, size_t size, const struct reader *reader,
                       const char *theirs)
{
	int other;

	text[0] = '\0';
	if (sscanf(theirs, "an interface has a type %d", &other) == 1)
		snprintf(text, size, " (%s and %s)",
		         source_link_name(reader->link_type),
		         source_link_name(other));
}

bool source_reader_fail(const struct reader *reader, const char *theirs,
                        const char *place, struct error *err)
{
	const char *spoilt = decompress_failure(reader->decompress);
	char links[80];

	if (spoilt[0])
		return fail(err, "%s%s", spoilt, place);
	name_links(links, sizeof(links), reader, theirs);
	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
		const struct trouble *trouble = &troubles[i];

		if (strncmp(theirs, trouble->theirs, strlen(trouble->theirs)))
			continue;
		return fail(err, "%s%s%s%s", trouble->ours, links, place,
		            trouble->hint);
	}
	return fail(err, "%s%s", theirs, place);
}

void source_reader_close(struct reader *reader)
{
	if (reader->has_filter)
		pcap_freecode(&reader->filter);
	if (reader->pcap)
		pcap_close(reader->pcap);
	decompress_close(reader->decompress);
	*reader = (struct reader){ 0 };
}

/* pcap_close() closes the stream; where libpcap fails, it is still ours. */
bool source_reader_open(struct reader *reader, const char *path,
                        const atomic_bool *stopped, struct error *err)
{
	char theirs[PCAP_ERRBUF_SIZE] = "";
	FILE *stream;

	*reader = (struct reader){ 0 };
	reader->decompress = input_open(path, stopped, err);
	if (!reader->decompress)
		return false;
	stream = decompress_stream(reader->decompress);
	reader->pcap = pcap_fopen_offline_with_tstamp_precision(
		stream, PCAP_TSTAMP_PRECISION_NANO, theirs);
	if (!reader->pcap) {
		source_reader_fail(reader, theirs, " in the file's header",
		                   err);
		fclose(stream);
		source_reader_close(reader);
		return false;
	}
	reader->link_type = source_link_of(pcap_datalink(reader->pcap));
	return true;
}

bool source_reader_filter(struct reader *reader, const char *filter,
                          struct error *err)
{
	if (!filter)
		return true;
	if (pcap_compile(reader->pcap, &reader->filter, filter, 1,
	                 PCAP_NETMASK_UNKNOWN) < 0)
		return fail(err, "bad filter '%s': %s", filter,
		            pcap_geterr(reader->pcap));
	reader->has_filter = true;
	return true;
}

uint64_t source_reader_time_ns(const struct reader *reader,
                               const struct timeval *at)
{
	int64_t seconds = at->tv_sec;
	int64_t part = at->tv_usec;

	if (seconds < 0 && seconds >= INT32_MIN)
		seconds = (uint32_t)seconds;
	if (reader->microseconds)
		part *= 1000;
	if (part < 0)
		part = 0;
	if (part > 999999999)
		part = 999999999;
	if (seconds < 0)
		return 0;
	if (seconds > INT64_MAX / 1000000000 - 1)
		return INT64_MAX;
	return (uint64_t)seconds * 1000000000 + (uint64_t)part;
}
