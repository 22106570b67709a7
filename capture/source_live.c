#include "capture/source.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "capture/source_parts.h"
#include "capture/source_stats.h"

enum {
	DEFAULT_SNAP_LEN = 262144,
	DEFAULT_RING = 64 << 20,
	RING_TIMEOUT_MS = 100, /* until a block not full is handed over */
	IDLE_MS = 100,         /* how long a silent interface is waited for */
};

/* By how much a 32-bit count that may have wrapped has grown. */
static uint64_t growth(u_int now, u_int before)
{
	return (uint32_t)(now - before);
}

void source_read_kernel(struct source *source)
{
	struct source_stats *stats = source->stats;
	struct pcap_stat now;

	if (!source->reader.pcap || pcap_stats(source->reader.pcap, &now) < 0)
		return;
	stats->received += growth(now.ps_recv, source->kernel.ps_recv);
	stats->dropped += growth(now.ps_drop, source->kernel.ps_drop);
	stats->if_dropped += growth(now.ps_ifdrop, source->kernel.ps_ifdrop);
	source->kernel = now;
}

bool source_is_silent(const struct source *source)
{
	struct pollfd ring = {
		.fd = pcap_get_selectable_fd(source->reader.pcap),
		.events = POLLIN,
	};

	return poll(&ring, 1, IDLE_MS) <= 0;
}

static bool activate(pcap_t *pcap, const char *interface, struct error *err)
{
	static const struct {
		int code;
		const char *text;
	} refusals[] = {
		{ PCAP_ERROR_NO_SUCH_DEVICE, "no such interface" },
		{ PCAP_ERROR_IFACE_NOT_UP, "the interface is down" },
		{ PCAP_ERROR_PERM_DENIED,
		  "no permission to capture; it takes root or CAP_NET_RAW" },
		{ PCAP_ERROR_PROMISC_PERM_DENIED,
		  "no permission for promiscuous mode; it takes root or "
		  "CAP_NET_RAW" },
	};
	int result = pcap_activate(pcap);

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].code == result)
			return fail(err, "%s: %s", interface, refusals[i].text);
	if (result < 0)
		return fail(err, "%s: %s", interface,
		            result == PCAP_ERROR ? pcap_geterr(pcap)
		                                 : pcap_statustostr(result));
	return true;
}

/* The ring's size is an int to libpcap. */
static void set_up(pcap_t *pcap, const struct source_options *options)
{
	uint32_t snap_len =
		options->snap_len ? options->snap_len : DEFAULT_SNAP_LEN;
	uint32_t ring =
		options->buffer_size ? options->buffer_size : DEFAULT_RING;

	if (snap_len > DEFAULT_SNAP_LEN)
		snap_len = DEFAULT_SNAP_LEN;
	pcap_set_snaplen(pcap, (int)snap_len);
	pcap_set_buffer_size(pcap, ring > INT_MAX ? INT_MAX : (int)ring);
	pcap_set_promisc(pcap, !options->no_promiscuous);
	pcap_set_timeout(pcap, RING_TIMEOUT_MS);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

static bool set_filter(pcap_t *pcap, const char *filter, struct error *err)
{
	struct bpf_program program;
	int result;

	if (!filter)
		return true;
	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return fail(err, "bad filter '%s': %s", filter,
		            pcap_geterr(pcap));
	result = pcap_setfilter(pcap, &program);
	pcap_freecode(&program);
	if (result < 0)
		return fail(err, "filter '%s' refused: %s", filter,
		            pcap_geterr(pcap));
	return true;
}

static bool open_live(struct source *source, const char *interface,
                      const struct source_options *options, struct error *err)
{
	char theirs[PCAP_ERRBUF_SIZE] = "";
	struct reader *reader = &source->reader;

	if (!inputs_add_interface(&source->inputs, interface, err))
		return false;
	source->stats = source_stats_create(&source->inputs);
	if (!source->stats)
		return fail(err, "%s: out of memory", interface);
	source->started = 1;
	source->stats->live = true;
	source->live = true;
	reader->pcap = pcap_create(interface, theirs);
	if (!reader->pcap)
		return fail(err, "%s: %s", interface, theirs);
	set_up(reader->pcap, options);
	if (!activate(reader->pcap, interface, err) ||
	    !set_filter(reader->pcap, options->filter, err))
		return false;
	if (pcap_setnonblock(reader->pcap, 1, theirs) < 0)
		return fail(err, "%s: %s", interface, theirs);
	reader->link_type = source_link_of(pcap_datalink(reader->pcap));
	reader->microseconds = pcap_get_tstamp_precision(reader->pcap) ==
	                       PCAP_TSTAMP_PRECISION_MICRO;
	source->stats->link_type = source_link_name(reader->link_type);
	return true;
}

struct source *source_open_live(const char *interface,
                                const struct source_options *options,
                                struct error *err)
{
	struct source *source = calloc(1, sizeof(*source));

	if (!source) {
		fail(err, "%s: out of memory", interface);
		return NULL;
	}
	if (open_live(source, interface, options, err))
		return source;
	source_close(source);
	return NULL;
}
