#include "classify/dpi.h"

#include <ndpi_api.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "capture/cache.h"
#include "capture/pool.h"

/*
 * What changed in nDPI, in one place:
 *   4.6  process_packet() also takes facts about the flow's input
 *   4.6  the caches can be given a size, of zero if need be
 *   4.10 a module is made from a global context instead of preferences
 *   4.10 finalize_initialization() can fail
 *   4.10 giveup() always guesses
 *   4.10 settings are strings
 *   4.12 a result's protocols moved under .proto
 */
#define NDPI_AT_LEAST(minor) (NDPI_MAJOR > 4 || NDPI_MINOR >= (minor))

#if NDPI_AT_LEAST(12)
#define RESULT_MASTER(result) ((result).proto.master_protocol)
#define RESULT_SUB(result) ((result).proto.app_protocol)
#else
#define RESULT_MASTER(result) ((result).master_protocol)
#define RESULT_SUB(result) ((result).app_protocol)
#endif

/*
 * nDPI would look for a protocol in up to 80 packets, at about a microsecond
 * each. Measured on 4,255 flows of 319 labelled captures: what the first eight
 * payloads do not show the later ones hardly ever do (six would lose two
 * names, four eight of them); and segments without payload, but for one that
 * begins a flow and tells its ports and addresses, show nothing, while they
 * are 30 in a hundred. A TCP connection whose beginning was not seen shows
 * what it is in its first four payloads, or never (three would lose a name).
 */
enum { PAYLOADS_MAX = 8, PAYLOADS_MIDWAY = 4, PACKETS_MAX = 24 };

enum { FETCHED = 4 * CACHE_LINE };

struct dpi_flow {
	unsigned payloads;
	unsigned packets;
	bool midway; /* TCP, and its first packet was none that begins it */
	struct application application;
	/* Behind it nDPI's own, whose size only the library knows. */
	max_align_t state[];
};

struct dpi {
	struct ndpi_detection_module_struct *module;
	struct pool flows;
	uint64_t calls;
};

#if !NDPI_AT_LEAST(6)
/*
 * Before 4.6 nDPI has no switch for its caches, but it fills them through
 * these functions of its own, which a program's own definitions precede:
 * what is never added is never found.
 */
typedef struct cache *cache_t;
typedef int cache_result;

cache_result cache_add(cache_t cache, void *item, uint32_t item_size);

void ndpi_lru_add_to_cache(struct ndpi_lru_cache *c, u_int32_t key,
                           u_int16_t value)
{
	(void)c;
	(void)key;
	(void)value;
}

cache_result cache_add(cache_t cache, void *item, uint32_t item_size)
{
	(void)cache;
	(void)item;
	(void)item_size;
	return 0;
}
#endif

static void disable_caches(struct ndpi_detection_module_struct *module)
{
#if NDPI_AT_LEAST(10)
	static const char *const names[] = {
		"lru.ookla.size",    "lru.bittorrent.size", "lru.stun.size",
		"lru.tls_cert.size", "lru.mining.size",     "lru.msteams.size",
		"lru.fpc_dns.size",  "lru.signal.size",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ndpi_set_config(module, NULL, names[i], "0");
#elif NDPI_AT_LEAST(6)
	for (int i = 0; i < NDPI_LRUCACHE_MAX; i++)
		ndpi_set_lru_cache_size(module, (lru_cache_type)i, 0);
#else
	(void)module;
#endif
}

static struct ndpi_detection_module_struct *module_create(void)
{
	struct ndpi_detection_module_struct *module;
	NDPI_PROTOCOL_BITMASK all;

#if NDPI_AT_LEAST(10)
	module = ndpi_init_detection_module(NULL);
#else
	module = ndpi_init_detection_module(ndpi_no_prefs);
#endif
	if (!module)
		return NULL;
	NDPI_BITMASK_SET_ALL(all);
	ndpi_set_protocol_detection_bitmask2(module, &all);
	disable_caches(module);
#if NDPI_AT_LEAST(10)
	if (ndpi_finalize_initialization(module)) {
		ndpi_exit_detection_module(module);
		return NULL;
	}
#else
	ndpi_finalize_initialization(module);
#endif
	return module;
}

struct dpi *dpi_create(struct error *err)
{
	struct dpi *dpi = calloc(1, sizeof(*dpi));

	if (dpi)
		dpi->module = module_create();
	if (!dpi || !dpi->module) {
		free(dpi);
		fail(err, "nDPI cannot be initialised");
		return NULL;
	}
	pool_init(&dpi->flows, sizeof(struct dpi_flow) + SIZEOF_FLOW_STRUCT);
	return dpi;
}

void dpi_free(struct dpi *dpi)
{
	if (!dpi)
		return;
	pool_release(&dpi->flows);
	ndpi_exit_detection_module(dpi->module);
	free(dpi);
}

const char *dpi_version(void)
{
	return ndpi_revision();
}

uint64_t dpi_calls(const struct dpi *dpi)
{
	return dpi->calls;
}

static struct ndpi_flow_struct *state_of(struct dpi_flow *flow)
{
	return (struct ndpi_flow_struct *)(void *)flow->state;
}

struct dpi_flow *dpi_flow_create(struct dpi *dpi)
{
	return pool_take(&dpi->flows);
}

void dpi_flow_free(struct dpi *dpi, struct dpi_flow *flow)
{
	if (!flow)
		return;
	ndpi_free_flow_data(state_of(flow));
	pool_give(&dpi->flows, flow);
}

static struct application application_from(ndpi_protocol result, bool guessed)
{
	return (struct application){
		.master = RESULT_MASTER(result),
		.sub = RESULT_SUB(result),
		.category = (uint16_t)result.category,
		.guessed = guessed,
	};
}

/* nDPI takes lengths of 16 bits. */
static unsigned short clip_len(uint32_t len)
{
	return (unsigned short)(len > UINT16_MAX ? UINT16_MAX : len);
}

static ndpi_protocol process(struct dpi *dpi, struct dpi_flow *flow,
                             const struct packet *packet)
{
#if NDPI_AT_LEAST(6)
	return ndpi_detection_process_packet(dpi->module, state_of(flow),
	                                     packet->ip,
	                                     clip_len(packet->ip_captured),
	                                     packet->time_ns / 1000000, NULL);
#else
	return ndpi_detection_process_packet(dpi->module, state_of(flow),
	                                     packet->ip,
	                                     clip_len(packet->ip_captured),
	                                     packet->time_ns / 1000000);
#endif
}

void dpi_fetch(const struct dpi_flow *flow)
{
	cache_fetch(flow, FETCHED);
}

/* A segment that carries nothing, in a flow that nDPI knows already. */
static bool is_bare(const struct dpi_flow *flow, const struct packet *packet)
{
	return packet->transport == TRANSPORT_TCP && !packet->payload_len &&
	       flow->packets;
}

/* Whether so many payloads have shown nothing that more of them will not. */
static bool is_hopeless(const struct dpi_flow *flow)
{
	bool unknown = flow->application.sub == DPI_UNKNOWN;

	return flow->payloads >= (flow->midway && unknown ? PAYLOADS_MIDWAY
	                                                  : PAYLOADS_MAX) ||
	       flow->packets >= PACKETS_MAX;
}

bool dpi_packet(struct dpi *dpi, struct dpi_flow *flow,
                const struct packet *packet)
{
	ndpi_protocol result;

	if (!packet->ip || packet->later_fragment || is_bare(flow, packet))
		return false;
	if (!flow->packets)
		flow->midway = packet->transport == TRANSPORT_TCP &&
		               !(packet->tcp_flags & TCP_SYN);
	result = process(dpi, flow, packet);
	dpi->calls++;
	flow->packets++;
	flow->payloads += packet->payload_len > 0;
	flow->application = application_from(result, false);
	if (is_hopeless(flow))
		return true;
	return flow->application.sub != DPI_UNKNOWN &&
	       !ndpi_extra_dissection_possible(dpi->module, state_of(flow));
}

struct application dpi_so_far(const struct dpi_flow *flow)
{
	return flow->application;
}

struct application dpi_conclude(struct dpi *dpi, struct dpi_flow *flow)
{
	u_int8_t guessed = 0;
	ndpi_protocol result;

	if (flow->application.sub != DPI_UNKNOWN)
		return flow->application;
#if NDPI_AT_LEAST(10)
	result = ndpi_detection_giveup(dpi->module, state_of(flow), &guessed);
#else
	result =
		ndpi_detection_giveup(dpi->module, state_of(flow), 1, &guessed);
#endif
	return application_from(result, guessed);
}

bool dpi_find_protocol(struct dpi *dpi, const char *name, uint16_t *id)
{
	u_int count = ndpi_get_num_supported_protocols(dpi->module);

	for (uint16_t i = 0; i < count; i++) {
		const char *known = ndpi_get_proto_name(dpi->module, i);

		if (known && strcasecmp(known, name) == 0) {
			*id = i;
			return true;
		}
	}
	return false;
}

bool dpi_find_category(struct dpi *dpi, const char *name, uint16_t *id)
{
	for (uint16_t i = 0; i < NDPI_PROTOCOL_NUM_CATEGORIES; i++) {
		const char *known =
			ndpi_category_get_name(dpi->module,
		                               (ndpi_protocol_category_t)i);

		if (known && strcasecmp(known, name) == 0) {
			*id = i;
			return true;
		}
	}
	return false;
}

const char *dpi_protocol_name(const struct dpi *dpi, uint16_t id)
{
	return ndpi_get_proto_name(dpi->module, id);
}

/* nDPI takes IPv4 addresses as integers. */
static uint32_t ipv4_number(const struct address *address)
{
	const uint8_t *bytes = address->bytes + 12;

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

static int hash_ipv6(const struct flow *flow, unsigned from,
                     char text[static DPI_COMMUNITY_ID])
{
	struct ndpi_in6_addr source;
	struct ndpi_in6_addr target;

	memcpy(&source, &flow->key.address[from], sizeof(source));
	memcpy(&target, &flow->key.address[from ^ 1], sizeof(target));
	return ndpi_flowv6_flow_hash(flow->key.transport, &source, &target,
	                             flow->key.port[from],
	                             flow->key.port[from ^ 1], flow->icmp_type,
	                             flow->icmp_code, (u_char *)text,
	                             DPI_COMMUNITY_ID);
}

static int hash_ipv4(const struct flow *flow, unsigned from,
                     char text[static DPI_COMMUNITY_ID])
{
	return ndpi_flowv4_flow_hash(flow->key.transport,
	                             ipv4_number(&flow->key.address[from]),
	                             ipv4_number(&flow->key.address[from ^ 1]),
	                             flow->key.port[from],
	                             flow->key.port[from ^ 1], flow->icmp_type,
	                             flow->icmp_code, (u_char *)text,
	                             DPI_COMMUNITY_ID);
}

bool dpi_community_id(const struct flow *flow,
                      char text[static DPI_COMMUNITY_ID])
{
	/* An ICMP type belongs to a direction: that of the first packet. */
	const struct packet first = { .transport = flow->key.transport,
		                      .icmp_type = flow->icmp_type };
	unsigned from = flow->client ^ icmp_is_reply(&first);

	switch ((enum family)flow->key.family) {
	case FAMILY_IPV4: return hash_ipv4(flow, from, text) == 0;
	case FAMILY_IPV6: return hash_ipv6(flow, from, text) == 0;
	case FAMILY_LAYER2:
	case FAMILY_COUNT: break;
	}
	return false;
}
