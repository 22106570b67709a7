/*
 * Finding and reading the signatures that the program works with.
 */
#ifndef REPORT_KNOWLEDGE_H
#define REPORT_KNOWLEDGE_H

#include "classify/dpi_stock.h"
#include "classify/signature.h"

/*
 * Where our signatures are: $IPSEC_AUDIT_SIGNATURES, else where they were
 * installed beside the program, else the source tree that it was built in.
 */
bool knowledge_folder(char *path, size_t room, struct error *err);

/* Ours, then those of the given folders. nDPI's names are those of the stock's
 * next module, which stays in it. NULL on failure. */
struct signature_set *knowledge_read(const char *const *folders, size_t count,
                                     struct dpi_stock *stock,
                                     struct error *err);

/* Only those of the given folders. */
struct signature_set *knowledge_read_only(const char *const *folders,
                                          size_t count, struct dpi_stock *stock,
                                          struct error *err);

#endif
