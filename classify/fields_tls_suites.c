#include "classify/fields_reader.h"

/*
 * Cipher suites of IANA's TLS registry, and a few that only ever were private.
 * The first range that holds counts; what is in none uses CBC.
 */
static const struct {
	uint16_t low;
	uint16_t high;
	enum tls_cipher cipher;
} ranges[] = {
	{ 0x0000, 0x0002, TLS_CIPHER_NULL },
	{ 0x002c, 0x002e, TLS_CIPHER_NULL },
	{ 0x003b, 0x003b, TLS_CIPHER_NULL },
	{ 0x0082, 0x0083, TLS_CIPHER_NULL },
	{ 0x00b0, 0x00b1, TLS_CIPHER_NULL },
	{ 0x00b4, 0x00b5, TLS_CIPHER_NULL },
	{ 0x00b8, 0x00b9, TLS_CIPHER_NULL },
	{ 0xc001, 0xc001, TLS_CIPHER_NULL },
	{ 0xc006, 0xc006, TLS_CIPHER_NULL },
	{ 0xc00b, 0xc00b, TLS_CIPHER_NULL },
	{ 0xc010, 0xc010, TLS_CIPHER_NULL },
	{ 0xc015, 0xc015, TLS_CIPHER_NULL },
	{ 0xc039, 0xc03b, TLS_CIPHER_NULL },
	{ 0xc0b4, 0xc0b5, TLS_CIPHER_NULL },
	/* RFC 4346 appendix A.5, and 56-bit ones that never were a standard */
	{ 0x0017, 0x0017, TLS_CIPHER_EXPORT },
	{ 0x0019, 0x0019, TLS_CIPHER_EXPORT },
	{ 0x0003, 0x0003, TLS_CIPHER_EXPORT },
	{ 0x0006, 0x0006, TLS_CIPHER_EXPORT },
	{ 0x0008, 0x0008, TLS_CIPHER_EXPORT },
	{ 0x000b, 0x000b, TLS_CIPHER_EXPORT },
	{ 0x000e, 0x000e, TLS_CIPHER_EXPORT },
	{ 0x0011, 0x0011, TLS_CIPHER_EXPORT },
	{ 0x0014, 0x0014, TLS_CIPHER_EXPORT },
	{ 0x0026, 0x002b, TLS_CIPHER_EXPORT },
	{ 0x0060, 0x0065, TLS_CIPHER_EXPORT },
	/* no certificate, and no secret shared before */
	{ 0x0018, 0x0018, TLS_CIPHER_ANONYMOUS },
	{ 0x001a, 0x001b, TLS_CIPHER_ANONYMOUS },
	{ 0x0034, 0x0034, TLS_CIPHER_ANONYMOUS },
	{ 0x003a, 0x003a, TLS_CIPHER_ANONYMOUS },
	{ 0x0046, 0x0046, TLS_CIPHER_ANONYMOUS },
	{ 0x006c, 0x006d, TLS_CIPHER_ANONYMOUS },
	{ 0x0089, 0x0089, TLS_CIPHER_ANONYMOUS },
	{ 0x009b, 0x009b, TLS_CIPHER_ANONYMOUS },
	{ 0x00a6, 0x00a7, TLS_CIPHER_ANONYMOUS },
	{ 0x00bf, 0x00bf, TLS_CIPHER_ANONYMOUS },
	{ 0x00c5, 0x00c5, TLS_CIPHER_ANONYMOUS },
	{ 0xc016, 0xc019, TLS_CIPHER_ANONYMOUS },
	{ 0xc046, 0xc047, TLS_CIPHER_ANONYMOUS },
	{ 0xc05a, 0xc05b, TLS_CIPHER_ANONYMOUS },
	{ 0xc084, 0xc085, TLS_CIPHER_ANONYMOUS },
	{ 0x0004, 0x0005, TLS_CIPHER_RC4 },
	{ 0x0020, 0x0020, TLS_CIPHER_RC4 },
	{ 0x0024, 0x0024, TLS_CIPHER_RC4 },
	{ 0x0066, 0x0066, TLS_CIPHER_RC4 },
	{ 0x008a, 0x008a, TLS_CIPHER_RC4 },
	{ 0x008e, 0x008e, TLS_CIPHER_RC4 },
	{ 0x0092, 0x0092, TLS_CIPHER_RC4 },
	{ 0xc002, 0xc002, TLS_CIPHER_RC4 },
	{ 0xc007, 0xc007, TLS_CIPHER_RC4 },
	{ 0xc00c, 0xc00c, TLS_CIPHER_RC4 },
	{ 0xc011, 0xc011, TLS_CIPHER_RC4 },
	{ 0xc033, 0xc033, TLS_CIPHER_RC4 },
	{ 0x0009, 0x0009, TLS_CIPHER_DES },
	{ 0x000c, 0x000c, TLS_CIPHER_DES },
	{ 0x000f, 0x000f, TLS_CIPHER_DES },
	{ 0x0012, 0x0012, TLS_CIPHER_DES },
	{ 0x0015, 0x0015, TLS_CIPHER_DES },
	{ 0x001e, 0x001e, TLS_CIPHER_DES },
	{ 0x0022, 0x0022, TLS_CIPHER_DES },
	{ 0x000a, 0x000a, TLS_CIPHER_3DES },
	{ 0x000d, 0x000d, TLS_CIPHER_3DES },
	{ 0x0010, 0x0010, TLS_CIPHER_3DES },
	{ 0x0013, 0x0013, TLS_CIPHER_3DES },
	{ 0x0016, 0x0016, TLS_CIPHER_3DES },
	{ 0x001f, 0x001f, TLS_CIPHER_3DES },
	{ 0x0023, 0x0023, TLS_CIPHER_3DES },
	{ 0x008b, 0x008b, TLS_CIPHER_3DES },
	{ 0x008f, 0x008f, TLS_CIPHER_3DES },
	{ 0x0093, 0x0093, TLS_CIPHER_3DES },
	{ 0xc003, 0xc003, TLS_CIPHER_3DES },
	{ 0xc008, 0xc008, TLS_CIPHER_3DES },
	{ 0xc00d, 0xc00d, TLS_CIPHER_3DES },
	{ 0xc012, 0xc012, TLS_CIPHER_3DES },
	{ 0xc01a, 0xc01c, TLS_CIPHER_3DES },
	{ 0xc034, 0xc034, TLS_CIPHER_3DES },
	/* GCM, CCM and ChaCha20 */
	{ 0x009c, 0x00ad, TLS_CIPHER_AEAD },
	{ 0x00c6, 0x00c7, TLS_CIPHER_AEAD },
	{ 0x1301, 0x1307, TLS_CIPHER_AEAD },
	{ 0xc02b, 0xc032, TLS_CIPHER_AEAD },
	{ 0xc050, 0xc063, TLS_CIPHER_AEAD },
	{ 0xc06a, 0xc06f, TLS_CIPHER_AEAD },
	{ 0xc07a, 0xc093, TLS_CIPHER_AEAD },
	{ 0xc09c, 0xc0b3, TLS_CIPHER_AEAD },
	{ 0xc0ff, 0xc0ff, TLS_CIPHER_AEAD },
	{ 0xcc13, 0xcc15, TLS_CIPHER_AEAD },
	{ 0xcca8, 0xccae, TLS_CIPHER_AEAD },
	{ 0xd001, 0xd005, TLS_CIPHER_AEAD },
};

enum tls_cipher tls_cipher_of(uint16_t suite)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (suite >= ranges[i].low && suite <= ranges[i].high)
			return ranges[i].cipher;
	return TLS_CIPHER_CBC;
}
