import { Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { Empty, Loading, Shown } from "../../shell/states";
import { Attention } from "./Attention";
import { CampaignCard } from "./CampaignCard";
import { useDay, useTrouble } from "./queries";
import { words } from "./words";

/** The day of every campaign, as it goes. */
export default function Today() {
  const t = useWords(words);
  const f = useFormats();
  const day = useDay();
  const trouble = useTrouble();
  return (
    <Frame title={t.title} about={f.day(new Date())}>
      <Shown
        query={day}
        loading={<Loading rows={3} height={120} />}
        empty={(lines) => lines.length === 0}
        whenEmpty={<Empty title={t.noCampaigns} hint={t.noCampaignsHint} />}
      >
        {(lines) => (
          <>
            <Attention lines={lines} trouble={trouble.data} />
            {lines.map((line) => (
              <CampaignCard key={line.today.campaign} line={line} />
            ))}
          </>
        )}
      </Shown>
    </Frame>
  );
}
