import { Button } from "@mantine/core";
import { IconBug, IconMapPinOff } from "@tabler/icons-react";
import { Link, useRouteError } from "react-router";

import { Frame } from "./Frame";
import { useWords } from "./language";
import { Empty } from "./states";
import { words } from "./words-of-shell";

/** A page that threw, or whose code could not be loaded (a new version was installed meanwhile). */
export function Crashed() {
  const t = useWords(words);
  const error = useRouteError();
  console.error(error);
  const reload = <Button onClick={() => location.reload()}>{t.reload}</Button>;
  return (
    <Frame title={t.crashed}>
      <Empty icon={IconBug} title={t.crashed} hint={t.crashedHint} action={reload} />
    </Frame>
  );
}

export function NoPage() {
  const t = useWords(words);
  const home = (
    <Button component={Link} to="/" variant="default">
      {t.home}
    </Button>
  );
  return (
    <Frame title={t.noPage}>
      <Empty icon={IconMapPinOff} title={t.noPage} hint={t.noPageHint} action={home} />
    </Frame>
  );
}
