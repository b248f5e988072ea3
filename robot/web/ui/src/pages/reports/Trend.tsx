import { Alert, SegmentedControl, Text } from "@mantine/core";
import { IconTrendingDown } from "@tabler/icons-react";
import { lazy, Suspense } from "react";

import { api, type Schemas } from "../../shell/client";
import { useFormats, useWords } from "../../shell/language";
import { useParam } from "../../shell/pickers";
import { Empty, Loading, Shown } from "../../shell/states";
import { useReport, type AskedOfScript } from "./asked";
import { Section } from "./Section";
import { words } from "./words";

const Line = lazy(() => import("./Line"));

/** The share of talks that reach the goal, and whether it falls. */
export function Trend({ asked }: { readonly asked: AskedOfScript }) {
  const t = useWords(words);
  const [step, choose] = useParam("by", "day");
  const by = step === "week" ? "week" : "day";
  const query = { ...asked, by } as const;
  const trend = useReport("trend", query, (signal) => api.GET("/api/reports/trend", { params: { query }, signal }));
  return (
    <Section
      title={t.trend}
      about={t.trendAbout}
      report="trend"
      asked={query}
      aside={
        <SegmentedControl
          aria-label={t.by}
          size="xs"
          value={by}
          data={[
            { value: "day", label: t.byDay },
            { value: "week", label: t.byWeek },
          ]}
          onChange={choose}
        />
      }
    >
      <Shown query={trend} empty={(data) => data.points.length === 0} whenEmpty={<Empty title={t.noCalls} />}>
        {(data) => (
          <>
            <Wear wear={data.wear} />
            <Suspense fallback={<Loading rows={4} />}>
              <Line points={data.points} />
            </Suspense>
          </>
        )}
      </Shown>
    </Section>
  );
}

function Wear({ wear }: { readonly wear: Schemas["WearOut"] | null }) {
  const t = useWords(words);
  const f = useFormats();
  if (wear === null) {
    return (
      <Text size="sm" c="dimmed">
        {t.tooFew}
      </Text>
    );
  }
  if (!wear.worn) return <Text size="sm">{wear.sentence}</Text>;
  return (
    <Alert color="yellow" icon={<IconTrendingDown size={18} />} title={t.wears}>
      {wear.sentence}. {t.wearsHint(f.day(wear.since), f.share(Math.max(wear.chance, 0.001), 1))}
    </Alert>
  );
}
