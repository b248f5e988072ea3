import { Button, Group, Popover, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { api, ask } from "../../shell/client";
import { useWords } from "../../shell/language";
import { note } from "../../shell/notes";
import { queries } from "../../shell/queries";
import { ended, useJob } from "../scripts/publish/useJob";
import { words } from "./words";

interface KeepProps {
  readonly script: string;
  readonly phrase: string;
  readonly variant: string;
}

/** The test is over: this variant alone is said from the next call on. */
export function Keep({ script, phrase, variant }: KeepProps) {
  const t = useWords(words);
  const [opened, setOpened] = useState(false);
  const keep = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/scripts/{name}/variants", {
          params: { path: { name: script } },
          body: { phrase, variant, action: "keep", note: t.kept(phrase, variant) },
        }),
      ),
  });
  const job = useJob(script, keep.data?.id ?? null).data;
  const done = job !== undefined && ended(job) ? job : null;
  const { reset } = keep;
  useEffect(() => {
    if (done === null) return;
    if (done.state === "done") note(t.kept(phrase, variant));
    else note(done.problem === "" ? t.notKept : done.problem, "bad");
    void queries.invalidateQueries({ queryKey: ["reports"] });
    reset();
  }, [done, phrase, reset, t, variant]);
  const working = keep.isPending || (job !== undefined && done === null);
  return (
    <Popover opened={opened} onChange={setOpened} width={280} withArrow trapFocus>
      <Popover.Target>
        <Button size="compact-xs" variant="default" loading={working} onClick={() => setOpened(!opened)}>
          {t.keep}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text size="sm">{t.keepSure(variant)}</Text>
          <Group gap="xs" justify="flex-end">
            <Button size="xs" variant="default" onClick={() => setOpened(false)}>
              {t.cancel}
            </Button>
            <Button
              size="xs"
              onClick={() => {
                setOpened(false);
                keep.mutate();
              }}
            >
              {t.keep}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
