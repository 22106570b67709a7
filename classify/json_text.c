#include "classify/json_text.h"

#include <ctype.h>
#include <string.h>

#include "classify/utf8.h"

int json_text_line(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* How long the string that starts at a quote is, both quotes included. */
static size_t string_len(const char *start)
{
	const char *at = start + 1;

	for (; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return (size_t)(at - start) + (*at == '"');
}

/* Behind the comment that starts here, if one does; NULL if it never ends. */
static char *comment_end(char *at)
{
	char *end;

	if (at[0] != '/')
		return at;
	if (at[1] == '/')
		return at + strcspn(at, "\n");
	if (at[1] != '*')
		return at;
	end = strstr(at + 2, "*/");
	return end ? end + 2 : NULL;
}

/* Blanks rather than removes, so that lines and offsets stay true. Returns
 * the comment that never ends, NULL if all do. */
static const char *blank_comments(char *text)
{
	for (char *at = text; *at;) {
		char *end = comment_end(at);

		if (!end)
			return at;
		if (end == at)
			at += *at == '"' ? string_len(at) : 1;
		for (; at < end; at++)
			if (*at != '\n')
				*at = ' ';
	}
	return NULL;
}

/* Editors of some systems put it before UTF-8, where it means nothing. */
static void blank_byte_order_mark(char *text)
{
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		memset(text, ' ', 3);
}

/* Names that differ in such bytes alone would be written as one. */
static const char *find_no_utf8(const char *text)
{
	for (;;) {
		size_t len;

		/* ASCII, which nearly all is. */
		while (*text > 0 && *text < 0x7f)
			text++;
		if (!*text)
			return NULL;
		len = utf8_len(text);
		if (!len)
			return text;
		text += len;
	}
}

/* A character that would cut a text short. Backslashes are in strings only. */
static const char *find_escaped_nul(const char *text)
{
	for (; (text = strchr(text, '\\')) && text[1]; text += 2)
		if (strncmp(text, "\\u0000", 6) == 0)
			return text;
	return NULL;
}

bool json_text_prepare(char *text, const char *name, struct error *err)
{
	const char *wrong;

	blank_byte_order_mark(text);
	wrong = blank_comments(text);
	if (wrong)
		return fail(err, "%s:%d: a comment that never ends", name,
		            json_text_line(text, wrong));
	wrong = find_escaped_nul(text);
	if (wrong)
		return fail(err, "%s:%d: a text with \\u0000 in it", name,
		            json_text_line(text, wrong));
	wrong = find_no_utf8(text);
	if (wrong)
		return fail(err, "%s:%d: a byte that is no UTF-8", name,
		            json_text_line(text, wrong));
	return true;
}

static bool is_in_word(char c)
{
	return (unsigned char)c > ' ' && !strchr(",:{}[]\"", c);
}

/* The word around a place, for "not JSON at 'word'": the parser may point
 * behind the first letter. */
static void word_at(char word[static 32], const char *text, const char *at)
{
	size_t len = 1;

	while (at > text && is_in_word(at[0]) && is_in_word(at[-1]))
		at--;
	while (len < 31 && is_in_word(at[0]) && is_in_word(at[len]))
		len++;
	memcpy(word, at, len);
	word[len] = '\0';
}

bool json_text_refuse(const char *text, const char *end, const char *name,
                      struct error *err)
{
	char word[32];

	while (end && isspace((unsigned char)*end))
		end++;
	if (!end || !*end)
		return fail(err, "%s:%d: ends in the middle of a value", name,
		            json_text_line(text, text + strlen(text)));
	word_at(word, text, end);
	return fail(err, "%s:%d: not JSON at '%s'", name,
	            json_text_line(text, end), word);
}

/* What separates values, with all that the parser takes for a space. */
static bool is_between(char c)
{
	return (unsigned char)c <= ' ' || strchr(",:]}", c);
}

static bool is_key(const char *after)
{
	while (*after && (unsigned char)*after <= ' ')
		after++;
	return *after == ':';
}

static size_t scalar_len(const char *start)
{
	const char *at = start;

	while (*at && !is_between(*at))
		at++;
	return (size_t)(at - start);
}

const char *json_text_value(const char *text, size_t n)
{
	const char *key = NULL;

	for (const char *at = text; *at;) {
		const char *start = at;

		if (is_between(*at)) {
			at++;
			continue;
		}
		if (*at == '"') {
			at += string_len(at);
			if (!key && is_key(at)) {
				key = start;
				continue;
			}
		} else if (*at == '{' || *at == '[') {
			at++;
		} else {
			at += scalar_len(at);
		}
		if (n-- == 0)
			return key ? key : start;
		key = NULL;
	}
	return text;
}
