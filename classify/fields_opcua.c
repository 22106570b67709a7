#include "classify/fields_reader.h"

/* OPC 10000-6 section 6.7.2: the policy of a secure channel, a URI that ends
 * in its name. */
bool fields_read_opcua(struct fields *fields, enum direction direction,
                       const struct packet *packet, struct cursor c)
{
	/* In the order of the words, except that prefixes come last. */
	static const struct {
		const char *name;
		unsigned index;
	} policies[] = {
		{ "#None", 0 },           { "#Basic128Rsa15", 1 },
		{ "#Basic256Sha256", 3 }, { "#Basic256", 2 },
		{ "#Aes128_", 4 },        { "#Aes256_", 5 },
	};
	struct cursor uri;

	(void)direction;
	(void)packet;
	if (!cursor_accept(&c, "OPNF", 4))
		return false;
	cursor_take(&c, 8); /* message size, channel */
	if (!cursor_header(&uri, &c, cursor_le32(&c)))
		return true;
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		if (cursor_holds(&uri, policies[i].name,
		                 strlen(policies[i].name))) {
			fields_note(fields, FIELD_OPCUA_POLICY,
			            policies[i].index);
			break;
		}
	}
	return true;
}
