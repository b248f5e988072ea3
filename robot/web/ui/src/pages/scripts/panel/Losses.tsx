import { useFormats, useWords } from "../../../shell/language";
import type { Loss } from "../wire";
import { words as common } from "../words";
import classes from "./Panel.module.css";
import { words } from "./words";

/** How many left at a phrase, how, and how many of those who passed reached the goal. */
export function Losses({ loss, ends }: { readonly loss: Loss; readonly ends: boolean }) {
  const t = useWords(words);
  const c = useWords(common);
  const f = useFormats();
  if (ends) return <p className={classes.losses}>{c.ended(f.number(loss.reached))}</p>;
  const parts: readonly (readonly [string, number])[] = [
    [t.hungDuring, loss.hung_up_during],
    [t.hungAfter, loss.hung_up_after],
    [t.refusedThen, loss.refused],
    [t.cutIn, loss.interrupted],
    [t.silentN, loss.silent],
    [t.unheardN, loss.not_understood],
    [t.goalN, loss.goal],
  ];
  return (
    <div className={classes.losses}>
      <div className={classes.lossMain}>
        <strong>{c.left(f.number(loss.left), f.number(loss.reached), f.share(loss.left_share))}</strong>
        <small>{loss.small ? t.few : t.likely(f.shares(loss.left_low, loss.left_high))}</small>
      </div>
      <dl>
        {parts
          .filter(([, count]) => count > 0)
          .map(([label, count]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{f.number(count)}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
