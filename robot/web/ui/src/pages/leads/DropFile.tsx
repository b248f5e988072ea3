import { Button } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useRef, useState, type DragEvent } from "react";

import { useWords } from "../../shell/language";
import classes from "./Leads.module.css";
import { words } from "./words";

interface DropFileProps {
  readonly hint: string;
  readonly loading: boolean;
  readonly disabled?: boolean;
  readonly take: (file: File) => void;
}

/** A file is dropped here, or chosen. */
export function DropFile({ hint, loading, disabled = false, take }: DropFileProps) {
  const t = useWords(words);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const open = !loading && !disabled;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (open && file !== undefined) take(file);
  };
  return (
    <div
      className={classes.drop}
      data-over={(over && open) || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconFileSpreadsheet size={32} stroke={1.4} aria-hidden />
      <strong>{t.dropHere}</strong>
      <Button variant="default" loading={loading} disabled={disabled} onClick={() => input.current?.click()}>
        {t.choose}
      </Button>
      <small>{hint}</small>
      <input
        ref={input}
        type="file"
        accept=".csv,.txt,.xlsx"
        aria-label={t.choose}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = ""; // the same file may be chosen again
          if (open && file !== undefined) take(file);
        }}
      />
    </div>
  );
}
