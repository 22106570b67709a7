#include "classify/json_escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "classify/utf8.h"

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 &&
	       c != '"' && c != '\\';
}

static uint64_t has_zero_byte(uint64_t bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	return (bytes - ones) & ~bytes & ones << 7;
}

/* Whether is_plain() holds for all eight, as they lie in memory. */
static bool are_plain(uint64_t bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t control = (bytes - ones * 0x20) & ~bytes & ones << 7;

	return !(control | (bytes & ones << 7) |
	         has_zero_byte(bytes ^ ones * '"') |
	         has_zero_byte(bytes ^ ones * '\\'));
}

static inline bool copy_eight(char *into, const char *text)
{
	uint64_t bytes;

	memcpy(&bytes, text, 8);
	memcpy(into, &bytes, 8);
	return are_plain(bytes);
}

/* Four to eight, as two fours that may overlap. */
static inline bool copy_fours(char *into, const char *text, size_t len)
{
	uint32_t first;
	uint32_t last;

	memcpy(&first, text, 4);
	memcpy(&last, text + len - 4, 4);
	memcpy(into, &first, 4);
	memcpy(into + len - 4, &last, 4);
	return are_plain((uint64_t)first << 32 | last);
}

/* Eight at a time, the last of which may overlap those before. */
size_t json_copy_plain(char *into, const char *text, size_t len)
{
	size_t done = 0;

	if (len >= 4 && len < 8 && copy_fours(into, text, len))
		return len;
	while (done + 8 <= len && copy_eight(into + done, text + done))
		done += 8;
	if (len >= 8 && done + 8 > len &&
	    copy_eight(into + len - 8, text + len - 8))
		return len;
	for (; done < len && is_plain(text[done]); done++)
		into[done] = text[done];
	return done;
}

static char *put_control(char *at, char c)
{
	static const char digits[] = "0123456789abcdef";
	static const char short_forms[] = "\bb\ff\nn\rr\tt";
	const char *found = NULL;

	for (const char *form = short_forms; *form; form += 2)
		if (*form == c)
			found = form + 1;
	*at++ = '\\';
	if (found) {
		*at++ = *found;
		return at;
	}
	memcpy(at, "u00", 3);
	at[3] = digits[c >> 4];
	at[4] = digits[c & 15];
	return at + 5;
}

char *json_put_escaped(char *at, const char **text)
{
	char c = **text;
	size_t len = utf8_len(*text);

	*text += len ? len : 1;
	if (len > 1) {
		memcpy(at, *text - len, len);
		return at + len;
	}
	if (!len) {
		*at++ = '?';
		return at;
	}
	if (c == '"' || c == '\\') {
		*at++ = '\\';
		*at++ = c;
		return at;
	}
	return put_control(at, c);
}
