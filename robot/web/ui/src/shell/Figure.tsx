import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./Figure.module.css";
import { useFormats, useWords } from "./language";
import { words } from "./words-of-shell";

interface FigureProps {
  readonly label: ReactNode;
  readonly value: ReactNode;
  /** Under the figure: what it is compared with. */
  readonly note?: ReactNode;
  readonly size?: "md" | "lg" | "xl";
  /** Only for the plan: kept or not. */
  readonly tone?: "good" | "bad" | "warn";
}

/** A number that matters. */
export function Figure({ label, value, note, size = "lg", tone }: FigureProps) {
  return (
    <div className={classes.figure} data-size={size} data-tone={tone}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value}>{value}</div>
      {note !== undefined && <div className={classes.note}>{note}</div>}
    </div>
  );
}

export function Figures({ children }: { readonly children: ReactNode }) {
  return <div className={classes.figures}>{children}</div>;
}

/** Shares of fewer than this many are not to be trusted. */
export const SMALL = 30;

interface ShareProps {
  readonly hits: number;
  readonly of: number;
  /** Bounds of the true share, 0 to 1, where the server gives them. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Shows "38 of 210" as well. */
  readonly counted?: boolean;
}

/** 18 % and within what bounds; of few it says so. */
export function Share({ hits, of, low, high, counted = false }: ShareProps) {
  const t = useWords(words);
  const f = useFormats();
  if (of === 0) return <span className={classes.none}>—</span>;
  const range = low != null && high != null ? f.shares(low, high) : null;
  const few = of < SMALL;
  const hint = [few ? t.smallHint(f.number(of)) : null, range === null ? null : t.interval(range)]
    .filter((one) => one !== null)
    .join(". ");
  const shown = (
    <span className={classes.share} data-few={few || undefined} tabIndex={hint === "" ? undefined : 0}>
      <span>{f.share(hits / of)}</span>
      {range !== null && <small>{range}</small>}
      {counted && (
        <small>
          {f.number(hits)} {t.of} {f.number(of)}
        </small>
      )}
      {few && <small className={classes.few}>{t.small}</small>}
    </span>
  );
  return hint === "" ? shown : <Tooltip label={hint} multiline maw={280} children={shown} />;
}
