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
	uint32_t vni;
	uint16_t vlan;
	uint8_t transport; /* 0 with IPv6, where identification is enough */
	uint8_t used;
};

/* What a first fragment says for all of its datagram. */
struct head {
	uint8_t transport;
	bool has_ports;
	uint16_t source_port;
	uint16_t target_port;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint16_t icmp_id;
	uint16_t gre_protocol;
};

struct slot {
	struct datagram datagram;
	uint64_t time_ns;
	struct head head;
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
	datagram.vni = packet->vni;
	datagram.vlan = packet->vlan;
	if (packet->family != FAMILY_IPV6)
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

static struct head head_of(const struct packet *packet)
{
	return (struct head){
		.transport = packet->transport,
		.has_ports = packet->has_ports,
		.source_port = packet->source_port,
		.target_port = packet->target_port,
		.icmp_type = packet->icmp_type,
		.icmp_code = packet->icmp_code,
		.icmp_id = packet->icmp_id,
		.gre_protocol = packet->gre_protocol,
	};
}

static void set_head(struct packet *packet, const struct head *head)
{
	packet->transport = head->transport;
	packet->has_ports = head->has_ports;
	packet->source_port = head->source_port;
	packet->target_port = head->target_port;
	packet->icmp_type = head->icmp_type;
	packet->icmp_code = head->icmp_code;
	packet->icmp_id = head->icmp_id;
	packet->gre_protocol = head->gre_protocol;
}

static struct slot *slot_of(struct fragments *fragments,
                            const struct datagram *datagram)
{
	uint64_t hash =
		hash_bytes(fragments->seed, datagram, sizeof(*datagram));

	return &fragments->slots[hash % SLOTS];
}

void fragments_resolve(struct fragments *fragments, struct packet *packet)
{
	if (!packet->fragmented)
		return;

	struct datagram datagram = datagram_of(packet);
	struct slot *slot = slot_of(fragments, &datagram);

	if (!packet->later_fragment) {
		slot->datagram = datagram;
		slot->time_ns = packet->time_ns;
		slot->head = head_of(packet);
	} else if (memcmp(&slot->datagram, &datagram, sizeof(datagram)) == 0 &&
	           is_recent(slot, packet)) {
		set_head(packet, &slot->head);
	} else {
		fragments->orphans++;
	}
}

uint64_t fragments_orphans(const struct fragments *fragments)
{
	return fragments->orphans;
}
