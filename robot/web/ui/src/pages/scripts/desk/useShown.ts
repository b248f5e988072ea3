import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, ask } from "../../../shell/client";
import { useCampaign, useParam, usePeriod } from "../../../shell/pickers";
import { useVersions, type Slice } from "../queries";
import type { Canvas, Draft, Finding, Version } from "../wire";

export const USUAL_PERIOD = "30d";

/** Which calls, as the address says. */
export function useSlice(): Slice {
  const campaign = useCampaign();
  const period = usePeriod(USUAL_PERIOD);
  const [version] = useParam("version");
  const [variant] = useParam("variant");
  return { campaign, period, version, variant };
}

export interface Shown {
  readonly canvas: Canvas;
  readonly findings: readonly Finding[];
  /** Set while an old version is looked at; nothing can be edited then. */
  readonly version: Version | null;
}

/** The draft, or the version that the address names by its hash. */
export function useShown(script: string, draft: Draft, hash: string): Shown {
  const versions = useVersions(script).data;
  const version = hash === "" ? undefined : versions?.find((one) => one.hash === hash);
  const number = version?.version;
  const whole = useQuery({
    queryKey: ["script", script, "version", number],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/scripts/{name}/versions/{version}", {
          params: { path: { name: script, version: String(number) } },
          signal,
        }),
      ),
    enabled: number !== undefined,
    staleTime: Infinity,
  });
  const old = version === undefined ? undefined : whole.data;
  return useMemo(
    () =>
      version === undefined || old === undefined
        ? { canvas: draft.canvas, findings: draft.findings, version: null }
        : { canvas: old.canvas, findings: old.findings, version },
    [version, old, draft.canvas, draft.findings],
  );
}
