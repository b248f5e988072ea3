import { ActionIcon, Menu } from "@mantine/core";
import {
  IconBraces, IconCheck, IconDots, IconDownload, IconEar, IconFileImport, IconLayoutGrid, IconMessagePlus, IconMessageQuestion,
} from "@tabler/icons-react"; // prettier-ignore
import { useRef, useState } from "react";

import { api, ask } from "../../../shell/client";
import { useWords } from "../../../shell/language";
import { note } from "../../../shell/notes";
import { queries } from "../../../shell/queries";
import { useMay } from "../../../shell/session";
import { draftKey, type Desk } from "../draft/useDraft";
import type { Draft } from "../wire";
import { AddDialog } from "./AddDialog";
import { FactsDialog } from "./FactsDialog";
import { words } from "./words";

export interface MoreProps {
  readonly name: string;
  readonly desk: Desk;
  readonly draft: Draft;
  readonly quiet: boolean;
  readonly setQuiet: (quiet: boolean) => void;
  readonly tidy: () => void;
  readonly go: (phrase: string) => void;
}

/** What is done to the script as a whole, less often than the rest. */
export function More({ name, desk, draft, quiet, setQuiet, tidy, go }: MoreProps) {
  const t = useWords(words);
  const may = useMay("edit_scripts");
  const [adding, setAdding] = useState<"phrase" | "objection" | null>(null);
  const [facts, setFacts] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = (chosen: File | undefined) => {
    if (chosen === undefined) return;
    replace(name, desk, chosen).then(
      () => note(t.imported),
      (error: unknown) => note(error instanceof Error ? error.message : String(error), "bad"),
    );
  };
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size="lg" variant="default" aria-label={t.actions}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may && (
            <>
              <Menu.Item leftSection={<IconMessagePlus size={16} />} onClick={() => setAdding("phrase")}>
                {t.addPhrase}
              </Menu.Item>
              <Menu.Item leftSection={<IconMessageQuestion size={16} />} onClick={() => setAdding("objection")}>
                {t.addObjection}
              </Menu.Item>
              <Menu.Item leftSection={<IconBraces size={16} />} onClick={() => setFacts(true)}>
                {t.facts}
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item leftSection={<IconLayoutGrid size={16} />} onClick={tidy}>
                {t.tidy}
              </Menu.Item>
            </>
          )}
          <Menu.Item
            leftSection={<IconEar size={16} />}
            onClick={() => setQuiet(!quiet)}
            rightSection={quiet && <IconCheck size={14} />}
          >
            {t.showQuiet}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            component="a"
            href={`/api/scripts/${encodeURIComponent(name)}/export?version=draft`}
            download={`${name}.yaml`}
            leftSection={<IconDownload size={16} />}
          >
            {t.exportYaml}
          </Menu.Item>
          {may && (
            <Menu.Item leftSection={<IconFileImport size={16} />} onClick={() => file.current?.click()}>
              {t.importYaml}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {may && (
        <>
          <input
            ref={file}
            type="file"
            accept=".yaml,.yml"
            hidden
            aria-label={t.importYaml}
            onChange={(event) => {
              take(event.currentTarget.files?.[0]);
              event.currentTarget.value = "";
            }}
          />
          <FactsDialog canvas={draft.canvas} desk={desk} opened={facts} close={() => setFacts(false)} />
          <AddDialog what={adding} canvas={draft.canvas} desk={desk} close={() => setAdding(null)} go={go} />
        </>
      )}
    </>
  );
}

/** The file becomes the draft's whole text; one step back brings the old one again. */
async function replace(name: string, desk: Desk, chosen: File): Promise<void> {
  await desk.flush();
  const revision = queries.getQueryData<Draft>(draftKey(name))?.revision ?? 0;
  const yaml = await chosen.text();
  const fresh = await ask(
    api.PUT("/api/scripts/{name}/draft", { params: { path: { name } }, body: { revision, yaml } }),
  );
  queries.setQueryData(draftKey(name), fresh);
}
