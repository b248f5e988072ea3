import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { api, ask } from "../../shell/client";
import { Figure } from "../../shell/Figure";
import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { queries } from "../../shell/queries";
import { useMay } from "../../shell/session";
import { Failure } from "../../shell/states";
import type { Made } from "./Plan";
import classes from "./Plan.module.css";
import { words } from "./words";

/** The number of the plan, whether it can be met, and the button that makes it today's quota. */
export function Headline({ plan }: { readonly plan: Made }) {
  const t = useWords(words);
  const f = useFormats();
  const short = plan.obstacles.length > 0;
  const verdict = short
    ? t.short(f.number(plan.meetings_reachable), f.number(plan.meetings_left))
    : plan.meetings_left > 0
      ? t.met
      : t.done;
  return (
    <Card>
      <div className={classes.headline}>
        <Figure
          size="xl"
          label={t.aDay}
          value={f.number(plan.meetings_a_day)}
          note={t.aDayNote(f.number(plan.meetings_left), t.nDays(plan.working_days_left))}
          tone={short ? "bad" : "good"}
        />
        <div className={classes.verdict} data-tone={short ? "bad" : "good"}>
          {short ? <IconAlertTriangle size={18} aria-hidden /> : <IconCheck size={18} aria-hidden />}
          <span>{verdict}</span>
        </div>
        <Quota plan={plan} />
      </div>
      {plan.obstacles.map((one) => (
        <Alert key={one.code} color="red" variant="light" mt="sm" title={sentence(one.message)}>
          <Text size="sm">
            {t.whatToDo}: {lower(t.remedies[one.code])}.
          </Text>
        </Alert>
      ))}
    </Card>
  );
}

function Quota({ plan }: { readonly plan: Made }) {
  const t = useWords(words);
  const f = useFormats();
  const may = useMay("run_campaigns");
  const set = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/campaigns/{slug}/quota", {
          params: { path: { slug: plan.campaign } },
          body: { quota: plan.meetings_a_day, hard: plan.hard },
        }),
      ),
    onSuccess: () =>
      Promise.all([["plan"], ["campaigns"], ["today"]].map((key) => queries.invalidateQueries({ queryKey: key }))),
  });
  if (!may) return null;
  if (!plan.settable) {
    return (
      <Text size="sm" c="dimmed">
        {t.otherMonth}
      </Text>
    );
  }
  if (plan.quota === plan.meetings_a_day) {
    return (
      <Text size="sm" c="dimmed">
        {t.isQuota}
      </Text>
    );
  }
  return (
    <Group gap="sm">
      <Button onClick={() => set.mutate()} loading={set.isPending}>
        {t.setQuota(f.number(plan.meetings_a_day))}
      </Button>
      {plan.quota !== null && (
        <Text size="sm" c="dimmed">
          {t.quotaNow(f.number(plan.quota))}
        </Text>
      )}
      {set.error !== null && <Failure error={set.error} />}
    </Group>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
