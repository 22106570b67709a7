#include "classify/fields_reader.h"

enum { SSH_VERSION_1, SSH_VERSION_2 };

/* RFC 4253 section 4.2 and, for 1.99, 5.1: a server that can do both. */
bool fields_read_ssh(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	(void)direction;
	(void)packet;
	if (!cursor_accept(&c, "SSH-", 4))
		return false;
	if (cursor_accept(&c, "2.", 2) || cursor_accept(&c, "1.99-", 5))
		fields_note(fields, FIELD_SSH_VERSION, SSH_VERSION_2);
	else if (cursor_accept(&c, "1.", 2) && cursor_holds(&c, "-", 1))
		fields_note(fields, FIELD_SSH_VERSION, SSH_VERSION_1);
	return true;
}
