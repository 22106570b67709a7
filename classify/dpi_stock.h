/*
 * A stock of nDPI modules: to make one takes ten milliseconds, which is long
 * beside the audit of a small capture, so that threads make them while
 * signatures are read.
 *
 * nDPI's modules share some tables, which each of them fills with the same
 * when it is made: no packet may be shown to one before all are taken.
 *
 * The stock itself belongs to one thread. Everything here accepts NULL for a
 * stock that has none: modules are then made when they are asked for.
 */
#ifndef CLASSIFY_DPI_STOCK_H
#define CLASSIFY_DPI_STOCK_H

#include <stddef.h>

#include "capture/error.h"
#include "classify/dpi.h"

struct dpi_stock;

/* Begin to make so many, at most PARALLEL_MAX. NULL when out of memory. */
struct dpi_stock *dpi_stock_create(size_t count);

/* With what is left of it. */
void dpi_stock_free(struct dpi_stock *stock);

/* One out of the stock, or made now; the caller's. NULL on failure. */
struct dpi *dpi_stock_take(struct dpi_stock *stock, struct error *err);

/* Back for the next one to take. Accepts a dpi of NULL. */
void dpi_stock_give(struct dpi_stock *stock, struct dpi *dpi);

#endif
