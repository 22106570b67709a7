/*
 * Terms: the facts that a signature may ask about, one row of a table each.
 *
 *	"port": [5353, "7400-7500"]
 *
 * A term holds if any of its values does. A new fact is one new row in
 * term.c; everything else (reading, checking, listing, matching) follows.
 */
#ifndef CLASSIFY_TERM_H
#define CLASSIFY_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/address.h"
#include "classify/facts.h"
#include "classify/json.h"

struct aliases;
struct role_set;

enum { PATTERN_MAX = 64 };

/* Bytes at an offset of a flow's first payloads. */
struct pattern {
	uint8_t offset;
	uint8_t len;
	uint8_t directions; /* bit 0: towards the server, bit 1: to the client
	                     */
	uint8_t bytes[PATTERN_MAX];
	uint8_t mask[PATTERN_MAX];
	uint32_t shortest; /* of the payload that has them */
	uint32_t longest;
};

/* A number in a first payload that says how long that payload is:
 * number * scale + adjust. */
struct length_field {
	uint8_t offset;
	uint8_t size;
	uint8_t directions; /* as in a pattern */
	bool little_endian;
	uint32_t scale;
	uint32_t adjust;
};

/* One value of a term; which member counts, its row knows. */
union term_value {
	struct {
		uint64_t low;
		uint64_t high;
	} range;
	struct prefix prefix;
	struct {
		struct mac mac;
		uint8_t len; /* bits that count */
	} mac;
	struct {
		uint64_t bits;
		uint64_t mask;
	} masked;
	struct pattern pattern;
	struct length_field length_field;
	struct {
		enum flow_field field;
		uint32_t bit;
	} word;
	struct {
		uint8_t len;
		char bytes[DHCP_CLASS_LEN];
	} start;
};

struct term_row;

struct term {
	const struct term_row *row;
	enum subject subject;
	union term_value *values;
	size_t count;
};

/* What reading a term needs to resolve names. */
struct term_names {
	struct dpi *dpi;
	const struct aliases *aliases;
	const struct role_set *roles;
	const struct json_document *document; /* for complaints */
};

/*
 * Read the term that a member of a match object is. False with err naming
 * file, line and word. term_release() gives back what it holds.
 */
bool term_read(struct term *term, const struct json *member,
               const struct term_names *names, struct error *err);
void term_release(struct term *term);

bool term_holds(const struct term *term, const struct facts *facts);

/* How much a term narrows down; a signature's specificity is their sum. */
unsigned term_weight(const struct term *term);

/* Whom a term is about. */
enum subject term_subject(const struct term *term);

/* Name and meaning of the index-th row about flows, false past the last. */
bool term_describe(size_t index, const char **name, const char **meaning);

#endif
