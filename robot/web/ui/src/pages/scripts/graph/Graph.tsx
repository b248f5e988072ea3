import "@xyflow/react/dist/style.css";

import { useComputedColorScheme } from "@mantine/core";
import {
  Background, Controls, MiniMap, ReactFlow, useNodesState, useReactFlow, useStore, type Connection, type NodeProps,
} from "@xyflow/react"; // prettier-ignore
import { useCallback, useEffect, useMemo } from "react";

import { useWords } from "../../../shell/language";
import { words } from "../words";
import classes from "./Graph.module.css";
import { cardsOf, wiresOf, type CardNode, type LaneNode, type Scene, type Wire } from "./cards";
import { heatOf } from "./flow";
import type { Point } from "./layout";
import { PhraseCard } from "./PhraseCard";
import { WireEdge } from "./WireEdge";

const FAR = 0.5;
const NEAR_ENOUGH = 0.85;

interface GraphProps {
  readonly scene: Scene;
  readonly choose: (phrase: string) => void;
  /** Null for who may not edit. */
  readonly moved: ((phrase: string, at: Point) => void) | null;
  readonly connected: ((connection: Connection) => void) | null;
  /** Drawn out of a row and let go over nothing. */
  readonly children?: React.ReactNode;
}

const NODES = { card: PhraseCard, lane: Lane };
const EDGES = { wire: WireEdge };

export function Graph({ scene, choose, moved, connected, children }: GraphProps) {
  const t = useWords(words);
  const scheme = useComputedColorScheme();
  const cards = useMemo(() => cardsOf(scene), [scene]);
  const wires = useMemo<Wire[]>(() => wiresOf(scene), [scene]);
  const [nodes, setNodes, change] = useNodesState<CardNode | LaneNode>(cards);
  useEffect(() => {
    // What was measured stays so: a card without a size is hidden until it has one.
    setNodes((before) => {
      const sizes = new Map(before.map((one) => [one.id, one.measured]));
      return cards.map((one) => ({ ...one, measured: sizes.get(one.id) }));
    });
  }, [cards, setNodes]);
  const far = useStore((state) => state.transform[2] < FAR);
  return (
    <div className={classes.graph} data-far={far || undefined} aria-label={t.canvas} role="region">
      <ReactFlow<CardNode | LaneNode, Wire>
        nodes={nodes}
        edges={wires}
        onNodesChange={(changes) => {
          change(changes);
          const picked = changes.find((one) => one.type === "select" && one.selected); // by the keyboard, too
          if (picked?.type === "select" && picked.id !== scene.chosen) choose(picked.id);
        }}
        selectNodesOnDrag={false}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        colorMode={scheme}
        onNodeClick={(_, node) => node.type === "card" && choose(node.id)}
        onPaneClick={() => choose("")}
        onNodeDragStop={(_, node) => moved?.(node.id, node.position)}
        onConnect={(connection) => connected?.(connection)}
        nodesConnectable={connected !== null}
        nodesDraggable={moved !== null}
        elementsSelectable
        minZoom={0.08}
        maxZoom={1.6}
        deleteKeyCode={null}
      >
        <Background gap={24} size={1} />
        <MiniMap pannable zoomable nodeColor={colourOf} nodeStrokeWidth={0} nodeBorderRadius={10} />
        <Controls showInteractive={false} />
        {children}
      </ReactFlow>
    </div>
  );
}

function colourOf(node: CardNode | LaneNode): string {
  if (node.type === "lane") return "transparent";
  const { loss, chosen, phrase } = node.data;
  if (chosen) return "var(--z-accent)";
  const heat = loss === null || phrase.kind === "end" ? "none" : heatOf(loss);
  return heat === "hot" || heat === "warm" ? "var(--z-warn-mark)" : "var(--z-line-strong)";
}

function Lane({ data }: NodeProps<LaneNode>) {
  const t = useWords(words);
  return (
    <div className={classes.lane} style={{ width: data.width, height: data.height }}>
      {t.lane}
    </div>
  );
}

/** Brings a phrase into the middle, near enough to be read. */
export function useLookAt(): (phrase: string) => void {
  const flow = useReactFlow();
  return useCallback(
    (phrase) => {
      const node = flow.getNode(phrase);
      if (node === undefined) return;
      const { x, y } = node.position;
      const [width, height] = [node.measured?.width ?? 272, node.measured?.height ?? 120];
      const zoom = Math.max(flow.getZoom(), NEAR_ENOUGH);
      void flow.setCenter(x + width / 2, y + height / 2, { zoom, duration: 300 });
    },
    [flow],
  );
}
