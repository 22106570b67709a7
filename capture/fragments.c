#include "capture/fragments.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "capture/hash.h"

/* Linux and Windows give up reassembly after 30 s; the table is a plain cache
 * in which a newer datagram takes an older one's place. */
enum { SLOTS = 4096 };

static const uint64_t LIFETIME_NS = UINT64_C(30) * 1000000000;

struct datagram {
	struct address source;
	struct address target;
	uint32_t id;
	uint16_t vlan;
	uint8_t transport;
	uint8_t used;
};

struct slot {
	struct datagram datagram;
	uint64_t time_ns;
	uint16_t source_port;
	uint16_t target_port;
};

struct fragments {
	struct slot slots[SLOTS];
	uint64_t seed;
	uint64_t orphans;
};

struct fragments *fragments_create(struct error *err)
{
	struct fragments *fragments = calloc(1, sizeof(*fragments));

	if (!fragments) {
		fail(err, "out of memory for fragments");
		return NULL;
	}
	if (getrandom(&fragments->seed, sizeof(fragments->seed), 0) < 0)
		fragments->seed = (uint64_t)(uintptr_t)fragments;
	return fragments;
}

void fragments_free(struct fragments *fragments)
{
	free(fragments);
}

static struct datagram datagram_of(const struct packet *packet)
{
	struct datagram datagram;

	memset(&datagram, 0, sizeof(datagram));
	datagram.source = packet->source;
	datagram.target = packet->target;
	datagram.id = packet->fragment_id;
	datagram.vlan = packet->vlan;
	datagram.transport = packet->transport;
	datagram.used = 1;
	return datagram;
}

static bool is_recent(const struct slot *slot, const struct packet *packet)
{
	uint64_t apart = packet->time_ns > slot->time_ns
	                         ? packet->time_ns - slot->time_ns
	                         : slot->time_ns - packet->time_ns;

	return apart <= LIFETIME_NS;
}

void fragments_resolve(struct fragments *fragments, struct packet *packet)
{
	if (!packet->fragmented)
		return;

	struct datagram datagram = datagram_of(packet);
	struct slot *slot =
		&fragments->slots[hash_bytes(fragments->seed, &datagram,
	                                     sizeof(datagram)) %
	                          SLOTS];

	if (packet->has_ports) {
		slot->datagram = datagram;
		slot->time_ns = packet->time_ns;
		slot->source_port = packet->source_port;
		slot->target_port = packet->target_port;
	} else if (packet->later_fragment) {
		if (memcmp(&slot->datagram, &datagram, sizeof(datagram)) ||
		    !is_recent(slot, packet)) {
			fragments->orphans++;
			return;
		}
		packet->source_port = slot->source_port;
		packet->target_port = slot->target_port;
		packet->has_ports = true;
	}
}

uint64_t fragments_orphans(const struct fragments *fragments)
{
	return fragments->orphans;
}
