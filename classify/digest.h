/*
 * Message digests, as NAT detection in IKE needs them.
 */
#ifndef CLASSIFY_DIGEST_H
#define CLASSIFY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

/* Call once before threads start; any number of times is fine. */
void digest_start(void);

/*
 * Whether digest is that of the bytes, by the algorithm of that digest length:
 * MD5, SHA-1, SHA-256, SHA-384 or SHA-512.
 */
bool digest_matches(const void *digest, size_t digest_len, const void *bytes,
                    size_t len);

/* Whether there is an algorithm of this digest length. */
bool digest_exists(size_t digest_len);

#endif
