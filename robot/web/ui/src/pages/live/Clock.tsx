import { useEffect, useState } from "react";

import { useFormats } from "../../shell/language";
import classes from "./Live.module.css";

const TICK_MS = 1000;

/** How long the talk lasts; nothing before it was answered. */
export function Clock({ since }: { readonly since: string | null }) {
  const f = useFormats();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (since === null) return <span className={classes.ringing} aria-hidden />;
  return <time className={classes.clock}>{f.clock((now - new Date(since).getTime()) / 1000)}</time>;
}
