import { useComputedColorScheme } from "@mantine/core";
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import type { Schemas } from "../../shell/client";
import { useFormats, useWords } from "../../shell/language";
import classes from "./Reports.module.css";
import { words } from "./words";

register([LineChart, GridComponent, TooltipComponent, SVGRenderer]);

/** A chart has no colours of its own: they are those of the page. */
function colour(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

export default function Line({ points }: { readonly points: readonly Schemas["PointOut"][] }) {
  const t = useWords(words);
  const f = useFormats();
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const chart = init(element, null, { renderer: "svg" });
    const muted = colour(element, "--z-muted");
    const told = points.map((one) =>
      t.point(f.shortDay(one.day), f.share(one.goal.share, 1), f.number(one.goal.hits), f.number(one.talks)),
    );
    chart.setOption({
      animation: false,
      grid: { left: 44, right: 12, top: 12, bottom: 28 },
      tooltip: {
        trigger: "axis",
        formatter: (hit: readonly { dataIndex: number }[]) => told[hit[0]?.dataIndex ?? 0] ?? "",
      },
      xAxis: {
        type: "category",
        data: points.map((one) => one.day),
        axisLabel: { color: muted, formatter: (day: string) => f.shortDay(day).split(", ").at(-1) ?? day },
        axisLine: { lineStyle: { color: colour(element, "--z-line") } },
        axisTick: { show: false },
      },
      yAxis: {
        type: "value",
        min: 0,
        axisLabel: { color: muted, formatter: (value: number) => f.share(value) },
        splitLine: { lineStyle: { color: colour(element, "--z-line") } },
      },
      series: [
        {
          type: "line",
          data: points.map((one) => one.goal.share),
          color: colour(element, "--z-accent"),
          symbolSize: 5,
          lineStyle: { width: 2 },
        },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [points, t, f, scheme]);
  return (
    <figure className={classes.figure}>
      <div ref={place} className={classes.chart} aria-hidden />
      <figcaption className={classes.hidden}>
        {points
          .map((one) =>
            t.point(f.shortDay(one.day), f.share(one.goal.share, 1), f.number(one.goal.hits), f.number(one.talks)),
          )
          .join("; ")}
      </figcaption>
    </figure>
  );
}
