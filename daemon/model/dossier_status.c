#include <hoso/dossier_status.h>

#include <string.h>

static const struct {
	const char *wire;
	const char *label;
} statuses[] = {
#define X(name, wire, vi) [name] = {wire, vi},
	HOSO_DOSSIER_STATUSES(X)
#undef X
};

const char *dossier_status_wire(enum dossier_status status)
{
	return statuses[status].wire;
}

const char *dossier_status_label(enum dossier_status status)
{
	return statuses[status].label;
}

enum dossier_status dossier_status_from_wire(const char *wire)
{
	int status = 0;

	while (status < DOSSIER_STATUS_COUNT && strcmp(statuses[status].wire, wire) != 0) {
		status++;
	}
	return (enum dossier_status)status;
}
