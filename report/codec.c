#include "report/codec.h"

#include <stddef.h>

static const struct {
	uint32_t payload_type;
	const char *name;
} codecs[] = {
	{ 0, "G.711 mu-law" }, { 3, "GSM" },   { 4, "G.723.1" },
	{ 8, "G.711 A-law" },  { 9, "G.722" }, { 15, "G.728" },
	{ 18, "G.729" },
};

const char *codec_name(uint32_t payload_type)
{
	for (size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++)
		if (codecs[i].payload_type == payload_type)
			return codecs[i].name;
	return NULL;
}
