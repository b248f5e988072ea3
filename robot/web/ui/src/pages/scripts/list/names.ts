const MOST = 60;

/** A script's name made of its title: "Приглашение на выставку" -> "приглашение_на_выставку". Pure. */
export function nameFrom(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-zа-яё0-9]+/g, "_")
    .replace(/^[^a-zа-яё]+|_+$/g, "")
    .slice(0, MOST);
}
