/*
 * Any text as a signature file. Either it is refused with a complaint that
 * names it, or its signatures can be found, matched, written and read back.
 */
#include "classify/signature.h"
#include "tests/json_maker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_public(const struct signature *signature)
{
	struct json_maker maker;
	struct json_document *document;
	struct error err = { "" };
	struct signature again = { 0 };
	struct signature copy = { 0 };

	signature_write(signature,
	                json_add_object(json_maker_start(&maker, 0), NULL));
	document = json_maker_read(&maker, &err);
	require(document);
	require(signature_read_public(&again, json_root(document), document,
	                              &err));
	require(strcmp(again.id, signature->id) == 0);
	require(again.remedies.count == signature->remedies.count);
	require(signature_copy(&copy, &again));
	signature_release(&copy);
	signature_release(&again);
	json_free(document);
}

/* Flows of both kinds whose heads and ports are the text's own bytes. */
static struct flow flow_from(const uint8_t *data, size_t size,
                             enum family family)
{
	struct flow flow = {
		.key = { .family = (uint8_t)family,
		         .transport = TRANSPORT_UDP,
		         .port = { 40000, 53 } },
		.packets = { 1, 1 },
	};
	size_t len = size < FLOW_HEAD_LEN ? size : FLOW_HEAD_LEN;

	memcpy(flow.head[TO_SERVER].bytes, data, len);
	flow.head[TO_SERVER].captured = (uint8_t)len;
	flow.head[TO_SERVER].payload_len = (uint32_t)len;
	return flow;
}

static void check_match(const struct signature_set *set, const uint8_t *data,
                        size_t size)
{
	for (enum family family = 0; family < FAMILY_COUNT; family++) {
		struct flow flow = flow_from(data, size, family);
		struct facts facts =
			facts_of(&flow, (struct application){ 0 }, NULL);
		struct signature_hits hits;

		signature_match(set, &facts, &hits);
		require(hits.count <= SIGNATURE_HITS);
		for (size_t i = 0; i < hits.count; i++)
			require(hits.index[i] < signature_count(set));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dpi *dpi;
	struct error err = { "" };
	struct signature_set *set;

	if (!dpi)
		dpi = dpi_create(&err);
	set = signature_set_from_text((const char *)data, size, "fuzz", dpi,
	                              &err);
	if (!set) {
		require(strncmp(err.text, "fuzz:", 5) == 0);
		return 0;
	}
	for (size_t i = 0; i < signature_count(set); i++) {
		const struct signature *signature = signature_at(set, i);

		require(signature_find(set, signature->id) == signature);
		check_public(signature);
	}
	check_match(set, data, size);
	signature_set_free(set);
	return 0;
}
