#include "classify/digest.h"

#include <gcrypt.h>
#include <string.h>

enum { LONGEST_DIGEST = 64 };

static const struct {
	size_t len;
	int algorithm;
} algorithms[] = {
	{ 16, GCRY_MD_MD5 },    { 20, GCRY_MD_SHA1 },   { 32, GCRY_MD_SHA256 },
	{ 48, GCRY_MD_SHA384 }, { 64, GCRY_MD_SHA512 },
};

void digest_start(void)
{
	if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
		return;
	gcry_check_version(NULL);
	gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
	gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static int algorithm_of(size_t digest_len)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (algorithms[i].len == digest_len)
			return algorithms[i].algorithm;
	return GCRY_MD_NONE;
}

/* In FIPS mode there is no MD5. */
bool digest_exists(size_t digest_len)
{
	int algorithm = algorithm_of(digest_len);

	return algorithm != GCRY_MD_NONE &&
	       gcry_md_test_algo(algorithm) == GPG_ERR_NO_ERROR;
}

bool digest_matches(const void *digest, size_t digest_len, const void *bytes,
                    size_t len)
{
	unsigned char computed[LONGEST_DIGEST];

	if (!digest_exists(digest_len))
		return false;
	gcry_md_hash_buffer(algorithm_of(digest_len), computed, bytes, len);
	return memcmp(computed, digest, digest_len) == 0;
}
