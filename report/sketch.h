/*
 * A sketch counts distinct things in a few words of memory.
 *
 * Linear counting (Whang, Vander-Zanden and Taylor, 1990): each thing sets the
 * bit that its hash names, and the share of bits still clear says how many
 * there were. Exact enough up to about the number of bits; union is a bitwise
 * or, so sketches of two sensors add up.
 */
#ifndef REPORT_SKETCH_H
#define REPORT_SKETCH_H

#include <stdbool.h>
#include <stdint.h>

enum { SKETCH_WORDS = 4, SKETCH_TEXT = SKETCH_WORDS * 16 + 1 };

struct sketch {
	uint64_t word[SKETCH_WORDS];
};

void sketch_add(struct sketch *sketch, uint64_t hash);
void sketch_merge(struct sketch *into, const struct sketch *from);

bool sketch_is_empty(const struct sketch *sketch);

/* How many, rounded; at most about 1,400. */
uint32_t sketch_count(const struct sketch *sketch);

/* As hexadecimal digits, and back. False if the text is none. */
const char *sketch_text(char text[static SKETCH_TEXT],
                        const struct sketch *sketch);
bool sketch_parse(struct sketch *sketch, const char *text);

#endif
