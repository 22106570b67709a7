/*
 * Work that falls into parts which know nothing of each other, on several
 * processors at once.
 */
#ifndef CAPTURE_PARALLEL_H
#define CAPTURE_PARALLEL_H

#include <stddef.h>

enum { PARALLEL_MAX = 64 };

/* How many parts are worth while: processors, at most PARALLEL_MAX. */
size_t parallel_width(void);

/*
 * Call work for each index below count, which is at most PARALLEL_MAX: for
 * the first by the caller, for the others by threads of their own, or by the
 * caller where there can be no thread. Returns when all are done.
 */
void parallel_do(size_t count, void (*work)(void *self, size_t index),
                 void *self);

/*
 * Call work for each index below count, however many: by as many threads as
 * are worth while, the caller's among them, each of which takes the next index
 * when it is through with one. Returns when all are done.
 */
void parallel_each(size_t count, void (*work)(void *self, size_t index),
                   void *self);

/*
 * Call make for each index below count, by as many threads as are worth while,
 * the caller's among them, and take for each, in their order and by the caller
 * alone, once it is made. What is not taken yet are fewer than window, which
 * is at most PARALLEL_MAX: window places are enough to keep it in. Returns when
 * all are taken.
 */
void parallel_in_order(size_t count, size_t window,
                       void (*make)(void *self, size_t index),
                       void (*take)(void *self, size_t index), void *self);

/*
 * The same as parallel_do() by threads alone, for a caller that goes on
 * meanwhile; where there can be no thread the work is done before this returns.
 * NULL when out of memory, with nothing done.
 */
struct parallel;

struct parallel *parallel_begin(size_t count,
                                void (*work)(void *self, size_t index),
                                void *self);

/* Until the part of an index below count is done. */
void parallel_wait(struct parallel *parallel, size_t index);

/* Until all are. Accepts NULL. */
void parallel_end(struct parallel *parallel);

#endif
