import { Frame } from "../../shell/Frame";
import { useFormats, useWords } from "../../shell/language";
import { useCampaigns } from "../../shell/pickers";
import { Shown } from "../../shell/states";
import { Figure } from "../../shell/Figure";
import { words } from "./words";

export default function Today() {
  const t = useWords(words);
  const f = useFormats();
  const campaigns = useCampaigns();
  return (
    <Frame title={t.title} about={f.day(new Date())}>
      <Shown query={campaigns} empty={(items) => items.length === 0}>
        {(items) =>
          items.map((one) => (
            <Figure
              key={one.slug}
              label={one.title}
              value={`${f.number(one.quota.booked)} / ${f.number(one.quota.target ?? 0)}`}
            />
          ))
        }
      </Shown>
    </Frame>
  );
}
