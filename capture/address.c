#include "capture/address.h"

#include <arpa/inet.h>
#include <string.h>

enum { PREFIX_MAX = 128 };

const char *mac_text(char text[static ADDRESS_TEXT], const struct mac *mac)
{
	static const char digits[] = "0123456789abcdef";
	char *at = text;

	for (size_t i = 0; i < MAC_LEN; i++) {
		*at++ = digits[mac->bytes[i] >> 4];
		*at++ = digits[mac->bytes[i] & 15];
		*at++ = ':';
	}
	at[-1] = '\0';
	return text;
}

static char *put_byte(char *at, unsigned byte)
{
	if (byte >= 100)
		*at++ = (char)('0' + byte / 100);
	if (byte >= 10)
		*at++ = (char)('0' + byte / 10 % 10);
	*at++ = (char)('0' + byte % 10);
	return at;
}

static void put_ipv4(char *at, const uint8_t bytes[static 4])
{
	for (size_t i = 0; i < 4; i++) {
		at = put_byte(at, bytes[i]);
		*at++ = '.';
	}
	at[-1] = '\0';
}

/* inet_ntop() prints with sprintf(): most addresses of a report are IPv4. */
static void put_ipv6(char *text, const struct address *address)
{
	static const char prefix[] = "::ffff:";

	if (!address_is_ipv4(address)) {
		inet_ntop(AF_INET6, address->bytes, text, ADDRESS_TEXT);
		return;
	}
	memcpy(text, prefix, sizeof(prefix));
	put_ipv4(text + sizeof(prefix) - 1, address->bytes + 12);
}

const char *address_text(char text[static ADDRESS_TEXT],
                         const struct address *address, enum family family)
{
	struct mac mac;

	switch (family) {
	case FAMILY_IPV4: put_ipv4(text, address->bytes + 12); return text;
	case FAMILY_IPV6: put_ipv6(text, address); return text;
	case FAMILY_LAYER2:
	case FAMILY_COUNT: break;
	}
	memcpy(mac.bytes, address->bytes + 10, MAC_LEN);
	return mac_text(text, &mac);
}

bool address_parse(struct address *address, const char *text)
{
	uint8_t ipv4[4];

	if (inet_pton(AF_INET, text, ipv4) == 1) {
		*address = address_from_ipv4(ipv4);
		return true;
	}
	return inet_pton(AF_INET6, text, address->bytes) == 1;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) % 16) : -1;
}

bool mac_parse(struct mac *mac, const char *text)
{
	char separator = ':';

	for (size_t i = 0; i < MAC_LEN; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return false;
		mac->bytes[i] = (uint8_t)(high << 4 | low);
		if (i == 0 && text[2] == '-')
			separator = '-';
		if (text[2] != (i + 1 < MAC_LEN ? separator : '\0'))
			return false;
	}
	return true;
}

/* A decimal number without sign, space or leading zero, at most max. */
static bool parse_len(uint8_t *len, const char *text, unsigned max)
{
	unsigned value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned)(*text - '0');
		if (value > max)
			return false;
	}
	*len = (uint8_t)value;
	return true;
}

bool prefix_parse(struct prefix *prefix, const char *text)
{
	char host[ADDRESS_TEXT];
	const char *slash = strchr(text, '/');
	size_t host_len = slash ? (size_t)(slash - text) : strlen(text);
	bool dotted;
	struct prefix whole;

	if (host_len >= sizeof(host))
		return false;
	memcpy(host, text, host_len);
	host[host_len] = '\0';
	if (!address_parse(&prefix->address, host))
		return false;

	prefix->len = PREFIX_MAX;
	dotted = !strchr(host, ':');
	if (slash && !parse_len(&prefix->len, slash + 1, dotted ? 32 : 128))
		return false;
	if (slash && dotted)
		prefix->len = (uint8_t)(prefix->len + IPV4_PREFIX_OFFSET);
	whole = prefix_around(&prefix->address, prefix->len);
	return address_compare(&whole.address, &prefix->address) == 0;
}

const char *prefix_text(char text[static ADDRESS_TEXT],
                        const struct prefix *prefix)
{
	bool ipv4 = prefix->len >= IPV4_PREFIX_OFFSET &&
	            address_is_ipv4(&prefix->address);
	char *at;

	address_text(text, &prefix->address, ipv4 ? FAMILY_IPV4 : FAMILY_IPV6);
	at = text + strlen(text);
	*at++ = '/';
	at = put_byte(at,
	              ipv4 ? prefix->len - IPV4_PREFIX_OFFSET : prefix->len);
	*at = '\0';
	return text;
}

bool prefix_holds(const struct prefix *prefix, const struct address *address)
{
	struct prefix other = prefix_around(address, prefix->len);

	return address_compare(&other.address, &prefix->address) == 0;
}

struct prefix prefix_around(const struct address *address, uint8_t len)
{
	struct prefix prefix = { .len = len };
	size_t whole = len / 8;

	memcpy(prefix.address.bytes, address->bytes, whole);
	if (len % 8)
		prefix.address.bytes[whole] =
			(uint8_t)(address->bytes[whole] & (0xff00U >> len % 8));
	return prefix;
}
