/** Edits on their way to the server: one request at a time, in order, each on the revision that the one before gave.
 * What could not be saved stays here until a person has decided. No clock and no network of its own. */

import type { Conflict, Draft, Edit } from "../wire";

export type Answer =
  | { readonly kind: "saved"; readonly draft: Draft }
  | { readonly kind: "conflict"; readonly conflict: Conflict }
  /** The server will not have these edits. */
  | { readonly kind: "refused"; readonly message: string }
  /** It did not answer: the edits are tried again. */
  | { readonly kind: "unreachable"; readonly message: string };

export type Saving =
  | { readonly state: "saved" | "waiting" | "saving" }
  | { readonly state: "conflict"; readonly conflict: Conflict; readonly edits: readonly Edit[] }
  | { readonly state: "refused" | "unreachable"; readonly message: string };

export interface Carrier {
  readonly send: (revision: number, edits: readonly Edit[]) => Promise<Answer>;
  readonly saved: (draft: Draft) => void;
  readonly changed: (saving: Saving) => void;
}

export class Saver {
  private waiting: Edit[] = [];
  private saving: Saving = { state: "saved" };

  constructor(
    private revision: number,
    private readonly carrier: Carrier,
  ) {}

  get settled(): boolean {
    return this.waiting.length === 0 && this.saving.state !== "saving" && this.saving.state !== "conflict";
  }

  /** Somebody else's, or our own after a step back: what comes next builds on it. Not while edits wait. */
  follow(revision: number): void {
    if (this.settled && revision > this.revision) this.revision = revision;
  }

  /** Keeps edits for the next `flush`; a later one of the same thing takes the place of an earlier. */
  push(edits: readonly Edit[]): void {
    for (const edit of edits) {
      const last = this.waiting.at(-1);
      if (last !== undefined && subjectOf(last) === subjectOf(edit)) this.waiting.pop();
      this.waiting.push(edit);
    }
    if (this.saving.state === "saved" || this.saving.state === "refused") this.tell({ state: "waiting" });
  }

  async flush(): Promise<void> {
    if (this.waiting.length === 0 || this.saving.state === "saving" || this.saving.state === "conflict") return;
    const edits = this.waiting;
    this.waiting = [];
    this.tell({ state: "saving" });
    const answer = await this.carrier.send(this.revision, edits);
    switch (answer.kind) {
      case "saved":
        this.revision = answer.draft.revision;
        this.carrier.saved(answer.draft);
        this.tell({ state: this.waiting.length > 0 ? "waiting" : "saved" });
        return this.flush();
      case "conflict":
        this.tell({ state: "conflict", conflict: answer.conflict, edits });
        return;
      case "unreachable":
        this.waiting = [...edits, ...this.waiting];
        this.tell({ state: "unreachable", message: answer.message });
        return;
      case "refused":
        this.tell({ state: "refused", message: answer.message });
        return this.flush();
    }
  }

  /** After a conflict: ours on top of what is there now, or theirs alone. */
  async resolve(keep: "mine" | "theirs"): Promise<void> {
    if (this.saving.state !== "conflict") return;
    const { conflict, edits } = this.saving;
    this.revision = conflict.revision;
    if (keep === "mine") this.waiting = [...edits, ...this.waiting];
    this.tell({ state: this.waiting.length > 0 ? "waiting" : "saved" });
    await this.flush();
  }

  private tell(saving: Saving): void {
    this.saving = saving;
    this.carrier.changed(saving);
  }
}

/** What a later edit makes an earlier one needless of; "" is never the same. */
function subjectOf(edit: Edit): string | symbol {
  if (edit.op === "set_say") return `say ${edit.phrase}`;
  if (edit.op === "set_field") return `field ${edit.phrase} ${edit.field}`;
  if (edit.op === "set_fallback") return `fallback ${edit.phrase} ${edit.when}`;
  if (edit.op === "set_variable") return `variable ${edit.name}`;
  if (edit.op === "set_header" && edit.goal == null) return "title";
  return Symbol();
}
