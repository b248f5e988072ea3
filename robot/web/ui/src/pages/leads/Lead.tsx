import { Alert, Anchor, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconArrowLeft, IconBan, IconEye } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { Link, useParams } from "react-router";

import { Card, Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useMay } from "../../shell/session";
import { Loading, Shown } from "../../shell/states";
import { StatusText } from "./LeadList";
import classes from "./Leads.module.css";
import { useLead, useNumber, useStopLead, type Card as LeadCard } from "./queries";
import { Timeline } from "./Timeline";
import { words } from "./words";

/** One lead, and all that ever happened to him. */
export function Lead() {
  const { id = "" } = useParams();
  const t = useWords(words);
  const lead = useLead(id);
  const row = lead.data?.lead;
  return (
    <Frame
      title={row === undefined ? t.lead : row.name || t.nameless}
      about={row && [row.company, row.city].filter(Boolean).join(", ")}
      actions={
        <Anchor component={Link} to="/leads" size="sm" className={classes.back}>
          <IconArrowLeft size={16} aria-hidden /> {t.back}
        </Anchor>
      }
    >
      <Shown query={lead} loading={<Loading rows={8} height={40} />}>
        {(card) => (
          <div className={classes.card} key={id}>
            <Card title={t.history}>
              <Timeline lines={card.history} />
            </Card>
            <aside className={classes.aside}>
              <About card={card} />
              <Fields card={card} />
            </aside>
          </div>
        )}
      </Shown>
    </Frame>
  );
}

function About({ card }: { readonly card: LeadCard }) {
  const t = useWords(words);
  const f = useFormats();
  const { lead } = card;
  const number = useNumber(lead.id);
  const mayEdit = useMay("edit_leads");
  const [stopping, setStopping] = useState(false);
  const due = lead.task !== null && lead.task.outcome === null ? lead.task.due_at : null;
  return (
    <Card title={t.about}>
      <dl className={classes.facts}>
        <dt>{t.phone}</dt>
        <dd>
          {number.data ?? lead.phone}
          {mayEdit && number.data === undefined && (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={<IconEye size={14} />}
              loading={number.isPending}
              onClick={() => number.mutate()}
            >
              {t.showNumber}
            </Button>
          )}
        </dd>
        <dt>{t.status}</dt>
        <dd>
          <StatusText row={lead} />
          {lead.task !== null && lead.task.reason !== "" && <small>{lead.task.reason}</small>}
        </dd>
        {lead.task !== null && <Fact name={t.campaign} value={lead.task.campaign_title} />}
        {due !== null && !lead.stopped && <Fact name={t.nextCall} value={t.notBefore(f.moment(due))} />}
        {lead.cool_until !== null && <Fact name={t.pause} value={t.until(f.day(lead.cool_until))} />}
        <Fact name={t.consent} value={t.consentStates[lead.consent]} />
        {card.stops.map((one) => (
          <Fact key={one.entry} name={t.stopList} value={[one.entry, one.reason].filter(Boolean).join(" — ")} />
        ))}
        {card.timezone !== "" && <Fact name={t.zone} value={card.timezone} />}
      </dl>
      {mayEdit && !lead.stopped && (
        <Button
          mt="md"
          size="xs"
          variant="default"
          leftSection={<IconBan size={14} />}
          onClick={() => setStopping(true)}
        >
          {t.neverCall}
        </Button>
      )}
      <Modal opened={stopping} onClose={() => setStopping(false)} title={t.neverCall}>
        <StopForm id={lead.id} done={() => setStopping(false)} />
      </Modal>
    </Card>
  );
}

function StopForm({ id, done }: { readonly id: number; readonly done: () => void }) {
  const t = useWords(words);
  const [reason, setReason] = useState("");
  const stop = useStopLead(id);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    stop.mutate(reason, { onSuccess: done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{t.neverCallHint}</Text>
        <TextInput
          label={t.reason}
          value={reason}
          maxLength={200}
          data-autofocus
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {stop.error !== null && <Alert color="red" role="alert">{stop.error.message}</Alert>}
        <Group>
          <Button type="submit" loading={stop.isPending}>
            {t.toStopList}
          </Button>
        </Group>
      </Stack>
    </form>
  ); // prettier-ignore
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** What lists, the CRM and talks told beside. */
function Fields({ card }: { readonly card: LeadCard }) {
  const t = useWords(words);
  const fields = Object.entries(card.fields);
  if (fields.length === 0) return null;
  return (
    <Card title={t.fields}>
      <dl className={classes.facts}>
        {fields.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
    </Card>
  );
}
