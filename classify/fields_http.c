#include "classify/fields_reader.h"

#include <strings.h>

enum { MOST_LINES = 64 };

/* Whether the next bytes are this text in any case; reads past it if so. */
static bool accept_text(struct cursor *c, const char *text)
{
	size_t len = strlen(text);

	if (cursor_left(c) < len ||
	    strncasecmp((const char *)c->at, text, len) != 0)
		return false;
	cursor_take(c, len);
	return true;
}

/* RFC 9110 section 11.4: the word before the credentials. */
static void note_scheme(struct fields *fields, struct cursor c)
{
	static const struct {
		const char *word;
		enum http_auth auth;
	} schemes[] = {
		{ "basic ", HTTP_AUTH_BASIC },
		{ "digest ", HTTP_AUTH_DIGEST },
		{ "ntlm ", HTTP_AUTH_NTLM },
		{ "negotiate ", HTTP_AUTH_NEGOTIATE },
		{ "bearer ", HTTP_AUTH_BEARER },
	};

	while (accept_text(&c, " "))
		;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!accept_text(&c, schemes[i].word))
			continue;
		fields_note(fields, FIELD_HTTP_AUTH, schemes[i].auth);
		/* "NTLMSSP" in base64, where NTLM hides behind negotiate. */
		if (schemes[i].auth == HTTP_AUTH_NTLM ||
		    cursor_holds(&c, "TlRMTVNTU", 9))
			fields->flags |= FIELD_NTLM;
	}
}

/* A request in HTTP/1 (RFC 9112); the first byte was an upper-case letter. */
bool fields_read_http(struct fields *fields, enum direction direction,
                      const struct packet *packet, struct cursor c)
{
	struct cursor header;

	(void)packet;
	if (direction != TO_SERVER || !cursor_line(&header, &c) ||
	    !cursor_holds(&header, " HTTP/1.", 8))
		return false;
	for (unsigned i = 0; i < MOST_LINES && cursor_line(&header, &c); i++)
		if (accept_text(&header, "authorization:") ||
		    accept_text(&header, "proxy-authorization:"))
			note_scheme(fields, header);
	return true;
}
