import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";

import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { useSetState, type Campaign } from "./queries";
import classes from "./CampaignCard.module.css";
import { words } from "./words";

/** What the campaign does, and what it should do. Stopping cuts people off: it is asked for again. */
export function StateControl({ campaign, calls }: { readonly campaign: Campaign; readonly calls: number }) {
  const t = useWords(words);
  const may = useMay("run_campaigns");
  const setting = useSetState(campaign);
  const [asking, { open, close }] = useDisclosure(false);
  const { state } = campaign;
  const stop = () => {
    setting.mutate("stopped");
    close();
  };
  return (
    <Group gap="xs">
      <span className={classes.state} data-state={state}>
        {t.states[state]}
      </span>
      {may && state !== "running" && (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={14} />}
          loading={setting.isPending}
          onClick={() => setting.mutate("running")}
        >
          {t.start}
        </Button>
      )}
      {may && state === "running" && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPause size={14} />}
          loading={setting.isPending}
          onClick={() => setting.mutate("paused")}
        >
          {t.pause}
        </Button>
      )}
      {may && state !== "stopped" && (
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconPlayerStop size={14} />} onClick={open}>
          {t.stop}
        </Button>
      )}
      <Modal opened={asking} onClose={close} title={t.stopTitle}>
        <Text size="sm">{t.stopHint(calls)}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t.cancel}
          </Button>
          <Button color="red" onClick={stop}>
            {t.stop}
          </Button>
        </Group>
      </Modal>
    </Group>
  );
}
