#include "report/esp.h"

enum {
	ESP_HEADER = 8,  /* SPI and sequence number, RFC 4303 section 2 */
	ESP_TRAILER = 2, /* pad length and next header */
	AH_HEADER = 12,  /* before the ICV, RFC 4302 section 2 */
	UDP_HEADER = 8,  /* RFC 3948 section 2.1 */
	TCP_HEADER = 20,
};

const char *esp_mode_name(enum esp_mode mode)
{
	switch (mode) {
	case ESP_TRANSPORT: return "transport";
	case ESP_TUNNEL: return "tunnel";
	case ESP_MODE_COUNT: break;
	}
	return "";
}

uint32_t esp_header_len(bool ipv6)
{
	return ipv6 ? ESP_IPV6_HEADER : ESP_IPV4_HEADER;
}

static uint32_t round_up(uint32_t len, uint32_t unit)
{
	return (len + unit - 1) / unit * unit;
}

/*
 * RFC 4303 section 2.4: with its trailer the payload is whole cipher blocks,
 * and ends on four bytes. Vectors are multiples of four, so one unit does.
 */
static uint32_t pad_unit(const struct suite *suite)
{
	return suite->block > 4 ? (uint32_t)suite->block : 4;
}

/*
 * RFC 4302 section 3.3.3.2.1: the header is a multiple of 4 bytes in IPv4 and
 * of 8 in IPv6. IKE daemons have Linux keep to that; a policy set by hand gets
 * 8 in IPv4 as well.
 */
static uint32_t ah_len(const struct suite *suite, bool ipv6)
{
	return round_up(AH_HEADER + (uint32_t)(suite->iv + suite->icv),
	                ipv6 ? 8 : 4);
}

/* All that does not depend on the payload, but for what stays in front. */
static uint32_t fixed_len(const struct esp_shape *shape)
{
	const struct suite *suite = shape->suite;
	uint32_t outer = shape->mode == ESP_TUNNEL
	                         ? esp_header_len(shape->outer_ipv6)
	                         : 0;

	switch (suite->protocol) {
	case SUITE_AH: return outer + ah_len(suite, shape->outer_ipv6);
	case SUITE_ESP:
	case SUITE_PROTOCOL_COUNT: break;
	}
	return outer + (shape->nat_traversal ? UDP_HEADER : 0) + ESP_HEADER +
	       (uint32_t)(suite->iv + suite->icv);
}

/* RFC 4303 section 3.1.1: transport mode leaves the header in front. */
static uint32_t front_len(const struct esp_shape *shape, uint32_t header_len)
{
	return shape->mode == ESP_TRANSPORT ? header_len : 0;
}

struct esp_frame esp_frame_of(const struct esp_shape *shape,
                              uint32_t header_len)
{
	bool pads = shape->suite->protocol == SUITE_ESP;

	return (struct esp_frame){
		.front = front_len(shape, header_len),
		.fixed = fixed_len(shape),
		.trailer = pads ? ESP_TRAILER : 0,
		.unit = pads ? pad_unit(shape->suite) : 1,
	};
}

uint32_t esp_protected_len(const struct esp_shape *shape, uint32_t len,
                           uint32_t header_len)
{
	const struct esp_frame frame = esp_frame_of(shape, header_len);

	return esp_frame_len(&frame, len);
}

uint32_t esp_largest(const struct esp_shape *shape, uint32_t mtu)
{
	uint32_t front = front_len(shape, esp_header_len(shape->outer_ipv6));
	uint32_t taken = front + fixed_len(shape);
	uint32_t unit = pad_unit(shape->suite);
	uint32_t room;

	if (mtu <= taken)
		return 0;
	room = mtu - taken;
	if (shape->suite->protocol == SUITE_AH)
		return front + room;
	return room < unit ? 0 : front + room / unit * unit - ESP_TRAILER;
}

uint32_t esp_mss(uint32_t largest, bool ipv6)
{
	uint32_t headers = esp_header_len(ipv6) + TCP_HEADER;

	return largest > headers ? largest - headers : 0;
}
