import { Button, Group, Loader, Text, TextInput } from "@mantine/core";
import { IconPhoneOutgoing } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";

import type { Schemas } from "../../shell/client";
import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { queries } from "../../shell/queries";
import { useMay } from "../../shell/session";
import { Shown } from "../../shell/states";
import { useMutation } from "@tanstack/react-query";
import { faultsOf, tryCall, useTelephony, type Trial } from "./queries";
import classes from "./Settings.module.css";
import { words } from "./words";

/** The line, and a call to try it. */
export function Telephony() {
  const telephony = useTelephony();
  return (
    <Shown query={telephony}>
      {(state) => (
        <>
          <Line state={state} />
          <TestCalls trials={state.trials} />
        </>
      )}
    </Shown>
  );
}

function Line({ state }: { readonly state: Schemas["TelephonyOut"] }) {
  const t = useWords(words);
  const f = useFormats();
  const kinds: Readonly<Record<string, string>> = t.kinds;
  return (
    <Card title={t.line}>
      <dl className={classes.facts}>
        <dt>{kinds[state.kind] ?? state.kind}</dt>
        <dd>
          <Text span fw={600} c={state.ok ? "var(--z-good)" : "var(--z-bad)"}>
            {state.ok ? t.lineOk : t.lineDown}
          </Text>
          {state.detail !== "" && <Text size="sm">{state.detail}</Text>}
        </dd>
        {state.trunk !== "" && (
          <>
            <dt>{t.trunk}</dt>
            <dd>{state.trunk}</dd>
          </>
        )}
        <dt>{t.channels}</dt>
        <dd>{f.number(state.channels)}</dd>
        <dt>{t.callers}</dt>
        <dd>{state.callers.length === 0 ? t.ofLine : state.callers.join(", ")}</dd>
      </dl>
    </Card>
  );
}

function TestCalls({ trials }: { readonly trials: readonly Trial[] }) {
  const t = useWords(words);
  const may = useMay("edit_settings");
  const [phone, setPhone] = useState("");
  const calling = useMutation({
    mutationFn: tryCall,
    meta: { told: true },
    onSettled: () => queries.invalidateQueries({ queryKey: ["settings", "telephony"] }),
  });
  const lasts = trials.some((one) => one.code === "");
  const refusal = faultsOf(calling.error).phone ?? calling.error?.message;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    calling.mutate(phone);
  };
  return (
    <Card title={t.testCall}>
      {may && (
        <form className={classes.form} onSubmit={submit}>
          <Text size="sm" c="dimmed">
            {t.testCallHint}
          </Text>
          <Group align="flex-start" gap="xs">
            <TextInput
              aria-label={t.phone}
              placeholder={t.phone}
              type="tel"
              autoComplete="tel"
              required
              value={phone}
              error={refusal}
              onChange={(event) => setPhone(event.currentTarget.value)}
            />
            <Button
              type="submit"
              loading={calling.isPending}
              disabled={lasts}
              leftSection={<IconPhoneOutgoing size={16} />}
            >
              {t.call}
            </Button>
          </Group>
        </form>
      )}
      {trials.length === 0 ? (
        <Text size="sm" c="dimmed" mt={may ? "md" : 0}>
          {t.noTrials}
        </Text>
      ) : (
        <div className={classes.list} aria-live="polite">
          {trials.map((one) => (
            <TrialLine key={one.id} trial={one} />
          ))}
        </div>
      )}
    </Card>
  );
}

function TrialLine({ trial }: { readonly trial: Trial }) {
  const f = useFormats();
  return (
    <div className={classes.line}>
      <div className={classes.what}>
        <span>
          {trial.code === "" && <Loader size={12} mr={8} />}
          {trial.text}
        </span>
        <small>
          {trial.phone} · {trial.by} · {f.moment(trial.at)}
          {trial.talked_s > 0 && ` · ${f.duration(trial.talked_s)}`}
        </small>
      </div>
    </div>
  );
}
