import type { ReactNode } from "react";

import classes from "./Reports.module.css";

interface Row {
  readonly key: string;
  readonly cells: readonly ReactNode[];
  /** Of few calls. */
  readonly faint?: boolean;
}

interface TableProps {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly Row[];
}

/** A short table: the first column names the row, the others are figures. It scrolls aside where the screen is narrow. */
export function Table({ label, head, rows }: TableProps) {
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} data-faint={row.faint === true || undefined}>
              {row.cells.map((cell, place) =>
                place === 0 ? (
                  <th key={head[place]} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={head[place]}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
