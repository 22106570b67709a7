#include "report/knowledge.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/guide_answer.h"

/* From the folder of the program itself. */
static const char *const beside[] = {
	"../share/ipsec-audit/signatures", /* installed */
	"../../signatures",                /* build/release in the sources */
};

static bool program_folder(char folder[static PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", folder, PATH_MAX - 1);
	char *slash;

	if (len <= 0)
		return false;
	folder[len] = '\0';
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	return slash;
}

bool knowledge_folder(char *path, size_t room, struct error *err)
{
	const char *chosen = getenv("IPSEC_AUDIT_SIGNATURES");
	char folder[PATH_MAX];

	if (chosen && *chosen) {
		snprintf(path, room, "%s", chosen);
		return true;
	}
	for (size_t i = 0;
	     program_folder(folder) && i < sizeof(beside) / sizeof(beside[0]);
	     i++) {
		int len = snprintf(path, room, "%s/%s", folder, beside[i]);

		if (len > 0 && (size_t)len < room && access(path, R_OK) == 0)
			return true;
	}
	return fail(err, "no signatures beside the program; say where they are "
	                 "in IPSEC_AUDIT_SIGNATURES");
}

struct signature_set *knowledge_read_only(const char *const *folders,
                                          size_t count, struct dpi_stock *stock,
                                          struct error *err)
{
	struct dpi *dpi = dpi_stock_take(stock, err);
	struct signature_set *set =
		dpi ? signature_set_read(folders, count, dpi, err) : NULL;

	dpi_stock_give(stock, dpi);
	return set;
}

struct signature_set *knowledge_read(const char *const *folders, size_t count,
                                     struct dpi_stock *stock, struct error *err)
{
	char ours[PATH_MAX];
	const char **all = calloc(count + 1, sizeof(const char *));
	struct signature_set *set = NULL;

	if (!all) {
		fail(err, "out of memory for signatures");
		return NULL;
	}
	if (knowledge_folder(ours, sizeof(ours), err)) {
		all[0] = ours;
		for (size_t i = 0; i < count; i++)
			all[i + 1] = folders[i];
		set = knowledge_read_only(all, count + 1, stock, err);
		if (set && !guide_check(set, err)) {
			signature_set_free(set);
			set = NULL;
		}
	}
	free(all);
	return set;
}
