#include "classify/classifier.h"

#include <stdlib.h>
#include <string.h>

#include "classify/digest.h"

enum { EXTENSION = 0, NAME_LEN = 96 };

/* What classifying keeps of a flow while packets come: nDPI's state until it
 * has decided, then only its decision. */
struct state {
	struct dpi_flow *dpi;
	struct application application;
	struct behaviour_state behaviour;
	struct fields fields;
};

struct classifier {
	struct dpi *dpi;
	const struct signature_set *set;
	const struct classify_listener *listener;
	struct flow_listener flow_listener;
	struct evidence_listener evidence_listener;
	char name[NAME_LEN]; /* of the flow being told */
};

static void begin(void *self, struct flow *flow, const struct packet *packet)
{
	struct classifier *classifier = self;
	struct state *state = flow->extension[EXTENSION];

	/* nDPI knows IP only; without a state a flow just stays unknown. */
	if (flow->key.family != FAMILY_LAYER2)
		state->dpi = dpi_flow_create(classifier->dpi);
	classifier->listener->begin(classifier->listener->self, flow, packet);
}

static void decide(struct classifier *classifier, struct state *state)
{
	state->application = dpi_conclude(classifier->dpi, state->dpi);
	dpi_flow_free(classifier->dpi, state->dpi);
	state->dpi = NULL;
}

static void packet(void *self, struct flow *flow, enum direction direction,
                   const struct packet *packet)
{
	struct classifier *classifier = self;
	struct state *state = flow->extension[EXTENSION];

	if (state->dpi && dpi_packet(classifier->dpi, state->dpi, packet))
		decide(classifier, state);
	if (flow->key.family != FAMILY_LAYER2) {
		behaviour_add(&state->behaviour, flow, direction, packet);
		fields_add(&state->fields, direction, packet);
	}
	learn_from(packet, &classifier->evidence_listener);
	classifier->listener->packet(classifier->listener->self, flow, packet);
}

/* "TLS.Netflix", or one name where there is one layer. */
static const char *name_application(struct classifier *classifier,
                                    struct application application)
{
	const char *sub = dpi_protocol_name(classifier->dpi, application.sub);

	if (application.master == DPI_UNKNOWN ||
	    application.master == application.sub)
		snprintf(classifier->name, NAME_LEN, "%s", sub);
	else
		snprintf(classifier->name, NAME_LEN, "%s.%s",
		         dpi_protocol_name(classifier->dpi, application.master),
		         sub);
	return classifier->name;
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
	classified->facts.fields = state->fields;
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
	classify(classifier, flow, state->application, &classified);
	classifier->listener->end(classifier->listener->self, &classified);
}

void classifier_peek(struct classifier *classifier, const struct flow *flow,
                     struct classified *classified)
{
	const struct state *state = flow->extension[EXTENSION];

	classify(classifier, flow,
	         state->dpi ? dpi_so_far(state->dpi) : state->application,
	         classified);
}

uint64_t classifier_dpi_calls(const struct classifier *classifier)
{
	return dpi_calls(classifier->dpi);
}

struct classifier *classifier_create(const struct signature_set *set,
                                     const struct classify_listener *listener,
                                     struct error *err)
{
	struct classifier *classifier = calloc(1, sizeof(*classifier));

	if (!classifier) {
		fail(err, "out of memory for a classifier");
		return NULL;
	}
	digest_start();
	classifier->dpi = dpi_create(err);
	if (!classifier->dpi) {
		free(classifier);
		return NULL;
	}
	classifier->set = set;
	classifier->listener = listener;
	classifier->flow_listener = (struct flow_listener){
		.self = classifier,
		.extension_len = { sizeof(struct state),
		                   listener->extension_len },
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
	free(classifier);
}

const struct flow_listener *
classifier_listener(const struct classifier *classifier)
{
	return &classifier->flow_listener;
}
