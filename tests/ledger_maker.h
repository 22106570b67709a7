/*
 * Ledgers made by hand or by chance, and as text. For tests and fuzz targets:
 * what cannot be made aborts.
 *
 * Chance is a counter with a hash over it: the same seed always makes the
 * same ledger.
 */
#ifndef TESTS_LEDGER_MAKER_H
#define TESTS_LEDGER_MAKER_H

#include "capture/hash.h"
#include "report/ledger_json.h"
#include "tests/json_maker.h"
#include "tests/packet_maker.h"

enum { MAKER_MEMORY = 64 << 20, MAKER_SECOND = 1600000000 };

#define MAKER_NS (UINT64_C(1000000000) * MAKER_SECOND)

static inline void make_sure(bool made)
{
	if (!made)
		abort();
}

struct chance {
	uint64_t seed;
	uint64_t turn;
};

/* Less than most. */
static inline uint64_t chance_below(struct chance *chance, uint64_t most)
{
	chance->turn++;
	return hash_bytes(chance->seed, &chance->turn, sizeof(chance->turn)) %
	       most;
}

static inline struct ledger *make_ledger(const struct segment_map *map)
{
	struct error err = { "" };
	struct ledger *ledger = ledger_create(map, MAKER_MEMORY, &err);

	make_sure(ledger);
	return ledger;
}

static inline void set_text(char **into, const char *text)
{
	*into = strdup(text);
	if (!*into)
		abort();
}

/* No signatures, but limits: an hour, 1000 packets, findings of 5 packets, a
 * loss of one in a hundred. */
static inline struct signature_set *make_limits(void)
{
	static const char text[] =
		"{\"thresholds\": {\"ready-seconds\": 3600,"
		"\"ready-packets\": 1000, \"finding-packets\": 5,"
		"\"loss-permille\": 10}}";
	struct error err = { "" };
	struct signature_set *set =
		signature_set_from_text(text, strlen(text), "limits.json", NULL,
	                                &err);

	make_sure(set);
	return set;
}

/* The index of a signature that has the same impact under every model. */
static inline uint32_t make_fired(struct ledger *ledger, const char *id,
                                  enum impact impact)
{
	struct signature signature = { .category = CATEGORY_MULTICAST };
	uint32_t index;

	set_text(&signature.id, id);
	set_text(&signature.name, id);
	set_text(&signature.why, "because");
	for (unsigned i = 0; i < COLUMN_COUNT; i++)
		signature.impact[i] = impact;
	make_sure(ledger_fire(ledger, &signature, &index));
	signature_release(&signature);
	return index;
}

/* A file of so many frames, whose digest is its own. */
static inline void make_source(struct ledger *ledger, const char *name,
                               uint64_t digest, uint64_t seconds)
{
	struct error err = { "" };
	struct source_stats stats = {
		.link_type = source_link_type("EN10MB"),
		.frames = 5000,
		.bytes = 500000,
		.outcomes[DECODED_OK] = 5000,
		.first_ns = MAKER_NS,
		.last_ns = MAKER_NS + seconds * 1000000000,
		.digest = digest,
	};

	set_text(&stats.name, name);
	make_sure(ledger_set_sources(ledger, &stats, 1, &err));
	free(stats.name);
}

static inline struct place make_place(const struct ledger *ledger,
                                      const char *address, uint16_t vlan)
{
	struct address at = make_address(address);

	return place_of(ledger->map, &at,
	                address_is_ipv4(&at) ? FAMILY_IPV4 : FAMILY_IPV6, vlan);
}

/* Packets of 100 bytes between two addresses, one a second. */
static inline struct path *make_traffic(struct ledger *ledger, const char *a,
                                        const char *b, uint16_t vlan,
                                        enum manner manner, uint64_t packets)
{
	struct place ends[2] = { make_place(ledger, a, vlan),
		                 make_place(ledger, b, vlan) };
	struct path_key key = path_key_of(&ends[0], &ends[1]);
	struct path *path = ledger_path(ledger, &key);

	make_sure(path);
	sums_add(&path->by_manner[manner], 1, packets, packets * 100);
	span_add(&path->span, MAKER_NS, MAKER_NS + packets * 1000000000);
	for (uint64_t i = 0; i < packets && i < 5000; i++)
		bins_add(&path->bins, MAKER_SECOND + i, 1, 100);
	histogram_add(&path->sizes[0][1], 100, packets);
	return path;
}

static inline struct finding *make_finding(struct ledger *ledger,
                                           const struct path *path,
                                           uint32_t signature,
                                           enum manner manner, uint64_t packets)
{
	struct finding_key key = { .path = path->key,
		                   .signature = signature,
		                   .manner = manner };
	struct finding *finding = ledger_finding(ledger, &key);

	make_sure(finding);
	sums_add(&finding->sums, 1, packets, packets * 100);
	span_add(&finding->span, MAKER_NS, MAKER_NS + packets);
	return finding;
}

/* A report, without what is derived; levels as for json_writer_open(). The
 * caller frees it. */
static inline char *ledger_text_with(const struct ledger *ledger,
                                     unsigned levels)
{
	struct json_maker maker;
	struct json_scope root =
		json_add_object(json_maker_start(&maker, levels), NULL);

	json_add_string(root, "schema", LEDGER_SCHEMA);
	ledger_write(ledger, root);
	return json_maker_end(&maker);
}

static inline char *ledger_text(const struct ledger *ledger)
{
	return ledger_text_with(ledger, 3);
}

/* NULL with err set if it is no report. */
static inline struct ledger *ledger_from_text(const char *text,
                                              struct error *err)
{
	struct json_document *document =
		json_read_text(text, strlen(text), "test.json", err);
	struct ledger *ledger =
		document ? ledger_read(document, MAKER_MEMORY, err) : NULL;

	json_free(document);
	return ledger;
}

static inline struct address chance_address(struct chance *chance)
{
	static const char *const addresses[] = {
		"10.0.0.1",    "10.0.0.77",    "10.0.1.9",  "192.168.7.1",
		"8.8.8.8",     "203.0.113.5",  "fd00::1",   "fd00:0:0:1::2",
		"fe80::1",     "169.254.1.1",  "10.9.0.1",  "2001:db8::1",
		"172.16.31.4", "100.64.0.200", "127.0.0.1", "0.0.0.0",
	};

	return make_address(
		addresses[chance_below(chance, sizeof(addresses) /
	                                               sizeof(addresses[0]))]);
}

static inline enum family family_of_address(const struct address *address)
{
	return address_is_ipv4(address) ? FAMILY_IPV4 : FAMILY_IPV6;
}

static inline struct place chance_place(struct chance *chance,
                                        const struct ledger *ledger)
{
	struct address address = chance_address(chance);
	enum family family = family_of_address(&address);

	if (chance_below(chance, 8) == 0)
		family = FAMILY_LAYER2;
	return place_of(ledger->map, &address, family,
	                (uint16_t)(chance_below(chance, 3) * 10));
}

static inline struct path *chance_path(struct chance *chance,
                                       struct ledger *ledger)
{
	struct place a = chance_place(chance, ledger);
	struct place b = chance_place(chance, ledger);
	struct path_key key = path_key_of(&a, &b);
	struct path *path = ledger_path(ledger, &key);
	uint64_t packets = 1 + chance_below(chance, 9);
	uint64_t second = MAKER_SECOND + chance_below(chance, 20000);

	sums_add(&path->by_manner[chance_below(chance, MANNER_COUNT)], 1,
	         packets, packets * 90);
	sums_add(&path->by_category[chance_below(chance, CATEGORY_COUNT)], 1,
	         packets, packets * 90);
	histogram_add(
		&path->sizes[chance_below(chance, 2)][chance_below(chance, 2)],
		(uint32_t)chance_below(chance, 65536), packets);
	histogram_add(&path->longer[0][0][chance_below(chance, LEDGER_LONGER)],
	              (uint32_t)chance_below(chance, 1500), packets);
	path->too_big_flows += chance_below(chance, 2);
	path->black_hole_flows += chance_below(chance, 2);
	bins_add(&path->bins, second, packets, packets * 90);
	span_add(&path->span, second * 1000000000, second * 1000000000 + 7);
	return path;
}

static inline void chance_examples(struct chance *chance,
                                   struct finding *finding)
{
	for (unsigned i = 0; i < 3; i++) {
		struct address server = chance_address(chance);
		struct example example = {
			.hash = chance_below(chance, UINT64_MAX),
			.time_ns = MAKER_NS + chance_below(chance, 100),
			.frame = chance_below(chance, 1000),
			.port = { 1, 2 },
			.transport = TRANSPORT_UDP,
			.family = (uint8_t)family_of_address(&server),
			.address = { server, server },
		};

		finding_add_example(finding, &example);
	}
}

static inline void chance_finding(struct chance *chance, struct ledger *ledger,
                                  const struct path *path)
{
	static const char *const ids[] = { "mdns", "arp", "rtp", "ike",
		                           "sctp" };
	unsigned id = (unsigned)chance_below(chance, 5);
	uint32_t signature = make_fired(ledger, ids[id], IMPACT_DEGRADES);
	struct finding *finding =
		make_finding(ledger, path, signature,
	                     (enum manner)chance_below(chance, MANNER_COUNT),
	                     1 + chance_below(chance, 50));

	chance_examples(chance, finding);
	for (unsigned i = 0; i < 12; i++) {
		uint8_t host[4] = { 10, 3, 0,
			            (uint8_t)chance_below(chance, 256) };
		struct address address = address_from_ipv4(host);

		host_set_add(&finding->hosts, &address, FAMILY_IPV4);
	}
}

static inline void chance_host(struct chance *chance, struct ledger *ledger)
{
	static const char *const names[] = { "Unknown", "DNS", "TLS", "SSH" };
	struct place place = chance_place(chance, ledger);
	struct address address = chance_address(chance);
	struct host *host = ledger_host(ledger, &place, &address);

	host->packets[chance_below(chance, 2)] += 3;
	host->bytes[chance_below(chance, 2)] += 300;
	host->exposure += chance_below(chance, 300);
	host->ipsec += chance_below(chance, 3);
	span_add(&host->span, MAKER_NS + chance_below(chance, 99),
	         MAKER_NS * 2);
	for (unsigned i = 0; i < 6; i++) {
		struct service service = {
			.transport = TRANSPORT_UDP,
			.port = (uint16_t)chance_below(chance, 40),
		};

		snprintf(service.application, sizeof(service.application), "%s",
		         names[chance_below(chance, 4)]);
		host_add_service(host, &service);
	}
}

static inline void chance_evidence(struct chance *chance, struct ledger *ledger)
{
	struct address address = chance_address(chance);
	struct evidence evidence = {
		.kind = (enum evidence_kind)chance_below(chance,
		                                         EVIDENCE_KIND_COUNT),
		.vlan = (uint16_t)(chance_below(chance, 3) * 10),
		.prefix = prefix_around(&address, 128),
		.mac = { { 2, 0, 0, 0, 0, (uint8_t)chance_below(chance, 9) } },
		.seconds = (uint32_t)chance_below(chance, 7200),
	};

	ledger_evidence(ledger, &evidence);
}

static inline void chance_peer(struct chance *chance, struct ledger *ledger)
{
	struct peer_key key;
	struct peer *peer;

	memset(&key, 0, sizeof(key));
	key.place = chance_place(chance, ledger);
	key.as_number = (uint32_t)chance_below(chance, 4);
	snprintf(key.organization, sizeof(key.organization), "AS %u",
	         key.as_number);
	snprintf(key.country, sizeof(key.country), "NL");
	peer = table_add(&ledger->peers, &key);
	sums_add(&peer->sums, 1, 2, 3);
}

static inline void chance_sketch(struct chance *chance, struct sketch *sketch)
{
	for (unsigned i = 0; i < 5; i++)
		sketch_add(sketch, chance_below(chance, UINT64_MAX));
}

static inline void chance_endpoint(struct chance *chance, struct ledger *ledger)
{
	struct endpoint_key key;
	struct endpoint *endpoint;

	memset(&key, 0, sizeof(key));
	key.place = chance_place(chance, ledger);
	key.address = chance_address(chance);
	key.port = (uint16_t)chance_below(chance, 3);
	key.transport = TRANSPORT_UDP;
	endpoint = table_add(&ledger->endpoints, &key);
	endpoint->called += chance_below(chance, 9);
	endpoint->calling += chance_below(chance, 9);
	endpoint->answered += chance_below(chance, 9);
	chance_sketch(chance, &endpoint->peers);
	chance_sketch(chance, &endpoint->networks);
	application_keep(endpoint->application,
	                 chance_below(chance, 2) ? "DNS" : "Unknown");
}

static inline void chance_pair(struct chance *chance, struct ledger *ledger)
{
	struct pair_end ends[2];
	struct pair *pair;

	memset(ends, 0, sizeof(ends));
	for (unsigned i = 0; i < 2; i++) {
		ends[i].place = chance_place(chance, ledger);
		ends[i].address = chance_address(chance);
	}
	pair = ledger_pair(ledger, &ends[0], &ends[1]);
	sums_add(&pair->sums, 1, 2, 300);
	pair->exposure += chance_below(chance, 300);
	span_add(&pair->span, MAKER_NS + chance_below(chance, 99),
	         MAKER_NS * 2);
	pair->dscps |= UINT64_C(1) << chance_below(chance, 64);
	pair->peak = chance_below(chance, 99);
	activity_add(&pair->activity, MAKER_SECOND,
	             MAKER_SECOND + chance_below(chance, 99999));
}

static inline void chance_call(struct chance *chance, struct ledger *ledger,
                               const struct path *path)
{
	struct call_key key = { .path = path->key,
		                .payload_type = 8,
		                .ip_len =
		                        200 + (uint32_t)chance_below(chance, 2),
		                .family = FAMILY_IPV4 };
	struct call_sums *call = table_add(&ledger->calls, &key);

	sums_add(&call->sums, 1, 50, 10000);
	call->paces += 49;
	call->ns += 980000000;
}

static inline void chance_station(struct chance *chance, struct ledger *ledger)
{
	struct station_key key;
	struct station *station;

	memset(&key, 0, sizeof(key));
	key.mac.bytes[5] = (uint8_t)chance_below(chance, 9);
	key.vlan = (uint16_t)chance_below(chance, 3);
	station = table_add(&ledger->stations, &key);
	chance_sketch(chance, &station->addresses);
}

static inline void chance_link(struct chance *chance, struct ledger *ledger)
{
	struct link_key key = {
		.protocol = 0x0800 + chance_below(chance, 9),
		.kind = (uint32_t)chance_below(chance, LINK_KIND_COUNT),
		.vlan = (uint32_t)chance_below(chance, 3),
	};
	struct link_sums *link = table_add(&ledger->links, &key);

	sums_add(&link->sums, 1, 2, 60);
}

/* Of one source, whose digest is the seed, and so many records of a kind. */
static inline struct ledger *make_chance_records(const struct segment_map *map,
                                                 uint64_t seed, unsigned count)
{
	struct chance chance = { .seed = seed };
	struct ledger *ledger = make_ledger(map);
	char name[32];

	snprintf(name, sizeof(name), "%u.pcap", (unsigned)seed);
	make_source(ledger, name, seed, 1 + chance_below(&chance, 99999));
	for (size_t i = 0; ledger_counter(i); i++)
		*counter_of(&ledger->counters, ledger_counter(i)) =
			chance_below(&chance, 9);
	for (unsigned i = 0; i < count; i++) {
		struct path *path = chance_path(&chance, ledger);
		struct application_sums *application =
			ledger_application(ledger, &path->key,
		                           i % 2 ? "TLS.Netflix" : "DNS");

		sums_add(&application->sums, 1, i, i * 100);
		chance_finding(&chance, ledger, path);
		chance_host(&chance, ledger);
		chance_evidence(&chance, ledger);
		chance_peer(&chance, ledger);
		chance_link(&chance, ledger);
		chance_endpoint(&chance, ledger);
		chance_pair(&chance, ledger);
		chance_call(&chance, ledger, path);
		chance_station(&chance, ledger);
	}
	return ledger;
}

static inline struct ledger *make_chance_ledger(const struct segment_map *map,
                                                uint64_t seed)
{
	return make_chance_records(map, seed, 12);
}

#endif
