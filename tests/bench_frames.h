/*
 * Frames for benchmark captures: built from who talks to whom, stamped by a
 * clock that moves a little with each, written by libpcap.
 *
 * Checksums are left out, and every payload is the same noise, of no known
 * protocol. TCP counts its sequence numbers, as analysers look at them.
 */
#ifndef TESTS_BENCH_FRAMES_H
#define TESTS_BENCH_FRAMES_H

#include <pcap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FRAME_MAX = 2048,
	ETHERNET_LEN = 14,
	IPV4_LEN = 20,
	UDP_LEN = 8,
	TCP_LEN = 32,     /* with the timestamps that each segment carries */
	TCP_SYN_LEN = 40, /* with all that a SYN asks for */
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	SMALL_LEN = 32, /* payload of the smaller datagrams */
	FLAG_SYN = 0x02,
	FLAG_PUSH = 0x08,
	FLAG_ACK = 0x10,
};

/* What a kind is asked for: its two numbers and what follows them. */
struct wish {
	unsigned long first;
	unsigned long second;
	char **captures;
	int capture_count;
};

/* A conversation; index 0 is the client's, 1 the server's. */
struct talk {
	uint32_t addr[2];
	uint32_t sequence[2];
	uint16_t port[2];
	uint8_t protocol;
};

struct frames {
	pcap_t *link;
	pcap_dumper_t *file;
	uint64_t now_us;
	uint32_t step_us;
	uint32_t random;
	uint8_t noise[FRAME_MAX];
};

/* The same numbers every time, so that all captures are the same. */
static inline uint32_t frames_random(struct frames *frames)
{
	frames->random = frames->random * 1664525 + 1013904223;
	return frames->random >> 8;
}

/* Says why not on standard error. */
static inline bool frames_open(struct frames *frames, const char *path,
                               uint32_t step_us)
{
	*frames = (struct frames){ .now_us = UINT64_C(1700000000) * 1000000,
		                   .step_us = step_us,
		                   .random = 1 };
	for (size_t i = 0; i < sizeof(frames->noise); i++)
		frames->noise[i] = (uint8_t)frames_random(frames);
	frames->link = pcap_open_dead(DLT_EN10MB, 65535);
	if (frames->link)
		frames->file = pcap_dump_open(frames->link, path);
	if (!frames->file)
		fprintf(stderr, "bench_input: %s: %s\n", path,
		        frames->link ? pcap_geterr(frames->link)
		                     : "out of memory");
	return frames->file;
}

static inline bool frames_close(struct frames *frames, const char *path)
{
	bool written = pcap_dump_flush(frames->file) == 0;

	if (!written)
		fprintf(stderr, "bench_input: %s cannot be written\n", path);
	pcap_dump_close(frames->file);
	pcap_close(frames->link);
	return written;
}

static inline void frames_write(struct frames *frames, const uint8_t *bytes,
                                uint32_t captured, uint32_t len)
{
	struct pcap_pkthdr head = { .caplen = captured, .len = len };

	frames->now_us += frames->step_us;
	head.ts.tv_sec = (time_t)(frames->now_us / 1000000);
	head.ts.tv_usec = (suseconds_t)(frames->now_us % 1000000);
	pcap_dump((u_char *)frames->file, &head, bytes);
}

static inline uint8_t *put_number(uint8_t *at, uint32_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * (size - 1 - i));
	return at + size;
}

static inline uint32_t header_len_of(const struct talk *talk, unsigned flags)
{
	if (talk->protocol == PROTOCOL_UDP)
		return UDP_LEN;
	return flags & FLAG_SYN ? TCP_SYN_LEN : TCP_LEN;
}

static inline uint8_t *put_tcp(uint8_t *at, struct talk *talk, unsigned from,
                               unsigned flags, uint32_t payload_len)
{
	uint32_t len = header_len_of(talk, flags);
	uint8_t *end = at + len;

	at = put_number(at, talk->sequence[from], 4);
	at = put_number(at, talk->sequence[!from], 4);
	at = put_number(at, len / 4 << 12 | flags, 2);
	at = put_number(at, 0xffff0000, 4); /* window, no checksum */
	at = put_number(at, 0, 2);
	memset(at, 1, (size_t)(end - at)); /* options that do nothing */
	talk->sequence[from] += payload_len + (flags & FLAG_SYN ? 1 : 0);
	return end;
}

/* One packet of a talk; from is 0 for the client's. Flags are TCP's. */
static inline void frames_talk(struct frames *frames, struct talk *talk,
                               unsigned from, unsigned flags,
                               uint32_t payload_len)
{
	uint32_t header_len = header_len_of(talk, flags);
	uint32_t ip_len = IPV4_LEN + header_len + payload_len;
	uint8_t frame[FRAME_MAX];
	uint8_t *at = frame;

	memset(at, 2, 12); /* one router on either side of the sensor */
	at[5] = (uint8_t)!from;
	at[11] = (uint8_t)from;
	at = put_number(at + 12, 0x0800, 2);
	at = put_number(at, 0x4500, 2);
	at = put_number(at, ip_len, 2);
	at = put_number(at, 0x00004000, 4); /* do not fragment */
	at = put_number(at, 0x4000 | talk->protocol, 2);
	at = put_number(at, 0, 2);
	at = put_number(at, talk->addr[from], 4);
	at = put_number(at, talk->addr[!from], 4);
	at = put_number(at, talk->port[from], 2);
	at = put_number(at, talk->port[!from], 2);
	if (talk->protocol == PROTOCOL_TCP)
		at = put_tcp(at, talk, from, flags, payload_len);
	else
		at = put_number(at, (UDP_LEN + payload_len) << 16, 4);
	memcpy(at, frames->noise, payload_len);
	frames_write(frames, frame, ETHERNET_LEN + ip_len,
	             ETHERNET_LEN + ip_len);
}

/* NULL when out of memory, which is said. */
static inline struct talk *talks_create(unsigned long count)
{
	struct talk *talks = calloc(count ? count : 1, sizeof(*talks));

	if (!talks)
		fprintf(stderr, "bench_input: out of memory for %lu flows\n",
		        count);
	return talks;
}

#endif
