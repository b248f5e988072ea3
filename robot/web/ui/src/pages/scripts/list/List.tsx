import { Badge, Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";

import { DataTable, type Column } from "../../../shell/DataTable";
import { Frame } from "../../../shell/Frame";
import { useFormats, useWords } from "../../../shell/language";
import { useMay } from "../../../shell/session";
import { Empty, Shown } from "../../../shell/states";
import { useScripts } from "../queries";
import type { Script } from "../wire";
import { codes, words as common } from "../words";
import { NewDialog } from "./NewDialog";
import { words } from "./words";

/** All scripts: what is in calls, what is being edited, who speaks which. */
export function List() {
  const t = useWords(words);
  const c = useWords(common);
  const may = useMay("edit_scripts");
  const scripts = useScripts();
  const columns = useColumns();
  const [adding, add] = useDisclosure(false);
  const button = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
      {t.add}
    </Button>
  );
  return (
    <Frame title={c.scripts} actions={button}>
      <Shown query={scripts} empty={(items) => items.length === 0} whenEmpty={<Empty title={t.none} action={button} />}>
        {(items) => (
          <DataTable
            label={c.scripts}
            rows={items}
            columns={columns}
            rowKey={(one) => one.name}
            rowLink={(one) => `/scripts/${encodeURIComponent(one.name)}`}
            rowHeight={56}
          />
        )}
      </Shown>
      <NewDialog opened={adding} close={add.close} scripts={scripts.data ?? []} />
    </Frame>
  );
}

function useColumns(): readonly Column<Script>[] {
  const t = useWords(words);
  const c = useWords(common);
  const k = useWords(codes);
  const f = useFormats();
  return useMemo(
    () => [
      {
        key: "name",
        title: t.name,
        width: "minmax(220px, 2fr)",
        cell: (one) => (
          <>
            <Text inherit fw={600}>
              {one.title || one.name}
            </Text>
            <Text size="xs" c="dimmed">
              {[k.goal[one.goal] ?? one.goal, c.phrases(one.phrases)].join(" · ")}
            </Text>
          </>
        ),
      },
      {
        key: "live",
        title: t.live,
        width: "140px",
        cell: (one) =>
          one.live === null ? (
            <Text c="dimmed" inherit>
              {t.never}
            </Text>
          ) : (
            t.version(one.live.version)
          ),
      },
      {
        key: "draft",
        title: t.draft,
        width: "minmax(160px, 1fr)",
        wide: true,
        cell: (one) =>
          one.draft?.changed === true ? (
            t.changed(one.draft.author, f.ago(one.draft.saved_at))
          ) : (
            <Text c="dimmed" inherit>
              {t.unchanged}
            </Text>
          ),
      },
      {
        key: "campaigns",
        title: t.campaigns,
        width: "minmax(160px, 1fr)",
        wide: true,
        cell: (one) =>
          one.campaigns.map(({ slug, title }) => (
            <Badge key={slug} variant="light" tt="none" fw={500} mr={4}>
              {title}
            </Badge>
          )),
      },
    ],
    [t, c, k, f],
  );
}
