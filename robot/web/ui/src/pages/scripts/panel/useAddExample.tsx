import { Button, Text } from "@mantine/core";
import { useState } from "react";

import { api, faultOf } from "../../../shell/client";
import { useWords } from "../../../shell/language";
import { queries } from "../../../shell/queries";
import { tr } from "../../../shell/words";
import { draftKey, type Desk } from "../draft/useDraft";
import { suggestionsKey } from "../queries";
import type { Draft } from "../wire";
import classes from "./Panel.module.css";

const words = { anyway: tr("Всё равно добавить", "Add it all the same") };

interface Adding {
  /** True when it was taken. */
  readonly add: (intent: string, text: string, anyway: boolean) => Promise<boolean>;
  /** Why it was not: mostly, another meaning claims the sentence. It may be added all the same. */
  readonly notice: (intent: string, text: string) => React.ReactNode;
}

/** Makes a sentence an example; what speaks against it is shown, and may be overruled. suggestion: the id of one that a
 * colleague suggested, which is decided with it. */
export function useAddExample(script: string, desk: Desk, suggestion: number | null = null): Adding {
  const t = useWords(words);
  const [problem, setProblem] = useState<{ readonly message: string; readonly collides: boolean } | null>(null);
  const add = async (intent: string, text: string, anyway: boolean) => {
    setProblem(null);
    await desk.flush();
    const { revision } = queries.getQueryData<Draft>(draftKey(script)) ?? { revision: 0 };
    const { data, error, response } =
      suggestion === null
        ? await api.POST("/api/scripts/{name}/draft/examples", {
            params: { path: { name: script } },
            body: { revision, intent, text, anyway },
          })
        : await api.POST("/api/scripts/{name}/suggestions/{id}/accept", {
            params: { path: { name: script, id: String(suggestion) } },
            body: { revision, intent, anyway },
          });
    if (data !== undefined) {
      queries.setQueryData(draftKey(script), data);
      if (suggestion !== null) void queries.invalidateQueries({ queryKey: suggestionsKey(script) });
      return true;
    }
    const fault = faultOf(response.status, error);
    setProblem({ message: fault.message, collides: fault.status === 409 && fault.code !== "draft_conflict" });
    return false;
  };
  const notice = (intent: string, text: string) =>
    problem !== null && (
      <div className={classes.collision} role="alert">
        <Text inherit>{problem.message}</Text>
        {problem.collides && (
          <Button size="compact-xs" variant="default" onClick={() => void add(intent, text, true)}>
            {t.anyway}
          </Button>
        )}
      </div>
    );
  return { add, notice };
}
