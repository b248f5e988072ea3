/** A copy without one of its fields. */
export function without<T extends object, K extends keyof T & string>(whole: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(whole).filter(([field]) => field !== name)) as Omit<T, K>;
}
