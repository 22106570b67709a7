#include <criterion/criterion.h>

#include "classify/words.h"

Test(words, every_category_has_a_name_that_leads_back_to_it)
{
	for (enum category i = 0; i < CATEGORY_COUNT; i++) {
		enum category found;

		cr_expect_str_neq(category_name(i), "");
		cr_expect(category_from_name(&found, category_name(i)));
		cr_expect_eq(found, i, "%s", category_name(i));
	}
}

Test(words, every_impact_has_a_name_that_leads_back_to_it)
{
	for (enum impact i = 0; i < IMPACT_COUNT; i++) {
		enum impact found;

		cr_expect_str_neq(impact_name(i), "");
		cr_expect(impact_from_name(&found, impact_name(i)));
		cr_expect_eq(found, i, "%s", impact_name(i));
	}
}

Test(words, every_model_has_a_name_that_leads_back_to_it)
{
	for (enum model i = 0; i < MODEL_COUNT; i++) {
		enum model found;

		cr_expect_str_neq(model_name(i), "");
		cr_expect(model_from_name(&found, model_name(i)));
		cr_expect_eq(found, i, "%s", model_name(i));
	}
}

Test(words, what_is_no_name_is_refused)
{
	static const char *const cases[] = { "", "Breaks", "breaks ", "host",
		                             "multicas" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum category category;
		enum impact impact;
		enum model model;

		cr_expect_not(category_from_name(&category, cases[i]));
		cr_expect_not(impact_from_name(&impact, cases[i]));
		cr_expect_not(model_from_name(&model, cases[i]));
	}
}

Test(words, counts_have_no_name)
{
	cr_expect_str_eq(category_name(CATEGORY_COUNT), "");
	cr_expect_str_eq(impact_name(IMPACT_COUNT), "");
	cr_expect_str_eq(model_name(MODEL_COUNT), "");
	cr_expect_str_eq(impact_column_name(COLUMN_COUNT), "");
}

Test(words, the_larger_impact_is_the_worse)
{
	static const char *const mildest_first[] = {
		"out-of-scope", "protected",       "in-clear",
		"degrades",     "needs-exemption", "breaks",
	};

	for (enum impact i = 0; i < IMPACT_COUNT; i++)
		cr_expect_str_eq(impact_name(i), mildest_first[i]);
}

Test(words, both_host_models_read_the_same_column)
{
	static const char *const columns[MODEL_COUNT] = {
		[MODEL_HOST_SUBNET] = "host",
		[MODEL_HOST_ANY] = "host",
		[MODEL_GATEWAY_POLICY] = "gateway-policy",
		[MODEL_GATEWAY_ROUTE] = "gateway-route",
		[MODEL_REMOTE_ACCESS] = "remote-access",
	};

	for (enum model i = 0; i < MODEL_COUNT; i++)
		cr_expect_str_eq(impact_column_name(impact_column_of(i)),
		                 columns[i]);
}
