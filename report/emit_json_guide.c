#include "report/emit_json_guide.h"

static void add_texts(struct json_scope object, const char *key,
                      const struct text_list *texts)
{
	struct json_scope list = json_add_array(object, key);

	for (size_t i = 0; i < texts->count; i++)
		json_add_string(list, NULL, texts->text[i]);
}

void emit_json_guide(struct json_scope object,
                     const struct guide_answers *answers)
{
	struct json_scope list = json_add_array(object, "guide");

	for (size_t i = 0; i < answers->count; i++) {
		const struct guide_answer *answer = &answers->answers[i];
		const struct guide_row *row = answer->row;
		struct json_scope item = json_add_object(list, NULL);

		json_add_string(item, "id", row->id);
		json_add_string(item, "statement", row->statement);
		json_add_string(item, "verdict",
		                guide_verdict_name(answer->verdict));
		add_texts(item, "for", &answer->pro);
		add_texts(item, "against", &answer->contra);
		json_add_string(item, "blind_spots", row->blind_spots);
		if (row->outdated)
			json_add_string(item, "outdated", row->outdated);
		add_texts(item, "references", &row->references);
	}
}

void emit_json_standing(struct json_scope object,
                        const struct report_host *host)
{
	struct json_scope capability;

	json_add_u64(object, "exposure_bytes", host->total->exposure);
	json_add_string(object, "address_class",
	                address_class_name(host->address_class));
	capability = json_add_object(object, "capability");
	json_add_string(capability, "verdict",
	                capability_name(host->capability));
	json_add_string(capability, "evidence",
	                *host->capability_evidence ? host->capability_evidence
	                                           : "nothing seen tells");
}

void emit_json_priorities(struct json_scope root, const struct report *report)
{
	struct json_scope list = json_add_array(root, "priorities");
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < report->priority_count; i++) {
		const struct priority *priority = &report->priorities[i];
		const struct address *address = &priority->host->address;
		struct json_scope item = json_add_object(list, NULL);

		json_add_string(item, "address",
		                address_text(text, address,
		                             address_is_ipv4(address)
		                                     ? FAMILY_IPV4
		                                     : FAMILY_IPV6));
		json_add_string(item, "segment",
		                report_segment_name(report, priority->segment));
		emit_json_standing(item, priority->host);
		add_texts(item, "reasons", &priority->reasons);
	}
}
