import { Badge, Text } from "@mantine/core";

import { Card } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import classes from "./Calls.module.css";
import type { Delivery } from "./queries";
import { words } from "./words";

/** What went to the CRM, the calendar and the client, and what helps where it did not. */
export function Deliveries({ items }: { readonly items: readonly Delivery[] }) {
  const t = useWords(words);
  return (
    <Card title={t.deliveries}>
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t.noDeliveries}
        </Text>
      )}
      {items.map((one) => (
        <One key={one.id} delivery={one} />
      ))}
    </Card>
  );
}

function One({ delivery }: { readonly delivery: Delivery }) {
  const t = useWords(words);
  const f = useFormats();
  const { target, kind, state, problem, next_try_at: next, ended_at: ended } = delivery;
  return (
    <div className={classes.delivery}>
      <div>
        <Text size="sm" fw={500}>
          {target}
        </Text>
        <Text size="xs" c="dimmed">
          {t.kinds[kind] ?? kind}
          {ended !== null && `, ${f.moment(ended)}`}
          {next !== null && `, ${t.nextTry(f.moment(next))}`}
        </Text>
        {problem !== null && (
          <Text size="xs" className={classes.problem}>
            {problem.text}
            {problem.remedy !== "" && ` — ${problem.remedy}`}
          </Text>
        )}
      </div>
      <Badge variant="light" color={state === "parked" ? "yellow" : "gray"} tt="none" fw={500}>
        {t.states[state] ?? state}
      </Badge>
    </div>
  );
}
