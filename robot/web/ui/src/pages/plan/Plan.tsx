import { Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconTargetArrow } from "@tabler/icons-react";
import { useEffect, useMemo } from "react";
import { useSearchParams } from "react-router";

import { api, ask, type Schemas } from "../../shell/client";
import { Card, Frame } from "../../shell/Frame";
import { useWords } from "../../shell/language";
import { CampaignPicker, useCampaign, useCampaigns, useParam } from "../../shell/pickers";
import { Empty, Shown } from "../../shell/states";
import { Chain } from "./Chain";
import { Course } from "./Course";
import { Headline } from "./Headline";
import classes from "./Plan.module.css";
import { asQuery, readScenario } from "./scenario";
import { Supposing } from "./Supposing";
import { Target } from "./Target";
import { words } from "./words";

export type Made = Schemas["PlanOut"];

export default function Plan() {
  const t = useWords(words);
  const campaigns = useCampaigns();
  return (
    <Frame title={t.title} about={t.about} actions={<CampaignPicker every={false} />}>
      <Shown
        query={campaigns}
        empty={(items) => items.length === 0}
        whenEmpty={<Empty icon={IconTargetArrow} title={t.noCampaign} hint={t.noCampaignHint} />}
      >
        {(items) => <OfCampaign slugs={items.map((one) => one.slug)} />}
      </Shown>
    </Frame>
  );
}

function OfCampaign({ slugs }: { readonly slugs: readonly string[] }) {
  const t = useWords(words);
  const [search] = useSearchParams();
  const [, choose] = useParam("campaign");
  const campaign = useCampaign();
  const known = slugs.includes(campaign);
  const first = slugs[0] ?? "";
  useEffect(() => {
    if (!known) choose(first);
  });
  const text = search.toString();
  const scenario = useMemo(() => readScenario(new URLSearchParams(text)), [text]);
  const wanted = asQuery(scenario);
  const made = useQuery({
    queryKey: ["plan", campaign, wanted],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/campaigns/{slug}/plan", {
          params: { path: { slug: campaign }, query: wanted ?? { revenue: 1, average_deal: 1, meetings_per_deal: 1 } },
          signal,
        }),
      ),
    enabled: known && wanted !== null,
    placeholderData: keepPreviousData,
  });
  return (
    <div className={classes.page}>
      <aside className={classes.inputs}>
        <Card title={t.target}>
          <Target scenario={scenario} />
        </Card>
        {made.data !== undefined && wanted !== null && (
          <Card title={t.scenario}>
            <Text size="sm" c="dimmed" mb="sm">
              {t.scenarioHint}
            </Text>
            <Supposing scenario={scenario} made={made.data} />
          </Card>
        )}
      </aside>
      <div className={classes.result} aria-live="polite" aria-busy={made.isFetching}>
        {wanted === null ? (
          <Card>
            <Empty icon={IconTargetArrow} title={t.fill} hint={t.fillHint} />
          </Card>
        ) : (
          <Shown query={made}>
            {(plan) => (
              <>
                <Headline plan={plan} />
                <Card title={t.chain}>
                  <Chain plan={plan} perDeal={scenario.perDeal} />
                </Card>
                <Course plan={plan} />
                {plan.notes.length > 0 && (
                  <Card title={t.notes}>
                    <ul className={classes.notes}>
                      {plan.notes.map((note) => (
                        <li key={note.code}>{note.message}</li>
                      ))}
                    </ul>
                  </Card>
                )}
              </>
            )}
          </Shown>
        )}
      </div>
    </div>
  );
}
