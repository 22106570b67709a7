/*
 * An address of any family in one shape: 16 bytes.
 *
 * IPv6 addresses fill them, IPv4 addresses are stored mapped (::ffff:a.b.c.d),
 * and the MAC addresses of frames without IP lie in the last six, so that one
 * key, one hash and one comparison serve all. Which it is, the packet's or
 * flow's family says. A plain value: owns nothing, may be copied.
 */
#ifndef CAPTURE_ADDRESS_H
#define CAPTURE_ADDRESS_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ADDRESS_TEXT = 48, MAC_LEN = 6, IPV4_PREFIX_OFFSET = 96 };

enum family { FAMILY_LAYER2, FAMILY_IPV4, FAMILY_IPV6, FAMILY_COUNT };

struct address {
	uint8_t bytes[16];
};

struct mac {
	uint8_t bytes[MAC_LEN];
};

/*
 * An address and how many of its bits count: 0..128 for both families, so an
 * IPv4 /24 has length 96 + 24.
 */
struct prefix {
	struct address address;
	uint8_t len;
};

/* Inline, since every packet decoded makes two. */
static inline struct address address_from_ipv4(const uint8_t bytes[static 4])
{
	struct address address = { .bytes = { [10] = 0xff, [11] = 0xff } };

	memcpy(address.bytes + 12, bytes, 4);
	return address;
}

static inline struct address address_from_ipv6(const uint8_t bytes[static 16])
{
	struct address address;

	memcpy(address.bytes, bytes, sizeof(address.bytes));
	return address;
}

static inline struct address
address_from_mac(const uint8_t bytes[static MAC_LEN])
{
	struct address address = { .bytes = { 0 } };

	memcpy(address.bytes + 10, bytes, MAC_LEN);
	return address;
}

static inline bool address_is_ipv4(const struct address *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

/* Less than, equal to or greater than zero, as memcmp(). Inline, since every
 * packet asks. */
static inline int address_compare(const struct address *a,
                                  const struct address *b)
{
	for (unsigned i = 0; i < sizeof(a->bytes); i += sizeof(uint64_t)) {
		uint64_t left;
		uint64_t right;

		memcpy(&left, a->bytes + i, sizeof(left));
		memcpy(&right, b->bytes + i, sizeof(right));
		if (left != right)
			return be64toh(left) < be64toh(right) ? -1 : 1;
	}
	return 0;
}

/* RFC 5952 or dotted decimal or colon-separated MAC; returns text. */
const char *address_text(char text[static ADDRESS_TEXT],
                         const struct address *address, enum family family);
const char *mac_text(char text[static ADDRESS_TEXT], const struct mac *mac);

/* From text without a prefix length. False if it is no IP address. */
bool address_parse(struct address *address, const char *text);
bool mac_parse(struct mac *mac, const char *text);

/*
 * From "10.0.0.0/8", "fd00::/8" or a bare address. False if it is no prefix;
 * host bits beyond the length are refused as well, since they hide typing
 * mistakes.
 */
bool prefix_parse(struct prefix *prefix, const char *text);
const char *prefix_text(char text[static ADDRESS_TEXT],
                        const struct prefix *prefix);
bool prefix_holds(const struct prefix *prefix, const struct address *address);

/* The prefix of that length around an address; host bits cleared. */
struct prefix prefix_around(const struct address *address, uint8_t len);

#endif
