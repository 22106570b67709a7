#include "capture/source.h"

#include <errno.h>
#include <limits.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "capture/source_parts.h"
#include "capture/source_stats.h"

enum {
	DEFAULT_SNAP_LEN = 262144,
	DEFAULT_RING = 64 << 20,
	RING_TIMEOUT_MS = 100, /* until a block not full is handed over */
	NO_GROUP = -1,         /* any number from 0 on is one */
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

enum source_event source_wait(struct source *source)
{
	struct pollfd wait[] = {
		{ .fd = pcap_get_selectable_fd(source->reader.pcap),
		  .events = POLLIN },
		{ .fd = source->wake, .events = POLLIN },
	};
	uint64_t calls;

	if (poll(wait, 2, IDLE_MS) <= 0)
		return SOURCE_IDLE;
	if (wait[0].revents)
		return SOURCE_FRAME;
	return read(source->wake, &calls, sizeof(calls)) > 0 ? SOURCE_WOKEN
	                                                     : SOURCE_FRAME;
}

void source_wake(struct source *source)
{
	const uint64_t call = 1;

	/* It fails where so many calls wait already that one more is none. */
	if (write(source->wake, &call, sizeof(call)) < 0)
		return;
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
	struct source *source = source_create(err);

	if (!source)
		return NULL;
	if (open_live(source, interface, options, err))
		return source;
	source_close(source);
	return NULL;
}

/*
 * Have the kernel share what comes between this ring and those of the same
 * group; the first, for which *group is NO_GROUP, founds it.
 *
 * The hash is that of both directions of a flow. PACKET_FANOUT_FLAG_DEFRAG
 * would have fragments come with their flow, but put together: that there are
 * any, which IPsec has trouble with, could not be told any more.
 */
static bool join(const struct source *ring, int *group, struct error *err)
{
	int fd = pcap_fileno(ring->reader.pcap);
	socklen_t len = sizeof(*group);
	int value = *group;

	if (value == NO_GROUP)
		value = (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_UNIQUEID)
		        << 16;
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &value, sizeof(value)) ||
	    (*group == NO_GROUP &&
	     getsockopt(fd, SOL_PACKET, PACKET_FANOUT, group, &len)))
		return fail(err, "the kernel does not share %s: %s",
		            ring->stats->name, strerror(errno));
	*group = PACKET_FANOUT_HASH << 16 | (*group & 0xffff);
	return true;
}

/* Until all had joined, frames came by several rings, or by another one than
 * those that belong to them will. */
static void begin_together(struct source **rings, size_t count)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	for (size_t i = 0; i < count; i++) {
		struct source_stats *stats = rings[i]->stats;

		rings[i]->reader.since_ns = (uint64_t)now.tv_sec * 1000000000 +
		                            (uint64_t)now.tv_nsec;
		source_read_kernel(rings[i]);
		stats->received = 0;
		stats->dropped = 0;
		stats->if_dropped = 0;
	}
}

static bool open_ring(struct source *ring, int *group, struct error *err)
{
	ring->shared = true;
	ring->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (ring->wake < 0)
		return fail(err, "%s: no event descriptor: %s",
		            ring->stats->name, strerror(errno));
	return join(ring, group, err);
}

/* All rings or none. Whether there is an interface at all. */
static bool open_each(const char *interface, size_t wanted,
                      const struct source_options *options,
                      struct source **rings, struct error *err)
{
	int group = NO_GROUP;
	size_t opened = 0;

	while (opened < wanted) {
		rings[opened] = source_open_live(interface, options, err);
		if (!rings[opened])
			break;
		if (!open_ring(rings[opened++], &group, err))
			break;
	}
	if (!err->text[0]) {
		begin_together(rings, wanted);
		return true;
	}
	for (size_t i = 0; i < opened; i++)
		source_close(rings[i]);
	return opened > 0;
}

size_t source_open_rings(const char *interface, size_t wanted,
                         const struct source_options *options,
                         struct source **rings, struct error *err)
{
	uint32_t size =
		options->buffer_size ? options->buffer_size : DEFAULT_RING;
	struct source_options each = *options;
	struct error problem = { "" };

	err->text[0] = '\0';
	if (wanted > 1) {
		each.buffer_size = size / (uint32_t)wanted;
		if (!open_each(interface, wanted, &each, rings, err))
			return 0;
		if (!err->text[0])
			return wanted;
	}
	/* Why there are not more stays in err. */
	rings[0] = source_open_live(interface, options, &problem);
	if (rings[0])
		return 1;
	*err = problem;
	return 0;
}
