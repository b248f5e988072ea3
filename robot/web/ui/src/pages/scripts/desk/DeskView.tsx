import { Button, Text } from "@mantine/core";
import { useNodesInitialized, useReactFlow, type Connection } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Frame } from "../../../shell/Frame";
import { useWords } from "../../../shell/language";
import { useParam } from "../../../shell/pickers";
import { useMay } from "../../../shell/session";
import { Failure } from "../../../shell/states";
import type { Desk } from "../draft/useDraft";
import { flowOf } from "../graph/flow";
import { Graph, useLookAt } from "../graph/Graph";
import { useLaid } from "../graph/useLaid";
import type { Scene } from "../graph/cards";
import { Panel } from "../panel/Panel";
import { ConflictDialog } from "../publish/ConflictDialog";
import { TalkPanel } from "../talk/TalkPanel";
import { useDropoff } from "../queries";
import type { Draft } from "../wire";
import { Aside } from "./Aside";
import { connecting } from "./connecting";
import classes from "./Desk.module.css";
import { Filters } from "./Filters";
import { Status, Toolbar } from "./Toolbar";
import { usePositions } from "./usePositions";
import { useShown, useSlice } from "./useShown";
import { words } from "./words";

interface DeskViewProps {
  readonly name: string;
  readonly desk: Desk;
  readonly draft: Draft;
}

/** One script: the graph, where people leave it, and the panel of the phrase that was chosen. */
export function DeskView({ name, desk, draft }: DeskViewProps) {
  const t = useWords(words);
  const slice = useSlice();
  const shown = useShown(name, draft, slice.version);
  const dropoff = useDropoff(name, slice);
  const editable = useMay("edit_scripts") && shown.version === null;
  const [chosen, choose] = useParam("phrase");
  const [, toVersion] = useParam("version");
  const [quiet, setQuiet] = useState(false);
  const [talking, talk] = useState(false);
  const [path, setPath] = useState<readonly string[]>([]);
  const positions = usePositions(name, draft);
  const lookAt = useLookAt();
  const laid = useLaid(shown.canvas, positions.moved);
  const scene = useMemo<Scene>(() => {
    const { canvas, findings } = shown;
    const flow = dropoff.data === undefined || dropoff.data.calls === 0 ? null : flowOf(canvas, dropoff.data);
    return { canvas, laid, flow, findings, chosen, talk: path, quiet, editable };
  }, [shown, dropoff.data, laid, chosen, path, quiet, editable]);
  useFirstLook(scene, chosen, !dropoff.isLoading);
  const go = (phrase: string) => {
    choose(phrase);
    lookAt(phrase);
  };
  const connect = (connection: Connection) => desk.edit(connecting(shown.canvas, connection));
  const toggleTalk = (on: boolean) => {
    talk(on);
    setPath([]);
  };
  const walk = useCallback(
    (walked: readonly string[]) => {
      setPath(walked);
      const here = walked.at(-1);
      if (here !== undefined) lookAt(here);
    },
    [lookAt],
  );
  const phrase = [...shown.canvas.nodes, ...shown.canvas.objections].find((one) => one.id === chosen);
  return (
    <Frame
      full
      title={shown.canvas.title || name}
      about={<Status desk={desk} draft={draft} />}
      actions={
        <Toolbar
          name={name}
          desk={desk}
          draft={draft}
          quiet={quiet}
          setQuiet={setQuiet}
          tidy={positions.tidy}
          go={go}
          talking={talking}
          talk={toggleTalk}
        />
      }
    >
      <Filters script={name} dropoff={dropoff.data} />
      {dropoff.error !== null && <Failure error={dropoff.error} again={() => dropoff.refetch()} />}
      {shown.version !== null && (
        <div className={classes.note} role="status">
          <Text inherit>{t.readOnly(shown.version.version)}</Text>
          <Button size="compact-xs" variant="light" onClick={() => toVersion("")}>
            {t.toDraft}
          </Button>
        </div>
      )}
      <div className={classes.work} data-panel={talking || phrase !== undefined || undefined}>
        <div className={classes.board}>
          <Graph
            scene={scene}
            choose={choose}
            moved={editable ? positions.move : null}
            connected={editable ? connect : null}
          />
          <Aside
            script={name}
            desk={desk}
            canvas={shown.canvas}
            dropoff={dropoff.data?.calls === 0 ? undefined : dropoff.data}
            findings={shown.findings}
            chosen={chosen}
            go={go}
          />
        </div>
        {talking && (
          <TalkPanel
            script={name}
            desk={desk}
            version={shown.version}
            campaign={slice.campaign}
            canvas={shown.canvas}
            walked={walk}
            close={() => toggleTalk(false)}
          />
        )}
        {!talking && phrase !== undefined && (
          <Panel
            key={phrase.id}
            script={name}
            desk={desk}
            canvas={shown.canvas}
            phrase={phrase}
            loss={scene.flow?.losses.get(phrase.id) ?? null}
            findings={shown.findings}
            slice={slice}
            version={shown.version}
            editable={editable}
            go={go}
            close={() => choose("")}
          />
        )}
      </div>
      <ConflictDialog desk={desk} canvas={draft.canvas} />
    </Frame>
  );
}

const BESIDE_ASIDE = 316;

/** When the page opens: the phrase of the address, or the beginning of the talk, near enough to be read. */
function useFirstLook(scene: Scene, chosen: string, ready: boolean): void {
  const flow = useReactFlow();
  const lookAt = useLookAt();
  const looked = useRef(false);
  const measured = useNodesInitialized() && ready;
  const start = scene.laid.at.get(scene.canvas.start);
  useEffect(() => {
    if (looked.current || start === undefined || !measured) return;
    const timer = requestAnimationFrame(() => {
      looked.current = true;
      if (chosen !== "") lookAt(chosen);
      else {
        const wide = window.matchMedia("(min-width: 62em)").matches;
        const zoom = 0.75;
        const at = { x: (wide ? BESIDE_ASIDE : 16) - start.x * zoom, y: (wide ? 280 : 160) - start.y * zoom };
        void flow.setViewport({ ...at, zoom });
      }
    });
    return () => cancelAnimationFrame(timer);
  }, [start, chosen, flow, lookAt, measured]);
}
