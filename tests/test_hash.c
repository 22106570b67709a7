#include <criterion/criterion.h>

#include "capture/hash.h"

Test(hash, values_are_the_same_on_every_machine)
{
	static const struct {
		uint64_t seed;
		const char *bytes;
		size_t len;
		uint64_t hash;
	} cases[] = {
		{ 0, "", 0, 0x9e3779b97f4a7c15 },
		{ 0, "a", 1, 0x7aa284adfc7adba },
		{ 0, "abcdefgh", 8, 0xb8278ec7e2564a87 },
		{ 0, "abcdefghi", 9, 0x284793608059a5da },
		{ 1, "abcdefghi", 9, 0xae828716e2146aea },
		{ 0, "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9,
		  0x386a9962c13d4162 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(hash_bytes(cases[i].seed, cases[i].bytes,
		                        cases[i].len),
		             cases[i].hash, "%zu is 0x%llx", i,
		             (unsigned long long)hash_bytes(cases[i].seed,
		                                            cases[i].bytes,
		                                            cases[i].len));
	cr_expect_eq(hash_mix(1), 0x5692161d100b05e5);
	cr_expect_eq(hash_u64(1, 2), 0xbc8ad8a7625ea505);
}

Test(hash, zeroes_of_another_length_are_another_key)
{
	static const uint8_t zeroes[32];

	for (size_t a = 0; a < sizeof(zeroes); a++)
		for (size_t b = 0; b < a; b++)
			cr_expect_neq(hash_bytes(0, zeroes, a),
			              hash_bytes(0, zeroes, b), "%zu, %zu", a,
			              b);
}

Test(hash, where_a_key_lies_in_memory_does_not_matter)
{
	uint8_t bytes[40] = { 0 };
	uint64_t aligned;

	memcpy(bytes, "thirteen byte", 13);
	aligned = hash_bytes(7, bytes, 13);
	for (size_t shift = 1; shift < 16; shift++) {
		memmove(bytes + shift, bytes + shift - 1, 13);
		cr_expect_eq(hash_bytes(7, bytes + shift, 13), aligned);
	}
}

Test(hash, every_bit_of_a_key_reaches_half_the_bits_of_its_hash)
{
	uint8_t key[40] = { 0 };
	uint64_t before = hash_bytes(0, key, sizeof(key));

	for (size_t bit = 0; bit < sizeof(key) * 8; bit++) {
		key[bit / 8] ^= (uint8_t)(1u << bit % 8);

		uint64_t after = hash_bytes(0, key, sizeof(key));
		int changed = __builtin_popcountll(before ^ after);

		cr_expect(changed > 10 && changed < 54, "bit %zu: %d", bit,
		          changed);
		key[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}
