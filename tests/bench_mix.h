/*
 * A benchmark capture of many short flows of many protocols, made of captures
 * that are repeated in ever other networks.
 */
#ifndef TESTS_BENCH_MIX_H
#define TESTS_BENCH_MIX_H

#include <stdlib.h>

#include "tests/bench_frames.h"

/* Frames of captures, to be written many times. */
struct reel {
	struct still {
		uint32_t captured;
		uint32_t len;
		uint8_t *bytes;
	} * stills;
	size_t count;
	size_t room;
};

static inline void reel_clear(struct reel *reel)
{
	for (size_t i = 0; i < reel->count; i++)
		free(reel->stills[i].bytes);
	free(reel->stills);
}

static inline bool reel_add(struct reel *reel, const struct pcap_pkthdr *head,
                            const u_char *bytes)
{
	if (head->caplen < ETHERNET_LEN || head->caplen > FRAME_MAX)
		return true;
	if (reel->count == reel->room) {
		size_t room = reel->room ? reel->room * 2 : 1024;
		struct still *stills =
			realloc(reel->stills, room * sizeof(*stills));

		if (!stills)
			return false;
		reel->stills = stills;
		reel->room = room;
	}

	struct still *still = &reel->stills[reel->count];

	still->captured = head->caplen;
	still->len = head->len;
	still->bytes = malloc(head->caplen);
	if (!still->bytes)
		return false;
	memcpy(still->bytes, bytes, head->caplen);
	reel->count++;
	return true;
}

static inline bool reel_read(struct reel *reel, const char *path)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	pcap_t *in = pcap_open_offline(path, why);
	struct pcap_pkthdr *head;
	const u_char *bytes;
	bool good = true;

	if (!in) {
		fprintf(stderr, "bench_input: %s: %s\n", path, why);
		return false;
	}
	if (pcap_datalink(in) != DLT_EN10MB)
		fprintf(stderr, "bench_input: %s: left out, not Ethernet\n",
		        path);
	else
		while (good && pcap_next_ex(in, &head, &bytes) == 1)
			good = reel_add(reel, head, bytes);
	pcap_close(in);
	if (!good)
		fprintf(stderr, "bench_input: %s: out of memory\n", path);
	return good;
}

/* Where a header has its two addresses, and in them the network. */
static const struct header {
	unsigned ethertype;
	uint32_t len;
	uint32_t addr;
	uint32_t addr_len;
	uint32_t network;
	uint8_t first_group; /* an address from here on is a group's */
} headers[] = {
	{ 0x0800, 20, 12, 4, 1, 224 },
	{ 0x0806, 28, 14, 10, 1, 224 },
	{ 0x86dd, 40, 8, 16, 6, 255 },
};

/*
 * Each copy is another network of the same shape: hosts keep their MACs and
 * the last bits of their addresses. Groups stay what they are, and so does
 * the address of who has none yet.
 */
static inline void move(uint8_t *bytes, uint32_t captured, unsigned long copy)
{
	uint32_t at = 12;

	while (at + 6 <= captured && bytes[at] == 0x81 && bytes[at + 1] == 0)
		at += 4;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const struct header *header = &headers[i];
		uint8_t *start = bytes + at + 2;

		if ((bytes[at] << 8 | bytes[at + 1]) !=
		            (int)header->ethertype ||
		    at + 2 + header->len > captured)
			continue;
		for (uint32_t side = 0; side < 2; side++) {
			uint8_t *addr =
				start + header->addr + side * header->addr_len;

			if (addr[0] == 0 || addr[0] >= header->first_group)
				continue;
			addr[header->network] ^= (uint8_t)copy;
			addr[header->network + 1] ^= (uint8_t)(copy >> 8);
		}
	}
}

/* Many short flows of many protocols. Later rounds come when all flows of
 * the round before have gone idle: the same flows begin anew. */
static inline bool make_mix(struct frames *frames, const struct wish *wish)
{
	const uint64_t pause_us = UINT64_C(400) * 1000000;
	struct reel reel = { 0 };
	bool good = true;

	for (int i = 0; good && i < wish->capture_count; i++)
		good = reel_read(&reel, wish->captures[i]);
	for (unsigned long n = 0; good && n < wish->first * wish->second; n++) {
		for (size_t i = 0; i < reel.count; i++) {
			const struct still *still = &reel.stills[i];
			uint8_t bytes[FRAME_MAX];

			memcpy(bytes, still->bytes, still->captured);
			move(bytes, still->captured, n % wish->first);
			frames_write(frames, bytes, still->captured,
			             still->len);
		}
		if ((n + 1) % wish->first == 0)
			frames->now_us += pause_us;
	}
	reel_clear(&reel);
	return good;
}

#endif
