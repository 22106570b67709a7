/*
 * A read position in bytes that somebody else chose.
 *
 * Reading past the end yields zero and clears ok for good, so a decoder reads
 * a whole header in the order the RFC draws it and asks once, at its end,
 * whether all of it was there. Multi-byte integers are in network order.
 */
#ifndef CAPTURE_CURSOR_H
#define CAPTURE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
	bool ok;
};

static inline struct cursor cursor_over(const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	/* An empty range may come with a null pointer; adding to that is UB. */
	return (struct cursor){ .at = at,
		                .end = len ? at + len : at,
		                .ok = true };
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* The next len bytes, or NULL once the cursor has run dry. */
static inline const uint8_t *cursor_take(struct cursor *c, size_t len)
{
	const uint8_t *here = c->at;

	if (!c->ok || len > cursor_left(c)) {
		c->ok = false;
		return NULL;
	}
	c->at += len;
	return here;
}

/* Copies the next len bytes, or zeroes where they are missing. */
static inline void cursor_copy(struct cursor *c, void *into, size_t len)
{
	const uint8_t *from = cursor_take(c, len);

	if (from)
		memcpy(into, from, len);
	else
		memset(into, 0, len);
}

/* Drops what lies more than len bytes ahead: padding, trailers. */
static inline void cursor_clip(struct cursor *c, size_t len)
{
	if (len < cursor_left(c))
		c->end = c->at + len;
}

/*
 * The next len bytes as a cursor of their own, so that the compiler sees a
 * fixed header once and drops the checks of its fields.
 */
static inline bool cursor_header(struct cursor *header, struct cursor *c,
                                 size_t len)
{
	const uint8_t *bytes = cursor_take(c, len);

	if (!bytes)
		return false;
	*header = cursor_over(bytes, len);
	return true;
}

/* Whether the next bytes are these; reads past them if so. */
static inline bool cursor_accept(struct cursor *c, const void *bytes,
                                 size_t len)
{
	if (!c->ok || cursor_left(c) < len || memcmp(c->at, bytes, len) != 0)
		return false;
	c->at += len;
	return true;
}

/* Whether these bytes lie somewhere ahead. */
static inline bool cursor_holds(const struct cursor *c, const void *bytes,
                                size_t len)
{
	return c->ok && memmem(c->at, cursor_left(c), bytes, len);
}

/* The next line, without its line feed; false if it has no end. */
static inline bool cursor_line(struct cursor *line, struct cursor *c)
{
	const uint8_t *end = c->ok ? memchr(c->at, '\n', cursor_left(c)) : NULL;

	if (!end)
		return false;
	*line = cursor_over(c->at, (size_t)(end - c->at));
	c->at = end + 1;
	return true;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p ? (uint16_t)((unsigned)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	uint32_t high = cursor_u16(c);

	return high << 16 | cursor_u16(c);
}

/* The same from little-endian fields, as 802.11 and PPI have them. */
static inline uint16_t cursor_le16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p ? (uint16_t)((unsigned)p[1] << 8 | p[0]) : 0;
}

static inline uint32_t cursor_le32(struct cursor *c)
{
	uint32_t low = cursor_le16(c);

	return low | (uint32_t)cursor_le16(c) << 16;
}

#endif
