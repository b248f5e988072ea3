import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { Link } from "react-router";

import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Failure } from "../../shell/states";
import classes from "./Deliveries.module.css";
import { useDrop, useRetry, type Delivery } from "./queries";
import { words } from "./words";

/** One delivery: what, why it has not arrived, what to do, and the two things that can be done here. */
export function Line({ delivery }: { readonly delivery: Delivery }) {
  const t = useWords(words);
  const f = useFormats();
  const { problem } = delivery;
  const open = delivery.state === "parked" || delivery.state === "waiting";
  const facts = [
    f.moment(delivery.created_at),
    t.tries(delivery.tries),
    delivery.under_way ? t.onTheWay : delivery.next_try_at === null ? null : t.next(f.moment(delivery.next_try_at)),
  ].filter((one) => one !== null);
  return (
    <li className={classes.line}>
      <div>
        <strong>
          {t.kind[delivery.kind] ?? delivery.kind} → {t.target[delivery.target] ?? delivery.target}
        </strong>
        <small>{facts.join(" · ")}</small>
        <Links delivery={delivery} />
      </div>
      <div>
        {problem !== null && (
          <>
            {problem.text}
            <small>
              {t.toDo}: {problem.remedy}
            </small>
          </>
        )}
      </div>
      {open && <Deciding delivery={delivery} />}
    </li>
  );
}

function Links({ delivery }: { readonly delivery: Delivery }) {
  const t = useWords(words);
  const [calls, leads] = [useMay("see_calls"), useMay("see_leads")];
  return (
    <Group gap="sm">
      {leads && <Link to={`/leads/${delivery.lead_id}`}>{t.lead}</Link>}
      {calls && delivery.call !== null && <Link to={`/calls/${delivery.call}`}>{t.call}</Link>}
    </Group>
  );
}

function Deciding({ delivery }: { readonly delivery: Delivery }) {
  const t = useWords(words);
  const retry = useRetry();
  const drop = useDrop();
  const [asking, { open, close }] = useDisclosure();
  const [reason, setReason] = useState("");
  return (
    <div className={classes.deciding}>
      <Group gap="xs">
        <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate([delivery.id])}>
          {t.retry}
        </Button>
        <Button size="xs" variant="subtle" color="red" onClick={open}>
          {t.drop}
        </Button>
      </Group>
      {retry.error !== null && <Failure error={retry.error} />}
      <Modal opened={asking} onClose={close} title={t.dropTitle} closeButtonProps={{ "aria-label": t.cancel }}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            drop.mutate({ ids: [delivery.id], reason }, { onSuccess: close });
          }}
        >
          <Stack gap="sm">
            <Text size="sm">{t.dropHint}</Text>
            <Textarea
              label={t.reason}
              required
              autosize
              minRows={2}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            {drop.error !== null && <Failure error={drop.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {t.cancel}
              </Button>
              <Button type="submit" color="red" loading={drop.isPending} disabled={reason.trim() === ""}>
                {t.drop}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </div>
  );
}
