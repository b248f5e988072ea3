import { Badge, Button, Drawer, Group, Select, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "../../../shell/client";
import { useFormats, useWords } from "../../../shell/language";
import { useParam } from "../../../shell/pickers";
import { queries } from "../../../shell/queries";
import { useMay } from "../../../shell/session";
import { Empty, Failure, Shown } from "../../../shell/states";
import { draftKey } from "../draft/useDraft";
import { useScript, useVersions } from "../queries";
import type { Draft, Version } from "../wire";
import { Diff } from "./Diff";
import { Ended } from "./PublishDialog";
import classes from "./Publish.module.css";
import { useDiff } from "./useDiff";
import { ended, useJob } from "./useJob";
import { words } from "./words";

interface VersionsProps {
  readonly name: string;
  readonly draft: Draft;
  readonly opened: boolean;
  readonly close: () => void;
}

/** All versions with their notes: looked at, compared, restored; and which campaign speaks which. */
export function Versions({ name, draft, opened, close }: VersionsProps) {
  const t = useWords(words);
  const versions = useVersions(name);
  const restored = useMutation({
    mutationFn: (version: number) =>
      ask(
        api.POST("/api/scripts/{name}/versions/{version}/restore", {
          params: { path: { name, version: String(version) } },
          body: { note: "" },
        }),
      ),
  });
  const job = useJob(name, restored.data?.id ?? null).data;
  return (
    <Drawer opened={opened} onClose={close} title={t.versions} position="right" size="md">
      <Stack>
        {restored.error !== null && <Failure error={restored.error} />}
        {job !== undefined && ended(job) && <Ended name={name} job={job} close={() => restored.reset()} />}
        <Followers name={name} versions={versions.data ?? []} />
        <Shown query={versions} empty={(items) => items.length === 0} whenEmpty={<Empty title={t.noVersions} />}>
          {(items) => (
            <ol className={classes.versions}>
              {items.map((one) => (
                <One
                  key={one.version}
                  name={name}
                  version={one}
                  draft={draft}
                  restore={() => restored.mutate(one.version)}
                  restoring={restored.isPending || (job !== undefined && !ended(job))}
                  close={close}
                />
              ))}
            </ol>
          )}
        </Shown>
      </Stack>
    </Drawer>
  );
}

interface OneProps {
  readonly name: string;
  readonly version: Version;
  readonly draft: Draft;
  readonly restore: () => void;
  readonly restoring: boolean;
  readonly close: () => void;
}

function One({ name, version, draft, restore, restoring, close }: OneProps) {
  const t = useWords(words);
  const f = useFormats();
  const may = useMay("edit_scripts");
  const [, look] = useParam("version");
  const [comparing, setComparing] = useState(false);
  const diff = useDiff(name, String(version.version), draft.revision, comparing);
  const taken = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/scripts/{name}/draft/reset", {
          params: { path: { name } },
          body: { revision: draft.revision, version: version.version },
        }),
      ),
    onSuccess: (fresh) => {
      queries.setQueryData(draftKey(name), fresh);
      look("");
      close();
    },
  });
  const from = version.published_at === null ? t.shipped : `${f.moment(version.published_at)} · ${version.author}`;
  return (
    <li className={classes.version}>
      <Group gap="xs" justify="space-between">
        <strong>{t.versionNo(version.version)}</strong>
        {version.live && <Badge variant="light">{t.live}</Badge>}
      </Group>
      <small className={classes.muted}>{from}</small>
      {version.note !== "" && <Text size="sm">{version.note}</Text>}
      {version.restored != null && <small className={classes.muted}>{t.restoredOf(version.restored)}</small>}
      {taken.error !== null && <Failure error={taken.error} />}
      <Group gap={4}>
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            look(version.hash);
            close();
          }}
        >
          {t.look}
        </Button>
        <Button size="compact-xs" variant="subtle" aria-expanded={comparing} onClick={() => setComparing(!comparing)}>
          {t.compare}
        </Button>
        {may && (
          <Button size="compact-xs" variant="subtle" loading={taken.isPending} onClick={() => taken.mutate()}>
            {t.toDraft}
          </Button>
        )}
        {may && !version.live && (
          <Button size="compact-xs" variant="subtle" disabled={restoring} title={t.restoreHint} onClick={restore}>
            {t.restore}
          </Button>
        )}
      </Group>
      {comparing && (
        <section aria-label={t.compared(version.version)} className={classes.diff}>
          <Shown query={diff}>{(changes) => <Diff changes={changes} />}</Shown>
        </section>
      )}
    </li>
  );
}

/** Campaigns follow the newest version, or stay with one. */
function Followers({ name, versions }: { readonly name: string; readonly versions: readonly Version[] }) {
  const t = useWords(words);
  const may = useMay("edit_scripts");
  const script = useScript(name);
  const pinned = useMutation({
    mutationFn: ({ campaign, version }: { readonly campaign: string; readonly version: number | null }) =>
      ask(
        api.PUT("/api/scripts/{name}/campaigns/{campaign}", {
          params: { path: { name, campaign } },
          body: { version },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["script", name, "mark"] }),
  });
  const followers = script.data?.campaigns ?? [];
  if (followers.length === 0) return null;
  return (
    <section>
      <h3 className={classes.subhead}>{t.followers}</h3>
      {pinned.error !== null && <Failure error={pinned.error} />}
      {followers.map((one) => (
        <Group key={one.slug} justify="space-between" wrap="nowrap" py={4}>
          <Text size="sm">{one.title}</Text>
          <Select
            size="xs"
            w={190}
            readOnly={!may}
            allowDeselect={false}
            aria-label={t.pinOf(one.title)}
            data={[
              { value: "", label: t.newest },
              ...versions.map(({ version }) => ({ value: String(version), label: t.versionNo(version) })),
            ]}
            value={one.pinned == null ? "" : String(one.pinned)}
            onChange={(value) =>
              pinned.mutate({ campaign: one.slug, version: value === null || value === "" ? null : Number(value) })
            }
          />
        </Group>
      ))}
    </section>
  );
}
