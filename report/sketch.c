#include "report/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/number.h"

enum { BITS = SKETCH_WORDS * 64 };

void sketch_add(struct sketch *sketch, uint64_t hash)
{
	unsigned bit = hash % BITS;

	sketch->word[bit / 64] |= UINT64_C(1) << bit % 64;
}

void sketch_merge(struct sketch *into, const struct sketch *from)
{
	for (unsigned i = 0; i < SKETCH_WORDS; i++)
		into->word[i] |= from->word[i];
}

bool sketch_is_empty(const struct sketch *sketch)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < SKETCH_WORDS; i++)
		bits |= sketch->word[i];
	return !bits;
}

uint32_t sketch_count(const struct sketch *sketch)
{
	unsigned set = 0;
	double clear;

	if (sketch_is_empty(sketch))
		return 0;
	for (unsigned i = 0; i < SKETCH_WORDS; i++)
		set += (unsigned)__builtin_popcountll(sketch->word[i]);
	/* When all are set, a last clear bit is assumed. */
	clear = set < BITS ? BITS - set : 1;
	return (uint32_t)lround(-BITS * log(clear / BITS));
}

const char *sketch_text(char text[static SKETCH_TEXT],
                        const struct sketch *sketch)
{
	for (unsigned i = 0; i < SKETCH_WORDS; i++)
		number_put_hex(text + 16 * i, sketch->word[i], 16);
	text[SKETCH_TEXT - 1] = '\0';
	return text;
}

bool sketch_parse(struct sketch *sketch, const char *text)
{
	if (strlen(text) != SKETCH_TEXT - 1 ||
	    strspn(text, "0123456789abcdef") != SKETCH_TEXT - 1)
		return false;
	for (unsigned i = 0; i < SKETCH_WORDS; i++) {
		char word[17];

		memcpy(word, text + 16 * i, 16);
		word[16] = '\0';
		sketch->word[i] = strtoull(word, NULL, 16);
	}
	return true;
}
