#ifndef HOSO_API_API_PHOTO_H
#define HOSO_API_API_PHOTO_H

struct exchange;

/** Pictures in, codes out; nothing of them is kept or logged. */
void api_photo_post(struct exchange *exchange, void *api);

#endif
