#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "classify/number.h"
#include "report/ledger_writer.h"

const char *example_id(char text[static EXAMPLE_ID_TEXT],
                       const struct example *example)
{
	*number_put_hex(text, example->hash, EXAMPLE_ID_TEXT - 1) = '\0';
	return text;
}

/* The places of a path, ordered by what they say instead of by their bytes. */
static void path_ends(const struct path_key *key, const struct segment_map *map,
                      const struct place *ends[2])
{
	bool swapped = place_compare(&key->place[0], &key->place[1], map) > 0;

	ends[0] = &key->place[swapped];
	ends[1] = &key->place[!swapped];
}

int writer_path_compare(const struct path_key *a, const struct path_key *b,
                        const struct segment_map *map)
{
	const struct place *left[2];
	const struct place *right[2];
	int order;

	path_ends(a, map, left);
	path_ends(b, map, right);
	order = place_compare(left[0], right[0], map);
	return order ? order : place_compare(left[1], right[1], map);
}

static int by_path(const void *a, const void *b, void *ledger)
{
	const struct path *left = *(void *const *)a;
	const struct path *right = *(void *const *)b;

	return writer_path_compare(&left->key, &right->key, writer_map(ledger));
}

static int by_id(const void *a, const void *b, void *ledger)
{
	const struct fired *left = *(void *const *)a;
	const struct fired *right = *(void *const *)b;

	(void)ledger;
	return strcmp(left->key.id, right->key.id);
}

/* A finding's signature is an index: its id is what orders it. */
static int by_finding(const void *a, const void *b, void *ledger)
{
	const struct finding *left = *(void *const *)a;
	const struct finding *right = *(void *const *)b;
	int difference = writer_path_compare(&left->key.path, &right->key.path,
	                                     writer_map(ledger));

	if (difference)
		return difference;
	difference = strcmp(ledger_signature(ledger, left->key.signature)->id,
	                    ledger_signature(ledger, right->key.signature)->id);
	return difference ? difference
	                  : (int)left->key.manner - (int)right->key.manner;
}

void writer_sums(struct json_scope parent, const char *key,
                 const struct sums *sums)
{
	struct json_scope list = json_add_array(parent, key);

	json_add_u64(list, NULL, sums->flows);
	json_add_u64(list, NULL, sums->packets);
	json_add_u64(list, NULL, sums->bytes);
}

void writer_pair(struct json_scope parent, const char *key, uint64_t first,
                 uint64_t second)
{
	struct json_scope list = json_add_array(parent, key);

	json_add_u64(list, NULL, first);
	json_add_u64(list, NULL, second);
}

void writer_span(struct json_scope parent, const struct span *span)
{
	writer_pair(parent, "span", span->first_ns, span->last_ns);
}

void writer_place(struct json_scope parent, const char *key,
                  const struct place *place, const struct ledger *ledger)
{
	char text[PLACE_TEXT];

	json_add_string(parent, key, place_text(text, place, ledger->map));
}

void writer_path_key(struct json_scope parent, const struct path_key *key,
                     const struct ledger *ledger)
{
	struct json_scope list = json_add_array(parent, "places");
	const struct place *ends[2];

	path_ends(key, ledger->map, ends);
	writer_place(list, NULL, ends[0], ledger);
	writer_place(list, NULL, ends[1], ledger);
}

static void add_histogram(struct json_scope object, const char *name,
                          const struct histogram *sizes)
{
	struct json_scope list = { 0 };
	uint64_t count;

	for (uint32_t len = 0; histogram_next(sizes, &len, &count); len++) {
		if (!list.writer)
			list = json_add_array(object, name);
		json_add_u64(list, NULL, len);
		json_add_u64(list, NULL, count);
	}
}

const char *sizes_name(char text[static SIZES_NAME], bool ipv6, bool df,
                       unsigned longer)
{
	int len = snprintf(text, SIZES_NAME, "ipv%u%s", ipv6 ? 6u : 4u,
	                   df ? "-df" : "");

	if (longer)
		snprintf(text + len, SIZES_NAME - (size_t)len, "+%u",
		         longer * 4);
	return text;
}

static void add_sizes(struct json_scope parent, const struct path *path)
{
	struct json_scope object = json_add_object(parent, "sizes");
	char name[SIZES_NAME];

	for (unsigned i = 0; i < 4; i++) {
		bool ipv6 = i / 2;
		bool df = i % 2;

		for (unsigned k = 0; k <= LEDGER_LONGER; k++) {
			const struct histogram *sizes =
				k ? &path->longer[ipv6][df][k - 1]
				  : &path->sizes[ipv6][df];

			if (sizes->root)
				add_histogram(object,
				              sizes_name(name, ipv6, df, k),
				              sizes);
		}
	}
}

static void add_bins(struct json_scope parent, const struct bins *bins)
{
	struct json_scope object = json_add_object(parent, "bins");
	struct json_scope list;

	json_add_u64(object, "width", bins->width);
	json_add_u64(object, "first", bins->first);
	list = json_add_array(object, "bins");
	for (size_t i = 0; i < bins->count; i++) {
		if (!bins->bin[i].packets)
			continue;
		json_add_u64(list, NULL, i);
		json_add_u64(list, NULL, bins->bin[i].packets);
		json_add_u64(list, NULL, bins->bin[i].bytes);
	}
}

static void write_path(struct json_scope list, const void *record,
                       const struct ledger *ledger)
{
	const struct path *path = record;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope sums;

	writer_path_key(object, &path->key, ledger);
	writer_span(object, &path->span);
	sums = json_add_object(object, "manners");
	for (enum manner m = 0; m < MANNER_COUNT; m++)
		if (path->by_manner[m].packets)
			writer_sums(sums, manner_name(m), &path->by_manner[m]);
	sums = json_add_object(object, "categories");
	for (enum category c = 0; c < CATEGORY_COUNT; c++)
		if (path->by_category[c].flows)
			writer_sums(sums, category_name(c),
			            &path->by_category[c]);
	writer_pair(object, "pmtu", path->too_big_flows,
	            path->black_hole_flows);
	add_sizes(object, path);
	add_bins(object, &path->bins);
}

static void add_example(struct json_scope list, const struct example *example)
{
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope ends;
	char text[ADDRESS_TEXT];

	json_add_string(object, "id", example_id(text, example));
	json_add_u64(object, "time", example->time_ns);
	json_add_u64(object, "family", example->family);
	json_add_u64(object, "transport", example->transport);
	json_add_u64(object, "vlan", example->vlan);
	ends = json_add_array(object, "addresses");
	for (unsigned i = 0; i < 2; i++)
		json_add_string(ends, NULL,
		                address_text(text, &example->address[i],
		                             (enum family)example->family));
	writer_pair(object, "ports", example->port[0], example->port[1]);
}

static void write_finding(struct json_scope list, const void *record,
                          const struct ledger *ledger)
{
	const struct finding *finding = record;
	struct json_scope object = json_add_object(list, NULL);
	struct json_scope sub;
	char text[ADDRESS_TEXT];

	writer_path_key(object, &finding->key.path, ledger);
	json_add_string(object, "signature",
	                ledger_signature(ledger, finding->key.signature)->id);
	json_add_string(object, "manner",
	                manner_name((enum manner)finding->key.manner));
	writer_sums(object, "sums", &finding->sums);
	writer_span(object, &finding->span);
	sub = json_add_array(object, "examples");
	for (uint32_t i = 0; i < finding->example_count; i++)
		add_example(sub, &finding->examples[i]);
	sub = json_add_array(object, "hosts");
	for (uint32_t i = 0; i < finding->hosts.count; i++)
		json_add_string(
			sub, NULL,
			address_text(text, &finding->hosts.address[i],
		                     (enum family)finding->hosts.family[i]));
	json_add_bool(object, "more_hosts", finding->hosts.more);
}

static const struct writer_row *own_row(size_t index)
{
	static const struct writer_row rows[] = {
		{ "paths", offsetof(struct ledger, paths), write_path, by_path,
		  WRITER_BY_PATH(struct path, key) },
		{ "findings", offsetof(struct ledger, findings), write_finding,
		  by_finding, WRITER_BY_PATH(struct finding, key.path) },
	};

	return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}

static void write_tables(struct json_scope object, const struct ledger *ledger)
{
	static const struct writer_row *(*const lists[])(size_t index) = {
		own_row, writer_host_row, writer_exemptable_row
	};
	const struct writer_row *rows[WRITER_TABLES_MOST];
	size_t count = 0;

	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++)
		for (size_t i = 0; lists[l](i); i++) {
			assert(count < WRITER_TABLES_MOST);
			rows[count++] = lists[l](i);
		}
	writer_tables(object, ledger, rows, count);
}

static int example_order(const void *a, const void *b)
{
	const struct example *left = *(const struct example *const *)a;
	const struct example *right = *(const struct example *const *)b;

	if (left->source != right->source)
		return left->source < right->source ? -1 : 1;
	if (left->frame != right->frame)
		return left->frame < right->frame ? -1 : 1;
	return (left->hash > right->hash) - (left->hash < right->hash);
}

/* All examples, by source and frame: one flow may stand in many findings. */
static const struct example **collect_examples(const struct ledger *ledger,
                                               size_t *count)
{
	size_t room = ledger->findings.count * LEDGER_EXAMPLES + 1;
	const struct example **examples =
		malloc(room * sizeof(struct example *));

	*count = 0;
	if (!examples)
		return NULL;
	for (size_t i = 0; i < ledger->findings.count; i++) {
		const struct finding *finding = ledger->findings.records[i];

		for (uint32_t e = 0; e < finding->example_count; e++)
			examples[(*count)++] = &finding->examples[e];
	}
	if (*count)
		qsort(examples, *count, sizeof(struct example *),
		      example_order);
	return examples;
}

static void add_frames(struct json_scope source, uint32_t index,
                       const struct example *const *examples, size_t count)
{
	struct json_scope list = json_add_array(source, "examples");
	const struct example *before = NULL;
	char text[EXAMPLE_ID_TEXT];

	for (size_t i = 0; i < count; i++) {
		struct json_scope object;

		if (examples[i]->source != index ||
		    (before && before->hash == examples[i]->hash))
			continue;
		before = examples[i];
		object = json_add_object(list, NULL);
		json_add_string(object, "id", example_id(text, before));
		json_add_u64(object, "frame", before->frame);
	}
}

static void write_source(struct json_scope object,
                         const struct source_stats *stats)
{
	struct json_scope outcomes;
	char text[EXAMPLE_ID_TEXT];

	snprintf(text, sizeof(text), "%016llx",
	         (unsigned long long)stats->digest);
	json_add_string(object, "id", text);
	json_add_string(object, "name", stats->name);
	json_add_string(object, "kind", stats->live ? "interface" : "file");
	json_add_string(object, "link_type", stats->link_type);
	json_add_u64(object, "frames", stats->frames);
	json_add_u64(object, "bytes", stats->bytes);
	writer_pair(object, "span", stats->first_ns, stats->last_ns);
	json_add_u64(object, "cut", stats->cut);
	json_add_u64(object, "out_of_order", stats->out_of_order);
	outcomes = json_add_object(object, "decoded");
	for (enum decoded d = 0; d < DECODED_KINDS; d++)
		json_add_u64(outcomes, decoded_name(d), stats->outcomes[d]);
	json_add_u64(object, "received", stats->received);
	json_add_u64(object, "dropped", stats->dropped);
	json_add_u64(object, "if_dropped", stats->if_dropped);
	json_add_string(object, "failure", stats->failure);
}

static void write_sources(const struct ledger *ledger, struct json_scope root)
{
	struct json_scope list = json_add_array(root, "sources");
	size_t count;
	const struct example **examples = collect_examples(ledger, &count);

	if (!examples)
		json_give_up(list);
	for (uint32_t i = 0; examples && i < ledger->source_count; i++) {
		struct json_scope object = json_add_object(list, NULL);

		write_source(object, &ledger->sources[i]);
		add_frames(object, i, examples, count);
	}
	free(examples);
}

static void write_fired(struct json_scope list, const void *record,
                        const struct ledger *ledger)
{
	const struct fired *fired = record;

	(void)ledger;
	signature_write(&fired->signature, json_add_object(list, NULL));
}

static void write_signatures(const struct ledger *ledger,
                             struct json_scope root)
{
	static const struct writer_row row = {
		"signatures",     offsetof(struct ledger, fired),
		write_fired,      by_id,
		WRITER_BY_OTHERS, { 0 },
	};
	const struct writer_row *const rows[] = { &row };

	writer_tables(root, ledger, rows, 1);
}

static void write_counters(struct json_scope parent,
                           const struct ledger *ledger)
{
	struct json_scope object = json_add_object(parent, "counters");
	struct ledger_counters counters = ledger_counters_of(ledger);

	for (size_t i = 0; ledger_counter(i); i++)
		json_add_u64(object, ledger_counter(i)->name,
		             *counter_of(&counters, ledger_counter(i)));
}

void ledger_write(const struct ledger *ledger, struct json_scope root)
{
	struct json_scope object;

	write_sources(ledger, root);
	write_signatures(ledger, root);
	object = json_add_object(root, "ledger");
	if (ledger->map)
		segment_map_write(ledger->map, object, "map");
	write_tables(object, ledger);
	write_counters(object, ledger);
}
