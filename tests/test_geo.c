#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "classify/geo.h"
#include "tests/packet_maker.h"

static const char sample[] = "samples/outside.mmdb";

static struct error err;

static struct geo *open_sample(void)
{
	const char *const paths[] = { sample };
	struct geo *geo;

	if (access(sample, R_OK) != 0)
		cr_skip("without %s", sample);
	geo = geo_open(paths, 1, &err);
	cr_assert_not_null(geo, "%s", err.text);
	return geo;
}

Test(geo, networks_have_a_number_an_organization_and_a_country)
{
	static const struct {
		const char *address;
		uint32_t as_number;
		const char *organization;
		const char *country;
	} cases[] = {
		{ "203.0.113.7", 64500, "Example Web Hosting", "NL" },
		{ "198.51.100.255", 64501, "Example Transit", "DE" },
		{ "192.0.2.0", 64502, "Example Access", "FR" },
		{ "2001:db8:80::7", 64500, "Example Web Hosting", "NL" },
		{ "2001:db8:0:ffff::1", 64501, "Example Transit", "DE" },
		{ "10.0.0.1", 0, "", "" },
		{ "203.0.114.0", 0, "", "" },
		{ "2001:db8:81::1", 0, "", "" },
		{ "::1", 0, "", "" },
	};
	struct geo *geo = open_sample();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address address = make_address(cases[i].address);
		struct geo_place place = geo_find(geo, &address);

		cr_expect_eq(place.as_number, cases[i].as_number, "%s",
		             cases[i].address);
		cr_expect_str_eq(place.organization, cases[i].organization,
		                 "%s", cases[i].address);
		cr_expect_str_eq(place.country, cases[i].country, "%s",
		                 cases[i].address);
	}
	geo_close(geo);
}

Test(geo, databases_complete_one_another)
{
	const char *const twice[] = { sample, sample };
	struct geo *geo = open_sample();
	struct address address = make_address("203.0.113.7");

	geo_close(geo);
	geo = geo_open(twice, 2, &err);
	cr_assert_not_null(geo, "%s", err.text);
	cr_expect_eq(geo_find(geo, &address).as_number, 64500);
	geo_close(geo);
}

Test(geo, without_a_database_nothing_is_known)
{
	struct geo *geo = geo_open(NULL, 0, &err);
	struct address address = make_address("203.0.113.7");
	struct geo_place place;

	cr_assert_not_null(geo, "%s", err.text);
	place = geo_find(geo, &address);
	cr_expect_eq(place.as_number, 0);
	cr_expect_str_eq(place.organization, "");
	cr_expect_str_eq(place.country, "");
	geo_close(geo);
	geo_close(NULL);
}

Test(geo, a_file_that_cannot_be_opened_is_named_with_the_reason)
{
	const char *path = "/nonexistent/x.mmdb";

	cr_expect_null(geo_open(&path, 1, &err));
	cr_expect_str_eq(err.text,
	                 "/nonexistent/x.mmdb: No such file or directory");
}

Test(geo, a_file_that_is_no_database_is_named_with_the_reason)
{
	char path[] = "/tmp/geo-test-XXXXXX";
	const char *const paths[] = { path };
	FILE *file = fdopen(mkstemp(path), "w");
	char complaint[128];

	cr_assert(file && fputs("no database\n", file) > 0);
	fclose(file);
	cr_expect_null(geo_open(paths, 1, &err));
	snprintf(complaint, sizeof(complaint),
	         "%s: The MaxMind DB file contains invalid metadata", path);
	cr_expect_str_eq(err.text, complaint);
	unlink(path);
}
