import {
  IconAlertTriangle, IconArrowBigRightLines, IconBolt, IconCalendarEvent, IconFlag, IconForms, IconGitBranch,
  IconMessage, IconMessageQuestion, IconPhoneOutgoing, IconAlertHexagon, type Icon,
} from "@tabler/icons-react"; // prettier-ignore
import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo } from "react";

import { useFormats, useWords } from "../../../shell/language";
import { nameOf, speaks } from "../wire";
import { codes, words } from "../words";
import classes from "./Graph.module.css";
import { firstText, ROW_HANDLE, type CardData, type CardNode } from "./cards";
import { heatOf } from "./flow";

const SIGNS: Readonly<Record<string, Icon>> = {
  phrase: IconMessage, book_meeting: IconCalendarEvent, collect: IconForms, branch: IconGitBranch, action: IconBolt,
  transfer: IconPhoneOutgoing, goto: IconArrowBigRightLines, end: IconFlag, objection: IconMessageQuestion,
  broken: IconAlertHexagon,
}; // prettier-ignore

/** A phrase on the canvas: what it says, how many it loses, and a row for each way on. */
export const PhraseCard = memo(function PhraseCard({ data }: NodeProps<CardNode>) {
  const t = useWords(words);
  const c = useWords(codes);
  const { phrase, rows, chosen, faded, talk } = data;
  const Sign = SIGNS[phrase.kind] ?? IconMessage;
  const text = firstText(phrase);
  const heat = data.loss === null || phrase.kind === "end" ? "none" : heatOf(data.loss);
  return (
    <article
      className={classes.card}
      data-kind={phrase.kind}
      data-silent={!speaks(phrase) || undefined}
      data-heat={heat}
      data-chosen={chosen || undefined}
      data-faded={faded || undefined}
      data-talk={talk ?? undefined}
      data-idle={data.counted && data.loss === null && (data.through ?? 0) === 0 ? true : undefined}
      data-phrase={phrase.id}
    >
      <Handle type="target" position={Position.Left} id="in" className={classes.in ?? ""} />
      <header className={classes.head}>
        <Sign size={16} stroke={1.8} className={classes.sign} aria-label={c.kind[phrase.kind] ?? phrase.kind} />
        <span className={classes.title}>{nameOf(phrase)}</span>
        {data.start && <span className={classes.tag}>{t.start}</span>}
        {phrase.variants.length > 1 && <span className={classes.tag}>{t.variants(phrase.variants.length)}</span>}
        <Remarks errors={data.errors} warnings={data.warnings} />
      </header>
      {text !== "" && <p className={classes.text}>{text}</p>}
      <Badge data={data} />
      <Rows data={data} />
      <Handle type="source" position={Position.Right} id="rest" className={classes.rest ?? ""} isConnectable={false} />
      {rows.length === 0 && data.editable && phrase.kind !== "end" && (
        <Handle type="source" position={Position.Right} id="new" className={classes.out ?? ""} />
      )}
    </article>
  );
});

function Remarks({ errors, warnings }: { readonly errors: number; readonly warnings: number }) {
  const t = useWords(words);
  if (errors + warnings === 0) return null;
  const told = errors > 0 ? t.errors(errors) : t.findings(warnings);
  return (
    <span className={classes.remarks} data-error={errors > 0 || undefined} title={told}>
      <IconAlertTriangle size={15} aria-label={told} />
    </span>
  );
}

function Badge({ data }: { readonly data: CardData }) {
  const t = useWords(words);
  const f = useFormats();
  const { phrase, loss, through, counted } = data;
  if (!counted) return null;
  if (loss === null) {
    const told = (through ?? 0) > 0 ? t.passed(f.number(through ?? 0)) : t.notReached;
    return <div className={classes.badge}>{told}</div>;
  }
  if (phrase.kind === "end") return <div className={classes.badge}>{t.ended(f.number(loss.reached))}</div>;
  const [left, of] = [f.number(loss.left), f.number(loss.reached)];
  const told =
    loss.left === 0 ? t.nobodyLeft(of) : loss.small ? t.leftFew(left, of) : t.left(left, of, f.share(loss.left_share));
  return (
    <div className={classes.badge} data-small={loss.small || undefined}>
      <span className={classes.gauge} style={{ inlineSize: `${String(100 * loss.left_share)}%` }} aria-hidden />
      <span className={classes.told}>{told}</span>
    </div>
  );
}

function Rows({ data }: { readonly data: CardData }) {
  const f = useFormats();
  if (data.rows.length === 0) return null;
  return (
    <ul className={classes.rows}>
      {data.rows.map(({ edge, label, calls, share }) => (
        <li
          key={edge.id}
          className={classes.row}
          data-quiet={edge.quiet || undefined}
          data-none={calls === 0 || undefined}
        >
          <span className={classes.label} title={label}>
            {label}
          </span>
          {calls !== null && calls > 0 && (
            <span className={classes.count}>
              {f.number(calls)}
              {share !== null && <small>{f.share(Math.min(1, share))}</small>}
            </span>
          )}
          <Handle
            type="source"
            position={Position.Right}
            id={`${ROW_HANDLE}${edge.id}`}
            className={classes.out ?? ""}
            isConnectable={data.editable}
          />
        </li>
      ))}
    </ul>
  );
}
