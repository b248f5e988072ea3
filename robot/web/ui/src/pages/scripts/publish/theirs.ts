/** A phrase's lines out of a script's YAML: enough to show what somebody wrote. Pure. */
export function theirsOf(yaml: string, id: string): string {
  const [section, key] = id.startsWith("objections.")
    ? ["objections:", id.slice("objections.".length)]
    : ["phrases:", id];
  const lines = yaml.split("\n");
  const begin = lines.findIndex((line) => line.startsWith(section));
  const at = lines.findIndex((line, index) => index > begin && line.startsWith(`  ${key}:`));
  if (begin < 0 || at < 0) return yaml.includes(key) ? key : "—";
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => /^ {0,3}\S/.test(line));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) => line.slice(4))
    .join("\n")
    .trim();
}
