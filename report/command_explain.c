#include <stdio.h>
#include <string.h>

#include "report/command.h"
#include "report/knowledge.h"

enum { WIDTH = 78 };

/* Break text into lines at spaces. */
static void print_wrapped(const char *indent, const char *text)
{
	int column = 0;

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (!column || column + 1 + len > WIDTH) {
			printf("%s%s", column ? "\n" : "", indent);
			column = (int)strlen(indent);
		} else {
			putchar(' ');
			column++;
		}
		printf("%.*s", len, text);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_remedies(const struct signature_set *set,
                           const struct signature *signature)
{
	for (size_t i = 0; i < signature->remedies.count; i++) {
		const struct remedy *remedy =
			signature_remedy(set, signature->remedies.text[i]);

		printf("  %s (%s)\n", remedy->name, remedy->id);
		print_wrapped("    ", remedy->text);
	}
}

static void explain_one(const struct signature_set *set,
                        const struct signature *signature)
{
	printf("%s: %s\n\n", signature->id, signature->name);
	print_wrapped("", signature->why);
	printf("\nCategory    %s\nBenefits    %s\n",
	       category_name(signature->category),
	       signature->benefits ? "yes: it is worth protecting" : "no");
	printf("Impact      where a policy covers it\n");
	for (enum impact_column c = 0; c < COLUMN_COUNT; c++)
		printf("  %-16s %s\n", impact_column_name(c),
		       impact_name(signature->impact[c]));
	printf("Remedies%s\n", signature->remedies.count ? "" : "    none");
	print_remedies(set, signature);
	printf("Match       %s\nReferences ", signature->match);
	for (size_t i = 0; i < signature->references.count; i++)
		printf("%s %s", i ? "," : "", signature->references.text[i]);
	printf("%s\nFrom        %s\n",
	       signature->references.count ? "" : " none", signature->file);
}

static void list_all(const struct signature_set *set)
{
	for (enum category c = 0; c < CATEGORY_COUNT; c++) {
		bool titled = false;

		for (size_t i = 0; i < signature_count(set); i++) {
			const struct signature *signature =
				signature_at(set, i);

			if (signature->category != c)
				continue;
			if (!titled)
				printf("%s\n", category_name(c));
			titled = true;
			printf("  %-24s %s\n", signature->id, signature->name);
		}
	}
}

int command_explain(int argc, char **argv)
{
	struct error err = { "" };
	struct signature_set *set;
	const struct signature *signature;
	int status = STATUS_DONE;

	if (argc > 2)
		return complain_usage("explain takes one signature: "
		                      "ipsec-audit explain [SIGNATURE]");
	set = knowledge_read(NULL, 0, NULL, &err);
	if (!set)
		return complain(STATUS_FAILED, err.text);
	if (argc == 1) {
		list_all(set);
	} else if ((signature = signature_find(set, argv[1]))) {
		explain_one(set, signature);
	} else {
		fail(&err,
		     "no signature '%.200s'; ipsec-audit explain lists them",
		     argv[1]);
		status = complain(STATUS_FAILED, err.text);
	}
	signature_set_free(set);
	return status;
}
