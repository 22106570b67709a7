#include "classify/fields_reader.h"

/* SMB over TCP, with or without NetBIOS: both put four bytes in front. */

enum {
	SMB1_NEGOTIATE = 0x72,
	SMB1_SESSION_SETUP = 0x73,
	SMB1_REPLY = 0x80,
	SMB1_SIGNING_REQUIRED = 0x08,
	SMB1_NOTHING_IN_COMMON = 0xffff,

	SMB2_NEGOTIATE = 0,
	SMB2_SESSION_SETUP = 1,
	SMB2_FLAG_SIGNED = 0x08,
	SMB2_SIGNING_REQUIRED = 0x02,
};

static void note_ntlm(struct fields *fields, const struct cursor *c)
{
	if (cursor_holds(c, "NTLMSSP", 8))
		fields->flags |= FIELD_NTLM;
}

static void note_signing(struct fields *fields, bool required)
{
	fields_note(fields, FIELD_SMB_SIGNING,
	            required ? SMB_SIGNING_REQUIRED : SMB_SIGNING_OPTIONAL);
}

static void note_dialect(struct fields *fields, uint16_t revision)
{
	static const struct {
		uint16_t revision;
		enum smb_dialect dialect;
	} dialects[] = {
		{ 0x0202, SMB_DIALECT_2_0_2 }, { 0x0210, SMB_DIALECT_2_1 },
		{ 0x0300, SMB_DIALECT_3_0 },   { 0x0302, SMB_DIALECT_3_0_2 },
		{ 0x0311, SMB_DIALECT_3_1_1 },
	};

	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (dialects[i].revision == revision)
			fields_note(fields, FIELD_SMB_DIALECT,
			            dialects[i].dialect);
}

/* MS-CIFS section 2.2.3.1, MS-SMB section 2.2.4.5.2 */
static void read_smb1(struct fields *fields, struct cursor c)
{
	uint8_t command = cursor_u8(&c);
	uint8_t flags;
	uint16_t dialect;
	uint8_t security;

	cursor_take(&c, 4); /* status */
	flags = cursor_u8(&c);
	if (command == SMB1_SESSION_SETUP)
		note_ntlm(fields, &c);
	if (command != SMB1_NEGOTIATE || !(flags & SMB1_REPLY))
		return;
	cursor_take(&c, 22 + 1); /* rest of the header, word count */
	dialect = cursor_le16(&c);
	security = cursor_u8(&c);
	if (!c.ok || dialect == SMB1_NOTHING_IN_COMMON)
		return;
	fields_note(fields, FIELD_SMB_DIALECT, SMB_DIALECT_1);
	note_signing(fields, security & SMB1_SIGNING_REQUIRED);
}

/* MS-SMB2 sections 2.2.1 and 2.2.4 */
static void read_smb2(struct fields *fields, enum direction direction,
                      struct cursor c)
{
	uint16_t command;
	uint32_t flags;
	uint16_t security;

	cursor_take(&c, 8); /* size, credit charge, status */
	command = cursor_le16(&c);
	cursor_take(&c, 2); /* credits */
	flags = cursor_le32(&c);
	cursor_take(&c, 44); /* next command to signature */
	if (!c.ok)
		return;
	if (command == SMB2_SESSION_SETUP)
		note_ntlm(fields, &c);
	else if (flags & SMB2_FLAG_SIGNED)
		fields_note(fields, FIELD_SMB_SIGNING, SMB_SIGNING_USED);
	if (command != SMB2_NEGOTIATE || direction != TO_CLIENT)
		return;
	cursor_take(&c, 2); /* size */
	security = cursor_le16(&c);
	note_dialect(fields, cursor_le16(&c));
	if (c.ok)
		note_signing(fields, security & SMB2_SIGNING_REQUIRED);
}

bool fields_read_smb(struct fields *fields, enum direction direction,
                     const struct packet *packet, struct cursor c)
{
	(void)packet;
	cursor_take(&c, 4);
	if (cursor_accept(&c, "\xfeSMB", 4))
		read_smb2(fields, direction, c);
	else if (cursor_accept(&c, "\xffSMB", 4))
		read_smb1(fields, c);
	else if (cursor_accept(&c, "\xfdSMB", 4))
		fields->flags |= FIELD_SMB_ENCRYPTED;
	else
		return false;
	return true;
}
