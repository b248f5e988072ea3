import { Button, Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import { Fragment, useState, type ReactNode } from "react";

import { Card } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Empty, Shown } from "../../shell/states";
import classes from "./Settings.module.css";
import { words } from "./words";

interface RosterProps<T> {
  readonly title: string;
  readonly add: string;
  readonly empty: string;
  readonly emptyHint: string;
  readonly query: UseQueryResult<T[]>;
  readonly keyOf: (one: T) => string | number;
  readonly nameOf: (one: T) => string;
  /** change: absent for who may only look. */
  readonly line: (one: T, change: (() => void) | undefined) => ReactNode;
  /** null: a new one. */
  readonly form: (one: T | null, done: () => void) => ReactNode;
}

/** A list of things, each changed in a window of its own. */
export function Roster<T>({ title, add, empty, emptyHint, query, keyOf, nameOf, line, form }: RosterProps<T>) {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const [open, setOpen] = useState<{ readonly one: T | null } | null>(null);
  const close = () => setOpen(null);
  const button = may && (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setOpen({ one: null })}>
      {add}
    </Button>
  );
  return (
    <Card title={title} aside={button} flush>
      <Shown query={query} empty={(items) => items.length === 0} whenEmpty={<Empty title={empty} hint={emptyHint} />}>
        {(items) => (
          <div className={classes.list}>
            {items.map((one) => (
              <Fragment key={keyOf(one)}>{line(one, may ? () => setOpen({ one }) : undefined)}</Fragment>
            ))}
          </div>
        )}
      </Shown>
      <Modal
        closeButtonProps={{ "aria-label": t.closeWindow }}
        opened={open !== null}
        onClose={close}
        size="lg"
        title={open === null ? undefined : open.one === null ? add : nameOf(open.one)}
      >
        {open !== null && form(open.one, close)}
      </Modal>
    </Card>
  );
}
