#ifndef HOSO_PHOTO_CHILD_H
#define HOSO_PHOTO_CHILD_H

#include <stdbool.h>

/**
 * photo_child_main() - `hosod --helper photo`: a stranger's picture on standard input, on standard output a byte
 * that is the error, and the codes as look_unpack() takes them. Returns the exit status.
 * @all: look for every code, not only until an item or dossier code is found.
 */
int photo_child_main(bool all);

#endif
