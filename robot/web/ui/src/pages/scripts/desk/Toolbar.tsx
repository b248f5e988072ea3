import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import {
  IconAlertTriangle, IconArrowBackUp, IconArrowForwardUp, IconCheck, IconCloudUpload, IconHistory, IconMessages,
} from "@tabler/icons-react"; // prettier-ignore

import { useWords } from "../../../shell/language";
import { note } from "../../../shell/notes";
import { useMay } from "../../../shell/session";
import type { Desk } from "../draft/useDraft";
import { PublishDialog } from "../publish/PublishDialog";
import { Versions } from "../publish/Versions";
import type { Draft } from "../wire";
import classes from "./Desk.module.css";
import { More, type MoreProps } from "./More";
import { words } from "./words";

/** Beside the title: of what version the draft is, and whether what was typed is saved. */
export function Status({ desk, draft }: { readonly desk: Desk; readonly draft: Draft }) {
  const t = useWords(words);
  const { saving } = desk;
  const about = draft.base === null ? t.newDraft : draft.changed ? t.changed : t.unchanged;
  if (saving.state === "unreachable" || saving.state === "refused") {
    return (
      <span className={classes.status} data-bad role="alert">
        <IconAlertTriangle size={15} aria-hidden />
        {saving.state === "refused" ? `${t.refused}: ${saving.message}` : t.unreachable}
        {saving.state === "unreachable" && (
          <Button size="compact-xs" variant="default" onClick={desk.again}>
            {t.again}
          </Button>
        )}
      </span>
    );
  }
  return (
    <span className={classes.status} role="status" data-saving={saving.state}>
      {about}
      {saving.state === "saved" ? draft.revision > 0 && <Saved told={t.saved} /> : <span>· {t.saving}</span>}
    </span>
  );
}

function Saved({ told }: { readonly told: string }) {
  return (
    <span className={classes.status}>
      · <IconCheck size={14} aria-hidden /> {told}
    </span>
  );
}

interface ToolbarProps extends MoreProps {
  readonly talking: boolean;
  readonly talk: (talking: boolean) => void;
}

export function Toolbar(props: ToolbarProps) {
  const { name, desk, draft, talking, talk } = props;
  const t = useWords(words);
  const may = useMay("edit_scripts");
  const [publishing, publish] = useDisclosure(false);
  const [listing, list] = useDisclosure(false);
  const step = (where: "undo" | "redo") => () => {
    desk.step(where).catch((error: unknown) => note(error instanceof Error ? error.message : String(error), "bad"));
  };
  const [undo, redo] = [step("undo"), step("redo")];
  useHotkeys(may ? [["mod+Z", undo], ["mod+shift+Z", redo], ["mod+Y", redo]] : []); // prettier-ignore
  return (
    <>
      {may && (
        <Group gap={2}>
          <Tooltip label={t.undo}>
            <ActionIcon size="lg" aria-label={t.undo} disabled={!draft.can_undo} onClick={undo}>
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t.redo}>
            <ActionIcon size="lg" aria-label={t.redo} disabled={!draft.can_redo} onClick={redo}>
              <IconArrowForwardUp size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      )}
      <Button
        variant={talking ? "light" : "default"}
        leftSection={<IconMessages size={16} />}
        aria-pressed={talking}
        onClick={() => talk(!talking)}
      >
        {t.tryIt}
      </Button>
      <Button variant="default" leftSection={<IconHistory size={16} />} onClick={list.open}>
        {draft.base === null ? t.versions : t.versionNo(draft.base)}
      </Button>
      <More {...props} />
      {may && (
        <Button
          leftSection={<IconCloudUpload size={16} />}
          disabled={!draft.changed && draft.base !== null}
          onClick={publish.open}
        >
          {t.publish}
        </Button>
      )}
      <PublishDialog name={name} desk={desk} draft={draft} opened={publishing} close={publish.close} />
      <Versions name={name} draft={draft} opened={listing} close={list.close} />
    </>
  );
}
