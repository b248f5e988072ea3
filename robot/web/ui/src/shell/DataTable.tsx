import { useWindowVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useState, type CSSProperties, type ReactNode, type RefCallback } from "react";
import { Link } from "react-router";

import classes from "./DataTable.module.css";
import { useFormats, useWords } from "./language";
import { words } from "./words-of-shell";

export interface Column<R> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: R) => ReactNode;
  /** As grid-template-columns has it: "1fr", "120px", "minmax(160px, 2fr)". */
  readonly width?: string;
  readonly align?: "start" | "end";
  /** Left out on a phone. */
  readonly wide?: boolean;
}

interface DataTableProps<R> {
  readonly label: string;
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly rowKey: (row: R) => string | number;
  /** Where a click on the row leads; the first cell is the link that the keyboard finds. */
  readonly rowLink?: (row: R) => string;
  readonly chosen?: (row: R) => boolean;
  /** Asked for when the end comes into view. */
  readonly more?: { readonly there: boolean; readonly loading: boolean; readonly load: () => unknown };
  readonly rowHeight?: number;
}

const ROW = 44;
const AHEAD = 12;
/** Where Home and End have a meaning of their own. */
const OWN_ENDS =
  "input, textarea, select, [contenteditable], [role=slider], [role=listbox], [role=menu], [role=dialog]";

/** A list of any length: only the rows in view are there. The window scrolls, the head stays. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, rows, columns, rowKey, rowLink, chosen, more, rowHeight = ROW } = props;
  const t = useWords(words);
  const f = useFormats();
  const [top, body] = useTop();
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: AHEAD,
    scrollMargin: top,
    getItemKey: (index) => rowKey(rows[index] as R),
  });
  useEnds(virtual);
  const seen = virtual.getVirtualItems();
  const last = seen.at(-1)?.index ?? -1;
  useEffect(() => {
    if (more?.there === true && !more.loading && last >= rows.length - AHEAD) more.load();
  }, [more, last, rows.length]);
  const template = (wide: boolean) =>
    columns
      .filter((column) => wide || column.wide !== true)
      .map((column) => column.width ?? "minmax(0, 1fr)")
      .join(" ");
  const style = { "--columns": template(true), "--columns-narrow": template(false) } as CSSProperties;
  return (
    <div className={classes.table} role="table" aria-label={label} aria-rowcount={rows.length + 1} style={style}>
      <div role="rowgroup" className={classes.head}>
        <div role="row" className={classes.row} aria-rowindex={1}>
          {columns.map((column) => (
            <div
              key={column.key}
              role="columnheader"
              className={classes.cell}
              data-align={column.align}
              data-wide={column.wide}
            >
              {column.title}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={body} className={classes.body} style={{ height: virtual.getTotalSize() }}>
        {seen.map(({ key, index, start }) => {
          const row = rows[index] as R;
          const link = rowLink?.(row);
          return (
            <div
              key={key}
              role="row"
              ref={virtual.measureElement}
              data-index={index}
              aria-rowindex={index + 2}
              className={classes.row}
              data-link={link !== undefined || undefined}
              data-chosen={chosen?.(row) === true || undefined}
              style={{
                transform: `translateY(${String(start - virtual.options.scrollMargin)}px)`,
                minHeight: rowHeight,
              }}
            >
              {columns.map((column, place) => (
                <div
                  key={column.key}
                  role="cell"
                  className={classes.cell}
                  data-align={column.align}
                  data-wide={column.wide}
                >
                  {place === 0 && link !== undefined ? (
                    <Link to={link} className={classes.link}>
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      <div role="caption" className={classes.foot} aria-live="polite">
        {more?.loading === true ? t.loading : t.rows(f.number(rows.length) + (more?.there === true ? "+" : ""))}
      </div>
    </div>
  );
}

/** How far below the document's top the element stands, also after what is above it has grown. */
function useTop(): [number, RefCallback<HTMLElement>] {
  const [top, setTop] = useState(0);
  const watch = useCallback((element: HTMLElement | null) => {
    if (element === null) return;
    const measure = () => setTop(element.getBoundingClientRect().top + window.scrollY);
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return [top, watch];
}

/**
 * Home and End lead to the ends. Left to itself the browser slides to where the end was when the key was pressed: rows
 * that turn out higher on the way move the end, and what corrects the place for them may stop the slide in between.
 */
function useEnds(virtual: Virtualizer<Window, Element>) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest(OWN_ENDS) !== null) return;
      if (event.key === "End") virtual.scrollToEnd();
      else if (event.key === "Home") virtual.scrollToOffset(0);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [virtual]);
}
