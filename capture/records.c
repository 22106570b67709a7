#include "capture/records.h"

#include <string.h>
#include <unistd.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, MAJOR = 2, MINOR = 4 };

static const uint32_t MAGIC_MICRO = 0xa1b2c3d4;
static const uint32_t MAGIC_NANO = 0xa1b23c4d;

/* A number in the byte order of whoever wrote the file. */
static uint32_t number(const struct records *records, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return records->swapped ? __builtin_bswap32(value) : value;
}

static bool is_magic(struct records *records, const uint8_t *header)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		records->swapped = swapped;

		uint32_t magic = number(records, header);

		records->nanoseconds = magic == MAGIC_NANO;
		if (magic == MAGIC_MICRO || magic == MAGIC_NANO)
			return true;
	}
	return false;
}

bool records_open(struct records *records, int fd, uint32_t longest)
{
	static const uint8_t little[] = { MAJOR, 0, MINOR, 0 };
	static const uint8_t big[] = { 0, MAJOR, 0, MINOR };
	uint8_t header[FILE_HEADER];

	*records = (struct records){
		.fd = fd,
		.offset = FILE_HEADER,
		.longest = longest,
	};
	if (pread(fd, header, sizeof(header), 0) != sizeof(header) ||
	    !is_magic(records, header))
		return false;
	/* Two numbers of 16 bits in the writer's order. */
	return memcmp(header + 4, little, sizeof(little)) == 0 ||
	       memcmp(header + 4, big, sizeof(big)) == 0;
}

void records_lend(struct records *records, uint8_t *room, size_t len)
{
	records->room = room;
	records->room_len = len;
	records->at = room;
	records->end = room;
	records->fetched = false;
}

static bool fetch(struct records *records)
{
	ssize_t got = pread(records->fd, records->room, records->room_len,
	                    (off_t)records->offset);

	records->fetched = true;
	if (got > 0)
		records->end = records->room + got;
	return got > 0;
}

/* Whether all of a record lies in the room; one that is too long to be true
 * counts as whole, so that it is looked at. */
static bool is_whole(const struct records *records)
{
	size_t left = (size_t)(records->end - records->at);

	if (left < RECORD_HEADER)
		return false;
	return number(records, records->at + 8) <= left - RECORD_HEADER ||
	       number(records, records->at + 8) > records->longest;
}

/* Where a record does not fit: more room may help, unless it had it all. */
static enum records_step ask_for_room(const struct records *records,
                                      size_t most)
{
	return records->at == records->room && records->room_len >= most
	               ? RECORDS_LEFT
	               : RECORDS_FULL;
}

enum records_step records_next(struct records *records, size_t most,
                               struct record *record)
{
	const uint8_t *at;

	if (!is_whole(records) && !records->fetched && !fetch(records))
		return RECORDS_LEFT;
	if (!is_whole(records))
		return ask_for_room(records, most);
	at = records->at;
	*record = (struct record){
		.seconds = number(records, at),
		.nanoseconds = (int64_t)(int32_t)number(records, at + 4) *
		               (records->nanoseconds ? 1 : 1000),
		.captured = number(records, at + 8),
		.len = number(records, at + 12),
		.bytes = at + RECORD_HEADER,
	};
	if (record->captured > records->longest)
		return RECORDS_LEFT;
	records->at += RECORD_HEADER + record->captured;
	records->offset += RECORD_HEADER + record->captured;
	return RECORDS_FRAME;
}
