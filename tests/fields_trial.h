/*
 * Trials of field readers: payloads as hexadecimal or plain text, said by
 * client or server, and what they show as one line of words.
 *
 * Each payload lies on the heap in its exact length: an overread aborts under
 * AddressSanitizer.
 */
#ifndef TESTS_FIELDS_TRIAL_H
#define TESTS_FIELDS_TRIAL_H

#include <criterion/criterion.h>
#include <stdio.h>

#include "classify/fields.h"
#include "tests/packet_maker.h"

enum { SAID_MAX = 1500, SHOWN_MAX = 512 };

struct said {
	enum direction direction;
	const char *hex;  /* or */
	const char *text; /* as it is */
};

#define C_HEX(bytes) \
	{ \
		TO_SERVER, bytes, NULL \
	}
#define S_HEX(bytes) \
	{ \
		TO_CLIENT, bytes, NULL \
	}
#define C_TEXT(bytes) \
	{ \
		TO_SERVER, NULL, bytes \
	}
#define S_TEXT(bytes) \
	{ \
		TO_CLIENT, NULL, bytes \
	}

static inline size_t said_bytes(uint8_t bytes[static SAID_MAX],
                                const struct said *said)
{
	size_t len = 0;

	if (said->text) {
		len = strlen(said->text);
		memcpy(bytes, said->text, len);
		return len;
	}
	for (const char *hex = said->hex; *hex; hex++) {
		unsigned byte;

		if (*hex == ' ')
			continue;
		if (len == SAID_MAX || sscanf(hex, "%2x", &byte) != 1)
			abort();
		bytes[len++] = (uint8_t)byte;
		hex++;
	}
	return len;
}

/* The first len bytes of a payload. shape goes from client to server. */
static inline void fields_hear(struct fields *fields,
                               const struct packet *shape,
                               enum direction direction, const uint8_t *bytes,
                               size_t len)
{
	struct packet packet =
		direction == TO_SERVER ? *shape : make_reply(shape);
	uint8_t *payload = malloc(len ? len : 1);

	memcpy(payload, bytes, len);
	packet.payload = payload;
	packet.payload_captured = (uint32_t)len;
	packet.payload_len = (uint32_t)len;
	fields_add(fields, direction, &packet);
	free(payload);
}

static inline void put(char shown[static SHOWN_MAX], const char *name,
                       const char *word)
{
	size_t used = strlen(shown);

	snprintf(shown + used, SHOWN_MAX - used, "%s%s%s%s", used ? ", " : "",
	         name, *word ? " " : "", word);
}

/* "tls-version 1.3, tls-cipher aead" */
static inline void fields_show(char shown[static SHOWN_MAX],
                               const struct fields *fields)
{
	shown[0] = '\0';
	for (enum flow_field field = 0; field < FIELD_COUNT; field++) {
		uint32_t words = fields_words(fields, field);

		for (unsigned i = 0; i < 32; i++)
			if (words >> i & 1)
				put(shown, flow_field_name(field),
				    flow_field_word(field, i));
	}
	if (fields->flags & FIELD_STARTTLS)
		put(shown, "starttls", "");
	if (fields->flags & FIELD_SMB_ENCRYPTED)
		put(shown, "smb-encrypted", "");
	if (fields->flags & FIELD_NTLM)
		put(shown, "ntlm", "");
	if (fields->flags & FIELD_STUN_MAPPED_DIFFERS)
		put(shown, "stun-mapped-differs", "");
}

static inline bool shows_less(const struct fields *some,
                              const struct fields *all)
{
	for (enum flow_field field = 0; field < FIELD_COUNT; field++)
		if (fields_words(some, field) & ~fields_words(all, field))
			return false;
	return !(some->flags & ~all->flags);
}

/* A conversation shows this; and every beginning of its last payload, cut by
 * a snap length, shows some of it and is not overread. */
static inline void expect_shown(const struct packet *shape,
                                const struct said *said, size_t count,
                                const char *want)
{
	struct fields before = { .seen = { 0 } };
	struct fields all;
	uint8_t bytes[SAID_MAX];
	char shown[SHOWN_MAX];
	size_t len = 0;

	for (size_t i = 0; i < count; i++) {
		len = said_bytes(bytes, &said[i]);
		if (i + 1 < count)
			fields_hear(&before, shape, said[i].direction, bytes,
			            len);
	}
	all = before;
	fields_hear(&all, shape, said[count - 1].direction, bytes, len);
	fields_show(shown, &all);
	cr_expect_str_eq(shown, want, "'%s' instead of '%s'", shown, want);
	while (len-- > 0) {
		struct fields some = before;

		fields_hear(&some, shape, said[count - 1].direction, bytes,
		            len);
		cr_expect(shows_less(&some, &all), "%s: cut at %zu", want, len);
	}
}

#define EXPECT_SHOWN(shape, want, ...) \
	expect_shown(shape, (const struct said[]){ __VA_ARGS__ }, \
	             sizeof((const struct said[]){ __VA_ARGS__ }) / \
	                     sizeof(struct said), \
	             want)

#endif
