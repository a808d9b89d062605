#ifndef HOSO_REPORT_CHILD_H
#define HOSO_REPORT_CHILD_H

#include <stdbool.h>

/**
 * report_child_main() - `hosod --helper report-pdf`, `report-xlsx`: a report's table as JSON on standard input, the file
 * on standard output. Returns the exit status.
 */
int report_child_main(bool is_pdf);

#endif
