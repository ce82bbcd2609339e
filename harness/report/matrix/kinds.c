#include "harness/report/matrix/kinds.h"

#include "harness/report/list.h"

const struct report_format matrix_formats[] = {
#define ROW(name, help) {#name, matrix_##name, NULL, help},
    MATRIX_KINDS(ROW)
#undef ROW
        {0}};

bool matrix_records(const struct json *records, struct buf *out)
{
    return report_json(records, out);
}
