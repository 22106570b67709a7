/*
 * Any text as a report. What is accepted can be rendered in every format, and
 * the ledger that it was rendered from reads back as the same, from the report
 * as well. Nothing that somebody wrote into a report by hand may do more.
 *
 * Texts that say little are replaced by a report made by chance; one part of a
 * report changes into another, and numbers into such as no traffic has.
 */
#include <ctype.h>

#include "report/emit.h"
#include "tests/ledger_maker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                               unsigned seed);

static struct ledger *read_ledger(const char *text, size_t len)
{
	struct error err = { "" };
	struct json_document *document =
		json_read_text(text, len, "fuzz", &err);
	struct ledger *ledger =
		document ? ledger_read(document, MAKER_MEMORY, &err) : NULL;

	make_sure(ledger || err.text[0]);
	json_free(document);
	return ledger;
}

/* What was written of a ledger reads back as the same ledger. */
static void check_ledger(const struct ledger *ledger, const char *report)
{
	char *text = ledger_text(ledger);
	struct ledger *again = read_ledger(text, strlen(text));
	struct ledger *rendered = read_ledger(report, strlen(report));
	char *same;

	make_sure(again && rendered);
	same = ledger_text(again);
	make_sure(strcmp(text, same) == 0);
	free(same);
	same = ledger_text(rendered);
	make_sure(strcmp(text, same) == 0);
	free(same);
	free(text);
	ledger_free(again);
	ledger_free(rendered);
}

static void check_report(const struct ledger *ledger,
                         const struct signature_set *set)
{
	struct error err = { "" };
	struct report *report = report_create(ledger, set, &err);

	make_sure(report);
	for (size_t i = 0; emitter_at(i); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		make_sure(emitter_at(i)->emit(report, out));
		fclose(out);
		make_sure(strlen(text) == len);
		if (strcmp(emitter_at(i)->name, "json") == 0)
			check_ledger(ledger, text);
		free(text);
	}
	report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ledger *ledger = read_ledger((const char *)data, size);
	struct signature_set *set;

	if (!ledger)
		return 0;
	set = make_limits();
	check_report(ledger, set);
	signature_set_free(set);
	ledger_free(ledger);
	return 0;
}

static size_t made_by_chance(uint8_t *data, size_t most, unsigned seed)
{
	struct ledger *ledger = make_chance_records(NULL, seed, 1 + seed % 2);
	char *text = ledger_text_with(ledger, 0);
	size_t len = strlen(text);

	len = len < most ? len : most;
	memcpy(data, text, len);
	free(text);
	ledger_free(ledger);
	return len;
}

/* Put a text in the place of so many bytes; nothing happens without room. */
static size_t replace(uint8_t *data, size_t size, size_t most, size_t at,
                      size_t len, const uint8_t *with, size_t with_len)
{
	if (size - len + with_len > most)
		return size;
	memmove(data + at + with_len, data + at + len, size - at - len);
	memcpy(data + at, with, with_len);
	return size - len + with_len;
}

static size_t absurd_number(uint8_t *data, size_t size, size_t most,
                            struct chance *chance)
{
	static const char *const numbers[] = {
		"0",
		"1",
		"65535",
		"65536",
		"4294967295",
		"255",
		"4096",
		"-1",
		"0.5",
		"4294967296",
		"1e3",
		"70000",
		"2",
		"1099511627776",
		"9007199254740991",
		"\"18446744073709551615\"",
		"null",
		"\"x\"",
		"[]",
		"{}",
	};
	enum { COUNT = sizeof(numbers) / sizeof(numbers[0]) };
	const char *number = numbers[chance_below(chance, COUNT)];
	size_t at = chance_below(chance, size);
	size_t len = 0;

	while (at < size && !isdigit(data[at]))
		at++;
	while (at + len < size && isdigit(data[at + len]))
		len++;
	return replace(data, size, most, at, len, (const uint8_t *)number,
	               strlen(number));
}

/* Where a list or object from there on begins, and how long it is. */
static size_t find_part(const uint8_t *data, size_t size, size_t from,
                        size_t *len)
{
	int depth = 0;
	size_t at = from;

	while (at < size && data[at] != '[' && data[at] != '{')
		at++;
	*len = 0;
	while (at + *len < size) {
		uint8_t byte = data[at + (*len)++];

		depth += byte == '[' || byte == '{';
		depth -= byte == ']' || byte == '}';
		if (depth == 0)
			break;
	}
	return at;
}

static size_t other_part(uint8_t *data, size_t size, size_t most,
                         struct chance *chance)
{
	size_t len;
	size_t from_len;
	size_t at = find_part(data, size, chance_below(chance, size), &len);
	size_t from =
		find_part(data, size, chance_below(chance, size), &from_len);
	uint8_t *copy = malloc(from_len + 1);

	make_sure(copy);
	memcpy(copy, data + from, from_len);
	size = replace(data, size, most, at, len, copy, from_len);
	free(copy);
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most,
                               unsigned seed)
{
	enum { SAYS_LITTLE = 256 };
	struct chance chance = { .seed = seed };

	if (size < SAYS_LITTLE)
		return made_by_chance(data, most, seed);
	switch (chance_below(&chance, 4)) {
	case 0: return LLVMFuzzerMutate(data, size, most);
	case 1: return other_part(data, size, most, &chance);
	default: return absurd_number(data, size, most, &chance);
	}
}
