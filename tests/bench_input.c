/*
 * Builds captures to measure with; every kind is a row of kinds[] below.
 *
 * usage: bench_input KIND OUT.pcap NUMBER NUMBER [CAPTURE...]
 */
#include <stdlib.h>

#include "tests/bench_flood.h"
#include "tests/bench_frames.h"
#include "tests/bench_mix.h"

struct kind {
	const char *name;
	const char *arguments;
	uint32_t step_us;
	bool (*make)(struct frames *frames, const struct wish *wish);
};

/* Few long TCP flows that were there before the capture began: full segments
 * one way, acknowledgements the other. */
static bool make_long(struct frames *frames, const struct wish *wish)
{
	const uint32_t segment = 1514 - ETHERNET_LEN - IPV4_LEN - TCP_LEN;
	struct talk *talks = talks_create(wish->first);

	if (!talks)
		return false;
	for (uint32_t i = 0; i < wish->first; i++)
		talks[i] = (struct talk){
			.addr = { 0x0a000000 | (i & 0xffff),
			          0x0a800000 | i % 251 },
			.port = { (uint16_t)(20000 + (i >> 4) % 30000), 443 },
			.protocol = PROTOCOL_TCP,
		};
	for (unsigned long n = 0; n < wish->second; n++) {
		struct talk *talk = &talks[frames_random(frames) % wish->first];
		unsigned from = frames_random(frames) >> 4 & 1;

		frames_talk(frames, talk, from, FLAG_ACK, from ? segment : 0);
	}
	free(talks);
	return true;
}

/* Flows that begin one after the other with as many payloads as it takes to
 * give them up as unknown, and then only go on, in no order. */
static bool make_flows(struct frames *frames, const struct wish *wish)
{
	const unsigned opening = 8;
	struct talk *talks = talks_create(wish->first);

	if (!talks)
		return false;
	for (uint32_t i = 0; i < wish->first; i++) {
		talks[i] = (struct talk){
			.addr = { 0x0a000000 | i % 4000, 0x0a800000 | i % 251 },
			.port = { (uint16_t)(1024 + i / 4000 * 17),
			          (uint16_t)(40000 + i % 7) },
			.protocol = PROTOCOL_UDP,
		};
		for (unsigned n = 0; n < opening; n++)
			frames_talk(frames, &talks[i], n & 1, 0, SMALL_LEN);
	}
	for (unsigned long n = 0; n < wish->second; n++)
		frames_talk(frames, &talks[frames_random(frames) % wish->first],
		            frames_random(frames) >> 4 & 1, 0, SMALL_LEN);
	free(talks);
	return true;
}

static const struct kind kinds[] = {
	{ "mix", "COPIES ROUNDS CAPTURE...", 5, make_mix },
	{ "long", "FLOWS PACKETS", 2, make_long },
	{ "flows", "FLOWS PACKETS", 2, make_flows },
	{ "calm", "FLOWS PACKETS", 2, make_calm },
	{ "syns", "FLOWS PACKETS", 2, make_syns },
	{ "strangers", "FLOWS PACKETS", 2, make_strangers },
	{ "answered", "FLOWS PACKETS", 2, make_answered },
};

static int usage(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		fprintf(stderr, "%s bench_input %s OUT.pcap %s\n",
		        i ? "      " : "usage:", kinds[i].name,
		        kinds[i].arguments);
	return 2;
}

/* A count above zero; 0 for all else. */
static unsigned long count_of(const char *text)
{
	char *end;
	unsigned long count = strtoul(text, &end, 10);

	return *end || count > 1u << 30 ? 0 : count;
}

int main(int argc, char **argv)
{
	const struct kind *kind = NULL;
	struct frames frames;

	for (size_t i = 0; argc > 4 && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++)
		if (strcmp(kinds[i].name, argv[1]) == 0)
			kind = &kinds[i];
	if (!kind)
		return usage();

	struct wish wish = { count_of(argv[3]), count_of(argv[4]), argv + 5,
		             argc - 5 };

	if (!wish.first || !wish.second)
		return usage();
	if (!frames_open(&frames, argv[2], kind->step_us))
		return 1;

	bool made = kind->make(&frames, &wish);
	bool closed = frames_close(&frames, argv[2]);

	return made && closed ? 0 : 1;
}
