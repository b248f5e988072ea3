import { BaseEdge, getBezierPath, getSmoothStepPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";

import classes from "./Graph.module.css";
import type { Wire } from "./cards";

const BACK = 40;

/** A way from phrase to phrase: as wide as many people went it. One that leads back goes around the cards. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<Wire>) {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data } = props;
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  const back = targetX < sourceX + BACK;
  const [path] = back
    ? getSmoothStepPath({ ...ends, borderRadius: 24, offset: 28 })
    : getBezierPath({ ...ends, curvature: 0.35 });
  return (
    <g className={classes.wire} data-tone={data?.tone} data-shown={data?.shown} data-jump={data?.jump || undefined}>
      <BaseEdge path={path} style={{ strokeWidth: data?.width }} interactionWidth={0} />
    </g>
  );
});
