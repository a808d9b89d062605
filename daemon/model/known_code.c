#include <hoso/known_code.h>

#include <hoso/dossier_code.h>
#include <hoso/item_code.h>

bool known_code(const char *text, size_t length)
{
	struct item_code item;
	struct dossier_code dossier;

	if (item_code_parse(text, length, &item) == HOSO_OK && item_code_is_s10(&item)) {
		return true;
	}
	return dossier_code_find(text, length, &dossier) == HOSO_OK;
}
