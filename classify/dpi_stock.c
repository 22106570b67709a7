#include "classify/dpi_stock.h"

#include <stdlib.h>

#include "capture/parallel.h"
#include "classify/digest.h"

struct dpi_stock {
	struct parallel *making;
	size_t next; /* to be taken */
	size_t count;
	struct dpi *dpis[PARALLEL_MAX]; /* NULL where it could not be made */
};

static void make(void *self, size_t index)
{
	struct dpi_stock *stock = self;
	struct error err = { "" };

	stock->dpis[index] = dpi_create(&err);
}

struct dpi_stock *dpi_stock_create(size_t count)
{
	struct dpi_stock *stock = calloc(1, sizeof(*stock));

	if (!stock)
		return NULL;
	/* nDPI would begin with the library of digests in every thread. */
	digest_start();
	stock->count = count;
	stock->making = parallel_begin(count, make, stock);
	if (!stock->making)
		stock->count = 0;
	return stock;
}

void dpi_stock_free(struct dpi_stock *stock)
{
	if (!stock)
		return;
	parallel_end(stock->making);
	while (stock->next < stock->count)
		dpi_free(stock->dpis[stock->next++]);
	free(stock);
}

struct dpi *dpi_stock_take(struct dpi_stock *stock, struct error *err)
{
	while (stock && stock->next < stock->count) {
		struct dpi *dpi;

		parallel_wait(stock->making, stock->next);
		dpi = stock->dpis[stock->next++];
		if (dpi)
			return dpi;
	}
	return dpi_create(err);
}

void dpi_stock_give(struct dpi_stock *stock, struct dpi *dpi)
{
	if (stock && stock->next)
		stock->dpis[--stock->next] = dpi;
	else
		dpi_free(dpi);
}
