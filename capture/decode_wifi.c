/* IEEE 802.11 and what capture programs put before it. */
#include "capture/layer.h"

enum {
	WIFI_MANAGEMENT = 0,
	WIFI_CONTROL = 1,
	WIFI_DATA = 2,
	/* Bits of a data frame's subtype. */
	WIFI_NO_DATA = 4,
	WIFI_QOS = 8,
	/* Bits of the second byte of frame control. */
	WIFI_TO_DS = 0x01,
	WIFI_FROM_DS = 0x02,
	WIFI_PROTECTED = 0x40,
	WIFI_ORDER = 0x80,
	WIFI_FRAGMENT_MASK = 0x0f, /* of sequence control */
	WIFI_QOS_AMSDU = 0x80,
	WIFI_PROTECTED_DATA = 0x40, /* as LINK_WIFI has it */
	/* Control frames with a second address. */
	WIFI_BLOCK_ACK_REQUEST = 8,
	WIFI_BLOCK_ACK = 9,
	WIFI_PS_POLL = 10,
	WIFI_RTS = 11,
	WIFI_CF_END = 14,
	WIFI_CF_END_ACK = 15,
	FCS_LEN = 4,

	RADIOTAP_TSFT = 1 << 0,
	RADIOTAP_FLAGS = 1 << 1,
	RADIOTAP_FLAG_FCS = 0x10,
	RADIOTAP_FLAG_PADDED = 0x20,
	RADIOTAP_FLAG_BAD_FCS = 0x40,

	PPI_ALIGNED = 1, /* flag: fields fill whole words */
	PPI_COMMON = 2,  /* field: 802.11-Common */
	PPI_COMMON_FCS = 1,
	PPI_COMMON_BAD_FCS = 4,
};

struct wifi_header {
	uint8_t type;
	uint8_t subtype;
	uint8_t flags;
	bool fragment; /* but the first */
	bool aggregate;
	struct mac address[4];
};

static void wifi_address(struct cursor *c, struct mac *mac)
{
	cursor_copy(c, mac->bytes, MAC_LEN);
}

/* Behind the fourth address: QoS and high throughput control. */
static void wifi_data_tail(struct walk *w, struct wifi_header *h, size_t len)
{
	struct cursor *c = &w->c;

	if (h->subtype & WIFI_QOS) {
		h->aggregate = cursor_u8(c) & WIFI_QOS_AMSDU;
		cursor_take(c, 1);
		len += 2;
		if (h->flags & WIFI_ORDER) {
			cursor_take(c, 4);
			len += 4;
		}
	}
	if (w->wifi_padded)
		cursor_take(c, (4 - len % 4) % 4);
}

/* IEEE 802.11 section 9.2.4 */
static void wifi_data(struct walk *w, struct wifi_header *h)
{
	struct cursor *c = &w->c;
	bool four = (h->flags & WIFI_TO_DS) && (h->flags & WIFI_FROM_DS);

	wifi_address(c, &h->address[1]);
	wifi_address(c, &h->address[2]);
	h->fragment = cursor_le16(c) & WIFI_FRAGMENT_MASK;
	if (four)
		wifi_address(c, &h->address[3]);
	wifi_data_tail(w, h, four ? 30 : 24);
}

static void wifi_control(struct walk *w, struct wifi_header *h)
{
	switch (h->subtype) {
	case WIFI_BLOCK_ACK_REQUEST:
	case WIFI_BLOCK_ACK:
	case WIFI_PS_POLL:
	case WIFI_RTS:
	case WIFI_CF_END:
	case WIFI_CF_END_ACK: wifi_address(&w->c, &h->address[1]); break;
	}
}

static void wifi_management(struct walk *w, struct wifi_header *h)
{
	wifi_address(&w->c, &h->address[1]);
	wifi_address(&w->c, &h->address[2]);
	cursor_take(&w->c, 2); /* sequence control */
	if (h->flags & WIFI_ORDER)
		cursor_take(&w->c, 4); /* high throughput control */
}

/* The addresses of the ends, which the distribution system moves about. */
static void wifi_note_ends(struct walk *w, const struct wifi_header *h)
{
	struct packet *packet = w->packet;
	const struct mac *target = &h->address[0];
	const struct mac *source = &h->address[1];

	if (h->type == WIFI_DATA && (h->flags & WIFI_TO_DS))
		target = &h->address[2];
	if (h->type == WIFI_DATA && (h->flags & WIFI_FROM_DS))
		source = &h->address[h->flags & WIFI_TO_DS ? 3 : 2];
	packet->target_mac = *target;
	packet->source_mac = *source;
	packet->has_macs = true;
	packet->encapsulation |= ENCAP_WIFI;
	w->link_cast = mac_cast(target);
}

enum layer layer_wifi(struct walk *w)
{
	struct wifi_header h = { 0 };
	uint8_t control = cursor_u8(&w->c);
	uint64_t protocol;

	h.type = control >> 2 & 3;
	h.subtype = control >> 4;
	h.flags = cursor_u8(&w->c);
	cursor_take(&w->c, 2); /* duration */
	wifi_address(&w->c, &h.address[0]);
	switch (h.type) {
	case WIFI_MANAGEMENT: wifi_management(w, &h); break;
	case WIFI_CONTROL: wifi_control(w, &h); break;
	case WIFI_DATA: wifi_data(w, &h); break;
	default: break;
	}
	if (!w->c.ok)
		return walk_dry(w);
	if (control & 3) /* version */
		return LAYER_MALFORMED;

	wifi_note_ends(w, &h);
	protocol = (unsigned)h.type << 4 | h.subtype;
	if (h.type == WIFI_DATA && (h.flags & WIFI_PROTECTED))
		protocol |= WIFI_PROTECTED_DATA;
	else if (h.type == WIFI_DATA && !(h.subtype & WIFI_NO_DATA) &&
	         !h.fragment && !h.aggregate)
		return LAYER_LLC;
	return walk_yield_layer2(w, LINK_WIFI, protocol);
}

/* The frame check sequence is no payload. */
static void drop_fcs(struct walk *w)
{
	if (walk_left(w) >= FCS_LEN)
		walk_clip(w, walk_left(w) - FCS_LEN);
}

/* www.radiotap.org; of the fields only the flags matter, the second. */
static uint8_t radiotap_flags(struct cursor c)
{
	size_t words = 1;
	uint32_t present = cursor_le32(&c);

	for (uint32_t more = present; more >> 31 && c.ok; words++)
		more = cursor_le32(&c);
	if (!(present & RADIOTAP_FLAGS))
		return 0;
	if (present & RADIOTAP_TSFT) {
		/* Aligned to 8, counted from the start of the header. */
		cursor_take(&c, words % 2 ? 0 : 4);
		cursor_take(&c, 8);
	}
	return cursor_u8(&c);
}

enum layer layer_radiotap(struct walk *w)
{
	struct cursor fields = w->c;
	uint8_t version;
	uint16_t len;
	uint8_t flags;

	version = cursor_u8(&fields);
	cursor_take(&fields, 1); /* pad */
	len = cursor_le16(&fields);
	if (!fields.ok || !cursor_take(&w->c, len))
		return walk_dry(w);
	if (version != 0 || len < 8)
		return LAYER_MALFORMED;

	cursor_clip(&fields, len - 4U);
	flags = radiotap_flags(fields);
	if (flags & RADIOTAP_FLAG_BAD_FCS)
		return LAYER_MALFORMED;
	if (flags & RADIOTAP_FLAG_FCS)
		drop_fcs(w);
	w->wifi_padded = flags & RADIOTAP_FLAG_PADDED;
	return LAYER_WIFI;
}

/* Flags of the 802.11-Common field, 0 if there is none. */
static uint16_t ppi_flags(struct cursor fields, bool aligned)
{
	while (cursor_left(&fields) > 0) {
		uint16_t type = cursor_le16(&fields);
		size_t len = cursor_le16(&fields);

		if (type == PPI_COMMON) {
			cursor_take(&fields, 8); /* timer */
			return cursor_le16(&fields);
		}
		if (aligned)
			len += (4 - len % 4) % 4;
		if (!cursor_take(&fields, len))
			return 0;
	}
	return 0;
}

/* CACE's per-packet information: fields, then a frame of some other link. */
enum layer layer_ppi(struct walk *w)
{
	struct cursor fields = w->c;
	uint8_t flags;
	uint16_t len;
	uint32_t link_type;
	uint16_t common;

	cursor_take(&fields, 1); /* version */
	flags = cursor_u8(&fields);
	len = cursor_le16(&fields);
	link_type = cursor_le32(&fields);
	if (!fields.ok || !cursor_take(&w->c, len))
		return walk_dry(w);
	if (len < 8)
		return LAYER_MALFORMED;

	cursor_clip(&fields, len - 8U);
	common = ppi_flags(fields, flags & PPI_ALIGNED);
	if (common & PPI_COMMON_BAD_FCS)
		return LAYER_MALFORMED;
	if (common & PPI_COMMON_FCS)
		drop_fcs(w);
	return link_type <= UINT16_MAX ? layer_of_link((int)link_type)
	                               : LAYER_UNKNOWN_LINK;
}
