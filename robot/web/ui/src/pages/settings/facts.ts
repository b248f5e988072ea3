/** Words of a script as people write them: a line for each, "price = from nine thousand". */

export type Facts = Readonly<Record<string, string>>;

export interface Read {
  readonly facts: Facts;
  /** The first line that cannot be read; null when all can. */
  readonly wrong: string | null;
}

const LINE = /^([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)\s*=\s*(.*)$/;

export function readFacts(text: string): Read {
  const facts: Record<string, string> = {};
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (line === "") continue;
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined) return { facts, wrong: line };
    facts[name] = value.trim();
  }
  return { facts, wrong: null };
}

export function writeFacts(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} = ${value.replace(/\s+/g, " ")}`)
    .join("\n");
}
