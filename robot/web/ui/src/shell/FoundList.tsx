import type { ReactNode } from "react";

import { DataTable, type Column } from "./DataTable";
import classes from "./DataTable.module.css";
import { Failure, Loading } from "./states";

/** Of an infinite query, what the list looks at. */
interface Found {
  readonly data: unknown;
  readonly error: Error | null;
  readonly isPlaceholderData: boolean;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly refetch: () => unknown;
  readonly fetchNextPage: () => unknown;
}

interface FoundListProps<R> {
  readonly found: Found;
  readonly rows: readonly R[];
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rowKey: (row: R) => string | number;
  readonly rowLink: (row: R) => string;
  readonly whenEmpty: ReactNode;
}

const TWO_LINES = 52;

/** What was found, page by page: coming, failed, empty, or a table of any length. */
export function FoundList<R>({ found, rows, whenEmpty, ...table }: FoundListProps<R>) {
  return (
    <>
      {found.error !== null && <Failure error={found.error} again={() => found.refetch()} />}
      {found.data === undefined && found.error === null && <Loading rows={12} height={28} />}
      {found.data !== undefined && rows.length === 0 && whenEmpty}
      {rows.length > 0 && (
        <div data-stale={found.isPlaceholderData || undefined} className={classes.found}>
          <DataTable
            {...table}
            rows={rows}
            rowHeight={TWO_LINES}
            more={{
              there: found.hasNextPage,
              loading: found.isFetchingNextPage,
              load: () => found.fetchNextPage(),
            }}
          />
        </div>
      )}
    </>
  );
}
