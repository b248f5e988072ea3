import { useWords } from "../../../shell/language";
import type { Change } from "../wire";
import classes from "./Publish.module.css";
import { words } from "./words";

/** What differs, phrase by phrase and word by word. */
export function Diff({ changes }: { readonly changes: readonly Change[] }) {
  const t = useWords(words);
  if (changes.length === 0) return <p className={classes.muted}>{t.same}</p>;
  const kinds: Readonly<Record<string, string>> = t.kind;
  return (
    <ul className={classes.changes}>
      {changes.map((change) => (
        <li key={change.id}>
          <div className={classes.changeHead}>
            <strong>{change.title || change.id}</strong>
            <small data-kind={change.kind}>{kinds[change.kind] ?? change.kind}</small>
          </div>
          {change.pieces.map((piece) => (
            <p key={piece.where}>
              <small className={classes.where}>{piece.where}</small>{" "}
              {piece.words.length > 0 ? (
                piece.words.map((run, index) =>
                  run.kind === "added" ? (
                    <ins key={index}>{run.text} </ins>
                  ) : run.kind === "removed" ? (
                    <del key={index}>{run.text} </del>
                  ) : (
                    <span key={index}>{run.text} </span>
                  ),
                )
              ) : (
                <>
                  {piece.before !== "" && <del>{piece.before}</del>} {piece.after !== "" && <ins>{piece.after}</ins>}
                </>
              )}
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}
