#include "classify/suite.h"

#include <stdlib.h>
#include <string.h>

const char *suite_protocol_name(enum suite_protocol protocol)
{
	switch (protocol) {
	case SUITE_ESP: return "esp";
	case SUITE_AH: return "ah";
	case SUITE_PROTOCOL_COUNT: break;
	}
	return "";
}

static bool read_protocol(void *into, const struct json *value,
                          const struct json_document *document,
                          struct error *err)
{
	const char *name = json_string(value);
	enum suite_protocol *protocol = into;

	for (*protocol = 0; name && *protocol < SUITE_PROTOCOL_COUNT;
	     (*protocol)++)
		if (strcmp(suite_protocol_name(*protocol), name) == 0)
			return true;
	return json_complain(err, document, value, "no protocol '%s'",
	                     name ? name : "...");
}

/* Vectors and integrity values are whole words (RFC 4303 section 2). */
static bool read_part(void *into, const struct json *value,
                      const struct json_document *document, struct error *err)
{
	uint64_t *bytes = into;

	if (!record_u64(into, value, document, err))
		return false;
	return (*bytes % 4 == 0 && *bytes <= SUITE_PART_MAX) ||
	       json_complain(err, document, value,
	                     "'%s' must be a multiple of 4 up to %d",
	                     json_key(value), SUITE_PART_MAX);
}

static bool read_block(void *into, const struct json *value,
                       const struct json_document *document, struct error *err)
{
	uint64_t *block = into;

	if (!record_u64(into, value, document, err))
		return false;
	return (*block && *block <= SUITE_BLOCK_MAX &&
	        !(*block & (*block - 1))) ||
	       json_complain(err, document, value,
	                     "'block' must be a power of two up to %d",
	                     SUITE_BLOCK_MAX);
}

static const struct record_member members[] = {
	{ "id", true, record_id, offsetof(struct suite, id) },
	{ "name", true, record_text, offsetof(struct suite, name) },
	{ "protocol", true, read_protocol, offsetof(struct suite, protocol) },
	{ "iv", true, read_part, offsetof(struct suite, iv) },
	{ "block", true, read_block, offsetof(struct suite, block) },
	{ "icv", true, read_part, offsetof(struct suite, icv) },
	{ "default", true, record_flag, offsetof(struct suite, is_default) },
	{ "status", true, record_text, offsetof(struct suite, status) },
	{ "references", true, record_list, offsetof(struct suite, references) },
	{ NULL, false, NULL, 0 },
};

static void suite_release(struct suite *suite)
{
	free(suite->id);
	free(suite->name);
	free(suite->status);
	text_list_release(&suite->references);
	*suite = (struct suite){ 0 };
}

static bool suite_keep(struct suite_set *set, const struct suite *suite,
                       const struct json *object,
                       const struct json_document *document, struct error *err)
{
	int same = suite_find(set, suite->id);

	if (same >= 0 && set->suites[same].folder == suite->folder)
		return json_complain(err, document, object,
		                     "a second suite '%s'", suite->id);
	if (same < 0 && set->count == SUITES_MAX)
		return json_complain(err, document, object,
		                     "more than %d suites", SUITES_MAX);
	if (same < 0)
		same = (int)set->count++;
	suite_release(&set->suites[same]);
	set->suites[same] = *suite;
	return true;
}

static bool suite_read(struct suite *suite, const struct json *object,
                       const struct json_document *document, struct error *err)
{
	if (!record_read(suite, members, "a suite", object, document, err))
		return false;
	/* RFC 4302 section 3.3.3.2: AH has no cipher whose block counts. */
	return suite->protocol != SUITE_AH || suite->block == 1 ||
	       json_complain(err, document, object,
	                     "AH suite '%s' with a block other than 1",
	                     suite->id);
}

bool suite_set_read(struct suite_set *set, const struct json *list,
                    size_t folder, const struct json_document *document,
                    struct error *err)
{
	if (!json_is_array(list))
		return json_complain(err, document, list,
		                     "suites must be a list");
	for (const struct json *object = json_first(list); object;
	     object = json_next(object)) {
		struct suite suite = { .folder = folder };

		if (!suite_read(&suite, object, document, err) ||
		    !suite_keep(set, &suite, object, document, err)) {
			suite_release(&suite);
			return false;
		}
	}
	return true;
}

void suite_set_release(struct suite_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		suite_release(&set->suites[i]);
	set->count = 0;
}

static int find_word(const struct suite_set *set, const char *word, size_t len)
{
	for (size_t i = 0; i < set->count; i++)
		if (strlen(set->suites[i].id) == len &&
		    memcmp(set->suites[i].id, word, len) == 0)
			return (int)i;
	return -1;
}

int suite_find(const struct suite_set *set, const char *id)
{
	return find_word(set, id, strlen(id));
}

bool suite_choose(const struct suite_set *set, const char *text,
                  uint64_t *chosen, struct error *err)
{
	*chosen = 0;
	for (size_t i = 0; i < set->count; i++)
		if (text ? strcmp(text, "all") == 0 : set->suites[i].is_default)
			*chosen |= UINT64_C(1) << i;
	if (!text || *chosen)
		return true;
	for (const char *word = text;; word++) {
		size_t len = strcspn(word, ",");
		int index = find_word(set, word, len);

		if (index < 0)
			return fail(err,
			            "no suite '%.*s'; signatures/suites.json "
			            "has their names",
			            (int)len, word);
		*chosen |= UINT64_C(1) << index;
		word += len;
		if (!*word)
			return true;
	}
}
