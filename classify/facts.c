#include "classify/facts.h"

#include <string.h>

bool address_is_link_local(const struct address *address)
{
	const uint8_t *bytes = address->bytes;

	if (address_is_ipv4(address))
		return bytes[12] == 169 && bytes[13] == 254;
	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

bool address_is_unspecified(const struct address *address)
{
	static const uint8_t zero[16];
	const uint8_t *bytes = address->bytes;

	if (address_is_ipv4(address))
		return memcmp(bytes + 12, zero, 4) == 0;
	return memcmp(bytes, zero, sizeof(zero)) == 0;
}

bool address_is_link_group(const struct address *group)
{
	const uint8_t *bytes = group->bytes;

	if (address_is_ipv4(group))
		return bytes[12] == 224 && bytes[13] == 0 && bytes[14] == 0;
	return bytes[0] == 0xff && (bytes[1] & 0x0f) <= 2;
}

static enum scope scope_of(const struct flow *flow)
{
	switch ((enum cast)flow->cast) {
	case CAST_MULTICAST:
		if (flow->key.family == FAMILY_LAYER2 ||
		    address_is_link_group(flow_server_address(flow)) ||
		    flow->hop_limit_max <= 1)
			return SCOPE_LINK;
		return SCOPE_ROUTED;
	case CAST_LIMITED_BROADCAST:
	case CAST_DIRECTED_BROADCAST: return SCOPE_LINK;
	case CAST_UNICAST:
	case CAST_COUNT: break;
	}
	return SCOPE_NONE;
}

struct facts facts_of(const struct flow *flow, struct application application,
                      const struct behaviour_state *state)
{
	return (struct facts){
		.subject = SUBJECT_FLOW,
		.flow = flow,
		.application = application,
		.scope = scope_of(flow),
		.server_known = flow->key.transport == TRANSPORT_TCP &&
		                (flow->tcp_flags[TO_SERVER] |
		                 flow->tcp_flags[TO_CLIENT]) &
		                        TCP_SYN,
		.behaviours = state ? behaviour_of(state, flow) : 0,
		.mss = state ? behaviour_mss(state) : 0,
	};
}
