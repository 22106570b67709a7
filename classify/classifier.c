#include "classify/classifier.h"

#include <stdlib.h>
#include <string.h>

#include "capture/hash.h"
#include "classify/digest.h"

enum { EXTENSION = 0, NAME_LEN = 96, NAMES = 128 };

/* What classifying keeps of a flow while packets come: nDPI's state until it
 * has decided, then only its decision. */
struct state {
	struct dpi_flow *dpi;
	struct application application;
	uint8_t seen[2];       /* payloads looked at for fields */
	struct fields *fields; /* NULL while nothing was found */
	struct behaviour_state behaviour;
};

/* An application and what it is called. */
struct named {
	uint32_t key;
	char name[NAME_LEN];
};

struct classifier {
	struct dpi *dpi;
	const struct signature_set *set;
	const struct classify_listener *listener;
	struct flow_listener flow_listener;
	struct evidence_listener evidence_listener;
	struct behaviour_pools behaviours;
	struct pool fields;
	uint64_t dpi_skipped;
	struct named names[NAMES]; /* what was named lately, by its key */
};

static void begin(void *self, struct flow *flow, const struct packet *packet)
{
	struct classifier *classifier = self;
	struct state *state = flow->extension[EXTENSION];

	/*
	 * nDPI knows IP only; without a state a flow just stays unknown. To
	 * show it each stranger of a flood takes longer than all the rest: in
	 * a crowd a flow has to have a second packet first.
	 */
	if (flow->key.family != FAMILY_LAYER2 && !flow->crowded)
		state->dpi = dpi_flow_create(classifier->dpi);
	classifier->listener->begin(classifier->listener->self, flow, packet);
}

static void fetch(void *self, const struct flow *flow)
{
	const struct state *state = flow->extension[EXTENSION];

	(void)self;
	if (state->dpi)
		dpi_fetch(state->dpi);
	behaviour_fetch(&state->behaviour);
}

static void decide(struct classifier *classifier, struct state *state)
{
	state->application = dpi_conclude(classifier->dpi, state->dpi);
	dpi_flow_free(classifier->dpi, state->dpi);
	state->dpi = NULL;
}

static void read_fields(struct classifier *classifier, struct state *state,
                        enum direction direction, const struct packet *packet)
{
	struct fields fresh;

	if (state->seen[direction] >= FIELDS_PAYLOADS || !packet->has_ports)
		return;
	if (state->fields) {
		fields_add(state->fields, direction, packet);
		state->seen[direction] = state->fields->seen[direction];
		return;
	}
	if (!fields_may_find(packet)) {
		if (packet->payload_captured)
			state->seen[direction]++;
		return;
	}
	memset(&fresh, 0, sizeof(fresh));
	memcpy(fresh.seen, state->seen, sizeof(fresh.seen));
	fields_add(&fresh, direction, packet);
	state->seen[direction] = fresh.seen[direction];
	if (fields_are_empty(&fresh))
		return;
	state->fields = pool_take(&classifier->fields);
	if (state->fields)
		*state->fields = fresh;
}

static void packet(void *self, struct flow *flow, enum direction direction,
                   const struct packet *packet)
{
	struct classifier *classifier = self;
	struct state *state = flow->extension[EXTENSION];

	if (flow->crowded && flow_packets(flow) == 2 &&
	    flow->key.family != FAMILY_LAYER2)
		state->dpi = dpi_flow_create(classifier->dpi);
	if (state->dpi && dpi_packet(classifier->dpi, state->dpi, packet))
		decide(classifier, state);
	if (flow->key.family != FAMILY_LAYER2) {
		behaviour_add(&state->behaviour, &classifier->behaviours, flow,
		              direction, packet);
		read_fields(classifier, state, direction, packet);
	}
	learn_from(packet, &classifier->evidence_listener);
	classifier->listener->packet(classifier->listener->self, flow, packet);
}

/* "TLS.Netflix", or one name where there is one layer. */
static void make_name(const struct dpi *dpi, struct application application,
                      char name[static NAME_LEN])
{
	const char *sub = dpi_protocol_name(dpi, application.sub);

	if (application.master == DPI_UNKNOWN ||
	    application.master == application.sub)
		snprintf(name, NAME_LEN, "%s", sub);
	else
		snprintf(name, NAME_LEN, "%s.%s",
		         dpi_protocol_name(dpi, application.master), sub);
}

/* Flows have few applications, so that names are hardly ever made twice. */
static const char *name_application(struct classifier *classifier,
                                    struct application application)
{
	uint32_t key = (uint32_t)application.master << 16 | application.sub;
	struct named *named = &classifier->names[hash_mix(key) % NAMES];

	if (!*named->name || named->key != key) {
		named->key = key;
		make_name(classifier->dpi, application, named->name);
	}
	return named->name;
}

static void classify(struct classifier *classifier, const struct flow *flow,
                     struct application application,
                     struct classified *classified)
{
	const struct state *state = flow->extension[EXTENSION];
	bool is_ip = flow->key.family != FAMILY_LAYER2;

	classified->flow = flow;
	classified->facts =
		facts_of(flow, application, is_ip ? &state->behaviour : NULL);
	if (state->fields)
		classified->facts.fields = *state->fields;
	classified->application = name_application(classifier, application);
	signature_match(classifier->set, &classified->facts, &classified->hits);
}

static void end(void *self, struct flow *flow)
{
	struct classifier *classifier = self;
	struct state *state = flow->extension[EXTENSION];
	struct classified classified;

	if (state->dpi)
		decide(classifier, state);
	classifier->dpi_skipped += flow->crowded && flow_packets(flow) == 1;
	classify(classifier, flow, state->application, &classified);
	classifier->listener->end(classifier->listener->self, &classified);
	behaviour_end(&state->behaviour, &classifier->behaviours);
	pool_give(&classifier->fields, state->fields);
}

void classifier_peek(struct classifier *classifier, const struct flow *flow,
                     struct classified *classified)
{
	const struct state *state = flow->extension[EXTENSION];

	classify(classifier, flow,
	         state->dpi ? dpi_so_far(state->dpi) : state->application,
	         classified);
}

uint64_t classifier_dpi_skipped(const struct classifier *classifier)
{
	return classifier->dpi_skipped;
}

uint64_t classifier_dpi_calls(const struct classifier *classifier)
{
	return dpi_calls(classifier->dpi);
}

struct classifier *classifier_create(const struct signature_set *set,
                                     const struct classify_listener *listener,
                                     struct dpi_stock *stock, struct error *err)
{
	struct classifier *classifier = calloc(1, sizeof(*classifier));

	if (!classifier) {
		fail(err, "out of memory for a classifier");
		return NULL;
	}
	digest_start();
	classifier->dpi = dpi_stock_take(stock, err);
	if (!classifier->dpi) {
		free(classifier);
		return NULL;
	}
	behaviour_pools_init(&classifier->behaviours);
	pool_init(&classifier->fields, sizeof(struct fields));
	classifier->set = set;
	classifier->listener = listener;
	classifier->flow_listener = (struct flow_listener){
		.self = classifier,
		.extension_len = { sizeof(struct state),
		                   listener->extension_len },
		.fetch = fetch,
		.begin = begin,
		.packet = packet,
		.end = end,
	};
	classifier->evidence_listener = (struct evidence_listener){
		.self = listener->self,
		.evidence = listener->evidence,
	};
	return classifier;
}

void classifier_free(struct classifier *classifier)
{
	if (!classifier)
		return;
	dpi_free(classifier->dpi);
	behaviour_pools_release(&classifier->behaviours);
	pool_release(&classifier->fields);
	free(classifier);
}

const struct flow_listener *
classifier_listener(const struct classifier *classifier)
{
	return &classifier->flow_listener;
}
