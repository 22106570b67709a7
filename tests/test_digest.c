#include <criterion/criterion.h>

#include "classify/digest.h"

/* Test vectors of RFC 1321 appendix A.5 and FIPS 180. */
static const unsigned char md5[16] = { 0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2,
	                               0x4f, 0xb0, 0xd6, 0x96, 0x3f, 0x7d,
	                               0x28, 0xe1, 0x7f, 0x72 };
static const unsigned char sha1[20] = { 0xa9, 0x99, 0x3e, 0x36, 0x47,
	                                0x06, 0x81, 0x6a, 0xba, 0x3e,
	                                0x25, 0x71, 0x78, 0x50, 0xc2,
	                                0x6c, 0x9c, 0xd0, 0xd8, 0x9d };
static const unsigned char sha256[32] = {
	0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
	0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
	0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad
};

TestSuite(digest, .init = digest_start);

Test(digest, its_length_names_the_algorithm)
{
	cr_expect(digest_matches(md5, sizeof(md5), "abc", 3));
	cr_expect(digest_matches(sha1, sizeof(sha1), "abc", 3));
	cr_expect(digest_matches(sha256, sizeof(sha256), "abc", 3));
	cr_expect_not(digest_matches(sha1, sizeof(sha1), "abd", 3));
	cr_expect_not(digest_matches(sha256, 20, "abc", 3));
	cr_expect_not(digest_matches(sha1, 19, "abc", 3));
	cr_expect(digest_exists(48));
	cr_expect(digest_exists(64));
	cr_expect_not(digest_exists(0));
	cr_expect_not(digest_exists(4));
}

Test(digest, starting_again_changes_nothing)
{
	digest_start();
	cr_expect(digest_matches(sha1, sizeof(sha1), "abc", 3));
}
