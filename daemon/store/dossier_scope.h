#ifndef HOSO_STORE_DOSSIER_SCOPE_H
#define HOSO_STORE_DOSSIER_SCOPE_H

#include <stdbool.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/** dossier_scope_ask() - may @actor see the dossier of this code? One step of @trip. */
void dossier_scope_ask(struct pg_trip *trip, const struct actor *actor, const char *code);
bool dossier_scope_learn(const PGresult *rows);

#endif
