/*
 * Hashing of small keys.
 *
 * hash_bytes() is stable across runs, machines and byte orders of the input,
 * because reports keep the examples with the smallest hashes: two sensors
 * must agree on which those are. Tables that an attacker could aim at add a
 * seed of their own.
 */
#ifndef CAPTURE_HASH_H
#define CAPTURE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The finalizer of splitmix64: every input bit reaches every output bit. */
static inline uint64_t hash_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static inline uint64_t hash_u64(uint64_t hash, uint64_t value)
{
	return hash_mix(hash ^ value) + 0x9e3779b97f4a7c15u;
}

/* Eight bytes at a time, read as little-endian so that machines agree. */
static inline uint64_t hash_bytes(uint64_t seed, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t hash = hash_u64(seed, len);

	for (; len >= 8; len -= 8, at += 8) {
		uint64_t word;

		memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		word = __builtin_bswap64(word);
#endif
		hash = hash_u64(hash, word);
	}
	if (len) {
		uint64_t word = 0;

		for (size_t i = 0; i < len; i++)
			word |= (uint64_t)at[i] << 8 * i;
		hash = hash_u64(hash, word);
	}
	return hash;
}

/* A product of 128 bits folded: both halves depend on all of both factors. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 wide;
	wide product = (wide)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Quicker than hash_bytes(), for tables in memory: sixteen bytes at a time,
 * different on machines of another byte order. The seed should be a secret.
 */
static inline uint64_t hash_quick(uint64_t seed, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t hash = seed ^ len;

	for (;; at += 16, len -= 16) {
		uint64_t word[2] = { 0, 0 };

		memcpy(word, at, len < 16 ? len : 16);
		hash = hash_fold(word[0] ^ hash,
		                 word[1] ^ seed ^ 0x9e3779b97f4a7c15u);
		if (len <= 16)
			return hash_mix(hash);
	}
}

#endif
