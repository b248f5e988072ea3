import { Group, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

import classes from "./Frame.module.css";
import { useWords } from "./language";
import { words } from "./words-of-shell";

interface FrameProps {
  readonly title: string;
  /** Beside the title: what the page is about. */
  readonly about?: ReactNode;
  /** At the right: pickers and buttons. */
  readonly actions?: ReactNode;
  /** The page takes the whole width and height, as a canvas does. */
  readonly full?: boolean;
  readonly children: ReactNode;
}

/** Every page stands in one: the title, its pickers, and the content beneath. */
export function Frame({ title, about, actions, full = false, children }: FrameProps) {
  const t = useWords(words);
  useDocumentTitle(`${title} — ${t.product}`);
  return (
    <div className={classes.frame} data-full={full || undefined}>
      <header className={classes.head}>
        <div className={classes.title}>
          <Title order={1}>{title}</Title>
          {about !== undefined && <div className={classes.about}>{about}</div>}
        </div>
        {actions !== undefined && (
          <Group gap="xs" className={classes.actions}>
            {actions}
          </Group>
        )}
      </header>
      <div className={classes.content}>{children}</div>
    </div>
  );
}

interface CardProps {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with a border and, if it has one, a title. flush: the content reaches the border. */
export function Card({ title, aside, flush = false, children }: CardProps) {
  return (
    <section className={classes.card} data-flush={flush || undefined}>
      {title !== undefined && (
        <header className={classes.cardHead}>
          <Title order={2}>{title}</Title>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}
