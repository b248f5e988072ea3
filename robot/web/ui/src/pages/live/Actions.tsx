import { Button, Group, Modal, Popover, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHeadphones, IconHeadphonesOff, IconPhoneOff, IconPhoneOutgoing } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import { useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import classes from "./Live.module.css";
import { useHangUp, useTakeOver, useTelephone, type LiveCall, type Order } from "./queries";
import { useListening } from "./sound";
import { words } from "./words";

/** What the user may do in a talk: listen in, take it over, hang up. */
export function Actions({ live }: { readonly live: LiveCall }) {
  const hears = useMay("hear_calls");
  const takes = useMay("take_calls");
  return (
    <div className={classes.actions}>
      <Group gap="xs">
        {hears && <Listen live={live} />}
        {takes && <TakeOver id={live.call.id} />}
        {takes && <HangUp id={live.call.id} />}
      </Group>
      {live.order !== null && <Told order={live.order} />}
    </div>
  );
}

function Listen({ live }: { readonly live: LiveCall }) {
  const t = useWords(words);
  const [state, toggle] = useListening(live.call.id);
  if (!live.audible) {
    return (
      <Text size="xs" c="dimmed">
        {t.elsewhere(live.node)}
      </Text>
    );
  }
  const on = state === "on";
  const Sign = on ? IconHeadphonesOff : IconHeadphones;
  return (
    <>
      <Button
        size="xs"
        variant={on ? "filled" : "default"}
        leftSection={<Sign size={14} />}
        onClick={toggle}
        aria-pressed={on}
      >
        {on ? t.listening : t.listen}
      </Button>
      {state === "lost" && (
        <Text size="xs" role="status">
          {t.lost}
        </Text>
      )}
    </>
  );
}

function TakeOver({ id }: { readonly id: string }) {
  const t = useWords(words);
  const known = useTelephone().data ?? "";
  const [typed, setTyped] = useState<string | null>(null);
  const [opened, { toggle, close }] = useDisclosure(false);
  const taking = useTakeOver(id, known);
  const number = (typed ?? known).trim();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    taking.mutate(number, { onSuccess: close });
  };
  return (
    <Popover opened={opened} onChange={(open) => !open && close()} width={280} trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconPhoneOutgoing size={14} />} onClick={toggle}>
          {t.takeOver}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="xs">
            <Text size="sm">{t.takeOverHint}</Text>
            <TextInput
              label={t.telephone}
              placeholder={t.telephoneHint}
              inputMode="tel"
              required
              value={typed ?? known}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Button type="submit" size="xs" loading={taking.isPending} disabled={number === ""}>
              {t.call}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function HangUp({ id }: { readonly id: string }) {
  const t = useWords(words);
  const [asking, { open, close }] = useDisclosure(false);
  const hanging = useHangUp(id);
  const hangUp = () => {
    hanging.mutate();
    close();
  };
  return (
    <>
      <Button size="xs" variant="subtle" color="red" leftSection={<IconPhoneOff size={14} />} onClick={open}>
        {t.hangUp}
      </Button>
      <Modal opened={asking} onClose={close} title={t.hangUpTitle}>
        <Text size="sm">{t.hangUpHint}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t.keep}
          </Button>
          <Button color="red" onClick={hangUp}>
            {t.hangUp}
          </Button>
        </Group>
      </Modal>
    </>
  );
}

function Told({ order }: { readonly order: Order }) {
  const t = useWords(words);
  const told =
    order.problem !== "" ? t.problems[order.problem] : order.done ? t.done[order.kind] : t.orders[order.kind];
  return (
    <Text size="xs" c="dimmed" role="status">
      {told}
    </Text>
  );
}
