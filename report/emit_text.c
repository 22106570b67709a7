#include "report/emit_text.h"

#include <inttypes.h>

const char *count_text(char text[static COUNT_TEXT], uint64_t count)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *into = text;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*into++ = ',';
		*into++ = digits[i];
	}
	*into = '\0';
	return text;
}

/* In bytes, of UTF-8. */
static size_t character_len(const char *text)
{
	size_t len = 1;

	while (((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

static void print_character(const char *text, size_t len, FILE *out)
{
	unsigned char first = (unsigned char)text[0];
	unsigned char second = (unsigned char)text[1];

	if (first < ' ' || first == 0x7f || (first & 0xc0) == 0x80 ||
	    (first == 0xc2 && (second & 0xe0) == 0x80))
		fputc('?', out);
	else
		fwrite(text, 1, len, out);
}

void print_text(const char *text, FILE *out)
{
	for (size_t len; *text; text += len) {
		len = character_len(text);
		print_character(text, len, out);
	}
}

void print_column(const char *text, int width, FILE *out)
{
	int used = 0;

	for (size_t len; *text && used < width; text += len, used++) {
		len = character_len(text);
		if (used == width - 1 && text[len])
			fputc('~', out);
		else
			print_character(text, len, out);
	}
	fprintf(out, "%*s", width - used, "");
}
