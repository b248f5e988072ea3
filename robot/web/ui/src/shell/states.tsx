import { Alert, Button, Skeleton, Stack, Text } from "@mantine/core";
import { IconCloudOff, IconInbox, IconRefresh, type Icon } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Fault } from "./client";
import { useWords } from "./language";
import classes from "./states.module.css";
import { words } from "./words-of-shell";

interface EmptyProps {
  readonly title?: string;
  /** What to do so that something comes. */
  readonly hint?: ReactNode;
  readonly icon?: Icon;
  readonly action?: ReactNode;
}

export function Empty({ title, hint, icon: Sign = IconInbox, action }: EmptyProps) {
  const t = useWords(words);
  return (
    <div className={classes.empty}>
      <Sign size={28} stroke={1.5} aria-hidden />
      <Text fw={500}>{title ?? t.nothing}</Text>
      {hint !== undefined && (
        <Text size="sm" c="dimmed" maw={420}>
          {hint}
        </Text>
      )}
      {action}
    </div>
  );
}

/** rows: how many grey lines stand for what comes. */
export function Loading({ rows = 5, height = 20 }: { readonly rows?: number; readonly height?: number }) {
  const t = useWords(words);
  return (
    <Stack gap="sm" role="status" aria-label={t.loading} className={classes.loading}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} width={`${100 - ((row * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** What went wrong, in the server's words, and another try. */
export function Failure({ error, again }: { readonly error: Error; readonly again?: () => unknown }) {
  const t = useWords(words);
  const fields = error instanceof Fault ? Object.entries(error.fields) : [];
  return (
    <Alert icon={<IconCloudOff size={20} />} title={t.failed} color="red" variant="light" role="alert">
      <Text size="sm">{error.message}</Text>
      {fields.map(([name, told]) => (
        <Text size="sm" key={name}>
          {name}: {told}
        </Text>
      ))}
      {again !== undefined && (
        <Button
          mt="sm"
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          onClick={() => void again()}
        >
          {t.again}
        </Button>
      )}
    </Alert>
  );
}

interface ShownProps<D> {
  readonly query: UseQueryResult<D>;
  readonly loading?: ReactNode;
  /** Instead of the children when this says so. */
  readonly empty?: (data: D) => boolean;
  readonly whenEmpty?: ReactNode;
  readonly children: (data: D) => ReactNode;
}

/** A query's four states: coming, failed, empty, there. What was there stays while it is asked again. */
export function Shown<D>({ query, loading, empty, whenEmpty, children }: ShownProps<D>) {
  if (query.data === undefined) {
    if (query.error !== null) return <Failure error={query.error} again={() => query.refetch()} />;
    return loading ?? <Loading />;
  }
  return (
    <>
      {query.error !== null && <Failure error={query.error} again={() => query.refetch()} />}
      {empty?.(query.data) ? (whenEmpty ?? <Empty />) : children(query.data)}
    </>
  );
}
